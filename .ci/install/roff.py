"""The part of the man(7) macros that manual.py writes, and the part of
Markdown that docs/man/ is written in.
"""

import re

# Characters that terminals without UTF-8 lack or that roff reads in its own
# way. `-` is left alone in prose and is a minus in what people type.
SPECIAL = {"\\": r"\e", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti"}
PLAIN = {"…": "...", "–": r"\(en", "→": "->", "×": "x", "≤": "<=", "≥": ">=",
         "·": r"\(bu", "“": r"\(lq", "”": r"\(rq", "’": r"\(cq"}

INLINE = re.compile(
    r"`(?P<code>[^`]+)`"
    r"|\*\*(?P<bold>.+?)\*\*"
    r"|\[(?P<label>[^\]]+)\]\((?P<target>[^)]+)\)"
    r"|\b(?P<page>lark-[a-z.-]+|systemd[a-z.-]*|cron(?:tab)?|psql)"
    r"\((?P<section>\d)\)")


def escaped(text, typed=False):
    out = []
    for char in text:
        if char == "-" and typed:
            out.append(r"\-")
        elif char in SPECIAL and (typed or char in "\\^~`"):
            out.append(SPECIAL[char])
        elif ord(char) < 128:
            out.append(char)
        elif char in PLAIN:
            out.append(PLAIN[char])
        else:
            raise ValueError(f"manual pages have no character {char!r}")
    return "".join(out)


def typed(text, font="B"):
    """What people type or replace. What is too long for a line may be broken
    behind `_`, `.` and `/`, but not near its beginning."""
    word = escaped(text, typed=True)
    if len(text) > 24:
        word = word[:16] + re.sub(r"([_./])(?=[a-zA-Z0-9])", r"\1\\:",
                                  word[16:])
    return f"\\f{font}{word}\\fP"


def reference(name, section):
    return f"{typed(name)}({section})"


def link(label, target):
    """A document: by its name. Pages of the manual: as such."""
    file = target.split("#")[0].rsplit("/", 1)[-1]
    if file in ("options.md", "lark-batch.toml"):
        return reference("lark-batch.toml", 5)
    page = re.fullmatch(r"(.+)\.(\d)\.md", file)
    if page:
        return reference(page[1], page[2])
    return typed(file or label, "I")


def inline(text):
    out, end = [], 0
    for found in INLINE.finditer(text):
        out.append(escaped(text[end:found.start()]))
        end = found.end()
        if found["code"]:
            out.append(typed(found["code"]))
        elif found["bold"]:
            out.append(typed(found["bold"]))
        elif found["label"]:
            out.append(link(found["label"], found["target"]))
        else:
            out.append(reference(found["page"], found["section"]))
    return "".join(out) + escaped(text[end:])


def lines_of(text):
    """Prose as input lines: none may begin like a request."""
    words = text.split(" ")
    lines, line = [], ""
    for word in words:
        if line and len(line) + len(word) > 76:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    lines.append(line)
    return [guarded(line) for line in lines]


def guarded(line):
    return r"\&" + line if line.startswith((".", "'")) else line


def paragraph(text):
    return [".PP", *lines_of(inline(text))]


def code(lines):
    body = [guarded(escaped(line, typed=True)) for line in lines]
    # Not .EX and .EE: they bring hyphens back.
    return [".PP", ".RS 4", ".nf", *body, ".fi", ".RE"]


def definition(term, bodies):
    """`term` is roff already; so are the lines of the bodies."""
    out = [".TP", guarded(term)]
    for at, body in enumerate(bodies):
        out += [".IP"] if at else []
        out += body
    return out


def bullets(items):
    out = []
    for item in items:
        out += [r".IP \(bu 2", *lines_of(inline(item))]
    return out


def table(rows):
    """A table of two and more columns as a list: readable at any width."""
    out = []
    for first, *others in rows:
        out += definition(inline(first),
                          [lines_of(inline("; ".join(filter(None, others))))])
    return out
