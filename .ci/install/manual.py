"""manual.py DECLARATIONS BUILD SOURCE: the pages of the manual, into BUILD/man.

The prose of a page is docs/man/NAME.SECTION.md. Its options and keys are the
declarations, so they are never behind the programs.
"""

import os
import re
import sys
import time
from pathlib import Path

import declarations as declared
import markdown
import roff

DOCUMENTS = "/usr/share/doc/lark-batch"


def date():
    """Of the release, if the one who builds says it; else none."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return time.strftime("%Y-%m-%d", time.gmtime(int(epoch))) if epoch else ""


def head(name, section, version):
    kind = {"1": "User Commands", "5": "File Formats", "7": "Overview"}
    return [r'.\" Made from docs/man/ and the option declarations.',
            f'.TH "{roff.escaped(name.upper(), typed=True)}" "{section}" '
            f'"{date()}" "lark-batch {version}" "{kind[section]}"',
            # Ragged right, no hyphens, one blank behind a sentence: names are
            # searched for as they are.
            ".nh", ".ad l", ".ss 12 0"]


def blocks(found):
    out = []
    for block in found:
        if block.kind == "heading":
            out += [f".SS {roff.inline(block.text)}"]
        elif block.kind == "paragraph":
            out += roff.paragraph(block.text)
        elif block.kind == "code":
            out += roff.code(block.text)
        elif block.kind == "bullets":
            out += roff.bullets(block.text)
        elif block.kind == "table":
            out += roff.table(block.text)
        else:
            out += roff.definition(
                roff.inline(block.text),
                [roff.lines_of(roff.inline(body)) for body in block.bodies])
    return out


def name_line(section):
    name, what = section.blocks[0].text.split(" - ", 1)
    return [rf"{roff.escaped(name, typed=True)} \- {roff.escaped(what)}"]


def usage(line):
    """Words to be typed are bold, those to be replaced are italic; brackets
    are not broken."""
    words = re.split(r"(--?[a-z][a-z-]*|[A-Z]{2,}|[a-z][a-z/.-]*|[A-Z]\b)", line)
    for at in range(1, len(words), 2):
        words[at] = roff.typed(words[at], "I" if words[at].isupper() else "B")
    words[::2] = [roff.escaped(word) for word in words[::2]]
    text, depth = "", 0
    for char in "".join(words):
        depth += {"[": 1, "]": -1}.get(char, 0)
        text += r"\ " if char == " " and depth else char
    return roff.guarded(text)


def synopsis(section):
    """One entry a line; lines that are indented go on with the last."""
    out = [".PD 0"]
    for block in section.blocks:
        entries = []
        for line in block.text:
            if line.startswith(" "):
                entries[-1] += " " + line.strip()
            else:
                entries.append(line)
        for entry in entries:
            out += [".HP 4", usage(entry)]
    return out + [".PD"]


def exit_status(section):
    """Its code block is a table of codes, too wide for a terminal."""
    out = []
    for block in section.blocks:
        if block.kind != "code":
            out += blocks([block])
            continue
        rows = []
        for line in block.text:
            found = re.match(r"(\d+)\s+(.*)", line)
            if found:
                rows.append([found[1], found[2]])
            else:
                rows[-1][1] += " " + line.strip()
        for code, meaning in rows:
            out += roff.definition(roff.typed(code),
                                   [roff.lines_of(roff.inline(meaning))])
    return out


def sentence(text):
    # Not the name of something: "lark_bot: ..".
    if re.match(r"\w+ ", text):
        text = text[0].upper() + text[1:]
    return text if text.endswith(".") else text + "."


def either(words):
    """The words as `one` or `two`, in roff."""
    shown = [roff.typed(word) for word in words]
    if len(shown) < 2:
        return "".join(shown)
    return ", ".join(shown[:-1]) + " or " + shown[-1]


def default_of(option):
    if option["required"] or declared.is_flag(option):
        return ""
    parts = [f"${option['default_variable']}"] * bool(
        option["default_variable"]) + [option["default"]] * bool(
            option["default"])
    return either(parts)


def limits(option, text):
    """What a value may be, as far as the text does not say it."""
    parts = []
    if option["choices"]:
        parts.append("One of " + either(option["choices"]) + ".")
    if option["range"]:
        low, high = option["range"].split(" .. ")
        parts.append(f"From {roff.escaped(low, True)} to "
                     f"{roff.escaped(high, True)}.")
    if option["positional"]:
        pass
    elif option["type"] == "list" and "may be repeated" not in text.lower():
        parts.append("May be repeated." if option["on_command_line"]
                     else "A list.")
    if option["required"]:
        parts.append("Required.")
    default = default_of(option)
    if default:
        parts.append(f"Default: {default}.")
    return " ".join(parts)


def keys_of(option):
    key = option["key"]
    return [key + "_file", key + "_env"] if option["type"] == "secret" else [key]


def variable_of(option):
    ending = "_FILE" if option["type"] == "secret" else ""
    return option["variable"] + ending if option["variable"] else ""


def elsewhere(option):
    """The other places where it can be set."""
    parts = []
    if option["in_file"]:
        parts.append("Key: " + either(keys_of(option)) + ".")
    if variable_of(option):
        parts.append("Variable: " + roff.typed(variable_of(option)) + ".")
    return parts


def body_of(option, prose, places):
    text = prose or sentence(option["help"])
    lines = roff.lines_of(roff.inline(text))
    lines += roff.lines_of(limits(option, text)) if limits(option, text) else []
    for place in filter(None, places):
        lines += [".br", *roff.lines_of(place)]
    return [lines]


def form_of(option):
    letter = declared.LETTERS.get(option["name"])
    form = (roff.typed("-" + letter) + ", " if letter else "") + roff.typed(
        "--" + option["name"])
    if not declared.is_flag(option):
        form += " " + roff.typed(declared.placeholder(option), "I")
    return form


def option_entry(option, prose):
    return roff.definition(form_of(option),
                           body_of(option, prose.get(option["name"]),
                                   elsewhere(option)))


def prose_of_options(section):
    """What docs/man/ says at greater length about single options."""
    prose = {}
    for block in section.blocks:
        if block.kind == "term":
            names = re.findall(r"--([a-z][a-z-]*)", block.text)
            if len(names) == 1:
                prose[names[0]] = block.bodies[0]
    return prose


def after_terms(section):
    """The prose that follows the list; what comes before is for readers of
    the Markdown, who do not have the whole list."""
    terms = [at for at, block in enumerate(section.blocks)
             if block.kind == "term"]
    return section.blocks[terms[-1] + 1:] if terms else []


def grouped(options, group=lambda option: option["group"]):
    groups = {}
    for option in options:
        groups.setdefault(group(option), []).append(option)
    return groups.items()


def arguments(options):
    out = []
    for option in declared.positionals(options):
        out += roff.definition(
            roff.typed(option["name"], "I"), body_of(option, "", []))
    return out


def is_kind(program, command):
    """A command whose options are the keys of a table's variant."""
    return any(variant["name"] == command["name"]
               for tables in program["tables"]
               for variant in tables["variants"])


