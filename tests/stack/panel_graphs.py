"""Panels of Grafana that show a course: timeseries, state-timeline."""

import math

import matplotlib.ticker

from panel_sheet import (CLASSIC, COLORS, DIM, defaults, listed, mapped,
                         nothing, over_time)
from unit_text import written


def timeseries(sheet, panel, box, answers):
    curves = listed(answers)
    if not curves:
        return nothing(sheet, box, panel)
    left, top, width, height = box
    below = legends(sheet, box, [name for name, _ in curves])
    axes = sheet.axes(left + 58, top + 4, width - 66, height - below - 22)
    config = defaults(panel)
    drawn(axes, panel, curves)
    limit_lines(axes, config)
    axes.grid(color="#eceff2", linewidth=0.7)
    axes.set_axisbelow(True)
    over_time(axes, sheet)
    scaled(axes, config)
    axes.yaxis.set_major_formatter(lambda value, _: written(
        value, config["unit"], config.get("decimals"), sheet.now))
    return None


def scaled(axes, config):
    if config["custom"]["scaleDistribution"]["type"] == "symlog":
        axes.set_yscale("symlog", linthresh=1)
        axes.minorticks_off()
    bounds(axes, config)
    if axes.get_yscale() == "linear":
        axes.yaxis.set_major_locator(matplotlib.ticker.MaxNLocator(5))


def drawn(axes, panel, curves):
    stacked = defaults(panel)["custom"]["stacking"]["mode"] == "normal"
    floor = {}
    for place, (_, series) in enumerate(curves):
        color = CLASSIC[place % len(CLASSIC)]
        moments = [moment for moment, _ in series["values"]]
        heights = [float(value) for _, value in series["values"]]
        base = [floor.get(moment, 0) for moment in moments]
        if stacked:
            heights = [a + b for a, b in zip(heights, base)]
            floor |= dict(zip(moments, heights))
        moments, heights, base = gaps(moments, heights, base)
        days = [moment / 86400 for moment in moments]
        axes.plot(days, heights, color=color, linewidth=1.1,
                  marker="." if len(days) == 1 else None)
        axes.fill_between(days, heights, base if stacked else 0,
                          color=color, alpha=0.35 if stacked else 0.07,
                          linewidth=0)


def gaps(moments, heights, base):
    """The same, with nothing where a sample is missing."""
    step = min((b - a for a, b in zip(moments, moments[1:])), default=0)
    points = []
    for place, moment in enumerate(moments):
        if place and moment - moments[place - 1] > 1.5 * step:
            points.append((moments[place - 1] + step, math.nan, math.nan))
        points.append((moment, heights[place], base[place]))
    return [list(each) for each in zip(*points)]


def limit_lines(axes, config):
    if config["custom"]["thresholdsStyle"]["mode"] == "off":
        return
    low, high = axes.get_ylim()
    for step in config["thresholds"]["steps"][1:]:
        if low <= step["value"] <= high:
            axes.axhline(step["value"], color=COLORS[step["color"]],
                         linewidth=1, linestyle="--")


def bounds(axes, config):
    low, high = axes.get_ylim()
    low = config.get("min", min(low, 0) if low >= 0 and low < high / 3
                     else low)
    flat = not any(y for line in axes.lines for y in line.get_ydata()
                   if y == y)
    axes.set_ylim(low, config.get("max", 1 if flat else high))


def legends(sheet, box, names):
    """Writes the names below; gives the height that they take."""
    left, top, width, height = box
    lines, line, used = [], [], 0
    for place, name in enumerate(names):
        size = 20 + 5.5 * len(name)
        if used + size > width and line:
            lines.append(line)
            line, used = [], 0
        line.append((place, name, used))
        used += size
    lines.append(line)
    shown = lines[:3]
    for row, entries in enumerate(shown):
        y = top + height - 13 * (len(shown) - row) + 7
        for place, name, x in entries:
            sheet.box(left + x, y - 2, 9, 3,
                      CLASSIC[place % len(CLASSIC)])
            sheet.text(left + x + 13, y, name, fontsize=6.8, color=DIM)
    return 13 * len(shown)


def state_timeline(sheet, panel, box, answers):
    found = listed(answers)
    if not found:
        return nothing(sheet, box, panel)
    left, top, width, height = box
    config = defaults(panel)
    names = [name for name, _ in found]
    axes = sheet.axes(left + 190, top + 2, width - 200, height - 38)
    for place, (_, series) in enumerate(found):
        for begin, end, value in bands(series["values"]):
            axes.barh(place, (end - begin) / 86400, left=begin / 86400,
                      height=0.8, color=mapped(value, config, 0)[1])
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks(range(len(names)), names,
                    fontsize=min(7.5, height / len(names) * 0.6))
    over_time(axes, sheet)
    state_names(sheet, config, left, top + height - 6)
    return None


def bands(values):
    """(begin, end, value) of values that stay, without gaps filled."""
    step = min((b[0] - a[0] for a, b in zip(values, values[1:])),
               default=60)
    begin, last, kept = values[0][0], values[0][0], values[0][1]
    for moment, value in values[1:]:
        if value != kept or moment - last > step:
            yield begin, last + step, float(kept)
            begin, kept = moment, value
        last = moment
    yield begin, last, float(kept)


def state_names(sheet, config, left, y):
    x = left
    for mapping in config["mappings"]:
        for said in mapping["options"].values():
            sheet.box(x, y - 4, 9, 8, COLORS[said["color"]])
            sheet.text(x + 13, y, said["text"], fontsize=6.8, color=DIM)
            x += 26 + 6.8 * len(said["text"])
