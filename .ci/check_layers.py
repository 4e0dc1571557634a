"""Enforces who may know whom: docs/architecture.md, in executable form.

Include arrows between folders, one owner for each third-party header, and
the few calls that belong to one folder. Comments and, except for SQL, the
contents of strings are not looked at.
"""

import re
import sys
from pathlib import Path

GROUND = {"text", "clock", "errors"}
SECOND = GROUND | {"log", "files", "schedule"}
OUTSIDE = {"config", "db", "http", "metrics"}  # never each other
TALKING = {"lark", "notify", "tokens"}

# What a folder of lib/ may include beside itself.
MAY_INCLUDE = {
    **{folder: GROUND for folder in GROUND},
    "log": GROUND | {"log"},
    "files": GROUND | {"files"},
    "schedule": GROUND | {"schedule"},
    "process": GROUND | {"files"},
    **{folder: SECOND for folder in OUTSIDE},
    "lark": SECOND | OUTSIDE,
    # Bots speak through the same API, tokens are renewed by it.
    "notify": SECOND | OUTSIDE | {"lark"},
    "tokens": SECOND | OUTSIDE | {"lark"},
    "run": SECOND | OUTSIDE | TALKING,
}

QUERY_FILE = re.compile(r"tools/[^/]+/(queries\w*|switch)\.cpp")


def under(*folders):
    return lambda path: path.startswith(folders)


def is_query_file(path):
    return bool(QUERY_FILE.fullmatch(path))


def is_main(path):
    return path.startswith("tools/") and path.endswith("/main.cpp")


# Its probes speak the protocols that no other part needs.
HEALTHCHECK = "tools/lark-healthcheck/"

# Third-party header, who may include it, and in words.
OWNERS = [
    (r"CLI/", under("lib/config/"), "lib/config"),
    (r"toml\+\+/", under("lib/config/"), "lib/config"),
    (r"pqxx/",
     lambda path: path.startswith("lib/db/") or is_query_file(path),
     "lib/db and the tools' queries*.cpp and switch.cpp"),
    (r"libpq-fe\.h", under("lib/db/"), "lib/db"),
    (r"curl/", under("lib/http/"), "lib/http"),
    (r"prometheus/", under("lib/metrics/"), "lib/metrics"),
    (r"microhttpd\.h", under("tools/lark-admin/", "tests/sandbox/"),
     "tools/lark-admin and the sandbox"),
    (r"simdjson", under("lib/lark/", "tools/"), "lib/lark and the tools"),
    (r"sodium", under("lib/tokens/", "lib/text/"), "lib/tokens and lib/text"),
    (r"xxhash\.h", under("lib/text/"), "lib/text"),
    # Its exceptions are of std, and its first use reads a folder tree.
    (r"date/", under("lib/schedule/zone.cpp"), "lib/schedule/zone.cpp"),
    (r"openssl/", under(HEALTHCHECK), HEALTHCHECK),
    (r"amqp", under(HEALTHCHECK), HEALTHCHECK),
    (r"hiredis/", under(HEALTHCHECK), HEALTHCHECK),
    (r"ares\.h", under(HEALTHCHECK), HEALTHCHECK),
]

# What may stand in few places only: pattern, who may, what to say.
RULES = [
    (r"(?<![\w.>:])(?:std::|::)?_?(?:quick_)?exit\s*\(", under("lib/run/"),
     "exit() belongs to lib/run: throw errors::Error"),
    (r"(?<![\w.>:])(?:std::|::)?abort\s*\(", under("lib/run/"),
     "abort() belongs to lib/run: throw errors::Error"),
    # A main() may name the stream that its program's results go to.
    (r"\bstd::cout\b",
     lambda path: path.startswith("lib/run/") or is_main(path),
     "standard streams belong to lib/run"),
    (r"\bstd::c(?:err|log)\b", under("lib/run/"),
     "standard streams belong to lib/run"),
    (r"\bf?(?:printf|puts)\s*\(", under("lib/run/"),
     "standard streams belong to lib/run"),
    (r"\b(?:system_clock|steady_clock)::now\b|\bsleep_(?:for|until)\b"
     r"|\bnanosleep\b|(?<![\w.>])u?sleep\s*\(", under("lib/clock/"),
     "time and waiting come through lib/clock"),
]
LIBRARY_RULES = [
    (r"\blog::(?:info|warning|error)\s*\(", under("lib/run/", "lib/log/"),
     "library code throws or returns: only debug is logged below lib/run"),
]
CATCH_ALL = re.compile(r"catch\s*\(\s*\.\.\.\s*\)\s*\{")
SQL = re.compile(r"\"\s*(?:SELECT |INSERT INTO|UPDATE |DELETE FROM)"
                 r"|R\"\w*\(\s*(?:SELECT|INSERT INTO|UPDATE|DELETE FROM)\s")

