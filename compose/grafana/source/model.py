"""Dashboards of Grafana, written down briefly.

A file of this folder describes the dashboards of one subject and lists them
in BOARDS; `compose/grafana/build` turns them into JSON.

    from model import dashboard, every, limits, query, row, stat, timeseries

    BOARDS = [dashboard(
        "example-queue", "Example queue", folder="fechatter",
        tags=["fechatter", "monitoring"], system="fechatter",
        variables=[every("job", "up", where='job=~"queue_.*"')],
        panels=[
            row("Queue"),
            stat("Waiting", "Messages that wait now. More than 100: see "
                 "whether the consumers run.",
                 [query('sum(queue_messages{job=~"$job"})')],
                 unit="short", width=6,
                 limits=limits("green", ("orange", 100), ("red", 1000))),
            timeseries("Rate", "Messages taken a second, by queue.",
                       [query('sum by (queue) (rate('
                              'queue_taken_total{job=~"$job"}'
                              '[$__rate_interval]))', "{{queue}}")],
                       unit="ops", width=18),
        ])]

What every dashboard gets without asking: the variables `datasource` and
`prometheus_url`, a table of the alerts of its `system` that fire now (on
top), links to the dashboards of its first tag and to the runbooks.

Panels flow from left to right, 24 columns to a line; a row() begins a new
line. A panel's id follows from its title, so it stays when others move.
`limits(base, (colour, from), ...)` are thresholds: `base` below the first.
"""

import zlib

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
PROMETHEUS_URL = "http://localhost:9091"
RUNBOOKS = "${prometheus_url:raw}/consoles/runbooks.html"
SCHEMA_VERSION = 39
COLUMNS = 24


# --- what panels are made of -------------------------------------------

def query(expr, legend="", instant=False):
    """One PromQL query; `instant` asks for its value now, not over time."""
    return {"expr": " ".join(expr.split()), "legend": legend,
            "instant": instant}


def limits(base, *steps):
    """Thresholds: the colour `base`, then (colour, from) in rising order."""
    return {"mode": "absolute",
            "steps": [{"color": base, "value": None}]
            + [{"color": color, "value": value} for color, value in steps]}


PLAIN = limits("blue")


def values(words):
    """Texts for exact values: {0: ("OK", "green"), 2: ("CRITICAL", "red")}."""
    return [{"type": "value", "options": {
        _number(value): {"text": text, "color": color, "index": index}
        for index, (value, (text, color)) in enumerate(words.items())}}]


def below(bound, text, color):
    """A text for every value up to and including `bound`."""
    return [{"type": "range", "options": {
        "from": None, "to": bound,
        "result": {"text": text, "color": color, "index": 9}}}]


def column(field, title, unit=None, limits=None, mappings=None, link=None,
           width=None, decimals=None):
    """A column of a table: `field` is a label, or "A", "B"... for a query.

    `limits` and `mappings` colour the cell; `link` is opened by a click,
    with ${__value.text} for what the cell shows.
    """
    return {"field": field, "title": title, "unit": unit, "limits": limits,
            "mappings": mappings, "link": link, "width": width,
            "decimals": decimals}


# --- variables ----------------------------------------------------------

def every(name, metric, label=None, where="", title=None):
    """A choice among the values of a label, all of them at first.

    `name` is also the label's name unless `label` says otherwise.
    """
    selector = f"{metric}{{{where}}}" if where else metric
    text = f"label_values({selector}, {label or name})"
    return {
        "name": name, "label": title or name.replace("_", " ").title(),
        "type": "query",
        "datasource": DATASOURCE,
        "query": {"query": text, "refId": "StandardVariableQuery"},
        "allValue": ".+", "includeAll": True, "multi": True, "refresh": 2,
        "sort": 1, "regex": "", "hide": 0, "options": [],
        "skipUrlSync": False,
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]}}


def one(name, metric, default, label=None, where="", title=None):
    """As every(), but a single value: `default` until another is chosen."""
    variable = every(name, metric, label, where, title)
    del variable["allValue"]
    return variable | {
        "multi": False, "includeAll": False,
        "current": {"selected": True, "text": default, "value": default}}


