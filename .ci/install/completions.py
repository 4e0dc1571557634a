"""completions.py DECLARATIONS BUILD SOURCE: what bash, zsh and fish complete,
into BUILD/completions, one file a program and shell.
"""

import sys
from pathlib import Path

import declarations as declared
import bash_completion
import fish_completion
import zsh_completion

# Shell, how a program's file is named, and who writes it.
SHELLS = [("bash", "{}", bash_completion.script),
          ("zsh", "_{}", zsh_completion.script),
          ("fish", "{}.fish", fish_completion.script)]


def main():
    known = declared.load(sys.argv[1])
    for shell, name, script in SHELLS:
        folder = Path(sys.argv[2]) / "completions" / shell
        folder.mkdir(parents=True, exist_ok=True)
        written = set()
        for program in known["programs"]:
            path = folder / name.format(program["name"])
            path.write_text(script(program), encoding="utf-8")
            written.add(path.name)
        for path in folder.iterdir():
            if path.name not in written:
                path.unlink()


main()
