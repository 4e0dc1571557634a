"""What our programs would have pushed of the made-up day: checks, tasks.

The checks are those of docs/examples/*.toml. Each function yields the name
of a series, its labels, and its value as a function of the moment.
"""

import math
import pathlib
import tomllib

from plausible_day import DAY, END, began, chance, number, story, swing

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "docs" / "examples"

# task: job, seconds between runs, seconds that a run takes, greatest age
TASKS = {
    "sync_users": ("lark-sync-users", 900, 42, 2700),
    "check_tokens": ("lark-check-tokens", 3600, 6, 10800),
    "healthcheck": ("lark-healthcheck", 300, 9, 900),
    "cleanup": ("lark-cleanup", 86400, 31, 180000),
    "forward_alerts": ("lark-forward-alerts", 60, 0.4, 600),
    "report_daily": ("lark-run-report_daily", 86400, 190, 100000),
    "report_weekly": ("lark-run-report_weekly", 604800, 340, 700000)}

OUTCOMES = {"created": 3, "updated": 11, "unchanged": 640, "deleted": 1,
            "failed": 0}

TASK_EDGES = [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600]


def checks():
    found = {}
    for name in ("lark-service", "fechatter", "crypto"):
        page = tomllib.loads((EXAMPLES / f"{name}.toml").read_text("utf-8"))
        for check in page["check"]:
            if check.get("enabled", True):
                found.setdefault(check["name"], check)
    return found


def check_state(check, moment):
    """None while it is skipped."""
    if check["name"] == "timescaledb" and story("database is away", moment):
        return 2
    if "timescaledb" in check.get("depends_on", []) and story(
            "database is away", moment):
        return None
    if check["name"] == "redis queues" and story("redis is full", moment):
        return 1
    if check["name"] == "analytics_server metrics" and story(
            "subscription lost", moment):
        return 2
    if check["name"] == "exchange API errors" and story(
            "exchange refuses", moment):
        return 2
    return 0


def age(check, moment):
    """Seconds since a report, or a candle, was written."""
    every = {"daily report": DAY, "weekly report": 7 * DAY,
             "analyzer results": DAY / 4}.get(check["name"], 60)
    return moment % every + 20 + 40 * chance(check["name"], moment)


def of_checks():
    for name, check in checks().items():
        labels = {"job": "lark-healthcheck", "check": name}
        yield "lark_healthcheck_info", labels | {
            "kind": check["kind"], "groups": ",".join(check["groups"]),
            "labels": ",".join(check.get("labels", []))}, lambda _: 1
        yield ("lark_healthcheck_state", labels,
               lambda moment, check=check: check_state(check, moment))
        yield ("lark_healthcheck_duration_seconds", labels,
               lambda moment, name=name: 0.02 + 0.3 * chance(name) ** 4
               * swing(moment, chance(name)))
        if check.get("url", "").startswith("https"):
            yield ("lark_healthcheck_certificate_expiry_timestamp_seconds",
                   labels, lambda _, name=name:
                   END + DAY * (12 + 60 * chance(name)))
        yield from of_measures(check, labels)


def of_measures(check, labels):
    named = "lark_healthcheck_value"
    if check["kind"] in ("file_age", "sql_freshness"):
        yield (named, labels | {"measure": "age"},
               lambda moment: age(check, moment))
    if check["kind"] == "sql_ratio":
        yield (named, labels | {"measure": "missing"},
               lambda moment: 0.4 * swing(moment, 0.2))
    if check["kind"] == "http" and "warn" in check:
        yield (named, labels | {"measure": "time"},
               lambda moment: 0.2 * swing(moment, 0.4))


def run_of(every, takes, moment):
    """When the last run that has ended by now began."""
    begin = began(every, moment)
    ended = begin + took(takes, every, begin) <= moment
    return begin if ended else begin - every


def of_tasks():
    for task, (job, every, takes, oldest) in TASKS.items():
        labels = {"job": job, "task_name": task}
        for name, value in task_gauges(task, every, takes, oldest):
            yield f"scheduled_task_{name}", labels, value
        for name, more, per_run in task_counts(takes):
            yield (f"scheduled_task_{name}", labels | more,
                   lambda moment, every=every, per_run=per_run:
                   math.floor((moment - END + 9 * DAY) / every + 0.9)
                   * per_run)
        for outcome, count in OUTCOMES.items():
            yield ("scheduled_task_last_records",
                   labels | {"outcome": outcome}, lambda _, count=count: count)
        for stage, part in (("fetch", 0.6), ("compare", 0.1),
                            ("apply", 0.3)):
            yield ("scheduled_task_last_stage_duration_seconds",
                   labels | {"stage": stage},
                   lambda moment, part=part, takes=takes, every=every:
                   took(takes, every, moment) * part)


def took(takes, every, moment):
    return takes * (0.85 + 0.4 * chance(began(every, moment)))


def task_gauges(task, every, takes, oldest):
    def last(moment):
        return run_of(every, takes, moment)

    def fails(moment):
        return task == "sync_users" and story("sync fails", moment)

    def succeeded(moment):
        before = moment
        while fails(before):
            before -= every
        return last(before) + took(takes, every, last(before))
    yield "last_success_timestamp_seconds", succeeded
    yield "last_completion_timestamp_seconds", lambda moment: (
        last(moment) + took(takes, every, last(moment)))
    yield "last_start_timestamp_seconds", last
    yield "last_duration_seconds", lambda moment: (
        took(takes, every, last(moment)))
    yield "last_exit_code", lambda moment: 69 if fails(moment) else 0
    yield "last_start_delay_seconds", lambda moment: (
        3 * chance(task, began(every, moment)))
    yield "success_max_age_seconds", lambda _: oldest
    yield "timeout_seconds", lambda _: max(30, takes * 8)
    yield "enabled", lambda _: 0 if task == "report_weekly" else 1
    yield "last_cpu_seconds", lambda moment: (
        took(takes, every, moment) * 0.2)
    yield "last_max_rss_bytes", lambda moment: (
        18e6 + 4e6 * chance(task, began(every, moment)))


def task_counts(takes):
    """Of each counter, how much a run adds."""
    yield "executions_total", {"status": "success"}, 0.98
    yield "executions_total", {"status": "failure"}, 0.02
    for reason, share in (("overlap", 0.01), ("misfire", 0.004),
                          ("disabled", 0)):
        yield "skipped_total", {"reason": reason}, share
    yield "timeouts_total", {}, 0.001
    for outcome, count in OUTCOMES.items():
        yield "records_total", {"outcome": outcome}, count
    for edge in [*TASK_EDGES, math.inf]:
        yield ("duration_seconds_bucket", {"le": number(edge)},
               min(1, max(0, edge / takes - 0.6)))
    yield "duration_seconds_sum", {}, takes
    yield "duration_seconds_count", {}, 1
