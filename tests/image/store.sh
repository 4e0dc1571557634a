# shellcheck shell=bash
# shellcheck disable=SC2034  # used by those that source this
# Where images are kept and how they are run here: below build/image, by
# buildah and podman, without an engine, a registry or a private network.
# Sourced at the top of the repository.
work=${WORK:-$PWD/build/image}
store=(--root "$work/storage" --runroot "$work/run" --storage-driver vfs)
image=localhost/lark-batch
# Bytes that the image of the programs may have, uncompressed.
size_limit=100000000

fail() {
    echo "image: $*" >&2
    exit 1
}

need() {
    local command
    for command in "$@"; do
        command -v "$command" >/dev/null ||
            fail "no $command; make deps-dev installs it"
    done
    [ "$(id -u)" -eq 0 ] || fail "must be root, to make file systems"
}

# Whatever is mounted for a build is gone with it, however it ends.
own_mounts() {
    if [ -z "${LARK_BATCH_OWN_MOUNTS:-}" ]; then
        LARK_BATCH_OWN_MOUNTS=yes exec unshare --mount --propagation private \
            "$@"
    fi
}

size_of() {
    podman "${store[@]}" image inspect --format '{{.Size}}' "$1"
}
