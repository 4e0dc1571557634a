#!/usr/bin/env python3
"""ci_page.py PAGE github|gitlab: prints the commands of the page's job, one
shell script, without those that install the package. Fails when a block of
YAML on the page does not parse or is not shaped as the CI system wants it."""
import re
import sys

import yaml


def blocks(page):
    with open(page, encoding="utf-8") as file:
        return [yaml.safe_load(block) for block in
                re.findall(r"^```yaml\n(.*?)^```", file.read(), re.M | re.S)]


def is_github(block):
    # YAML 1.1 reads the key `on` as true.
    return "jobs" in block and True in block


def github_commands(block):
    (job,) = block["jobs"].values()
    for key in ("runs-on", "steps", "timeout-minutes"):
        if key not in job:
            sys.exit(f"the job lacks {key}")
    for step in job["steps"]:
        if ("run" in step) == ("uses" in step):
            sys.exit(f"a step is either run or uses: {step}")
    return [step["run"] for step in job["steps"]
            if "run" in step and step["name"] != "Install"]


def gitlab_commands(block):
    (job,) = block.values()
    reports = job["artifacts"]["reports"]["junit"]
    commands = job["script"]
    for report in reports:
        if not any(f">{report}" in command for command in commands):
            sys.exit(f"nothing writes {report}")
    if not all(isinstance(command, str) for command in commands):
        sys.exit("a command is no text: quote it")
    return commands


def main():
    page, system = sys.argv[1:]
    found = [block for block in blocks(page)
             if is_github(block) == (system == "github")]
    if len(found) != 1:
        sys.exit(f"{page} has {len(found)} jobs for {system}, not one")
    commands = github_commands if system == "github" else gitlab_commands
    print("\n".join(commands(found[0])))


if __name__ == "__main__":
    main()
