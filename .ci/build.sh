#!/usr/bin/env bash
# .ci/build.sh PRESET JOBS
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# CMake's own words are kept for the case that something is wrong.
mkdir -p "build/$1"
if ! cmake --preset "$1" >"build/$1/configure.log" 2>&1; then
    cat "build/$1/configure.log" >&2
    exit 1
fi
cmake --build --preset "$1" --parallel "$2"
