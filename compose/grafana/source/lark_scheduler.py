"""Whether the tasks run, and how: scheduler-monitoring."""

from model import (column, dashboard, every, limits, query, row, stat,
                   state_timeline, table, timeseries, values, window)
from task_facts import AGE, AGED, EXIT_CODES, FAILED

S = '{job=~"$job", task_name=~"$task"}'
ON = "on (job, task_name)"
RUNS = f"scheduled_task_executions_total{S}"
SUCCESS = f"scheduled_task_last_success_timestamp_seconds{S}"
TIMEOUT = f"scheduled_task_timeout_seconds{S}"
ENABLED = f"scheduled_task_enabled{S}"
SECONDS = f"scheduled_task_duration_seconds_bucket{S}"

NONE_IS_GOOD = limits("green", ("red", 1))
NONE_IS_USUAL = limits("green", ("orange", 1))


def status(outcome):
    return (f'scheduled_task_executions_total{{job=~"$job", '
            f'task_name=~"$task", status="{outcome}"}}')


def count(condition):
    """0 only where there are tasks: without any, nothing is known."""
    return [query(f"count({condition}) or 0 * count({ENABLED})")]


def firing(alert):
    return count(f'ALERTS{{alertname="{alert}", alertstate="firing", '
                 'job=~"$job", task_name=~"$task"}')


def by_task(metric):
    return query(f"max by (job, task_name) ({metric})")


NOW = [
    row("Now"),
    stat("Late",
         "Tasks whose last success is older than they may be. Somebody must "
         "look: the table below names them, their runbook is "
         "ScheduledTaskStale.",
         firing("ScheduledTaskStale"), "none", width=4,
         limits=NONE_IS_GOOD, empty="no task"),
    stat("Failed last time",
         "Tasks whose last run failed. The next run may mend it; `lark-admin "
         "runs --last 10` says why.",
         firing("ScheduledTaskLastRunFailed"), "none", width=4,
         limits=NONE_IS_USUAL, empty="no task"),
    stat("Begun and not ended",
         "Tasks with a run that began and did not end within its time limit "
         "by far: it hangs, or it was killed. Look for the process on its "
         "host; runbook ScheduledTaskHung.",
         firing("ScheduledTaskHung"), "none", width=4,
         limits=NONE_IS_GOOD, empty="no task"),
    stat("Switched off",
         "Tasks that are not meant to run: by `lark-admin tasks disable` or in "
         "the configuration. They raise no alert for being late.",
         count(f"{ENABLED} == 0"), "none", width=4, limits=NONE_IS_USUAL,
         empty="no task"),
    stat("Worst success ratio",
         "Of the task that fails most: its runs that succeeded, of all that "
         "ended in the window. A mean over all tasks would hide a sync among "
         "hundreds of health checks.",
         [query(f"min(sum by (job, task_name) (increase({status('success')}"
                "[$window])) / (sum by (job, task_name) (increase("
                f"{RUNS}[$window])) > 0))")], "percentunit",
         width=4, decimals=1, empty="no runs",
         limits=limits("red", ("orange", 0.9), ("green", 0.99))),
    stat("Tasks",
         "Tasks that have ever pushed. Fewer than yesterday: the Pushgateway "
         "lost its groups.",
         [query(f"count(max by (job, task_name) ({ENABLED}))")], "none",
         width=4, empty="none"),
    table("Tasks, one by one",
          "What the last run of each task left. The share is the age of the "
          "last success of the age that it may have: from 100 % on, the task "
          "is late. Exit codes: 0 done, 4 stopped by a guard, 75 another run "
          "held the lock.",
          [query(f"max by (job, task_name) ({SUCCESS} > 0) * 1000"),
           query(f"max by (job, task_name) ({AGED})"),
           by_task(f"scheduled_task_last_duration_seconds{S}"),
           by_task(f"scheduled_task_last_exit_code{S}"),
           by_task(f"scheduled_task_last_start_delay_seconds{S}"),
           by_task(ENABLED)],
          [column("task_name", "Task"),
           column("job", "Job"),
           column("A", "Last success", unit="dateTimeFromNow"),
           column("B", "Of its age", unit="percentunit", limits=AGE,
                  decimals=0),
           column("C", "Duration", unit="s"),
           column("D", "Exit code", unit="none", limits=EXIT_CODES),
           column("E", "Began late by", unit="s", limits=limits(
               "green", ("orange", 60), ("red", 300))),
           column("F", "Enabled", unit="none", mappings=values({
               0: ("off", "orange"), 1: ("on", "green")}))],
          sort="Of its age", empty="no task has pushed"),
]

