"""Draws a panel of Grafana with matplotlib: what it says, not every pixel.

`draw(sheet, panel, box, answers)`: answers are [(query's letter, legend
pattern, series)], as Prometheus gave them, and box is (left, top, width,
height) in pixels.
"""

import textwrap

from panel_figures import bar_gauge, gauge, stat
from panel_graphs import state_timeline, timeseries
from panel_sheet import EDGE
from panel_tables import table


def words(sheet, panel, box, _):
    left, top, width, _ = box
    said = textwrap.wrap(panel["options"]["content"], int(width / 5.5))
    for line, text in enumerate(said):
        sheet.text(left, top + 8 + line * 14, text)

DRAWN = {"timeseries": timeseries, "stat": stat, "gauge": gauge,
         "bargauge": bar_gauge, "state-timeline": state_timeline,
         "table": table, "text": words}


def draw(sheet, panel, box, answers):
    left, top, width, height = box
    if panel["type"] == "row":
        sheet.text(left + 4, top + height / 2, panel["title"], fontsize=11,
                   weight="bold")
        return
    sheet.box(left, top, width, height, "white", EDGE)
    title = panel["title"]
    sheet.text(left + 8, top + 12, title[:int(width / 6.2)], fontsize=8.5,
               weight="bold")
    inner = (left + 8, top + 24, width - 16, height - 30)
    DRAWN[panel["type"]](sheet, panel, inner, answers)
