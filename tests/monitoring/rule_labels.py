"""What alerts look like: from the rules of compose/prometheus, and from the
promtool tests that have seen them fire."""

import pathlib

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(path):
    return yaml.load(path.read_text(), LOADER)


def rules():
    """{alert: {(severity, system)...}}; a template may give two systems."""
    found = {}
    for file in sorted((ROOT / "compose/prometheus/rules").glob("*.yml")):
        for group in read(file)["groups"]:
            for rule in group["rules"]:
                if "alert" in rule:
                    found.setdefault(rule["alert"], set()).update(pairs(rule))
    return found


def pairs(rule):
    severity = rule["labels"].get("severity")
    system = rule["labels"].get("system")
    own = {"platform", "crypto"} if "{{" in (system or "") else {system}
    return {(severity, each) for each in own}


def seen_label_names():
    """{alert: {names of its labels...}}, as promtool tests expect them."""
    found = {}
    for file in sorted((ROOT / "tests/monitoring/rules").glob("*_test.yml")):
        for test in read(file)["tests"]:
            for case in test.get("alert_rule_test", []):
                for alert in case.get("exp_alerts") or []:
                    found.setdefault(case["alertname"], set()).add(
                        frozenset(alert["exp_labels"]))
    return found
