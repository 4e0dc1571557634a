"""Every query of a dashboard, as Grafana would send it to Prometheus.

    from panel_queries import queries_of, dashboards

    for path in dashboards():                    # every committed one
        for query in queries_of(path, span="15m", window="10m"):
            ask(query.expr, instant=query.instant)

A query is named by its dashboard's uid, its panel's title and its letter.
Variables stand at what a person sees first; `chosen` overrides them by name
({"task": "sync_users"}), `span` is the time shown ($__range) and `rate` is
$__rate_interval. `window` replaces the value of the variable of that name.
"""

import collections
import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "compose" / "grafana" / "dashboards"
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}

Query = collections.namedtuple(
    "Query", "dashboard panel kind letter expr instant")


def dashboards(folder=FOLDER):
    return sorted(folder.glob("*/*.json"))


def panels_of(model):
    """All panels, those inside collapsed rows too, without the rows."""
    for panel in model["panels"]:
        yield from panels_of(panel) if panel.get("panels") else ()
        if panel["type"] != "row":
            yield panel


def queries_of(path, span="6h", rate="1m", interval="15s", window=None,
               chosen=None):
    model = json.loads(pathlib.Path(path).read_text("utf-8"))
    words = variables(model) | builtin(span, rate, interval)
    words |= {"window": window} if window else {}
    words |= chosen or {}
    return [Query(model["uid"], panel["title"], panel["type"],
                  target["refId"], filled(target["expr"], words),
                  target.get("instant", False))
            for panel in panels_of(model)
            for target in panel.get("targets", [])]


def variables(model):
    found = {}
    for variable in model["templating"]["list"]:
        value = variable["current"]["value"]
        if value in ("$__all", ["$__all"]):
            value = variable["allValue"]
        found[variable["name"]] = (
            "|".join(value) if isinstance(value, list) else value)
    return found


def builtin(span, rate, interval):
    return {"__range": span, "__range_s": str(seconds(span)),
            "__range_ms": str(seconds(span) * 1000),
            "__rate_interval": rate, "__interval": interval,
            "__interval_ms": str(seconds(interval) * 1000)}


def seconds(span):
    return int(span[:-1]) * UNITS[span[-1]]


def filled(expr, words):
    """`expr` without variables; an unknown one is an error, not a blank."""
    def value(match):
        name = match.group(1) or match.group(2)
        if name not in words:
            raise KeyError(f"unknown variable '${name}' in '{expr}'")
        return words[name]
    return re.sub(r"\$\{(\w+)(?::\w+)?\}|\$(\w+)", value, expr)