def command_options(program):
    out = []
    for command in program["commands"]:
        options = declared.on_command_line(command["options"])
        entries = arguments(command["options"])
        for option in options:
            entries += option_entry(option, {})
        if entries and not is_kind(program, command):
            out += [".SS Options of " + roff.escaped(command["name"]),
                    *entries]
    return out


def options_section(program, section):
    prose = prose_of_options(section)
    out = arguments(program["options"])
    for group, options in grouped(declared.of_command_line(
            program["options"])):
        out += [f".SS {roff.escaped(group)}"]
        for option in options:
            out += option_entry(option, prose)
    out += command_options(program)
    return out + blocks(after_terms(section))


def commands_section(program, description):
    """The commands that the prose does not describe."""
    told = " ".join(block.text for block in description.blocks
                    if block.kind == "term")
    out = []
    for command in program["commands"]:
        if f"**{command['name']}" in told:
            continue
        out += roff.definition(
            roff.typed(command["name"]),
            [roff.lines_of(roff.inline(sentence(command["summary"])))])
    return out


def tables_named(program):
    names = {}
    for option in program["options"]:
        if option["in_file"] and "." in option["key"]:
            names[f"[{option['key'].rsplit('.', 1)[0]}]"] = True
    for tables in program["tables"]:
        names[f"[[{tables['key']}]]"] = True
    return sorted(names)


def configuration_section(program):
    """What else it reads from the file."""
    return [*roff.lines_of(
        roff.inline("The tables of the file that it reads, explained in "
                    "lark-batch.toml(5): ")
        + ", ".join(roff.typed(name) for name in tables_named(program))
        + ".")]


def see_also(text, names):
    """The section's line, with the pages that every page names."""
    missing = [f"{name}({section})" for name, section in names
               if f"{name}({section})" not in text]
    return ", ".join([text.rstrip("."), *missing])


