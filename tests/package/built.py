"""The build that is looked at: its folder is in $LARK_BATCH_BUILD."""

import json
import os
from pathlib import Path

BUILD = Path(os.environ["LARK_BATCH_BUILD"])
SOURCE = Path(__file__).resolve().parents[2]
PROGRAMS = json.loads((BUILD / "declarations.json").read_text())["programs"]


def options(declared):
    """Of a program or a command: what the command line takes."""
    return [option for option in declared["options"]
            if option["on_command_line"]]
