"""Rules for a panel's queries; see lint_dashboards.py."""

import json
import re
import subprocess
import tempfile

import promql
from known_metrics import ADDED
from panel_queries import queries_of, seconds

GROWTH = {"rate", "increase", "irate", "resets"}
PRESENCE = {"absent", "absent_over_time"}
COUNTED = {"counter", "bucket"}
# A window that holds two runs of a task that runs every five minutes.
BATCH_WINDOW = 15 * 60
# A zero for the whole answer; as a part of a ratio it does no harm.
INVENTED = re.compile(r"\bor vector\(0\)\s*$")
CHOICE = re.compile(r"label_values\((.+), *(\w+)\)$")


def of(panel, metrics):
    for target in panel.get("targets", []):
        for rule, text in of_query(target["expr"], metrics):
            yield rule, f"{target['refId']}: {text}"


def of_query(expr, metrics):
    if INVENTED.search(expr):
        yield ("target-zero-rule", "shows 0 where nothing is known: or 0 * "
               "count(what is there)")
    for selector in promql.selectors(expr):
        metric = metrics.get(selector.name)
        if metric is None:
            yield ("target-metric-rule",
                   f"there is no metric '{selector.name}'")
            continue
        yield from matched(selector, metric)
        yield from counted(selector, metric)
        yield from quantiles(selector, metric)
        yield from windows(selector, metric)
    yield from grouped(expr, metrics)


def matched(selector, metric):
    chosen = {label: text for label, _, text in selector.matchers}
    for name, rule in (("job", "target-job-rule"),
                       ("instance", "target-instance-rule")):
        if chosen.get(name) not in (f"${name}", f"${{{name}}}"):
            yield (rule, f"'{selector.name}' does not match {name}=~\"${name}\"")
    for label, sign, text in selector.matchers:
        if metric.labels is not None and label not in metric.labels | ADDED:
            yield ("target-label-rule",
                   f"'{selector.name}' has no label '{label}'")
        allowed = metric.values.get(label)
        if allowed and sign == "=" and "$" not in text and (
                text not in allowed):
            yield ("target-label-rule",
                   f"'{label}' of '{selector.name}' is never '{text}'")


def counted(selector, metric):
    inner = selector.functions[0] if selector.functions else ""
    if metric.type in COUNTED and not (
            selector.range and inner in GROWTH) and inner not in PRESENCE:
        yield ("target-counter-agg-rule",
               f"'{selector.name}' is a counter and stands outside rate() "
               "and increase()")
    if metric.type not in COUNTED and inner in GROWTH:
        yield ("target-counter-agg-rule",
               f"'{selector.name}' is no counter and stands inside "
               f"{inner}()")


def quantiles(selector, metric):
    within = "histogram_quantile" in selector.functions
    if within != (metric.type == "bucket") and (
            within or "sum" in selector.functions):
        yield ("target-histogram-rule",
               f"'{selector.name}': histogram_quantile() needs buckets, and "
               "buckets need it")
    if metric.type == "quantile":
        if "quantile" not in {label for label, _, _ in selector.matchers}:
            yield ("target-summary-rule",
                   f"'{selector.name}' is a summary: choose a quantile")
        if {"avg", "sum"} & set(selector.functions):
            yield ("target-summary-rule",
                   f"quantiles of '{selector.name}' are added or averaged")


def windows(selector, metric):
    if not selector.range:
        return
    span = selector.range.strip()
    if not metric.batch:
        if span not in ("$__rate_interval", "$__range", "$window") and (
                seconds_of(span) < 3600):
            yield ("target-rate-interval-rule",
                   f"'{selector.name}[{span}]' is not $__rate_interval")
    elif span not in ("$__range", "$window") and (
            seconds_of(span) < BATCH_WINDOW):
        yield ("target-batch-window-rule",
               f"'{selector.name}[{span}]' is too short for a batch job")


def seconds_of(span):
    return seconds(span) if re.fullmatch(r"\d+[smhd]", span) else 0


def grouped(expr, metrics):
    there = {"le", "quantile"} | ADDED
    for selector in promql.selectors(expr):
        metric = metrics.get(selector.name)
        if metric is None or metric.labels is None:
            return
        there |= metric.labels
    for word, labels in promql.groupings(expr):
        for label in labels:
            if label not in there:
                yield ("target-label-rule",
                       f"no metric here has the label '{label}' ({word})")


def label_query(text, metrics):
    """What is wrong with label_values(METRIC, LABEL); "" when nothing is."""
    match = CHOICE.match(text)
    if not match:
        return "not label_values(METRIC, LABEL)"
    found = promql.selectors(match[1])
    if len(found) != 1 or found[0].name not in metrics:
        return "there is no such metric"
    metric = metrics[found[0].name]
    if metric.labels is not None and match[2] not in metric.labels | ADDED:
        return f"there is no label '{match[2]}'"
    return ""


def refused(paths):
    """Queries that promtool cannot parse: (uid, panel, text)."""
    queries = []
    for path in paths:
        try:
            queries += queries_of(path)
        except KeyError as unknown:
            yield path.stem, "", unknown.args[0]
    if not promtool([query.expr for query in queries]):
        return
    for query in queries:
        wrong = promtool([query.expr])
        if wrong:
            yield query.dashboard, query.panel, f"{query.letter}: {wrong}"


def promtool(exprs):
    """What promtool says against some expressions; "" when nothing."""
    rules = [{"record": f"panel:query:n{place}", "expr": expr}
             for place, expr in enumerate(exprs)]
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        json.dump({"groups": [{"name": "panels", "rules": rules}]}, file)
        file.flush()
        ended = subprocess.run(
            ["promtool", "check", "rules", "--lint=none", file.name],
            capture_output=True, text=True, check=False)
    if ended.returncode == 0:
        return ""
    lines = (ended.stdout + ended.stderr).strip().splitlines()
    return lines[-1].replace(file.name, "").strip() if lines else "refused"
