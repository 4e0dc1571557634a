#!/usr/bin/env bash
# .ci/lint.sh JOBS [FILE-PATTERN...]: what reads the sources without running
# them. Needs build/release for its compile_commands.json.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

jobs=$1
shift
[ $# -gt 0 ] || set -- "$PWD/lib/" "$PWD/tools/"
failed=0

.ci/check.sh || failed=1
if command -v shellcheck >/dev/null; then
    grep -rlE '^#!.*\b(ba)?sh$' .ci tests bench | xargs shellcheck -x || failed=1
else
    echo "lint: no shellcheck; make deps-dev installs it" >&2
    failed=1
fi
if command -v run-clang-tidy >/dev/null; then
    # Its own words are thousands of suppressed warnings; findings are kept.
    findings=$(mktemp)
    trap 'rm -f "$findings"' EXIT
    run-clang-tidy -quiet -p build/release -j "$jobs" "$@" \
        >"$findings" 2>/dev/null || failed=1
    grep -v '^clang-tidy' "$findings" || true
else
    echo "lint: no clang-tidy; make deps-dev installs it" >&2
    failed=1
fi
exit "$failed"
