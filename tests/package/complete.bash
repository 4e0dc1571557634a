#!/usr/bin/env bash
# complete.bash SCRIPT WORD...: prints what the completion in SCRIPT offers for
# the last word. Words are given as readline breaks them: --name, =, value.
set -euo pipefail

# shellcheck disable=SC1090
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
COMPREPLY=()
function=$(complete -p "$1" | sed 's/.*-F \([^ ]*\) .*/\1/')
# Without a prompt, compopt fails.
"$function" || true
[ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\n' "${COMPREPLY[@]}"
