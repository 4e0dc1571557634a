"""What lark-healthcheck found: lark-healthchecks."""

from model import (bar_gauge, below, column, dashboard, every, limits, query,
                   row, stat, state_timeline, table, timeseries, values)
from task_facts import AGE

S = '{job=~"$job", check=~"$check"}'
STATE = f"lark_healthcheck_state{S}"
INFO = f"lark_healthcheck_info{S}"
# A skipped check has no state.
SKIPPED = f"({INFO} unless on (job, check) {STATE})"
SECONDS = f"lark_healthcheck_duration_seconds{S}"
ENDS = f"lark_healthcheck_certificate_expiry_timestamp_seconds{S}"
RUN = '{job=~"$job", task_name=~"healthcheck(@.+)?"}'

STATES = values({0: ("OK", "green"), 1: ("WARNING", "yellow"),
                 2: ("CRITICAL", "red"), 3: ("UNKNOWN", "purple"),
                 4: ("skipped", "blue")})
# Fifty bands cannot be read: those that were not OK in all the time shown.
TROUBLED = (
    f"(max by (check) (max_over_time({STATE}[$__range] @ end())) > 0 or "
    f"max by (check) (count_over_time({INFO}[$__range] @ end())) > "
    f"max by (check) (count_over_time({STATE}[$__range] @ end())) or "
    f"max by (check) ({INFO} unless on (job, check) "
    f"last_over_time({STATE}[$__range] @ end())))")
SLOWEST = ("topk(10, max by (check) (max_over_time("
           f"{SECONDS}[$__range] @ end())))")
CERTIFICATE = limits("red", ("orange", 7), ("green", 21))
SLOW = limits("green", ("orange", 2), ("red", 5))


def number(title, description, state, colour):
    return stat(title, description,
                [query(f"count({STATE} == {state}) or 0 * count({INFO})")],
                "none", width=4, limits=limits("green", (colour, 1)),
                empty="no check")


def state(legend=""):
    return query(f"max by (check) ({STATE}) or "
                 f"max by (check) ({SKIPPED}) * 4", legend)


NOW = [
    row("Now"),
    number("CRITICAL", "Checks that failed. Runbook HealthcheckFailing.", 2,
           "red"),
    number("WARNING", "Checks that answered, but not as they should. Runbook "
           "HealthcheckDegraded.", 1, "orange"),
    number("UNKNOWN", "Checks that could not be made: a wrong password, a "
           "missing file, a name that does not resolve.", 3, "purple"),
    stat("Skipped", "Checks left out because one that they depend on is "
         "down. They say nothing, good or bad.",
         [query(f"count({SKIPPED}) or 0 * count({INFO})")], "none", width=4,
         limits=limits("green", ("blue", 1)), empty="no check"),
    stat("Configured", "Checks that are configured.",
         [query(f"count(max by (check) ({INFO}))")],
         "none", width=4, empty="none"),
    stat("Age of this page",
         "The age of the last run of the health check, of the age that it "
         "may have. From 100 % on nothing here is true any more: runbook "
         "ScheduledTaskStale.",
         [query("max((time() - scheduled_task_last_completion_timestamp_"
                f"seconds{RUN}) / on (job, task_name) "
                f"(scheduled_task_success_max_age_seconds{RUN} > 0))")],
         "percentunit", width=4, decimals=0,
         limits=AGE),
    state_timeline("Checks that were not always OK",
                   "Over time; the table below has all. Blue: skipped "
                   "because what it depends on was down.",
                   [query(f"({state()['expr']}) and on (check) {TROUBLED}",
                          "{{check}}")],
                   mappings=STATES, height=8,
                   empty="every check was OK all the time"),
    table("Checks",
          "Each check as it was found last, the worst first.",
          [state(),
           query(f"max by (check, kind, groups) ({INFO})"),
           query(f"max by (check) ({SECONDS})"),
           query(f"(min by (check) ({ENDS}) - time()) / 86400")],
          [column("check", "Check"), column("kind", "Kind", width=120),
           column("groups", "Groups"),
           column("A", "State", unit="none", mappings=STATES, width=120),
           column("C", "Took", unit="s", width=110),
           column("D", "Certificate", unit="d", decimals=0,
                  limits=CERTIFICATE, width=110)],
          sort="State", height=10, empty="no check has run"),
]

CLOSER = [
    row("Closer look"),
    bar_gauge("Slowest attempt",
              "The longest attempt in the time shown, of the ten checks that "
              "took longest. A check that meets its `timeout` (10 s unless "
              "the check says otherwise) counts as failed.",
              [query(f"sort_desc({SLOWEST})", "{{check}}")], "s",
              limits=SLOW, decimals=2),
    timeseries("Duration",
               "How long the last attempt took, of the same ten checks.",
               [query(f"max by (check) ({SECONDS}) and on (check) {SLOWEST}",
                      "{{check}}")], "s",
               minimum=0),
    bar_gauge("Certificates",
              "Days until the first certificate of each chain ends. Orange "
              "below 21 days, red below 7: runbook CertificateExpiring.",
              [query(f"(min by (check) ({ENDS}) - time()) / 86400",
                     "{{check}}")], "d", limits=CERTIFICATE, maximum=90,
              decimals=0, mappings=below(0, "EXPIRED", "red"),
              empty="no check uses TLS"),
    timeseries("Values",
               "What the checks measured, in the base unit of each measure: "
               "seconds, bytes, shares, counts; only what has a limit. Choose "
               "one check to see it.",
               [query("max by (check, measure) (lark_healthcheck_value"
                      f"{S})", "{{check}} {{measure}}")], "short"),
]

BOARDS = [dashboard(
    "lark-healthchecks", "Lark Health Checks", folder="lark",
    tags=["lark-service", "healthchecks"], system=["lark", "platform"],
    description="What the health checks found, and when.",
    refresh="30s", since="now-6h",
    variables=[every("job", "lark_healthcheck_info"),
               every("check", "lark_healthcheck_info",
                     where='job=~"$job"')],
    panels=NOW + CLOSER)]
