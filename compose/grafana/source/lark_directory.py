"""What the sync holds of each app's company: lark-directory."""

from model import (column, dashboard, every, limits, query, row, stat, table,
                   timeseries, window)
from task_facts import AGE

APP = 'job=~"$job", app=~"$app"'
SYNC = 'job=~"$job", task_name=~"sync_users(@.+)?"'
OBJECTS = "lark_sync_users_objects{{{}, kind=\"{}\", state=\"{}\"}}"
LOST = f"lark_sync_users_fields_lost{{{APP}}}"
INCOMPLETE = f"lark_sync_users_incomplete_departments{{{APP}}}"

SOME_IS_ODD = limits("green", ("orange", 1))
DEPARTED = limits("green", ("orange", 0.05), ("red", 0.2))
UNSEEN = limits("green", ("orange", 0.02), ("red", 0.2))


def held(kind, state):
    return OBJECTS.format(APP, kind, state)


def gone(action):
    return (f'lark_sync_users_changes_total{{{APP}, kind="user", '
            f'action="{action}"}}')


def share(action):
    return query(f"sum(increase({gone(action)}[$window])) / "
                 f"(sum({held('user', 'active')}) > 0)")


NOW = [
    row("Now"),
    stat("People", "Active people in the directory, over all chosen apps.",
         [query(f"sum({held('user', 'active')})")], "none", width=4,
         graph=True),
    stat("Departments", "Active departments, over all chosen apps.",
         [query(f"sum({held('department', 'active')})")], "none", width=4,
         graph=True),
    stat("Departed in the window",
         "People who left in the window, as a share of those who are there. "
         "Many at once: see whether the company really shrank before "
         "cleanup deletes their data. Runbook DirectoryDepartedUnusuallyMany.",
         [share("departed")], "percentunit", width=4, decimals=1,
         limits=DEPARTED, empty="no people"),
    stat("Out of scope in the window",
         "People whom the app may no longer see, as a share. Usually the "
         "app's contact scope was made smaller in the Lark console. Runbook "
         "DirectoryScopeShrank.",
         [share("out_of_scope")], "percentunit", width=4, decimals=1,
         limits=UNSEEN, empty="no people"),
    stat("Fields lost",
         "Fields that nobody has any more: a permission was taken from the "
         "app. Give it back, or accept the loss. Runbook DirectoryFieldLost.",
         [query(f"sum({LOST})")], "none", width=4, limits=SOME_IS_ODD),
    stat("Incomplete departments",
         "Departments whose members could not all be read in the last run. "
         "Nobody in them is taken for departed.",
         [query(f"sum({INCOMPLETE})")], "none", width=4,
         limits=SOME_IS_ODD),
    table("Apps",
          "What the directory holds of each app.",
          [query(f"sum by (app) ({held('user', 'active')})"),
           query(f"sum by (app) ({held('department', 'active')})"),
           query(f"sum by (app) ({held('membership', 'active')})"),
           query(f"sum by (app) ({held('user', 'departed')})"),
           query(f"sum by (app) ({held('user', 'out_of_scope')})"),
           query(f"max by (app) ({LOST})"),
           query(f"max by (app) ({INCOMPLETE})")],
          [column("app", "App"), column("A", "People", unit="short"),
           column("B", "Departments", unit="short"),
           column("C", "Memberships", unit="short"),
           column("D", "Departed", unit="short"),
           column("E", "Out of scope", unit="short"),
           column("F", "Fields lost", unit="none", limits=SOME_IS_ODD),
           column("G", "Incomplete", unit="none", limits=SOME_IS_ODD)],
          sort="People", empty="no app was synced"),
]

OVER_TIME = [
    row("Over time"),
    timeseries("People by state",
               "active: there; departed: gone from the company; "
               "out_of_scope: no longer visible to the app.",
               [query("sum by (state) (lark_sync_users_objects"
                      f'{{{APP}, kind="user"}})', "{{state}}")], "short",
               minimum=0),
    timeseries("Objects by kind",
               "Active objects. A step down is a scope that shrank or a "
               "reorganisation.",
               [query("sum by (kind) (lark_sync_users_objects"
                      f'{{{APP}, state="active"}})', "{{kind}}")], "short",
               minimum=0),
    timeseries("Changes to people",
               "Changes applied in the window, by action.",
               [query("sum by (action) (increase("
                      "lark_sync_users_changes_total"
                      f'{{{APP}, kind="user"}}[$window]))', "{{action}}")],
               "short", minimum=0),
    timeseries("Changes to departments",
               "Changes applied in the window, by action. Many at once are "
               "a reorganisation.",
               [query("sum by (action) (increase("
                      "lark_sync_users_changes_total"
                      f'{{{APP}, kind="department"}}[$window]))',
                      "{{action}}")], "short", minimum=0),
    row("The sync itself"),
    timeseries("Records of the last run",
               "What the last run did with the records that it read. All at "
               "0 is a sync that read nothing: runbook "
               "ScheduledTaskRecordsDroppedToZero.",
               [query("sum by (outcome) (scheduled_task_last_records"
                      f"{{{SYNC}}})", "{{outcome}}")], "short", width=8,
               stack=True, minimum=0),
    timeseries("Duration of the last run",
               "How long the last run took, by task; shards apart.",
               [query("max by (task_name) ("
                      f"scheduled_task_last_duration_seconds{{{SYNC}}})",
                      "{{task_name}}")], "s", width=8, minimum=0),
    timeseries("Age of the last sync, of its limit",
               "As a share of the age that it may have. Above 100 % the "
               "directory is old: runbook ScheduledTaskStale.",
               [query("max by (task_name) ((time() - "
                      "(scheduled_task_last_success_timestamp_seconds"
                      f"{{{SYNC}}} > 0)) / on (job, task_name) "
                      "(scheduled_task_success_max_age_seconds"
                      f"{{{SYNC}}} > 0))", "{{task_name}}")], "percentunit",
               width=8, minimum=0, line=True,
               limits=AGE),
]

BOARDS = [dashboard(
    "lark-directory", "Lark Directory", folder="lark",
    tags=["lark-service", "directory"], system="lark",
    description="The copy of each company's directory, and what changes.",
    refresh="1m", since="now-7d",
    variables=[every("job", "lark_sync_users_objects"),
               every("app", "lark_sync_users_objects", where='job=~"$job"'),
               window("1d")],
    panels=NOW + OVER_TIME)]
