#!/usr/bin/env bash
# .ci/image.sh [TAG]: what a machine with Docker makes of compose/Dockerfile:
# the image, held to its size limit in bytes, every program started in it, and
# an archive below build/image. $ENGINE names another engine. Without one:
# make image, make test-image.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

read -ra engine <<<"${ENGINE:-docker}"
version=$(sed -n 's/^project(lark-batch VERSION \([0-9.]*\).*/\1/p' \
    CMakeLists.txt)
image=lark-batch:${1:-$version}
limit=$(sed -n 's/^size_limit=//p' tests/image/store.sh)
mkdir -p build/image

SECONDS=0
"${engine[@]}" build --file compose/Dockerfile --tag "$image" \
    --build-arg VERSION="$version" \
    --build-arg REVISION="$(git rev-parse --short=12 HEAD)" \
    --build-arg SOURCE_DATE_EPOCH="$(git log -1 --format=%ct)" .
size=$("${engine[@]}" image inspect --format '{{.Size}}' "$image")
echo "$image: $size bytes of $limit, built in $SECONDS s"
if [ "$size" -gt "$limit" ]; then
    echo "image: larger than its limit" >&2
    exit 1
fi

# As compose.yaml runs them: nobody's rights, nothing to write to.
in_image() {
    "${engine[@]}" run --rm --read-only --network none --cap-drop all \
        --security-opt no-new-privileges "$image" "$@"
}
# shellcheck disable=SC2016  # expanded in the container
in_image sh -euc '
    [ "$(id -u)" -eq 10001 ]
    for program in /usr/bin/lark-*; do
        "$program" --version
        "$program" --help >/dev/null
    done
    lark-admin --config /dev/null tasks list >/dev/null'
in_image lark-healthcheck disk / --warn 101 --crit 101

"${engine[@]}" save "$image" | gzip -n >build/image/lark-batch.tar.gz
ls -l build/image/lark-batch.tar.gz
