#!/usr/bin/env python3
"""check_junit.py [--not-all-passed] FILE...: each is one document of the form
that Jenkins' junit-10.xsd describes, and its counts agree with its cases."""
import sys
import xml.etree.ElementTree as ElementTree

SUITE = {"name", "tests", "failures", "errors", "skipped", "time", "timestamp",
         "hostname"}
ENDINGS = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def check(condition, file, words):
    if not condition:
        sys.exit(f"{file}: {words}")


def counts_of(suite, file):
    counts = dict.fromkeys(["tests", *ENDINGS.values()], 0)
    names = set()
    for case in suite.iter("testcase"):
        check(set(case.attrib) == {"classname", "name", "time"}, file,
              f"attributes {sorted(case.attrib)}")
        check(float(case.get("time")) >= 0, file, "a negative time")
        key = (case.get("classname"), case.get("name"))
        check(key not in names, file, f"two cases are called {key}")
        names.add(key)
        counts["tests"] += 1
        for ending in case:
            check(set(ending.attrib) == {"type", "message"}, file, ending.tag)
            check(ending.text, file, f"an empty {ending.tag}")
            counts[ENDINGS[ending.tag]] += 1
    return counts


def check_file(file, all_passed):
    root = ElementTree.parse(file).getroot()
    check(root.tag == "testsuites" and len(root) == 1, file, "no single suite")
    suite = root[0]
    check(set(suite.attrib) == SUITE, file, f"attributes {suite.attrib}")
    check(suite[0].tag == "properties", file, "no properties")
    counts = counts_of(suite, file)
    told = {name: int(suite.get(name)) for name in counts}
    check(told == counts, file, f"says {told}, has {counts}")
    bad = counts["failures"] + counts["errors"]
    check((bad == 0) == all_passed, file, f"{bad} cases did not pass")
    check(counts["tests"] > 0, file, "no case")


def main():
    all_passed = "--not-all-passed" not in sys.argv
    for file in sys.argv[1:]:
        if not file.startswith("--"):
            check_file(file, all_passed)


if __name__ == "__main__":
    main()
