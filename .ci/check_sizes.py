"""Keeps functions and files small: half of the functions at most 10 lines,
nine in ten at most 40, none above 60 without a reason given below; a .cpp at
most 400 lines, a .hpp 250.

A function's length is that of its body's lines, braces included. Lambdas
count with the function around them.
"""

import re
import sys
from pathlib import Path

from check_layers import line_of, without_comments, without_strings

FOLDERS = ("lib", "tools", "tests", "bench")
LONGEST_FILE = {".cpp": 400, ".hpp": 250}
MEDIAN, NINE_IN_TEN, LONGEST = 10, 40, 60

# "path:function" and why it is long.
EXCEPTIONS = {}

NOT_FUNCTIONS = {"if", "for", "while", "switch", "catch", "return", "sizeof",
                 "alignof", "decltype", "noexcept", "requires", "new"}
# Up to the brace: a name with its parameter list, then what may follow it.
HEAD = re.compile(
    r"(?P<name>[~\w]+|operator\s*[^\s\w(]+|operator\s*\(\))\s*"
    r"\((?P<rest>.*)$", re.DOTALL)
CONTAINER = re.compile(r"\b(?:namespace|class|struct|union|enum)\b[^()]*$"
                       r"|extern\s*\"\s*C\s*\"\s*$")


def head_before(code, brace):
    """The text between the last statement's end and the brace."""
    depth, at = 0, brace - 1
    while at >= 0:
        char = code[at]
        if char == ")":
            depth += 1
        elif char == "(":
            depth -= 1
        elif depth == 0 and char in ";{}":
            break
        at -= 1
    return code[at + 1:brace].strip()


def function_name(head):
    # An access label or preprocessor line is no part of it.
    head = re.sub(r"^\s*(?:public|private|protected)\s*:|^\s*#.*$", "", head,
                  flags=re.MULTILINE)
    found = HEAD.search(head)
    if not found or found["name"] in NOT_FUNCTIONS:
        return None
    before = head[:found.start()]
    if "=" in before.replace("==", "") or "[" in before.split("]]")[-1]:
        return None  # an initialiser or a lambda
    return found["name"]


def end_of_block(code, opening):
    depth = 0
    for at in range(opening, len(code)):
        if code[at] == "{":
            depth += 1
        elif code[at] == "}":
            depth -= 1
            if depth == 0:
                return at
    return len(code) - 1


def functions(source):
    """Yields (name, first line, number of lines) of one file."""
    code = without_strings(without_comments(source))
    at = code.find("{")
    while at != -1:
        head = head_before(code, at)
        if CONTAINER.search(head):
            at = code.find("{", at + 1)
            continue
        end = end_of_block(code, at)
        name = function_name(head)
        if name:
            first = line_of(code, at)
            yield name, first, line_of(code, end) - first + 1
        at = code.find("{", end + 1)


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def check_files(sources):
    for path, text in sorted(sources.items()):
        lines, most = len(text.splitlines()), LONGEST_FILE[Path(path).suffix]
        if lines > most:
            yield f"{path}:1: {lines} lines, at most {most}: split it"


def check_functions(sizes):
    for path, name, line, size in sizes:
        if size > LONGEST and f"{path}:{name}" not in EXCEPTIONS:
            yield f"{path}:{line}: {name}() has {size} lines, at most {LONGEST}"
    own = [size for path, _, _, size in sizes
           if path.startswith(("lib/", "tools/"))]
    for share, most in ((0.5, MEDIAN), (0.9, NINE_IN_TEN)):
        if own and percentile(own, share) > most:
            yield (f"{share:.0%} of the functions have up to "
                   f"{percentile(own, share)} lines, at most {most}")


def main():
    root = Path(__file__).resolve().parent.parent
    sources = {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for folder in FOLDERS for path in (root / folder).rglob("*")
        if path.suffix in LONGEST_FILE
    }
    sizes = [(path, *found) for path, text in sorted(sources.items())
             for found in functions(text)]
    complaints = [*check_files(sources), *check_functions(sizes)]
    print(*complaints, sep="\n", end="\n" if complaints else "")
    lengths = [size for *_, size in sizes] or [0]
    print(f"sizes: {len(sources)} files, {len(sizes)} functions, median "
          f"{percentile(lengths, 0.5)}, 90 % up to {percentile(lengths, 0.9)}, "
          f"longest {max(lengths)} lines, {len(complaints)} complaints")
    return 1 if complaints or not sizes else 0


if __name__ == "__main__":
    sys.exit(main())
