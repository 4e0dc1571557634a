#!/usr/bin/env python3
"""Draws the dashboards into docs/pictures/UID.png, full of made-up metrics.

    tests/stack/pictures.py [UID...] [--of FOLDER] [--into FOLDER]
    tests/stack/pictures.py --prometheus http://localhost:9091
                                    of what a Prometheus holds, up to now
"""

import argparse
import io
import json
import pathlib
import time

import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot  # noqa: E402
import matplotlib.ticker  # noqa: E402, F401
from PIL import Image  # noqa: E402

import panel_drawing  # noqa: E402
import panel_sheet  # noqa: E402
import plausible  # noqa: E402
from panel_queries import (ROOT, dashboards, filled, queries_of,  # noqa: E402
                           seconds, variables)

PICTURES = ROOT / "docs" / "pictures"
WIDTH = 1400
COLUMN = WIDTH / 24
LINE = 28
HEAD = 34
GAP = 4


class Remote:
    """A Prometheus that runs already."""

    def __init__(self, address):
        self.url = address.rstrip("/")
        self.now = int(time.time())
        self.held = 48  # hours: tests/stack/history.py

    ask = plausible.Prometheus.ask
    ask_range = plausible.Prometheus.ask_range
    _get = plausible.Prometheus._get


def answers(server, path, span, now):
    """{panel's title: [(letter, legend, series)]}."""
    model = json.loads(path.read_text("utf-8"))
    legends = {(panel["title"], target["refId"]): target["legendFormat"]
               for panel in model["panels"]
               for target in panel.get("targets", [])}
    step = max(120, span // 180)
    found = {}
    for query in queries_of(path, span=f"{span}s", rate="10m",
                            chosen=within(model, span, server.held)):
        series = server.ask(query.expr, now) if query.instant else (
            server.ask_range(query.expr, now - span, now, step))
        found.setdefault(query.panel, []).append(
            (query.letter, legends[query.panel, query.letter], series))
    return found


def within(model, span, held):
    """The window, no wider than what is held before the time shown."""
    for variable in model["templating"]["list"]:
        if variable["name"] == "window":
            most = min(held * 3600 - span,
                       seconds(variable["current"]["value"]))
            return {"window": f"{most // 3600}h"}
    return {}


def picture(model, found, span, now, window):
    lines = max(panel["gridPos"]["y"] + panel["gridPos"]["h"]
                for panel in model["panels"])
    height = HEAD + lines * LINE + GAP
    figure = matplotlib.pyplot.figure(
        figsize=(WIDTH / 100, height / 100), dpi=100, facecolor="#f4f5f7")
    sheet = panel_sheet.Sheet(figure, WIDTH, height, now, now - span)
    sheet.text(10, HEAD / 2, model["title"], fontsize=13, weight="bold")
    sheet.text(WIDTH - 10, HEAD / 2, f"{model['uid']}, last "
               f"{span // 3600} hours" + (
                   f", window {window}" if window else ""), ha="right",
               color="#6e7680")
    for panel in model["panels"]:
        place = panel["gridPos"]
        box = (place["x"] * COLUMN + GAP, HEAD + place["y"] * LINE,
               place["w"] * COLUMN - 2 * GAP, place["h"] * LINE - GAP)
        title = filled(panel["title"], variables(model))
        panel_drawing.draw(sheet, panel | {"title": title}, box,
                           found.get(panel["title"], []))
    return figure


def save(figure, target):
    """As a picture of 256 colours: a third of the bytes."""
    page = io.BytesIO()
    figure.savefig(page, facecolor=figure.get_facecolor())
    matplotlib.pyplot.close(figure)
    Image.open(page).convert("RGB").quantize(
        256, method=Image.Quantize.FASTOCTREE,
        dither=Image.Dither.NONE).save(target, optimize=True)


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("uids", nargs="*")
    parser.add_argument("--of", help="lark, fechatter or crypto")
    parser.add_argument("--prometheus")
    parser.add_argument("--into", type=pathlib.Path, default=PICTURES)
    return parser.parse_args()


def draw_all(server, now, wanted):
    wanted.into.mkdir(parents=True, exist_ok=True)
    for path in dashboards():
        if wanted.uids and path.stem not in wanted.uids or (
                wanted.of and path.parent.name != wanted.of):
            continue
        model = json.loads(path.read_text("utf-8"))
        span = min(86400, seconds(model["time"]["from"][len("now-"):]))
        figure = picture(model, answers(server, path, span, now), span, now,
                         within(model, span, server.held).get("window"))
        target = wanted.into / f"{path.stem}.png"
        save(figure, target)
        print(f"{target.name}: {target.stat().st_size // 1024} KiB")


def main():
    wanted = options()
    if wanted.prometheus:
        server = Remote(wanted.prometheus)
        return draw_all(server, server.now, wanted)
    with plausible.Prometheus(hours=30) as server:
        return draw_all(server, plausible.END, wanted)


if __name__ == "__main__":
    main()
