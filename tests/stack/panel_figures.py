"""Panels of Grafana that show a number: stat, gauge, bargauge."""

import matplotlib.patches

from panel_sheet import COLORS, defaults, listed, mapped, newest, nothing


def stat(sheet, panel, box, answers):
    found = listed(answers)
    config = defaults(panel)
    if not found:
        return nothing(sheet, box, panel)
    left, top, width, height = box
    named = "name" in panel["options"]["textMode"]
    part = width / len(found)
    for place, (name, series) in enumerate(found):
        text, color = mapped(newest(series), config, sheet.now)
        x = left + place * part
        sheet.box(x + 1, top, part - 3, height, color)
        if "values" in series:
            spark(sheet, (x + 1, top, part - 3, height), series)
        sheet.text(x + part / 2, top + height * (0.6 if named else 0.5),
                   text, ha="center", color="white", weight="bold",
                   fontsize=min(20, part / max(4, len(text)) * 1.1))
        if named:
            sheet.text(x + part / 2, top + height * 0.25, name,
                       ha="center", color="white",
                       fontsize=min(9, part / max(6, len(name)) * 1.1))
    return None


def spark(sheet, box, series):
    left, top, width, height = box
    axes = sheet.axes(left, top + height * 0.6, width, height * 0.4)
    heights = [float(value) for _, value in series["values"]]
    axes.fill_between(range(len(heights)), heights, min(heights),
                      color="white", alpha=0.3, linewidth=0)
    axes.axis("off")


def gauge(sheet, panel, box, answers):
    found = listed(answers)
    if not found:
        return nothing(sheet, box, panel)
    left, top, width, height = box
    part = width / len(found)
    for place, (name, series) in enumerate(found):
        axes = sheet.axes(left + place * part, top, part, height - 16)
        dial(axes, newest(series), defaults(panel), sheet.now)
        sheet.text(left + (place + 0.5) * part, top + height - 8,
                   "" if name == "Value" else name, ha="center",
                   fontsize=8)
    return None


def dial(axes, value, config, now):
    low, high = config.get("min", 0), config.get("max", 1)
    text, color = mapped(value, config, now)

    def angle(at):
        return 210 - 240 * min(1, max(0, (at - low) / (high - low)))

    def arc(begin, end, radius, thick, color):
        axes.add_patch(matplotlib.patches.Wedge(
            (0, 0), radius, angle(end), angle(begin), width=thick,
            color=color, linewidth=0))
    arc(low, high, 1, 0.24, "#eceff2")
    arc(low, value, 1, 0.24, color)
    steps = config["thresholds"]["steps"]
    edges = [low, *[step["value"] for step in steps[1:]], high]
    for step, begin, end in zip(steps, edges, edges[1:]):
        arc(max(low, begin), min(high, end), 1.08, 0.05,
            COLORS[step["color"]])
    axes.text(0, -0.15, text, ha="center", va="center", color=color,
              fontsize=13, weight="bold")
    axes.set_xlim(-1.15, 1.15)
    axes.set_ylim(-0.75, 1.15)
    axes.set_aspect("equal")
    axes.axis("off")


def bar_gauge(sheet, panel, box, answers):
    found = listed(answers)
    if not found:
        return nothing(sheet, box, panel)
    left, top, width, height = box
    config = defaults(panel)
    high = config.get("max") or max(newest(each) for _, each in found) or 1
    line = min(34, height / len(found))
    for place, (name, series) in enumerate(found):
        text, color = mapped(newest(series), config, sheet.now)
        y = top + place * line
        share = min(1, max(0, newest(series) / high))
        room = width * 0.44
        sheet.text(left, y + line / 2, name,
                   fontsize=min(8, line * 0.55))
        sheet.box(left + width * 0.4, y + 2, room, line - 4, "#eceff2")
        sheet.box(left + width * 0.4, y + 2, room * share, line - 4, color)
        sheet.text(left + width, y + line / 2, text, ha="right",
                   color=color, weight="bold", fontsize=min(9, line * 0.6))
    return None
