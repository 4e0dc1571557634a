#!/usr/bin/env bash
# .ci/deb/build.sh JOBS: builds the Debian package below build/ and prints its
# path. The same sources give the same bytes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

for command in dpkg-shlibdeps cpack; do
    command -v "$command" >/dev/null || {
        echo "deb: no $command; make deps-dev installs it" >&2
        exit 1
    }
done
revision=unknown
if git rev-parse --git-dir >/dev/null 2>&1; then
    revision=$(git rev-parse --short=12 HEAD)
    : "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct)}"
fi
# Without a repository: the date of the build description.
: "${SOURCE_DATE_EPOCH:=$(stat -c %Y CMakeLists.txt)}"
export SOURCE_DATE_EPOCH

build=build/package
mkdir -p "$build"
log=$build/package.log
rm -f "$build"/lark-batch_*.deb
# Modes of files and folders are the package's, whoever builds it.
umask 022
if ! {
    cmake --preset package -DLARK_BATCH_REVISION="$revision" &&
        cmake --build --preset package --parallel "$1" &&
        (cd "$build" && cpack --config CPackConfig.cmake)
} >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    exit 1
fi
sed -n 's/^CPack: - package: \(.*\) generated\.$/\1/p' "$log"
