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
    grep -rlE '^#!.*\b(ba)?sh$' .ci compose tests bench |
        xargs shellcheck -x || failed=1
else
    echo "lint: no shellcheck; make deps-dev installs it" >&2
    failed=1
fi
if command -v run-clang-tidy >/dev/null; then
    # Kept are the findings, not the commands. It asks for colours whatever
    # it writes to, so they go before grep looks at a line.
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    findings=$work/findings
    # It cannot read the headers that gcc has parsed already.
    sed -E 's/ -include [^ ]*cmake_pch\.hxx//' \
        build/release/compile_commands.json >"$work/compile_commands.json"
    run-clang-tidy -quiet -p "$work" -j "$jobs" "$@" \
        >"$findings" 2>/dev/null || failed=1
    sed 's/\x1b\[[0-9;]*m//g' "$findings" | grep -v '^clang-tidy' || true
else
    echo "lint: no clang-tidy; make deps-dev installs it" >&2
    failed=1
fi
exit "$failed"
