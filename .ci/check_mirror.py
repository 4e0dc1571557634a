"""Each lib/X/y.cpp has its test at the mirrored place: tests/unit/X/y_test.cpp,
or tests/<label>/y_test.cpp where a server is needed. Exceptions stand in
untested.txt with the reason, and only as long as they are exceptions.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


def places(source):
    """Where the test of lib/db/copy.cpp may be."""
    folder, name = source.split("/")[1], Path(source).stem + "_test.cpp"
    labels = ("db", "http", "run", "sync", "admin")
    yield f"tests/unit/{folder}/{name}"
    yield f"tests/{folder}/{name}"
    for label in labels:
        yield f"tests/{label}/{name}"
        yield f"tests/{label}/{folder}_{name}"


def read_exceptions(text):
    reasons = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            path, _, reason = line.partition(" ")
            reasons[path] = reason.strip()
    return reasons


def check(sources, exists, reasons):
    for source in sorted(sources):
        tested = any(exists(place) for place in places(source))
        if not tested and not reasons.get(source):
            yield (f"{source}:1: no test: write {next(places(source))}, or "
                   "give a reason in .ci/untested.txt")
        if tested and source in reasons:
            yield f".ci/untested.txt: '{source}' has a test by now: drop it"
    for source in sorted(set(reasons) - set(sources)):
        yield f".ci/untested.txt: there is no '{source}'"


def main():
    sources = [path.relative_to(ROOT).as_posix()
               for path in (ROOT / "lib").rglob("*.cpp")]
    reasons = read_exceptions((HERE / "untested.txt").read_text("utf-8"))
    complaints = list(
        check(sources, lambda place: (ROOT / place).exists(), reasons))
    print(*complaints, sep="\n", end="\n" if complaints else "")
    print(f"mirror: {len(sources)} files, {len(reasons)} without a test of "
          f"their own, {len(complaints)} complaints")
    return 1 if complaints or not sources else 0


if __name__ == "__main__":
    sys.exit(main())
