# The package as a file; sourced by run. Knows $deb and $work.
# shellcheck shell=bash disable=SC2154

check_deb() {
    lintian --fail-on error,warning --info "$deb" >"$work/lintian" 2>&1 || {
        cat "$work/lintian" >&2
        fail "lintian"
    }
    ok "lintian says nothing"
    dpkg-deb -x "$deb" "$work/unpacked"
    dpkg-deb -e "$deb" "$work/control"
    (cd "$work/unpacked" && md5sum --quiet -c "$work/control/md5sums") ||
        fail "md5sums"
    [ "$(stat -c %U:%G "$work/unpacked/usr/bin/lark-admin")" = root:root ] ||
        fail "programs are not root's"
    check_hardening
    check_paths
}

# Position independent, relocations read-only and bound, stack protected,
# fortified, stripped.
check_hardening() {
    local program head symbols
    for program in "$work"/unpacked/usr/bin/*; do
        head=$(readelf -hldW "$program")
        symbols=$(readelf -sW --dyn-syms "$program")
        grep -q 'DYN (Position-Independent' <<<"$head" || fail "$program: PIE"
        grep -q GNU_RELRO <<<"$head" || fail "$program: relro"
        grep -q 'BIND_NOW\|FLAGS_1.*NOW' <<<"$head" || fail "$program: now"
        grep -q __stack_chk_fail <<<"$symbols" || fail "$program: stack"
        grep -q '_chk@' <<<"$symbols" || fail "$program: fortify"
        grep -qE 'R(UN)?PATH' <<<"$head" && fail "$program: has a run path"
        file -b "$program" | grep -q ', stripped' || fail "$program: symbols"
    done
    ok "programs are hardened and stripped"
}

# Nothing of the machine that built it.
check_paths() {
    if grep -rlF -e "$PWD" -e "$HOME/" "$work/unpacked"; then
        fail "the package names a folder of this machine"
    fi
    ok "no path of this machine"
}

check_shells() {
    local usr=$work/unpacked/usr name answer
    for name in "$usr"/share/zsh/vendor-completions/_lark-*; do
        zsh -n "$name" || fail "$name"
    done
    for name in "$usr"/share/fish/vendor_completions.d/*.fish; do
        fish -n "$name" || fail "$name"
    done
    asked_fish 'lark-sync-users --dry' --dry-run
    asked_fish 'lark-admin token lo' login
    asked_fish 'lark-admin token list --sta' --state
    asked_fish 'lark-admin token list --state rev' revoked
    asked_fish 'lark-healthcheck --log-level w' warning
    ok "fish completes"
    answer=$(asked_zsh 'lark-admin token list --state rev')
    grep -q 'revoked' <<<"$answer" || fail "zsh offered: $answer"
    answer=$(asked_zsh 'lark-sync-users --dry')
    grep -q -- '--dry-run' <<<"$answer" || fail "zsh offered: $answer"
    ok "zsh completes"
}

# asked_fish LINE WORD: WORD is the only thing offered for the line. fish
# completes for commands that it finds.
asked_fish() {
    local folder=$work/unpacked/usr/share/fish/vendor_completions.d answer
    answer=$(HOME=$work PATH=$work/unpacked/usr/bin:$PATH fish --no-config -c "
        set -g fish_complete_path '$folder'
        complete -C '$1'" | cut -f 1)
    [ "$answer" = "$2" ] || fail "fish offers '$answer' for '$1', not '$2'"
}

# What an interactive zsh makes of LINE and a tab.
asked_zsh() {
    HOME=$work python3 "$here/zsh_tab.py" \
        "$work/unpacked/usr/share/zsh/vendor-completions" "$1"
}
