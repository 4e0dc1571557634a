#!/usr/bin/env bash
# .ci/coverage.sh JOBS: builds with counters, runs the tests, and writes which
# lines of lib/ and tools/ were run: build/coverage/report/index.html for
# people, coverage.xml (Cobertura) for programs, a total on stdout. $ONLY is a
# pattern of ctest names, for a part.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

command -v gcovr >/dev/null || {
    echo "coverage: no gcovr; make deps-dev installs it" >&2
    exit 1
}
# A server that a test starts as another user writes no counters.
umask 022
.ci/build.sh coverage "$1"
find build/coverage -name '*.gcda' -delete
status=0
ctest --preset coverage --parallel "$1" --no-tests=error --timeout 900 \
    -R "${ONLY:-.}" </dev/null >build/coverage/tests.log 2>&1 || status=$?
tail -n 1 build/coverage/tests.log
mkdir -p build/coverage/report
gcovr --root . --object-directory build/coverage --filter lib/ \
    --filter tools/ --exclude-throw-branches --gcov-ignore-parse-errors \
    --html-details build/coverage/report/index.html \
    --xml build/coverage/coverage.xml --print-summary \
    --txt build/coverage/report/lines.txt build/coverage
if [ "$status" -ne 0 ]; then
    echo "coverage: tests failed, see build/coverage/tests.log" >&2
fi
exit "$status"
