#!/usr/bin/env bash
# The rules of shape: all of them, even when the first one is broken.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

failed=0
# No __pycache__ in the sources.
export PYTHONDONTWRITEBYTECODE=1
for check in check_layers check_sizes check_mirror; do
    python3 ".ci/$check.py" || failed=1
done
exit "$failed"
