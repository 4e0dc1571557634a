#!/usr/bin/env python3
"""schema.py SCHEMA FILE: whether the schema of the Compose specification takes
the file, and refuses a copy with a misspelt key."""
import copy
import json
import sys

import jsonschema
import yaml


def without_names(value):
    """The schema names its parts as an older draft did."""
    if isinstance(value, list):
        return [without_names(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: without_names(item) for key, item in value.items()
            if key not in ("id", "$schema") or not isinstance(item, str)}


def main(schema_path, path):
    with open(schema_path, encoding="utf-8") as file:
        schema = jsonschema.Draft7Validator(without_names(json.load(file)))
    with open(path, encoding="utf-8") as file:
        stack = yaml.safe_load(file)
    found = [f"{list(error.path)}: {error.message}"
             for error in schema.iter_errors(stack)]
    broken = copy.deepcopy(stack)
    broken["services"]["redis"]["dependz_on"] = {}
    if schema.is_valid(broken):
        found.append("a misspelt key is accepted")
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
