"""Two days of history in a minute, for pictures.

Real: every run, every count and duration, everything the Pushgateway held.
Made: the time in between. Runs that took place seconds apart are dated as
their schedules would have it, and so are the times that they pushed
(`..._timestamp_seconds`, `push_time_seconds`). Prometheus gets the samples as
blocks; rules and alerts exist from then on only, as in a new Prometheus.
"""

import bisect
import re
import subprocess
import time

import servers
import world

HOUR = 3600
SPAN = 48 * HOUR
CHECKS = 600  # a health check in ten minutes, and its alerts
SAMPLES = 240  # below the five minutes that Prometheus looks back
TIMES = re.compile(r"(_timestamp_seconds|^push_(failure_)?time_seconds)$")
LINE = re.compile(r"^(\w+)(\{.*\})? (\S+)$")


def schedule(story):
    """[(hours before now, what happens)], the earliest first."""
    def at(hours, *what):
        return [(each, do) for each in hours for do in what]

    def from_the_company(**counts):
        return lambda: story.change(**counts)

    plan = at(range(48, 0, -6), story.sync)
    plan += at(range(45, 0, -12), story.check_tokens)
    plan += at((47, 23), story.cleanup, story.backup)
    plan += at((42.1,), from_the_company(hire=4, move=3))
    plan += at((36.1,), from_the_company(leave=3, rename=5))
    plan += at((24.1, 12.1), from_the_company(hire=2, move=4, leave=1))
    plan += at((30.1, 6.1), story.api_trouble)
    plan += at((21.1,), story.token_trouble)
    plan += at((4.6,), lambda: story.shop.kill("rabbitmq"))
    plan += at((3.9,), story.start_rabbitmq, story.await_rabbitmq)
    plan += at((n * CHECKS / HOUR for n in range(SPAN // CHECKS)),
               lambda: story.healthcheck(codes=(0, 1, 2)),
               story.forward_alerts)
    return sorted(plan, key=lambda each: -each[0])


def play(story):
    """[(made time, real time, the gateway's page)] after each event."""
    now = time.time()
    seen = []
    for hours, do in schedule(story):
        real = time.time()
        do()
        made = now - hours * HOUR
        if seen and seen[-1][0] == made:
            real = seen.pop()[1]
        seen.append((made, real, story.gateway_page()))
    return seen


class Clock:
    """From the time of the runs to the time that they are given."""

    def __init__(self, seen):
        self.made = [made for made, _, _ in seen]
        self.real = [real for _, real, _ in seen]

    def dated(self, moment, index):
        """A time that was pushed by then: an event's, or one ahead."""
        first, last = self.real[0] - 60, self.real[index] + 60
        if not first < moment < last:
            return (moment + self.made[index] - self.real[index]
                    if moment > last else moment)
        event = max(bisect.bisect_right(self.real, moment) - 1, 0)
        return self.made[event] + moment - self.real[event]


def samples(page, clock, index):
    """[(series, value)] of a page, its times as they are given."""
    found = []
    for line in page.splitlines():
        match = LINE.match(line)
        if match is None:
            continue
        name, labels, value = match.groups()
        if TIMES.search(name):
            value = f"{clock.dated(float(value), index):.3f}"
        labels = (labels or "{}").replace('instance="",', "").replace(
            ',instance=""', "")
        found.append((name + labels, value))
    return found


def write_open_metrics(seen, path, end):
    """What a scrape every four minutes would have seen."""
    clock = Clock(seen)
    with open(path, "w", encoding="utf-8") as file:
        for index, (made, _, page) in enumerate(seen):
            until = seen[index + 1][0] if index + 1 < len(seen) else end
            found = samples(page, clock, index)
            moment = made
            while moment < until:
                file.writelines(f"{series} {value} {moment:.3f}\n"
                                for series, value in found)
                moment += SAMPLES
        file.write("# EOF\n")


def fill(story):
    """Plays, and starts Prometheus anew on what was seen."""
    seen = play(story)
    path = story.shop.path("history.txt")
    write_open_metrics(seen, path, time.time() - SAMPLES)
    story.shop.kill("prometheus")
    made = subprocess.run(
        ["promtool", "tsdb", "create-blocks-from", "openmetrics", "-q", path,
         story.shop.path("history")], capture_output=True, text=True,
        check=False, cwd=story.shop.folder, env=world.CLEAN)
    if made.returncode != 0:
        raise servers.Failed(f"promtool: {made.stderr[-1000:]}")
    story.start_prometheus("history")
