"""Every metric that a rule or a panel may name, with type and labels.

Ours are in docs/metrics.md (made from lib/metrics/names.hpp), those of the
served systems in compose/prometheus/catalogue/*.toml, and what the recording
rules make in compose/prometheus/rules/*.yml.
"""

import collections
import pathlib
import re
import tomllib

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROMETHEUS = ROOT / "compose" / "prometheus"

# `labels` None: any. `values`: label -> the only values that it takes.
Metric = collections.namedtuple("Metric", "type labels values batch")

# What Prometheus, our targets and its external labels add to every series.
ADDED = {"job", "instance", "service", "system", "monitor", "environment"}
ROW = re.compile(r"^\| `(\w+)` \| (\w+)(?:, total)? \| ([^|]*) \|", re.M)


def known():
    found = {"ALERTS": Metric("gauge", None, {"alertname": alerts()}, False)}
    for path in sorted((PROMETHEUS / "catalogue").glob("*.toml")):
        found |= catalogued(tomllib.loads(path.read_text("utf-8")))
    for path in sorted((PROMETHEUS / "rules").glob("*.yml")):
        found |= recorded(yaml.safe_load(path.read_text("utf-8")))
    return found | own((ROOT / "docs" / "metrics.md").read_text("utf-8"))


def alerts(folder=PROMETHEUS / "rules"):
    """The names of all alerts that there are."""
    pages = [yaml.safe_load(path.read_text("utf-8"))
             for path in sorted(folder.glob("*.yml"))]
    return {rule["alert"] for page in pages for group in page["groups"]
            for rule in group["rules"] if "alert" in rule}


def own(page):
    found = {}
    for name, kind, labels in ROW.findall(page):
        values = {label: re.findall(r"[\w.]+", listed)
                  for label, listed in
                  re.findall(r"`(\w+)` = ([\w. ]+)", labels)}
        values = {label: [each for each in listed if each != "or"]
                  for label, listed in values.items()}
        found |= series(name, kind, re.findall(r"`(\w+)`", labels), values,
                        True)
    return found


def catalogued(page):
    found = {}
    for name, metric in page.get("metrics", {}).items():
        if not metric.get("absent"):
            found |= series(name, metric["type"], metric.get("labels", []),
                            metric.get("values", {}), False)
    return found


def recorded(page):
    return {rule["record"]: Metric("gauge", None, {}, False)
            for group in page["groups"] for rule in group["rules"]
            if "record" in rule}


def series(name, kind, labels, values, batch):
    """A family's names as they are selected."""
    def metric(of, *more):
        return Metric(of, set(labels) | set(more), values, batch)
    if kind == "histogram":
        return {f"{name}_bucket": metric("bucket", "le"),
                f"{name}_sum": metric("counter"),
                f"{name}_count": metric("counter")}
    if kind == "summary":
        return {name: metric("quantile", "quantile"),
                f"{name}_sum": metric("counter"),
                f"{name}_count": metric("counter")}
    return {name: metric(kind)}
