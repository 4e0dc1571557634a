"""A sheet to draw panels of Grafana on, and what all of them share."""

import re

import matplotlib.dates
import matplotlib.patches

from unit_text import written

COLORS = {"green": "#56a64b", "yellow": "#e0b400", "orange": "#ff780a",
          "red": "#e02f44", "blue": "#3274d9", "purple": "#a352cc",
          "text": "#24292e"}

CLASSIC = ["#7eb26d", "#eab839", "#6ed0e0", "#ef843c", "#e24d42", "#1f78c1",
           "#ba43a9", "#705da0", "#508642", "#cca300", "#447ebc", "#c15c17",
           "#890f02", "#0a437c", "#6d1f62", "#584477"]

DIM = "#6e7680"

EDGE = "#d8dce0"


class Sheet:
    """A figure whose lengths are pixels from its upper left corner."""

    def __init__(self, figure, width, height, now, since):
        self.figure, self.width, self.height = figure, width, height
        self.now, self.since = now, since

    def axes(self, left, top, width, height):
        axes = self.figure.add_axes([
            left / self.width, 1 - (top + height) / self.height,
            width / self.width, height / self.height])
        axes.tick_params(labelsize=7, colors=DIM, length=0)
        axes.tick_params(axis="x", pad=6)
        for spine in axes.spines.values():
            spine.set_visible(False)
        return axes

    def text(self, left, top, said, **style):
        self.figure.text(left / self.width, 1 - top / self.height, said, **(
            {"fontsize": 8, "va": "center", "color": COLORS["text"]}
            | style))

    def box(self, left, top, width, height, color, edge=None):
        self.figure.patches.append(matplotlib.patches.Rectangle(
            (left / self.width, 1 - (top + height) / self.height),
            width / self.width, height / self.height, facecolor=color,
            edgecolor=edge or "none", linewidth=0.8,
            transform=self.figure.transFigure, zorder=-1))


def defaults(panel):
    return panel["fieldConfig"]["defaults"]


def colour(value, config):
    steps = config["thresholds"]["steps"]
    name = steps[0]["color"]
    for step in steps[1:]:
        if value >= step["value"]:
            name = step["color"]
    return COLORS.get(name, name)


def mapped(value, config, now):
    """Text and colour of a value."""
    for mapping in config.get("mappings", []):
        options = mapping["options"]
        if mapping["type"] == "value" and f"{value:g}" in options:
            chosen = options[f"{value:g}"]
            return chosen["text"], COLORS.get(chosen["color"], DIM)
        if mapping["type"] == "range" and value <= options["to"]:
            chosen = options["result"]
            return chosen["text"], COLORS.get(chosen["color"], DIM)
    return (written(value, config["unit"], config.get("decimals"), now),
            colour(value, config))


def legend_of(pattern, labels):
    if pattern == "__auto":
        if not labels:
            return "Value"
        return ", ".join(f"{name}={value}" for name, value in labels.items()
                         if name != "__name__")
    return re.sub(r"\{\{\s*(\w+)\s*\}\}",
                  lambda match: labels.get(match[1], ""), pattern)


def newest(series):
    value = series.get("value") or series["values"][-1]
    return float(value[1])


def nothing(sheet, box, panel):
    left, top, width, height = box
    sheet.text(left + width / 2, top + height / 2,
               defaults(panel).get("noValue", "No data"), ha="center",
               fontsize=10, color=DIM)


def listed(answers):
    return [(legend_of(pattern, series["metric"]), series)
            for _, pattern, found in answers for series in found]


def over_time(axes, sheet):
    axes.set_xlim(sheet.since / 86400, sheet.now / 86400)
    axes.xaxis.set_major_locator(matplotlib.dates.AutoDateLocator(
        minticks=3, maxticks=7))
    axes.xaxis.set_major_formatter(matplotlib.dates.DateFormatter("%H:%M"))
