"""zsh_tab.py FOLDER LINE: what stands on zsh's command line after LINE and a
tab, with the completions in FOLDER. zsh completes on a terminal only."""

import os
import pty
import select
import sys
import time

PROMPT = b"at your service> "


def read_until(terminal, word, seconds=10):
    seen, end = b"", time.monotonic() + seconds
    while word not in seen:
        left = end - time.monotonic()
        if left <= 0 or not select.select([terminal], [], [], left)[0]:
            break
        seen += os.read(terminal, 65536)
    return seen


def main(folder, line):
    child, terminal = pty.fork()
    if child == 0:
        os.environ["TERM"] = "dumb"
        os.execvp("zsh", ["zsh", "-f", "-i"])
    # Words to wait for are written so that their echo is another.
    setup = (f"unsetopt zle_bracketed_paste; fpath=({folder} $fpath); "
             "autoload -Uz compinit; compinit -u -D; PS1='at your ser''vice> '\n")
    os.write(terminal, setup.encode())
    read_until(terminal, PROMPT)
    # The mark comes behind what the tab has inserted.
    os.write(terminal, line.encode() + b"\t" + b"@end@")
    print(read_until(terminal, b"@end@").decode(errors="replace"))
    os.write(terminal, b"\x15exit\n")
    os.close(terminal)
    os.waitpid(child, 0)


main(*sys.argv[1:])