def choice(name, title, options, default):
    """A choice among fixed texts, for example windows of time."""
    return {
        "name": name, "label": title, "type": "custom",
        "query": ",".join(options), "hide": 0, "multi": False,
        "includeAll": False, "skipUrlSync": False,
        "options": [{"selected": option == default, "text": option,
                     "value": option} for option in options],
        "current": {"selected": True, "text": default, "value": default}}


def window(default="12h"):
    """The time over which rates are taken: wide enough for batch jobs."""
    return choice("window", "Window", ["1h", "6h", "12h", "1d", "7d"],
                  default)


def _data_source():
    return {
        "name": "datasource", "label": "Data Source", "type": "datasource",
        "query": "prometheus", "regex": "", "refresh": 1, "hide": 0,
        "multi": False, "includeAll": False, "options": [],
        "skipUrlSync": False,
        "current": {"selected": True, "text": "Prometheus",
                    "value": "prometheus"}}


def _prometheus_url():
    return {
        "name": "prometheus_url", "label": "Prometheus", "type": "constant",
        "query": PROMETHEUS_URL, "hide": 2, "skipUrlSync": True,
        "current": {"selected": True, "text": PROMETHEUS_URL,
                    "value": PROMETHEUS_URL},
        "options": [{"selected": True, "text": PROMETHEUS_URL,
                     "value": PROMETHEUS_URL}]}


# --- panels -------------------------------------------------------------

def row(title):
    """A headline; the panels after it begin a new line."""
    return {"type": "row", "title": title, "collapsed": False, "panels": [],
            "size": (COLUMNS, 1)}


def timeseries(title, description, queries, unit, *, width=12, height=8,
               limits=PLAIN, line=False, stack=False, bars=False,
               minimum=None, maximum=None, decimals=None, mappings=None,
               orders=False):
    """Curves over time. `line` draws the thresholds into the graph.

    `orders` shows 1 and 1000 on one scale: linear up to 1, then by powers.
    """
    scale = ({"type": "symlog", "log": 10, "linearThreshold": 1} if orders
             else {"type": "linear"})
    custom = {
        "scaleDistribution": scale,
        "drawStyle": "bars" if bars else "line", "lineWidth": 1,
        "fillOpacity": 60 if bars else 10, "showPoints": "auto",
        "spanNulls": False, "lineInterpolation": "linear",
        "stacking": {"mode": "normal" if stack else "none", "group": "A"},
        "thresholdsStyle": {"mode": "line" if line else "off"}}
    options = {"legend": {"displayMode": "list", "placement": "bottom",
                          "showLegend": True, "calcs": []},
               "tooltip": {"mode": "multi", "sort": "desc"}}
    return _panel(
        "timeseries", title, description, queries, (width, height), options,
        _defaults(unit, limits, minimum, maximum, decimals, mappings,
                  custom=custom, color={"mode": "palette-classic"}))


def stat(title, description, queries, unit, *, width=6, height=4,
         limits=PLAIN, mappings=None, decimals=None, names=False,
         empty=None, graph=False):
    """Large figures. `names` shows the legends; `empty` is said for none."""
    options = _reduced() | {
        "colorMode": "background", "graphMode": "area" if graph else "none",
        "justifyMode": "auto", "orientation": "auto",
        "percentChangeColorMode": "standard", "showPercentChange": False,
        "wideLayout": True,
        "textMode": "value_and_name" if names else "value"}
    return _panel(
        "stat", title, description, _now(queries, graph), (width, height),
        options, _defaults(unit, limits, None, None, decimals, mappings,
                           empty))


def gauge(title, description, queries, unit, *, width=8, height=8,
          limits, minimum=0, maximum=1, mappings=None, decimals=None,
          empty=None):
    """Dials from `minimum` to `maximum`, coloured by `limits`."""
    options = _reduced() | _sized() | {
        "showThresholdLabels": False, "showThresholdMarkers": True,
        "orientation": "auto"}
    return _panel(
        "gauge", title, description, _now(queries), (width, height), options,
        _defaults(unit, limits, minimum, maximum, decimals, mappings, empty))


