"""A day of made-up metrics, of every name that a dashboard may ask for.

Names and labels are those of the catalogue and of docs/metrics.md; numbers
are invented: a day's rise and fall, a few errors, and the faults of STORY.
There is no chance in it: the same day comes out each time.

    with plausible.Prometheus() as server:      # a real one, holding the day
        server.ask("up", at=plausible.END)
"""

import itertools
import json
import pathlib
import subprocess
import sys
import urllib.parse
import urllib.request

sys.path.insert(0, str(
    pathlib.Path(__file__).resolve().parents[1] / "monitoring"))
import private_server  # noqa: E402
from plausible_day import END  # noqa: E402
from plausible_own import of_checks, of_tasks  # noqa: E402
from plausible_served import of_catalogue, of_targets  # noqa: E402

STEP = 120


def lines(hours):
    moments = range(END - int(hours * 3600), END + 1, STEP)
    everything = itertools.chain(of_checks(), of_tasks(), of_catalogue(),
                                 of_targets())
    for name, labels, value in everything:
        text = name + "{" + ",".join(
            f"{label}={json.dumps(said)}"
            for label, said in labels.items()) + "} "
        for moment in moments:
            found = value(moment)
            if found is not None:
                yield f"{text}{found:.13g} {moment}\n"
    yield "# EOF\n"


def fill(folder, hours):
    page = folder / "day.txt"
    with open(page, "w", encoding="utf-8") as file:
        file.writelines(lines(hours))
    subprocess.run(
        [private_server.program("promtool", "prometheus"), "tsdb",
         "create-blocks-from", "openmetrics", "--quiet", page,
         folder / "data"], check=True, stdout=subprocess.DEVNULL)
    page.unlink()


class Prometheus(private_server.PrivateServer):
    """A Prometheus of our own that holds the last `hours` of the day."""

    def __init__(self, hours=24):
        self.held = hours

        def command(port, folder):
            fill(folder, hours)
            (folder / "prometheus.yml").write_text("{}\n")
            return [private_server.program("prometheus", "prometheus"),
                    f"--config.file={folder / 'prometheus.yml'}",
                    f"--storage.tsdb.path={folder / 'data'}",
                    "--storage.tsdb.retention.time=100y",
                    f"--web.listen-address=127.0.0.1:{port}"]
        super().__init__(command)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def ask(self, expr, at=END):
        """Now, as Prometheus answers: [{"metric": ..., "value": ...}]."""
        return self._get("query", query=expr, time=at)

    def ask_range(self, expr, start, end, step):
        return self._get("query_range", query=expr, start=start, end=end,
                         step=step)

    def _get(self, way, **words):
        url = f"{self.url}/api/v1/{way}?" + urllib.parse.urlencode(words)
        with urllib.request.urlopen(url, timeout=30) as answer:
            return json.load(answer)["data"]["result"]
