"""Prints "N passed, N failed" for a JUnit file that ctest wrote.

A test that is a doctest program counts with each of its cases, any other as
one; a program that died before it could sum up counts as one failure.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree

CASES = re.compile(r"\[doctest\] test cases:\s*\d+ \|\s*(\d+) passed "
                   r"\|\s*(\d+) failed")


def count(case):
    good = case.get("status") == "run"
    found = CASES.search(re.sub(r"\x1b\[[0-9;]*m", "",
                                case.findtext("system-out") or ""))
    if not found:
        return (1, 0) if good else (0, 1)
    passed, failed = int(found[1]), int(found[2])
    return passed, failed if good else max(failed, 1)


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
