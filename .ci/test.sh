#!/usr/bin/env bash
# .ci/test.sh PRESET JOBS: runs the tests that were built and ends with the
# line "N passed, N failed".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export ASAN_OPTIONS=detect_leaks=1:halt_on_error=1:${ASAN_OPTIONS:-}
export LSAN_OPTIONS=suppressions=$PWD/.ci/lsan.supp:print_suppressions=0:${LSAN_OPTIONS:-}
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:${UBSAN_OPTIONS:-}

results=$PWD/build/$1/test-results.xml
rm -f "$results"
status=0
# Everything printed is kept, because the summary counts the cases in it.
ctest --preset "$1" --parallel "$2" --no-tests=error --timeout 600 \
    --test-output-size-passed 67108864 --test-output-size-failed 67108864 \
    --output-junit "$results" </dev/null || status=$?
python3 .ci/test_summary.py "$results" | tee "build/$1/test-summary.txt"
exit "$status"
