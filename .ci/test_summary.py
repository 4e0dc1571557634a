"""Prints "N passed, N failed" for a JUnit file that ctest wrote.

A test that is a program of doctest or Python's unittest counts with each of
its cases, any other as one; a program that died before it could sum up counts
as one failure.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree

CASES = re.compile(r"\[doctest\] test cases:\s*\d+ \|\s*(\d+) passed "
                   r"\|\s*(\d+) failed")
UNITTEST = re.compile(r"^Ran (\d+) tests? in [\d.]+s\s+(OK|FAILED)(.*)$",
                      re.MULTILINE)


def count(case):
    good = case.get("status") == "run"
    said = re.sub(r"\x1b\[[0-9;]*m", "", case.findtext("system-out") or "")
    found = CASES.search(said)
    if found:
        passed, failed = int(found[1]), int(found[2])
    else:
        passed, failed = unittest_count(said) or (1 if good else 0, 0)
    return passed, failed if good else max(failed, 1)


def unittest_count(said):
    """Of one that failed in several ways, each way counts."""
    found = UNITTEST.findall(said)
    if len(found) != 1:
        return None
    total, _, ways = found[0]
    failed = sum(int(number) for number in re.findall(
        r"(?:failures|errors|unexpected successes)=(\d+)", ways))
    return max(int(total) - failed, 0), failed


def main(path):
    try:
        cases = ElementTree.parse(path).getroot().iter("testcase")
        counts = [count(case) for case in cases]
    except (OSError, ElementTree.ParseError) as error:
        print(f"no test results: {error}", file=sys.stderr)
        counts = [(0, 1)]
    print(f"{sum(good for good, _ in counts)} passed, "
          f"{sum(bad for _, bad in counts)} failed")


if __name__ == "__main__":
    main(sys.argv[1])