def page(path, program, version):
    name, section, _ = path.name.rsplit(".", 2)
    text = path.read_text(encoding="utf-8")
    out = head(name, section, version)
    found = markdown.sections(text)
    has_commands = any(part.title == "COMMANDS" for part in found)
    for part in found:
        out += [f'.SH "{part.title}"']
        if part.title == "NAME":
            out += name_line(part)
        elif part.title == "SYNOPSIS":
            out += synopsis(part)
        elif part.title == "OPTIONS" and program:
            out += options_section(program, part)
            out += ['.SH "CONFIGURATION"', *configuration_section(program)]
        elif part.title == "EXIT STATUS":
            out += exit_status(part)
        elif part.title == "SEE ALSO":
            other = [pair for pair in (("lark-batch.toml", 5),
                                       ("lark-batch", 7))
                     if pair != (name, int(section))]
            out += roff.paragraph(see_also(part.blocks[0].text, other))
        else:
            out += blocks(part.blocks)
        if part.title == "DESCRIPTION" and program and not has_commands:
            commands = commands_section(program, part)
            out += ['.SH "COMMANDS"', *commands] if commands else []
    if re.search(r"\]\([^)]*\.md[)#]", text):
        out += roff.paragraph("Documents that end in .md are in "
                              f"`{DOCUMENTS}`.")
    return "\n".join(out) + "\n"


def key_entry(option):
    """Below its table's heading: without the table's name."""
    keys = [key.rsplit(".", 1)[-1] for key in keys_of(option)]
    text = ""
    if declared.is_flag(option):
        # What --no-record says of itself is said of `record = false`.
        told = ("if false: " if option["negated"] else "") + option["help"]
        text = sentence(told) + f" Default: `{option['default']}`."
    value = {**option, "on_command_line": False}
    return roff.definition(either(keys), body_of(value, text,
                                                 flags_of(option)))


def flags_of(option):
    parts = []
    if option["on_command_line"]:
        parts.append("Option: " + roff.typed("--" + option["name"]) + ".")
    if variable_of(option):
        parts.append("Variable: " + roff.typed(variable_of(option)) + ".")
    return parts


def in_file(options):
    return [option for option in options if option["in_file"]]


def table_of(option):
    key = option["key"]
    return f"[{key.rsplit('.', 1)[0]}]" if "." in key else "Outside of tables"


def keys_of_tables(tables):
    out = [f".SS [[{roff.escaped(tables['key'], True)}]]",
           *roff.lines_of(roff.inline(sentence(tables["help"])))]
    for option in in_file(tables["options"]):
        out += key_entry(option)
    for variant in tables["variants"]:
        title = f"[[{tables['key']}]] with {tables['variant_key']} = "
        out += [f'.SS {roff.escaped(title, True)}\\(dq'
                f'{roff.escaped(variant["name"], True)}\\(dq',
                *roff.lines_of(roff.inline(sentence(variant["summary"])))]
        for option in in_file(variant["options"]):
            out += key_entry(option)
    return out


def keys(programs):
    """Every key of the file once, by table, as all programs know them."""
    options, tables = {}, {}
    for program in programs:
        for option in in_file(program["options"]):
            options.setdefault(option["key"], option)
        for command in program["commands"]:
            for option in in_file(command["options"]):
                if not is_kind(program, command):
                    options.setdefault(option["key"], option)
        for entry in program["tables"]:
            tables.setdefault(entry["key"], entry)
    out = []
    # TOML wants what is in no table at the beginning of the file.
    ordered = sorted(options.values(), key=lambda option: "." in option["key"])
    for title, group in grouped(ordered, table_of):
        out += [f".SS {roff.escaped(title, True)}"]
        for option in group:
            out += key_entry(option)
    for entry in tables.values():
        out += keys_of_tables(entry)
    return out


def file_page(path, known):
    """lark-batch.toml(5): prose, and the keys at the end of its KEYS."""
    text = page(path, None, known["version"])
    at = text.index('.SH "KEYS"')
    end = text.index("\n.SH ", at)
    return (text[:end] + "\n" + "\n".join(keys(known["programs"]))
            + text[end:])


def main():
    known = declared.load(sys.argv[1])
    target = Path(sys.argv[2]) / "man"
    prose = Path(sys.argv[3]) / "docs" / "man"
    target.mkdir(parents=True, exist_ok=True)
    programs = {program["name"]: program for program in known["programs"]}
    written = set()
    for path in sorted(prose.glob("*.md")):
        name, section, _ = path.name.rsplit(".", 2)
        if section == "5":
            text = file_page(path, known)
        else:
            text = page(path, programs.get(name), known["version"])
        written.add(f"{name}.{section}")
        (target / f"{name}.{section}").write_text(text, encoding="ascii")
    for path in target.iterdir():
        if path.name not in written:
            path.unlink()


main()
