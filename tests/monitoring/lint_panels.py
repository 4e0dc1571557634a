"""Rules for a panel as a reader sees it; see lint_dashboards.py."""

import re

import promql

UNITS = {
    "none", "short", "locale", "percent", "percentunit", "bytes", "decbytes",
    "Bps", "binBps", "s", "ms", "µs", "ns", "m", "h", "d", "dtdurations",
    "dateTimeAsIso", "dateTimeFromNow", "reqps", "ops", "rps", "wps", "iops",
    "cps", "mps", "opm", "rpm", "cpm", "bool", "bool_yes_no", "bool_on_off",
    "currencyUSD", "string", "hertz", "celsius",
}
SHOWN = re.compile(r"\{\{\s*(\w+)\s*\}\}")
RUNBOOK = re.compile(r"\b[Rr]unbook(?: is)? ([A-Z]\w+)")
VALUE = re.compile(r"Value( #[A-Z])?$")


def one(panel, metrics):
    if not panel.get("title") or not panel.get("description"):
        if panel["type"] != "text":
            yield ("panel-title-description-rule",
                   "has no title or no description")
    for name in RUNBOOK.findall(panel.get("description", "")):
        if name not in metrics["ALERTS"].values["alertname"]:
            yield "panel-runbook-rule", f"names the runbook of no alert, '{name}'"
    if panel["type"] == "text":
        return
    for asked in (panel, *panel["targets"]):
        if asked.get("datasource", {}).get("uid") != "${datasource}":
            yield "panel-datasource-rule", "does not use ${datasource}"
    if not panel.get("targets"):
        yield "panel-no-targets-rule", "asks nothing"
    letters = [target["refId"] for target in panel["targets"]]
    if len(set(letters)) != len(letters):
        yield "panel-refid-rule", "uses a refId twice"
    yield from units(panel)
    yield from thresholds(panel)
    yield from legends(panel, metrics)
    yield from columns(panel, metrics)


def properties(panel, wanted):
    """A setting of the panel, and what its overrides make of it."""
    config = panel["fieldConfig"]
    if wanted in config["defaults"]:
        yield config["defaults"][wanted]
    for override in config["overrides"]:
        yield from (each["value"] for each in override["properties"]
                    if each["id"] == wanted)


def units(panel):
    if not panel["fieldConfig"]["defaults"].get("unit"):
        yield "panel-units-rule", "has no unit"
    for unit in properties(panel, "unit"):
        if unit not in UNITS:
            yield "panel-units-rule", f"has the unknown unit '{unit}'"


def thresholds(panel):
    if "thresholds" not in panel["fieldConfig"]["defaults"]:
        yield "panel-thresholds-rule", "has no thresholds"
    for each in properties(panel, "thresholds"):
        steps = [step["value"] for step in each["steps"]]
        if steps[:1] != [None] or None in steps[1:]:
            yield "panel-thresholds-rule", "has no single first threshold"
        elif any(a >= b for a, b in zip(steps[1:], steps[2:])):
            yield "panel-thresholds-rule", f"thresholds do not rise: {steps}"


def labels_of(expr, metrics):
    """The labels that an answer may carry; None: any."""
    found = {"__name__"}
    for selector in promql.selectors(expr):
        metric = metrics.get(selector.name)
        if metric is None or metric.labels is None:
            return None
        found |= metric.labels | {"job", "instance", "service", "system"}
    kept = [set(labels) for word, labels in promql.groupings(expr)
            if word in ("by", "group_left", "group_right")]
    return found & set().union(*kept) if kept else found


def legends(panel, metrics):
    for target in panel["targets"]:
        carried = labels_of(target["expr"], metrics)
        for label in SHOWN.findall(target["legendFormat"]):
            if carried is not None and label not in carried:
                yield ("panel-legend-rule",
                       f"{target['refId']} has no label '{label}'")


def columns(panel, metrics):
    if panel["type"] != "table":
        return
    carried = [labels_of(target["expr"], metrics)
               for target in panel["targets"]]
    values = [f"Value #{target['refId']}" for target in panel["targets"]]
    values = values if len(values) > 1 else ["Value"]
    fields = [name for change in panel["transformations"]
              if change["id"] == "filterFieldsByName"
              for name in change["options"]["include"]["names"]]
    if not fields:
        yield "panel-columns-rule", "does not choose its columns"
    for field in fields:
        if VALUE.match(field):
            there = field in values
        else:
            there = None in carried or field in set().union(*carried)
        if not there:
            yield "panel-columns-rule", f"has no field '{field}' to show"
    titles = {title for change in panel["transformations"]
              for title in change["options"].get("renameByName", {}).values()}
    for override in panel["fieldConfig"]["overrides"]:
        if override["matcher"]["options"] not in titles:
            yield ("panel-columns-rule", "has no column "
                   f"'{override['matcher']['options']}' to change")


def together(panels):
    """Faults of panels beside each other: (rule, title, text)."""
    ids, titles = set(), set()
    for panel in panels:
        if panel["id"] in ids:
            yield "panel-id-rule", panel["title"], "has another's id"
        ids.add(panel["id"])
        if panel["title"] in titles:
            yield "panel-name-rule", panel["title"], "has another's title"
        titles.add(panel["title"])
        if panel["gridPos"]["x"] + panel["gridPos"]["w"] > 24:
            yield "panel-grid-rule", panel["title"], "is beyond the grid"
    for place, panel in enumerate(panels):
        for other in panels[place + 1:]:
            if overlap(panel["gridPos"], other["gridPos"]):
                yield ("panel-grid-rule", panel["title"],
                       f"overlaps '{other['title']}'")


def overlap(a, b):
    return (a["x"] < b["x"] + b["w"] and b["x"] < a["x"] + a["w"]
            and a["y"] < b["y"] + b["h"] and b["y"] < a["y"] + a["h"])