TOKEN = re.compile(
    r"//[^\n]*|/\*.*?\*/|R\"(\w*)\(.*?\)\1\"|\"(?:\\.|[^\"\\\n])*\""
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])*'", re.DOTALL)
INCLUDE = re.compile(r"^\s*#\s*include\s*([<\"])([^>\"]+)[>\"]", re.MULTILINE)


def blanked(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(source):
    return TOKEN.sub(
        lambda found: blanked(found[0])
        if found[0].startswith(("//", "/*")) else found[0], source)


def without_strings(source):
    return TOKEN.sub(
        lambda found: found[0][0] + blanked(found[0][1:-1]) + found[0][-1]
        if found[0][0] in "\"'R" else found[0], source)


def line_of(source, offset):
    return source.count("\n", 0, offset) + 1


def unit_of(path):
    """The folder that arrows are drawn between: lib/db, tools/lark-admin."""
    parts = path.split("/")
    return "/".join(parts[:2])


def complaint_about_arrow(path, target):
    here, there = unit_of(path), unit_of(target)
    if here == there:
        return None
    if not target.startswith(("lib/", "tools/")):
        if target.startswith("tests/"):
            return f"includes '{target}': tests are nobody's ground"
        return None
    if there.startswith("tools/"):
        return f"includes '{target}': nobody includes a tool's files"
    if here.startswith("tools/"):
        return None
    folder, other = here.split("/")[1], there.split("/")[1]
    if folder not in MAY_INCLUDE:
        return f"'lib/{folder}' has no place in the layers"
    if other not in MAY_INCLUDE[folder]:
        return f"includes '{target}': lib/{folder} must not know lib/{other}"
    return None


def check_includes(path, code):
    for found in INCLUDE.finditer(code):
        line, target = line_of(code, found.start(2)), found[2]
        arrow = complaint_about_arrow(path, target)
        if arrow:
            yield line, arrow
        for header, allowed, owner in OWNERS:
            if re.match(header, target) and not allowed(path):
                yield line, f"includes '{target}', which belongs to {owner}"


def check_rules(path, code):
    rules = RULES + (LIBRARY_RULES if path.startswith("lib/") else [])
    for pattern, allowed, message in rules:
        if allowed(path):
            continue
        for found in re.finditer(pattern, code):
            yield line_of(code, found.start()), message


def block_at(code, opening):
    depth = 0
    for at in range(opening, len(code)):
        depth += {"{": 1, "}": -1}.get(code[at], 0)
        if depth == 0:
            return code[opening:at + 1]
    return code[opening:]


def check_catch_all(path, code):
    for found in CATCH_ALL.finditer(code):
        # Cleaning up and throwing on is no catching.
        cleans_up = (path == "lib/run/context.cpp" and re.search(
            r"\bthrow;\s*\}$", block_at(code, found.end() - 1)))
        if path != "lib/run/funnel.cpp" and not cleans_up:
            yield (line_of(code, found.start()),
                   "'catch (...)' hides bugs: only lib/run/funnel.cpp catches "
                   "for good")


def check_sql(path, code):
    if path.startswith("lib/db/") or is_query_file(path):
        return
    for found in SQL.finditer(code):
        yield (line_of(code, found.start()),
               "SQL belongs to lib/db and the tools' queries*.cpp")


def check_source(path, source):
    """Yields (line, message) for one file; the path is relative to the root."""
    code = without_comments(source)
    bare = without_strings(code)
    yield from check_includes(path, code)
    yield from check_rules(path, bare)
    yield from check_catch_all(path, bare)
    yield from check_sql(path, code)
    if is_main(path) and len(source.splitlines()) > 30:
        yield 1, "main.cpp is wiring only: at most 30 lines"


def check_one_reader_of_cli11(sources):
    readers = [path for path, source in sorted(sources.items())
               if "#include <CLI/CLI.hpp>" in source]
    for path in readers[1:]:
        yield (path, 1, f"includes CLI/CLI.hpp as '{readers[0]}' does already: "
               "one file only, it costs seconds in each")


def check_tree(sources):
    """All complaints about {path: text}, as (path, line, message)."""
    for path, source in sorted(sources.items()):
        for line, message in check_source(path, source):
            yield path, line, message
    yield from check_one_reader_of_cli11(sources)


def read_tree(root):
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for folder in ("lib", "tools")
        for path in (root / folder).rglob("*")
        if path.suffix in (".cpp", ".hpp")
    }


def main():
    root = Path(__file__).resolve().parent.parent
    sources = read_tree(root)
    complaints = list(check_tree(sources))
    for path, line, message in complaints:
        print(f"{path}:{line}: {message}")
    print(f"layers: {len(sources)} files, {len(complaints)} complaints")
    return 1 if complaints or not sources else 0


if __name__ == "__main__":
    sys.exit(main())