def bar_gauge(title, description, queries, unit, *, width=12, height=8,
              limits=PLAIN, minimum=0, maximum=None, mappings=None,
              decimals=None, empty=None):
    """A bar for each series, with its name."""
    options = _reduced() | _sized() | {
        "displayMode": "basic", "valueMode": "color",
        "orientation": "horizontal", "showUnfilled": True,
        "namePlacement": "auto", "maxVizHeight": 300}
    return _panel(
        "bargauge", title, description, _now(queries), (width, height),
        options, _defaults(unit, limits, minimum, maximum, decimals,
                           mappings, empty))


def state_timeline(title, description, queries, *, mappings, width=24,
                   height=8, limits=PLAIN, empty=None):
    """Bands over time, a line for each series; `mappings` name the states."""
    options = {"mergeValues": True, "showValue": "never", "rowHeight": 0.9,
               "alignValue": "left",
               "legend": {"displayMode": "list", "placement": "bottom",
                          "showLegend": True, "calcs": []},
               "tooltip": {"mode": "single", "sort": "none"}}
    return _panel(
        "state-timeline", title, description, queries, (width, height),
        options, _defaults("none", limits, None, None, None, mappings, empty,
                           custom={"fillOpacity": 80, "lineWidth": 0},
                           color={"mode": "thresholds"}))


def table(title, description, queries, columns, *, width=24, height=8,
          empty=None, sort=None, descending=True):
    """A line for each set of labels; the queries' values side by side.

    Queries must aggregate to the same labels, else their values do not meet
    in one line. Only `columns` are shown, in their order.
    """
    panel = _panel(
        "table", title, description,
        [wanted | {"instant": True, "format": "table"} for wanted in queries],
        (width, height),
        {"showHeader": True, "cellHeight": "sm", "frameIndex": 0,
         "sortBy": [{"displayName": sort, "desc": descending}] if sort
         else []},
        _defaults("none", PLAIN, empty=empty,
                  custom={"align": "auto", "filterable": False,
                          "cellOptions": {"type": "auto"}}))
    panel["fieldConfig"]["overrides"] = [_override(each) for each in columns]
    panel["transformations"] = _chosen(columns, len(queries))
    return panel


def text(title, markdown, *, width=24, height=3):
    """Words, in Markdown."""
    return {"type": "text", "title": title, "size": (width, height),
            "description": "", "fieldConfig": {"defaults": {},
                                               "overrides": []},
            "options": {"mode": "markdown", "content": markdown}}


OF_LARK = {"job": "Job", "task_name": "Task", "app": "App",
           "app_id": "App id", "token_type": "Token", "check": "Check"}


def alerts(system, labels=None, height=5):
    """The alerts of a system that fire now, each with its runbook.

    `labels`, with their titles, tell alerts of one name apart.
    """
    labels = labels or OF_LARK
    systems = "|".join([system] if isinstance(system, str) else system)
    return table(
        "Alerts that fire now",
        "Alerts of this system, worst first. A click on a name opens what "
        "it means and what to do. Empty is good.",
        [query(f"max by (alertname, {', '.join(labels)}) (" + " or ".join(
                   f'{rank} * ALERTS{{alertstate="firing", '
                   f'system=~"{systems}", severity="{severity}"}}'
                   for rank, severity in
                   ((3, "critical"), (2, "warning"), (1, "info"))) + ")")],
        [column("A", "Severity", width=110, mappings=values({
            3: ("critical", "red"), 2: ("warning", "orange"),
            1: ("info", "blue")})),
         column("alertname", "Alert", width=290,
                link=("Runbook", RUNBOOKS + "#${__value.text}")),
         *[column(label, title) for label, title in labels.items()]],
        height=height, sort="Severity", empty="No alert fires.")


# --- dashboards ---------------------------------------------------------

def dashboard(uid, title, *, folder, tags, system, panels, variables=(),
              description="", since="now-6h", refresh="1m",
              alert_labels=None):
    """A whole dashboard; `folder` and `uid` say where its file goes."""
    listed = [alerts(system, alert_labels)] + list(panels)
    return {"folder": folder, "model": {
        "uid": uid, "title": title, "description": description,
        "tags": sorted(tags), "schemaVersion": SCHEMA_VERSION, "version": 1,
        "id": None, "editable": False, "graphTooltip": 1,
        "timezone": "browser", "refresh": refresh, "fiscalYearStartMonth": 0,
        "weekStart": "", "liveNow": False,
        "time": {"from": since, "to": "now"},
        "timepicker": {"refresh_intervals":
                       ["5s", "10s", "30s", "1m", "5m", "15m", "1h"]},
        "annotations": {"list": []},
        "templating": {"list": [_data_source(), _prometheus_url(),
                                *variables]},
        "links": _links(tags[0]), "panels": _placed(listed)}}