RUNNING = [
    row("Runs"),
    timeseries("Scheduled Task Execution Rate",
               "Runs that ended in the window, by task and result, on a "
               "scale of powers of ten: one task runs daily, another every "
               "minute. A line that sinks to 0 is a task that no longer "
               "runs.",
               [query(f"sum by (task_name) (increase({status('success')}"
                      "[$window]))", "{{task_name}} success"),
                query(f"sum by (task_name) (increase({status('failure')}"
                      "[$window]))", "{{task_name}} failure")],
               "short", minimum=0, orders=True),
    timeseries("Scheduled Task Duration P95 / P99",
               "How long 95 and 99 of 100 runs of the window took at most, "
               "from buckets, so roughly; by powers of ten. A task that "
               "grows towards its time limit: split it, or see what it "
               "waits for.",
               [query(f"histogram_quantile({share}, sum by (le, task_name) "
                      f"(increase({SECONDS}[$window])))",
                      "{{task_name}} P" + f"{share * 100:g}")
                for share in (0.95, 0.99)], "s", minimum=0, orders=True),
    table("Task Failure Count",
          "What went wrong in the window: runs that failed, of them those "
          "stopped by their time limit, and runs that did not take place.",
          [query(f"sum by (job, task_name) (round(increase("
                 f"{status('failure')}[$window])))"),
           query("sum by (job, task_name) (round(increase("
                 f"scheduled_task_timeouts_total{S}[$window])))"),
           query("sum by (job, task_name) (round(increase("
                 f"scheduled_task_skipped_total{S}[$window])))")],
          [column("task_name", "Task"), column("job", "Job"),
           column("A", "Failed", unit="short", limits=NONE_IS_GOOD),
           column("B", "Timed out", unit="short", limits=NONE_IS_GOOD),
           column("C", "Skipped", unit="short", limits=NONE_IS_USUAL)],
          width=12, sort="Failed"),
    timeseries("Runs that did not take place",
               "Skipped runs in the window; the table beside says of which "
               "task. overlap: the one before still "
               "ran; misfire: it came too late; disabled: the task is "
               "switched off. Overlaps: the schedule is too tight.",
               [query("sum by (reason) (increase("
                      f"scheduled_task_skipped_total{S}[$window]))",
                      "{{reason}}")], "short", minimum=0),
    state_timeline("Result of the last run",
                   "Green while the last run of a task had succeeded, red "
                   "while it had failed. A health check that found something "
                   "wrong is green: Lark Health Checks says what.",
                   [query(f"max by (task_name) ({FAILED})",
                          "{{task_name}}")],
                   mappings=values({0: ("succeeded", "green"),
                                    1: ("failed", "red")})),
    timeseries("Age of the last success, of its limit",
               "As a share of the age that it may have. Saw teeth are "
               "normal; a line above 100 % is a task that is late. Tasks "
               "that are switched off have none.",
               [query(f"max by (task_name) ({AGED})", "{{task_name}}")],
               "percentunit", limits=AGE, line=True, minimum=0),
    timeseries("Duration of the last run, of its limit",
               "As a share of the time limit. At 100 % the run is stopped "
               "and counts as failed.",
               [query("max by (task_name) ("
                      f"scheduled_task_last_duration_seconds{S} / {ON} "
                      f"({TIMEOUT} > 0))", "{{task_name}}")],
               "percentunit", limits=limits("green", ("orange", 0.5),
                                            ("red", 0.9)),
               line=True, minimum=0),
]

