"""Reads the part of Markdown that docs/man/ is written in, as blocks:
headings, paragraphs, code, bullets, tables, and lists of terms.
"""

import re
from collections import namedtuple

# kind: heading, paragraph, code, bullets, table, term. `text` is a string for
# headings, paragraphs and terms, else a list; `bodies` belong to terms.
Block = namedtuple("Block", "kind text bodies", defaults=[()])
Section = namedtuple("Section", "title blocks")

# The row of dashes under a table's first row.
RULE = re.compile(r"\|[\s|:-]+\|")


def joined(lines):
    return " ".join(line.strip() for line in lines)


def take(lines, at, belongs):
    """The lines from `at` on that belong together, and where they end."""
    end = at
    while end < len(lines) and belongs(lines[end]):
        end += 1
    return lines[at:end], end


def code_block(lines, at):
    if lines[at].startswith("```"):
        body, end = take(lines, at + 1, lambda line: not line.startswith("```"))
        return Block("code", body), end + 1
    body, end = take(lines, at, lambda line: not line or line.startswith("    "))
    return Block("code", [line[4:] for line in strip_end(body)]), end


def strip_end(lines):
    while lines and not lines[-1]:
        lines = lines[:-1]
    return lines


def bullet_block(lines, at):
    body, end = take(lines, at, lambda line: line.startswith(("- ", "  ")))
    items = []
    for line in body:
        if line.startswith("- "):
            items.append([line[2:]])
        else:
            items[-1].append(line)
    return Block("bullets", [joined(item) for item in items]), end


def table_block(lines, at):
    body, end = take(lines, at, lambda line: line.startswith("|"))
    rows = [[cell.strip() for cell in line.strip("|").split("|")]
            for line in body if not RULE.fullmatch(line)]
    has_head = len(body) > 1 and RULE.fullmatch(body[1])
    return Block("table", rows[1:] if has_head else rows), end


def term_block(lines, at):
    body, end = take(lines, at + 1,
                     lambda line: line.startswith((": ", "  ")))
    return Block("term", lines[at].strip(), [joined([body[0][2:], *body[1:]])]), end


def paragraph_block(lines, at):
    body, end = take(lines, at, lambda line: line and line[0] not in "#|")
    return Block("paragraph", joined(body)), end


def block_at(lines, at):
    line = lines[at]
    following = lines[at + 1] if at + 1 < len(lines) else ""
    if line.startswith("#"):
        return Block("heading", line.lstrip("# ")), at + 1
    if line.startswith(("    ", "```")):
        return code_block(lines, at)
    if line.startswith("- "):
        return bullet_block(lines, at)
    if line.startswith("|"):
        return table_block(lines, at)
    if following.startswith(": "):
        return term_block(lines, at)
    return paragraph_block(lines, at)


def sections(text):
    """The page by its second-level headings; deeper ones are blocks."""
    lines = text.splitlines()
    found, at = [], 0
    while at < len(lines):
        if lines[at].startswith("## "):
            found.append(Section(lines[at][3:].strip(), []))
            at += 1
        elif not lines[at] or lines[at].startswith("# "):
            at += 1
        else:
            block, at = block_at(lines, at)
            found[-1].blocks.append(block)
    return found
