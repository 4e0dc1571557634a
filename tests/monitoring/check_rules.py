#!/usr/bin/env python3
"""Every rule of compose/prometheus/rules: valid, tested, explained.

    check_rules.py [--runbooks FILE]...      (docs/runbooks.md)

Fails when promtool refuses a rule or a test of tests/monitoring/rules, when
an alert was never seen firing, never seen silent, or not silent one
evaluation before it fires, when a recorded value is compared with nothing,
when a label or annotation is missing, when an alert has no section in the
runbooks, and when a rule or a test names a metric, label or value that
nobody exports.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

import known_metrics
import promql

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT / "compose" / "prometheus" / "rules"
TESTS = ROOT / "tests" / "monitoring" / "rules"
SEVERITIES = {"critical", "warning", "info"}
SYSTEMS = {"lark", "platform", "fechatter", "crypto"}
PAGE = "{{ $externalURL }}/consoles/runbooks.html#"
BUDGET = 1000  # series of our programs, rule OwnSeriesOverBudget
UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
# What the gateway's wrong configuration does to labels.
WRONG_LABELS = {"exported_job"}


def rules_of(page):
    return [rule for group in page["groups"] for rule in group["rules"]]


def seconds(text):
    return sum(int(number) * UNITS[unit]
               for number, unit in re.findall(r"(\d+)([dhms])", str(text)))


# What a rule must carry

def texts_of(rule):
    """Faults in labels and annotations of an alert."""
    name = rule["alert"]
    labels = rule.get("labels", {})
    notes = rule.get("annotations", {})
    if labels.get("severity") not in SEVERITIES | {"none"}:
        yield f"{name}: severity '{labels.get('severity')}'"
    if labels.get("severity") == "none" and name != "Watchdog":
        yield f"{name}: severity none is for Watchdog alone"
    if not is_system(labels.get("system", "")):
        yield f"{name}: system '{labels.get('system')}'"
    for note in ("summary", "description"):
        if not notes.get(note, "").strip():
            yield f"{name}: no {note}"
    if "\n" in notes.get("summary", "").strip():
        yield f"{name}: the summary has several lines"
    if notes.get("runbook_url") != PAGE + name.lower():
        yield f"{name}: runbook_url is not '{PAGE}{name.lower()}'"


def is_system(value):
    """One of ours, or taken from the series with one of ours to fall back."""
    if value.startswith("{{"):
        return any(f'"{system}"' in value for system in SYSTEMS)
    return value in SYSTEMS


def sections(alerts, page):
    """Runbooks without alert, alerts without runbook."""
    found = set(re.findall(r"^### (\w+)\s*$", page, re.M))
    yield from (f"{name}: no section '### {name}' in the runbooks"
                for name in sorted(alerts - found))
    yield from (f"the runbooks explain '{name}', which is no alert"
                for name in sorted(found - alerts))


# What an expression may name

def names_of(place, expr, known):
    for selector in promql.selectors(expr):
        if not selector.name:
            continue
        if selector.name not in known:
            yield f"{place}: nobody exports '{selector.name}'"
            continue
        yield from labels_of(place, selector, known[selector.name])


def labels_of(place, selector, metric):
    if metric.labels is None:
        return
    allowed = metric.labels | known_metrics.ADDED | WRONG_LABELS
    for label, sign, value in selector.matchers:
        if label not in allowed:
            yield f"{place}: {selector.name} has no label '{label}'"
        listed = metric.values.get(label)
        if listed and sign == "=" and value and value not in listed:
            yield (f"{place}: {selector.name} has no "
                   f"{label}=\"{value}\"")


def series_of(tests, known):
    """A test that feeds a rule what nobody exports proves nothing."""
    for group in groups_of(tests):
        for series in group.get("input_series", []):
            yield from names_of(f"test '{group.get('name')}'",
                                series["series"], known)


# What the tests have seen

def groups_of(tests):
    for test in tests:
        for group in test["tests"]:
            yield group | {"evaluation": seconds(
                test.get("evaluation_interval", "1m"))}


def cases_of(tests, name):
    """(group, seconds, labels of the alerts that fire) of an alert."""
    for group in groups_of(tests):
        for case in group.get("alert_rule_test", []):
            if case["alertname"] == name:
                fired = [alert.get("exp_labels", {})
                         for alert in case.get("exp_alerts") or []]
                yield group, seconds(case["eval_time"]), fired


def seen(rule, tests):
    """Faults in what the tests show of an alert."""
    name = rule["alert"]
    fixed = {label: value for label, value in rule.get("labels", {}).items()
             if "{{" not in value}
    cases = list(cases_of(tests, name))
    if not any(fixed.items() <= labels.items()
               for _, _, fired in cases for labels in fired):
        yield f"{name}: no test sees it fire with {fixed}"
    if fixed.get("severity") == "none":
        return
    if not any(not fired for _, _, fired in cases):
        yield f"{name}: no test sees it silent"
    if not any(just_before(case, cases) for case in cases):
        yield f"{name}: no test sees it silent one evaluation before it fires"


def just_before(case, cases):
    """Whether this is a firing case, with another moment before it in which
    one alert less fires."""
    group, moment, fired = case
    return bool(fired) and any(
        other.get("name") == group.get("name")
        and moment - at == group["evaluation"]
        and any(labels not in before for labels in fired)
        for other, at, before in cases)


def recorded(rule, tests):
    asked = " ".join(case["expr"] for group in groups_of(tests)
                     for case in group.get("promql_expr_test", []))
    if rule["record"] not in asked:
        yield f"{rule['record']}: no test compares its value"


# All of it

def faults(rules, tests, known, runbooks):
    alerts = [rule for rule in rules if "alert" in rule]
    for rule in rules:
        place = rule.get("alert") or rule["record"]
        yield from names_of(place, rule["expr"], known)
        if "alert" in rule:
            yield from texts_of(rule)
            yield from seen(rule, tests)
        else:
            yield from recorded(rule, tests)
    yield from series_of(tests, known)
    yield from sections({rule["alert"] for rule in alerts}, runbooks)


def strays(root):
    """Rules elsewhere: they would be loaded without any of this."""
    for folder in ("compose", "kubernetes", "docs"):
        for path in sorted((root / folder).rglob("*.y*ml")):
            if path.parent != RULES and re.search(
                    r"^\s*-? *(alert|record):", path.read_text("utf-8"),
                    re.M):
                yield f"{path.relative_to(root)}: rules belong into {RULES}"


def budget_test():
    """A thousand series are within the budget, one more is not."""
    rule = next(rule for rule in rules_of(read(RULES / "monitoring.yml"))
                if rule.get("alert") == "OwnSeriesOverBudget")
    total = str(BUDGET + 1)
    notes = {name: text.replace("{{ $externalURL }}", "http://prometheus.test")
             .replace('{{ printf "%.0f" $value }}', total)
             for name, text in rule["annotations"].items()}
    series = 'lark_healthcheck_state{job="lark-healthcheck", check="%d"}'
    own = [{"series": series % number, "values": "0x3"}
           for number in range(BUDGET)]
    late = [{"series": series % BUDGET, "values": "_ 0x2"}]
    other = [{"series": name + '{job="lark-healthcheck"}', "values": "0x3"}
             for name in ("push_time_seconds", "check:lark_healthcheck_state:max", "ALERTS")]
    case = {"alertname": rule["alert"]}
    fires = [{"exp_labels": rule["labels"], "exp_annotations": notes}]
    return {"rule_files": [str(RULES / "monitoring.yml")],
            "evaluation_interval": "5m",
            "tests": [{"name": "a thousand series and one", "interval": "5m",
                       "external_url": "http://prometheus.test",
                       "input_series": own + late + other,
                       "alert_rule_test": [
                           case | {"eval_time": "10m", "exp_alerts": []},
                           case | {"eval_time": "15m",
                                   "exp_alerts": fires}]}]}


def read(path):
    return yaml.load(path.read_text("utf-8"),
                     getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def promtool(*arguments):
    done = subprocess.run(["promtool", *map(str, arguments)], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        yield f"promtool {' '.join(map(str, arguments[:2]))}:\n{done.stdout}"


def ask_promtool(rules, tests, made):
    yield from promtool("check", "rules", "--lint=all", "--lint-fatal", *rules)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "made_test.yml"
        path.write_text(yaml.safe_dump(made), "utf-8")
        yield from promtool("test", "rules", *tests, path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runbooks", action="append", type=pathlib.Path)
    pages = (parser.parse_args().runbooks
             or [ROOT / "docs" / "runbooks.md"])
    rules, tests = sorted(RULES.glob("*.yml")), sorted(TESTS.glob("*.yml"))
    made = budget_test()
    found = list(ask_promtool(rules, tests, made))
    found += faults([rule for path in rules for rule in rules_of(read(path))],
                    [read(path) for path in tests] + [made],
                    known_metrics.known(),
                    "\n".join(page.read_text("utf-8") for page in pages))
    found += strays(ROOT)
    print("\n".join(found) or f"{len(rules)} rule files, {len(tests)} tests")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
