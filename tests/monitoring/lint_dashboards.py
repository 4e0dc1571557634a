#!/usr/bin/env python3
"""Looks for faults in the dashboards of compose/grafana/dashboards.

The rules of Grafana's dashboard-linter by their names, and more: every metric
and label exists, counters only grow inside rate() or increase(), windows suit
batch jobs, thresholds rise, panels do not overlap, alerts name dashboards
that exist. What is left out on purpose stands with its reason in
compose/grafana/lint-exclusions.toml; one that excludes nothing is a fault.

    tests/monitoring/lint_dashboards.py [FOLDER]
"""

import collections
import json
import pathlib
import re
import sys
import tomllib

import yaml

import lint_panels
import lint_targets
from known_metrics import PROMETHEUS, ROOT, known
from panel_queries import FOLDER, dashboards, panels_of

EXCLUSIONS = ROOT / "compose" / "grafana" / "lint-exclusions.toml"

Fault = collections.namedtuple("Fault", "rule dashboard panel text")


# --- rules of a whole dashboard: yield (rule, text) -------------------------

def whole(model, metrics):
    yield from of_variables(model, metrics)
    yield from of_links(model)
    if model.get("editable") is not False:
        yield "uneditable-dashboard-rule", "can be edited in the browser"
    if not model.get("tags"):
        yield "dashboard-tags-rule", "has no tags"
    if not model.get("schemaVersion", 0) >= 36:
        yield "dashboard-schema-rule", "has an old schemaVersion"
    first = next(panels_of(model), {"targets": []})
    if "ALERTS{" not in json.dumps(first["targets"]):
        yield "dashboard-alerts-rule", "does not begin with its alerts"
    elif "consoles/runbooks.html#" not in json.dumps(first):
        yield "dashboard-alerts-rule", "its alerts do not lead to runbooks"


def of_variables(model, metrics):
    listed = {each["name"]: each for each in model["templating"]["list"]}
    source = listed.get("datasource", {})
    if (source.get("type"), source.get("query"), source.get("label")) != (
            "datasource", "prometheus", "Data Source"):
        yield ("template-datasource-rule",
               "has no variable 'datasource' labelled 'Data Source'")
    for name, rule in (("job", "template-job-rule"),
                       ("instance", "template-instance-rule")):
        if not chooses_many(listed.get(name), name.title()):
            yield (rule, f"has no variable '{name}' for one, several and all")
    for each in listed.values():
        yield from of_variable(each, metrics)
        if not used(each["name"], model):
            yield ("template-unused-rule",
                   f"never uses the variable '{each['name']}'")


def chooses_many(variable, label):
    return bool(variable) and (
        variable["type"] == "query" and variable["label"] == label
        and variable["multi"] and variable["includeAll"]
        and variable["allValue"] == ".+"
        and variable["datasource"]["uid"] in ("${datasource}", "$datasource"))


def of_variable(variable, metrics):
    if variable["type"] != "query":
        return
    if variable["refresh"] != 2:
        yield ("template-on-time-change-reload-rule",
               f"'{variable['name']}' is not read anew with the time shown")
    text = variable["query"]["query"]
    wrong = lint_targets.label_query(text, metrics)
    if wrong:
        yield "template-label-promql-rule", f"'{text}': {wrong}"


def used(name, model):
    rest = json.dumps([model["panels"], model["links"]]) + "".join(
        json.dumps(each.get("query")) for each in model["templating"]["list"]
        if each["name"] != name)
    rest += json.dumps([each.get("datasource") for each
                        in model["templating"]["list"]])
    return bool(re.search(rf"\${name}\b|\${{{name}[:}}]", rest))


def of_links(model):
    links = model.get("links", [])
    if not any(link["type"] == "link" and "runbooks.html" in link["url"]
               for link in links):
        yield "dashboard-links-rule", "has no link to the runbooks"
    if not any(link["type"] == "dashboards"
               and set(link["tags"]) & set(model["tags"]) for link in links):
        yield "dashboard-links-rule", "has no link to its neighbours"


# --- all of it ---------------------------------------------------------------

def lint(path, metrics):
    model = json.loads(path.read_text("utf-8"))
    for rule, text in whole(model, metrics):
        yield Fault(rule, model["uid"], "", text)
    if path.stem != model["uid"]:
        yield Fault("dashboard-uid-rule", model["uid"], "",
                    f"is kept in '{path.name}'")
    for rule, panel, text in lint_panels.together(model["panels"]):
        yield Fault(rule, model["uid"], panel, text)
    for panel in panels_of(model):
        for rule, text in [*lint_panels.one(panel, metrics),
                           *lint_targets.of(panel, metrics)]:
            yield Fault(rule, model["uid"], panel["title"], text)


def across(paths):
    uids = collections.Counter(
        json.loads(path.read_text("utf-8"))["uid"] for path in paths)
    for uid, times in uids.items():
        if times > 1:
            yield Fault("dashboard-uid-rule", uid, "", "is not the only one")


def of_alerts(paths, rules=PROMETHEUS / "rules"):
    uids = {path.stem for path in paths}
    for path in sorted(rules.glob("*.yml")):
        for group in yaml.safe_load(path.read_text("utf-8"))["groups"]:
            for rule in group["rules"]:
                uid = rule.get("annotations", {}).get("dashboard")
                if uid and uid not in uids:
                    yield Fault("alert-dashboard-rule", uid, "",
                                f"is named by {rule['alert']} and is no "
                                "dashboard")


def excluded(fault, exclusion):
    return (exclusion["rule"] == fault.rule
            and exclusion.get("dashboard", fault.dashboard) == fault.dashboard
            and exclusion.get("panel", fault.panel) == fault.panel)


def without(faults, exclusions):
    """The faults that nothing excludes, and the exclusions without use."""
    left = [fault for fault in faults
            if not any(excluded(fault, each) for each in exclusions)]
    for each in exclusions:
        if not any(excluded(fault, each) for fault in faults):
            left.append(Fault("exclusions", each.get("dashboard", ""),
                              each.get("panel", ""),
                              f"'{each['rule']}' excludes nothing"))
        if not each.get("reason"):
            left.append(Fault("exclusions", "", "",
                              f"'{each['rule']}' has no reason"))
    return left


def main(folder):
    paths = dashboards(folder)
    metrics = known()
    faults = [fault for path in paths for fault in lint(path, metrics)]
    faults += [*across(paths), *of_alerts(paths)]
    faults += [Fault("target-promql-rule", *fault)
               for fault in lint_targets.refused(paths)]
    exclusions = tomllib.loads(EXCLUSIONS.read_text("utf-8"))["exclusion"]
    left = without(faults, exclusions)
    for fault in left:
        print(f"{fault.dashboard}: {fault.panel or '(dashboard)'}: "
              f"{fault.rule}: {fault.text}")
    print(f"{len(paths)} dashboards: {len(left)} warnings, "
          f"{len(exclusions)} written exclusions")
    return 1 if left or not paths else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]) if sys.argv[1:] else FOLDER))
