"""The table of Grafana, with its transformations `merge` and `organize`."""

import itertools

from panel_sheet import (COLORS, DIM, defaults, mapped, newest, nothing)


def table(sheet, panel, box, answers):
    columns = shown_columns(panel)
    rows = joined(panel, answers)
    sorting = panel["options"]["sortBy"]
    if sorting:
        field = next(field for field, title, _ in columns
                     if title == sorting[0]["displayName"])
        rows.sort(key=lambda row: row.get(field, float("-inf")),
                  reverse=sorting[0]["desc"])
    if not rows:
        return nothing(sheet, box, panel)
    left, top, width, height = box
    places = widths(columns, width)
    for x, (_, title, _) in zip(places, columns):
        sheet.text(left + x, top + 8, title, weight="bold", fontsize=7.5,
                   color=COLORS["blue"])
    room = int((height - 20) / 19)
    for line, row in enumerate(rows[:room]):
        for x, end, (field, _, config) in zip(
                places, [*places[1:], width], columns):
            text, color = cell(row.get(field), config, sheet.now)
            sheet.text(left + x, top + 28 + line * 19,
                       text[:int((end - x) / 6)], color=color,
                       fontsize=7.5)
    if len(rows) > room:
        sheet.text(left + width, top + 8, f"{len(rows)} lines", ha="right",
                   fontsize=6.5, color=DIM)
    return None


def shown_columns(panel):
    """(field, title, config) in their order."""
    change = {each["id"]: each["options"]
              for each in panel["transformations"]}
    named = change["organize"]["renameByName"]
    settings = {each["matcher"]["options"]: {
        entry["id"]: entry["value"] for entry in each["properties"]}
        for each in panel["fieldConfig"]["overrides"]}
    base = defaults(panel)
    places = change["organize"]["indexByName"]
    return [(field, named[field], base | settings.get(named[field], {}))
            for field in sorted(places, key=places.get)]


def joined(panel, answers):
    """Lines that agree in the labels that all answers have become one, as
    Grafana's `merge` does it."""
    answered = [[set(series["metric"]) for series in found]
                for _, _, found in answers if found]
    common = set.intersection(*itertools.chain(*answered)) if answered else ()
    lines = {}
    for letter, _, found in answers:
        field = f"Value #{letter}" if len(answers) > 1 else "Value"
        for series in found:
            labels = series["metric"]
            known = lines.setdefault(
                tuple(labels[name] for name in sorted(common)), [])
            merge(known, labels | {field: newest(series)})
    return [line for known in lines.values() for line in known]


def merge(known, line):
    for other in known:
        if all(other.get(name, said) == said for name, said in line.items()):
            other |= line
            return
    known.append(line)


def widths(columns, width):
    fixed = [config.get("custom.width", 0) for _, _, config in columns]
    rest = (width - sum(fixed)) / max(1, fixed.count(0))
    places, x = [], 0
    for each in fixed:
        places.append(x)
        x += each or rest
    return places


def cell(value, config, now):
    if value is None:
        return "", DIM
    if isinstance(value, str):
        color = COLORS["blue"] if "links" in config else COLORS["text"]
        return value, color
    text, color = mapped(value, config, now)
    return text, color if "custom.cellOptions" in config else (
        COLORS["text"])
