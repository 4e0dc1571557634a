"""What the crypto platform stored, and the reports that are made of it.

The oldest pair counts, never the newest: one that stands still is the usual
fault.
"""

from crypto import QUALITY, board
from model import (bar_gauge, column, every, limits, query, row, stat,
                   state_timeline, table, timeseries, values, window)
from served_facts import (CHECK_STATES, NONE_IS_GOOD, check_states, health,
                          measured, of)
from task_facts import AGE, EXIT_CODES

PAIR = "exchange, symbol, timeframe"
PAIRS = "{{exchange}} {{symbol}} {{timeframe}}"
STALE = limits("green", ("orange", 600), ("red", 1800))
MISSING = limits("green", ("orange", 0.02), ("red", 0.05))



def age_of_pair(timeframe):
    newest = of("collector_last_successful_collection_timestamp", timeframe)
    return f"time() - max by (exchange, symbol, timeframe) ({newest})"


# A candle of an hour comes once an hour: what is older than that counts.
LENGTHS = {"1h": 3600, "4h": 14400, "1d": 86400}
AGE_OF_PAIR = "(" + " or ".join(
    [age_of_pair('timeframe!~"' + "|".join(LENGTHS) + '"')]
    + ["clamp_min(" + age_of_pair(f'timeframe="{each}"') + f" - {length}, 0)"
       for each, length in LENGTHS.items()]) + ")"


def worst_pairs(name, combine="max"):
    return f"{combine} by ({PAIR}) ({of(name)})"


QUALITY_PANELS = [
    row("Now"),
    stat("Oldest pair", "How long ago the pair that stands still longest "
         "was last collected; of candles of 1h, 4h and 1d, how long ago the "
         "next one was due. Red from 30 minutes: runbook "
         "NoKLineDataFor30Minutes.",
         [query(f"max({AGE_OF_PAIR})")], "s", limits=STALE, decimals=0,
         empty="no data"),
    stat("Pairs that stand still", "Pairs and time frames not collected for "
         "30 minutes, counted as beside.",
         [query(f"count({AGE_OF_PAIR} > 1800) or 0 * count({AGE_OF_PAIR})")],
         "none", limits=NONE_IS_GOOD, empty="no data"),
    stat("Missing, as the collector says", "The worst share of candles "
         "that are missing, of all pairs. Red from 5 %: runbook "
         "HighDataMissingRate.",
         [query(f"max({of('collector_data_missing_rate')})")],
         "percentunit", decimals=1, limits=MISSING, empty="no data"),
    stat("Missing, counted in the database", "The same from the stored rows, "
         "by the health check of kind sql_ratio: it knows what the collector "
         "forgot.", [query("max(" + measured("crypto", "missing") + ")")],
         "percent", decimals=1, limits=limits("green", ("orange", 2),
                                              ("red", 5)),
         empty="no check"),
    table("Pairs", "Each pair and time frame, the oldest first.",
          [query(AGE_OF_PAIR),
           query(worst_pairs("collector_data_missing_rate")),
           query(worst_pairs("collector_data_quality_score", "min")),
           query(worst_pairs("collector_consecutive_failures"))],
          [column("exchange", "Exchange"), column("symbol", "Symbol"),
           column("timeframe", "Time frame"),
           column("A", "Age", unit="s", decimals=0, limits=STALE),
           column("B", "Missing", unit="percentunit", decimals=1,
                  limits=MISSING),
           column("C", "Quality", unit="none", decimals=0, limits=QUALITY),
           column("D", "Failures in a row", unit="none", limits=limits(
               "green", ("orange", 3), ("red", 10)))],
          sort="Age", height=9, empty="nothing was collected yet"),
    row("Course"),
    timeseries("Age of the newest candle", "By pair and time frame; of "
               "candles of 1h, 4h and 1d, how long ago the next one was "
               "due.",
               [query(AGE_OF_PAIR, PAIRS)], "s", minimum=0, limits=STALE,
               line=True),
    timeseries("Age in the database", "The newest row of the oldest pair, by "
               "the health checks of kind sql_freshness.",
               [query(measured("crypto", "age", "data"), "{{check}}")], "s",
               minimum=0),
    timeseries("Missing candles", "As the collector's own check says. The "
               "line at 5 % is the alert's.",
               [query(worst_pairs("collector_data_missing_rate"), PAIRS)],
               "percentunit", minimum=0, limits=MISSING, line=True),
    timeseries("Quality", "Score by pair, of 100.",
               [query(worst_pairs("collector_data_quality_score", "min"),
                      PAIRS)], "none", maximum=100, limits=QUALITY,
               line=True),
    timeseries("Candles refused", "Candles in an hour that did not pass "
               "validation, by pair.",
               [query(f"sum by ({PAIR}) (increase("
                      f"{of('collector_validation_failures_total')}[1h]))",
                      PAIRS)], "short", minimum=0),
    timeseries("Failures in a row", "Attempts since the last success, by "
               "pair.", [query(worst_pairs("collector_consecutive_failures"),
                               PAIRS)], "short", minimum=0),
    health("crypto", "data"),
]

