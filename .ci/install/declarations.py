"""What the programs can be told: reads the JSON that `lark-batch-options-page
json` prints (tests/checks/declarations.cpp), for manual.py and completions.py.
"""

import json
from pathlib import Path

# What every program handles by itself, beside its declarations.
CONFIG = {
    "name": "config", "type": "text", "placeholder": "FILE",
    "help": "the settings", "default": "/etc/lark-batch/lark-batch.toml",
    "variable": "LARK_BATCH_CONFIG", "key": "", "in_file": False,
    "range": "", "choices": [], "required": False, "negated": False,
    "group": "General",
    "default_variable": "", "on_command_line": True, "positional": False}
HELP = {**CONFIG, "name": "help", "type": "flag", "placeholder": "",
        "help": "show a summary of the options", "default": "",
        "variable": ""}
VERSION = {**HELP, "name": "version", "help": "show the version"}
LETTERS = {"help": "h", "version": "V"}


def load(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))


def is_flag(option):
    return option["type"] == "flag"


def placeholder(option):
    """The word for a value, as --help has it."""
    if option["placeholder"]:
        return option["placeholder"]
    kind = option["type"].upper()
    return {"LIST": "TEXT", "INTEGER": "NUMBER"}.get(kind, kind)


def on_command_line(options):
    return [option for option in options if option["on_command_line"]]


def positionals(options):
    return [option for option in options if option["positional"]]


def of_command_line(options):
    """The program's options as a person may type them."""
    return on_command_line(options) + [CONFIG, HELP, VERSION]


def wraps_a_command(program):
    """Whether another program's command line follows behind `--`."""
    return any(option["name"] == "COMMAND"
               for option in positionals(program["options"]))


def command_of(program, name):
    for command in program["commands"]:
        if command["name"] == name:
            return command
    return None


def names_file(option):
    """Whether a value is a path."""
    name = option["name"]
    return (placeholder(option) in ("FILE", "DIR", "PATH", "FOLDER")
            or name.endswith(("-file", "-dir", "-directory", "-path")))


def names_folder(option):
    return (placeholder(option) in ("DIR", "FOLDER")
            or option["name"].endswith(("-dir", "-directory")))