def _links(tag):
    return [
        {"type": "dashboards", "title": "Dashboards", "tags": [tag],
         "asDropdown": True, "icon": "external link", "includeVars": False,
         "keepTime": True, "targetBlank": False, "tooltip": "", "url": ""},
        {"type": "link", "title": "Runbooks", "tags": [], "url": RUNBOOKS,
         "icon": "doc", "asDropdown": False, "includeVars": False,
         "keepTime": False, "targetBlank": True,
         "tooltip": "What each alert means and what to do"}]


def _placed(panels):
    placed = []
    left = top = tallest = 0
    for panel in panels:
        width, height = panel.pop("size")
        if left + width > COLUMNS:
            left, top, tallest = 0, top + tallest, 0
        panel["gridPos"] = {"x": left, "y": top, "w": width, "h": height}
        panel["id"] = _identity(panel)
        placed.append(panel)
        left, tallest = left + width, max(tallest, height)
    return placed


def _identity(panel):
    text_of = panel["type"] + panel["title"]
    return zlib.crc32(text_of.encode()) % 1_000_000 + 1


# --- parts of the JSON --------------------------------------------------

def _panel(kind, title, description, queries, size, options, defaults):
    return {"type": kind, "title": title, "description": description,
            "datasource": DATASOURCE, "size": size, "options": options,
            "targets": [_target(letter, each) for letter, each in
                        zip("ABCDEFGHIJKLMNOP", queries)],
            "fieldConfig": {"defaults": defaults, "overrides": []},
            "transformations": [], "links": []}


def _target(letter, wanted):
    return {"refId": letter, "datasource": DATASOURCE,
            "expr": wanted["expr"], "editorMode": "code",
            "legendFormat": wanted["legend"] or "__auto",
            "instant": wanted["instant"], "range": not wanted["instant"],
            "format": wanted.get("format", "time_series")}


def _defaults(unit, thresholds, minimum=None, maximum=None, decimals=None,
              mappings=None, empty=None, custom=None, color=None):
    defaults = {"unit": unit, "thresholds": thresholds,
                "color": color or {"mode": "thresholds"},
                "mappings": mappings or [], "custom": custom or {}}
    for name, value in (("min", minimum), ("max", maximum),
                        ("decimals", decimals), ("noValue", empty)):
        if value is not None:
            defaults[name] = value
    return defaults


def _reduced():
    return {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "",
                              "values": False}}


def _sized():
    return {"sizing": "auto", "minVizHeight": 16, "minVizWidth": 8}


def _now(queries, graph=False):
    return [wanted | {"instant": not graph} for wanted in queries]


def _number(value):
    return value if isinstance(value, str) else f"{value:g}"


def _named(field, queries):
    if len(field) > 1:
        return field
    return f"Value #{field}" if queries > 1 else "Value"


def _chosen(columns, queries):
    fields = [_named(each["field"], queries) for each in columns]
    return [
        {"id": "merge", "options": {}},
        {"id": "filterFieldsByName",
         "options": {"include": {"names": fields}}},
        {"id": "organize", "options": {
            "excludeByName": {},
            "indexByName": {name: place for place, name
                            in enumerate(fields)},
            "renameByName": {name: each["title"] for name, each
                             in zip(fields, columns)}}}]


def _override(each):
    properties = [{"id": name, "value": each[name]}
                  for name in ("unit", "decimals", "mappings")
                  if each[name] is not None]
    if each["limits"]:
        properties.append({"id": "thresholds", "value": each["limits"]})
    if each["limits"] or each["mappings"]:
        properties.append({"id": "custom.cellOptions",
                           "value": {"type": "color-text"}})
    if each["width"]:
        properties.append({"id": "custom.width", "value": each["width"]})
    if each["link"]:
        title, url = each["link"]
        properties.append({"id": "links", "value": [
            {"title": title, "url": url, "targetBlank": True}]})
    return {"matcher": {"id": "byName", "options": each["title"]},
            "properties": properties}