CHOSEN_TASKS = 'job=~"lark-run-.+", job=~"$job", task_name=~"$task"'


def task(name, more=""):
    return f"scheduled_task_{name}{{{CHOSEN_TASKS}{more}}}"


DONE = f"({task('last_success_timestamp_seconds')} > 0)"
AGED = (f"((time() - {DONE}) / on (job, task_name) "
        f"({task('success_max_age_seconds')} > 0) "
        f"unless on (job, task_name) {task('enabled')} == 0)")


def ended(status):
    label = f', status="{status}"'
    return task("executions_total", label)


REPORTS = [
    row("Reports"),
    bar_gauge("Age of reports", "How old the newest file is, by the health "
              "checks of the group `reports`. The colour of the state beside "
              "says whether that is too old.",
              [query(measured("crypto", "age", "reports"), "{{check}}")],
              "s", decimals=1, empty="no check is configured"),
    table("Reports, one by one", "The state of each check of the group "
          "`reports`, the worst first.",
          [query(check_states("crypto", "reports")),
           query(measured("crypto", "age", "reports"))],
          [column("check", "Check"),
           column("A", "State", unit="none", mappings=CHECK_STATES),
           column("B", "Age", unit="s", decimals=1)],
          width=12, sort="State", empty="no check is configured"),
    timeseries("Age over time", "Saw teeth are normal: a tooth that grows "
               "is a report that was not made.",
               [query(measured("crypto", "age", "reports"), "{{check}}")],
               "s", minimum=0, width=24, height=7),
    health("crypto", "reports"),
    row("What makes them"),
    table("Tasks", "What the last run of each task of lark-run left. The "
          "share is the age of the last success of the age that it may "
          "have.",
          [query(f"max by (job, task_name) ({DONE}) * 1000"),
           query(f"max by (job, task_name) ({AGED})"),
           query("max by (job, task_name) ("
                 f"{task('last_duration_seconds')})"),
           query(f"max by (job, task_name) ({task('last_exit_code')})")],
          [column("task_name", "Task"), column("job", "Job"),
           column("A", "Last success", unit="dateTimeFromNow"),
           column("B", "Of its age", unit="percentunit", limits=AGE,
                  decimals=0),
           column("C", "Duration", unit="s"),
           column("D", "Exit code", unit="none", limits=EXIT_CODES)],
          sort="Of its age", height=7, empty="no task of lark-run"),
    timeseries("Runs", "Runs that ended in the window, by task and result.",
               [query(f"sum by (task_name) (increase({ended(status)}"
                      "[$window]))", "{{task_name}} " + status)
                for status in ("success", "failure")], "short", minimum=0),
    timeseries("Duration", "How long the last run took.",
               [query("max by (task_name) ("
                      f"{task('last_duration_seconds')})",
                      "{{task_name}}")], "s", minimum=0),
    state_timeline("Result of the last run", "Red while the last run had "
                   "failed.",
                   [query("max by (task_name) ("
                          f"{task('last_exit_code')} > bool 0)",
                          "{{task_name}}")],
                   mappings=values({0: ("succeeded", "green"),
                                    1: ("failed", "red")}), height=6),
]

BOARDS = [
    board("crypto-data-quality", "Crypto Data Quality", QUALITY_PANELS,
          [every("job", "up", where='job="collector"')],
          description="What is missing or old in the stored data.",
          since="now-24h"),
    board("crypto-reports", "Crypto Reports", REPORTS,
          [every("job", "scheduled_task_enabled",
                 where='job=~"lark-run-.+"'),
           every("task", "scheduled_task_enabled", "task_name",
                 'job=~"lark-run-.+", job=~"$job"'), window("7d")],
          description="Whether reports are made, and by what.",
          refresh="5m", since="now-7d"),
]