CLASS = 'lark_cleanup_{}{{job=~"$job"}}'

TIDY = [
    row("Cleanup and the way of the metrics"),
    table("What cleanup left",
          "Rows, files or groups past their retention that were left when "
          "the last run ended, and what a legal hold keeps. A backlog that "
          "grows: raise the limits of the task.",
          [query(f"max by (class) ({CLASS.format('backlog')})"),
           query(f"max by (class) ({CLASS.format('held')})")],
          [column("class", "Class"),
           column("A", "Left over", unit="short", limits=NONE_IS_USUAL),
           column("B", "Held", unit="short")],
          width=12, sort="Left over", empty="cleanup has not run"),
    timeseries("Deleted by cleanup",
               "Rows, files and groups deleted in the window, by class.",
               [query("sum by (class) (increase("
                      f"{CLASS.format('deleted_total')}[$window]))",
                      "{{class}}")], "short", stack=True, minimum=0),
    timeseries("Pushes that failed",
               "Pushes in the window that the Pushgateway did not take; the "
               "run itself is not harmed, and the next push tells of them.",
               [query("sum by (job) (increase("
                      'lark_batch_metrics_push_failures_total{job=~"$job"}'
                      "[$window]))", "{{job}}")], "short", width=8,
               minimum=0),
    timeseries("Runs whose counts wait on disk",
               "Runs that could not write their counts into the database. "
               "They are added when it is back; nothing is lost.",
               [query("max by (job) (lark_batch_metrics_spool_records"
                      '{job=~"$job"})', "{{job}}")], "short", width=8,
               minimum=0, limits=NONE_IS_USUAL),
    table("Builds",
          "Which build each program pushes with. More than one: an upgrade "
          "is not finished.",
          [query("max by (job, version, revision) (lark_batch_build_info"
                 '{job=~"$job"})')],
          [column("job", "Job"), column("version", "Version"),
           column("revision", "Revision")], width=8),
]

# What the task said last is true only while it runs.
HEARD = ('min(lark_forward_alerts_watchdog{job=~"$job"} and on (job) time() - '
         'scheduled_task_last_completion_timestamp_seconds{job=~"$job"} '
         "< 600)")

FORWARDED = [
    row("Alerts on their way to Lark"),
    timeseries("Alerts at the last look",
               "What lark-forward-alerts saw at Alertmanager: alerts that "
               "fire, by severity, and those that are silenced or inhibited "
               "and are told to nobody.",
               [query("sum by (severity) (lark_forward_alerts_firing"
                      '{job=~"$job"})', "{{severity}}"),
                query('sum(lark_forward_alerts_muted{job=~"$job"})',
                      "muted")], "short", minimum=0),
    timeseries("Messages by channel",
               "Messages of all programs in the window that a channel "
               "accepted, and digests that it did not: nobody hears of "
               "anything by that way.",
               [query("sum by (channel, status) (increase("
                      'lark_notify_messages_total{job=~"$job"}[$window]))',
                      "{{channel}} {{status}}")], "short", width=8,
               minimum=0),
    stat("Watchdog",
         "Whether Alertmanager had the alert that always fires. Gone: no "
         "alert arrives there. Nobody looks: lark-forward-alerts has not run "
         "for ten minutes, or is not used.",
         [query(HEARD)], "none", width=4, height=8, mappings=values({
             0: ("gone", "red"), 1: ("heard", "green")}),
         limits=limits("red", ("green", 1)), empty="nobody looks"),
]

BOARDS = [dashboard(
    "scheduler-monitoring", "Scheduler Monitoring", folder="lark",
    tags=["lark-service", "scheduler"], system=["lark", "platform"],
    description="Whether the tasks run when they should, and how it ends.",
    refresh="30s", since="now-24h",
    variables=[every("job", "scheduled_task_enabled"),
               every("task", "scheduled_task_enabled", "task_name",
                     'job=~"$job"'), window("1d")],
    panels=NOW + RUNNING + FORWARDED + TIDY)]
