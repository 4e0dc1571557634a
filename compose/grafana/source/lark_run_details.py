"""One task, its last run and the runs before it: lark-run-details."""

from model import (bar_gauge, dashboard, every, limits, one, query, row, stat,
                   timeseries, values, window)
from task_facts import AGE, AGED, EXIT_CODES

S = '{job=~"$job", task_name=~"$task"}'
STATUS = ('scheduled_task_executions_total{{job=~"$job", '
          'task_name=~"$task", status="{}"}}')
TIMEOUT = f"scheduled_task_timeout_seconds{S}"
CODES = values({0: ("0 done", "green"), 4: ("4 guarded", "orange"),
                64: ("64 usage", "red"), 69: ("69 unavailable", "red"),
                70: ("70 bug", "red"), 75: ("75 locked", "blue"),
                78: ("78 configuration", "red")})


def last(name):
    return f"max(scheduled_task_last_{name}{S})"


def fact(title, description, name, unit, **more):
    return stat(title, description, [query(last(name))], unit, width=6,
                **more)


def course(title, description, name, unit, **more):
    return timeseries(title, description, [query(
        f"max by (task_name) (scheduled_task_last_{name}{S})",
        "{{task_name}}")], unit, width=8, minimum=0, **more)


LAST = [
    row("The last run of $task"),
    fact("Exit code",
         "How the last run ended; the codes are in docs/options.md. "
         "`lark-admin runs --task $task --last 1` says more.", "exit_code",
         "none", mappings=CODES, limits=EXIT_CODES),
    stat("Began", "When the last run began.",
         [query(f"{last('start_timestamp_seconds')} * 1000")],
         "dateTimeFromNow"),
    stat("Last success", "When a run last succeeded.",
         [query("(max(scheduled_task_last_success_timestamp_seconds"
                f"{S}) > 0) * 1000")], "dateTimeFromNow",
         empty="never"),
    stat("Age of the last success",
         "As a share of the age that it may have; from 100 % on the task is "
         "late. A task without an expectation, or switched off, has none.",
         [query(f"max({AGED})")],
         "percentunit", decimals=0, empty="no limit",
         limits=AGE),
    fact("Duration", "How long the last run took.", "duration_seconds", "s",
         decimals=1),
    stat("Of its time limit",
         "The duration of the last run, of the time that a run may take.",
         [query(f"max(scheduled_task_last_duration_seconds{S} / "
                f"on (job, task_name) ({TIMEOUT} > 0))")], "percentunit",
         decimals=0, empty="no limit",
         limits=limits("green", ("orange", 0.5), ("red", 0.9))),
    fact("Began late by",
         "How long after its due time the run began. Much: the host is busy, "
         "or the run before took too long.", "start_delay_seconds", "s",
         limits=limits("green", ("orange", 60), ("red", 300))),
    stat("Switched on", "Whether the task is meant to run.",
         [query(f"min(scheduled_task_enabled{S})")], "none",
         mappings=values({0: ("off", "orange"), 1: ("on", "green")})),
    bar_gauge("Stages",
              "Where the time of the last run went.",
              [query("max by (stage) ("
                     f"scheduled_task_last_stage_duration_seconds{S})",
                     "{{stage}}")], "s", width=12,
              empty="the task has no stages"),
    bar_gauge("Records",
              "What the last run did with the records that it worked on.",
              [query("sum by (outcome) ("
                     f"scheduled_task_last_records{S})", "{{outcome}}")],
              "short", width=12, empty="the task counts no records"),
]

BEFORE = [
    row("The runs before it"),
    timeseries("Duration and time limit",
               "How long each run took. A run that reaches the limit is "
               "stopped and counts as failed.",
               [query("max by (task_name) ("
                      f"scheduled_task_last_duration_seconds{S})",
                      "{{task_name}}"),
                query(f"max by (task_name) ({TIMEOUT} > 0)",
                      "{{task_name}} limit")], "s", width=8, minimum=0),
    course("CPU time", "CPU time of each run, user and system.",
           "cpu_seconds", "s"),
    course("Memory", "Peak resident memory of each run. One that grows from "
           "run to run: compare it with the number of records.",
           "max_rss_bytes", "bytes"),
    timeseries("Stages over time", "Where the time of each run went.",
               [query("max by (stage) ("
                      f"scheduled_task_last_stage_duration_seconds{S})",
                      "{{stage}}")], "s", width=8, stack=True, minimum=0),
    timeseries("Records over time",
               "Records worked on in the window, by what became of them.",
               [query("sum by (outcome) (increase("
                      f"scheduled_task_records_total{S}[$window]))",
                      "{{outcome}}")], "short", width=8, stack=True,
               minimum=0),
    course("Delay", "How long after its due time each run began.",
           "start_delay_seconds", "s"),
    timeseries("Runs by result",
               "Runs that ended in the window, and those that did not take "
               "place.",
               [query(f"sum(increase({STATUS.format('success')}[$window]))",
                      "success"),
                query(f"sum(increase({STATUS.format('failure')}[$window]))",
                      "failure"),
                query("sum(increase(scheduled_task_skipped_total"
                      f"{S}[$window]))", "skipped"),
                query("sum(increase(scheduled_task_timeouts_total"
                      f"{S}[$window]))", "of them timed out")], "short",
               width=12, minimum=0),
    timeseries("Exit codes", "How each run ended; 0 is done.",
               [query("max by (task_name) ("
                      f"scheduled_task_last_exit_code{S})",
                      "{{task_name}}")], "none", width=12, minimum=0),
]

BOARDS = [dashboard(
    "lark-run-details", "Lark Run Details", folder="lark",
    tags=["lark-service", "scheduler"], system="lark",
    description="One task: its last run, and the runs before it.",
    refresh="30s", since="now-24h",
    variables=[every("job", "scheduled_task_enabled"),
               one("task", "scheduled_task_enabled", "sync_users",
                   "task_name", 'job=~"$job"'), window("1d")],
    panels=LAST + BEFORE)]
