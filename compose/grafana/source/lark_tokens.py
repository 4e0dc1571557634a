"""When tokens end and who was told: token-expiry-monitoring.

Days are counted from the time stamp here and now. The gauges
`..._days_to_expiry` stand still while no check runs, so no panel uses them.
"""

from model import (bar_gauge, below, column, dashboard, every, limits, query,
                   row, stat, table, timeseries, values, window)
from task_facts import AGE

TOKEN = 'job=~"$job", app_id=~"$app_id", token_type=~"$token_type"'
APP = 'job=~"$job", app=~"$app"'
EXPIRY = f"lark_service_token_expiry_timestamp_seconds{{{TOKEN}}}"
REFRESH = ('lark_service_refresh_token_expiry_timestamp_seconds'
           '{job=~"$job", app_id=~"$app_id"}')
CHECK = 'job=~"$job", task_name=~"check_tokens(@.+)?"'
LEFT = limits("red", ("orange", 1), ("yellow", 3), ("green", 7))
EXPIRED = below(0, "EXPIRED", "red")
NONE_IS_GOOD = limits("green", ("red", 1))
SOON = limits("green", ("orange", 1))

TYPED = f"min by (app_id, token_type) ({EXPIRY})"
BY_APP = f"min by (app_id) ({REFRESH})"


def days(ends):
    return f"({ends} - time()) / 86400"


def tokens(title, description, metric, colours=SOON, only=""):
    return stat(title, description, [query(
        f"sum({metric}{{{APP}{only}}})")], "none", width=4,
        limits=colours, empty="no check yet")


NOW = [
    row("Now"),
    bar_gauge(
        "Days Until Token Expiry",
        "The first token of each app and type that stops working unless a "
        "person acts. Yellow below 7 days, orange below 3, red below 1: "
        "`lark-admin token login` of that app.",
        [query(days(TYPED), "{{app_id}} {{token_type}}")], "d", width=12,
        limits=LEFT, maximum=30, decimals=1, mappings=EXPIRED,
        empty="no token that ends"),
    bar_gauge(
        "Days Until Refresh Token Expiry",
        "The first refresh token of each app. It renews itself with every "
        "refresh; one that sinks is not refreshed any more.",
        [query(days(BY_APP), "{{app_id}}")], "d", width=12, limits=LEFT,
        maximum=30, decimals=1, mappings=EXPIRED,
        empty="no refresh token"),
    tokens("Expired", "Stored tokens that work no more. Their owners must "
           "log in again: runbook TokenExpired.",
           "lark_check_tokens_tokens", NONE_IS_GOOD, ', class="expired"'),
    tokens("A login is needed", "Tokens that only a new login brings back.",
           "lark_check_tokens_needing_login", NONE_IS_GOOD),
    tokens("Refresh failing", "Tokens whose last refresh failed or has no "
           "known outcome. The next check tries again.",
           "lark_check_tokens_failing"),
    tokens("Rights missing", "Tokens without a scope that is wanted of them: "
           "a login grants it.", "lark_check_tokens_lacking_scopes"),
    stat("Apps switched off", "Apps of which Lark says that they are not "
         "enabled. Their tokens fail soon.",
         [query(f"count(lark_check_tokens_app_enabled{{{APP}}} == 0) or "
                f"0 * count(lark_check_tokens_app_enabled{{{APP}}})")],
         "none", width=4, limits=NONE_IS_GOOD, empty="no check yet"),
    stat("Age of this check",
         "The age of the last successful check, of the age that it may "
         "have. From 100 % on, the counts on this page are old; the days "
         "left are right all the same.",
         [query("max((time() - scheduled_task_last_success_timestamp_seconds"
                f"{{{CHECK}}}) / on (job, task_name) ("
                f"scheduled_task_success_max_age_seconds{{{CHECK}}} > 0))")],
         "percentunit", width=4, decimals=0,
         limits=AGE),
]

CLOSER = [
    row("Tokens"),
    table(
        "Token Expiry Status",
        "Each app and type of token, the next to end first.",
        [query(days(TYPED)), query(f"{TYPED} * 1000")],
        [column("app_id", "App id"), column("token_type", "Token"),
         column("A", "Days left", unit="none", decimals=1, limits=LEFT,
                mappings=EXPIRED),
         column("B", "Ends at", unit="dateTimeAsIso")],
        width=12, sort="Days left", descending=False,
        empty="no token that ends"),
    table(
        "Stored tokens",
        "The tokens of each app, by how near their end is.",
        [query(f"max by (app) (lark_check_tokens_tokens{{{APP}, "
               f'class="{each}"}})')
         for each in ("valid", "expiring", "critical", "expired")]
        + [query(f"max by (app) (lark_check_tokens_failing{{{APP}}})"),
           query(f"min by (app) (lark_check_tokens_app_enabled{{{APP}}})")],
        [column("app", "App"),
         column("A", "Valid", unit="none"),
         column("B", "Expiring", unit="none", limits=limits(
             "green", ("yellow", 1))),
         column("C", "Critical", unit="none", limits=SOON),
         column("D", "Expired", unit="none", limits=NONE_IS_GOOD),
         column("E", "Failing", unit="none", limits=SOON),
         column("F", "Enabled", unit="none", mappings=values({
             0: ("no", "red"), 1: ("yes", "green")}))],
        width=12, sort="Expired", empty="no token is stored"),
    timeseries(
        "Token Expiry Timeline",
        "Days left over time; more than 30 are drawn as 30. A jump up is a "
        "login or a refresh; what is below the lowest mark ends within a "
        "day.",
        [query(f"clamp_max({days(TYPED)}, 30)",
               "{{app_id}} {{token_type}}"),
         query(f"clamp_max({days(BY_APP)}, 30)",
               "{{app_id}} refresh token")], "d", width=24,
        limits=LEFT, line=True, decimals=1),
    row("What was done"),
    timeseries(
        "Token Expiry Warnings Sent",
        "Tokens in the window that a channel was told about, counted after "
        "it accepted the message.",
        [query("sum by (app_id, token_type) (increase("
               f"token_expiry_warnings_sent_total{{{TOKEN}}}[$window]))",
               "{{app_id}} {{token_type}}")], "short", width=8, minimum=0),
    timeseries(
        "Messages by channel",
        "Messages in the window that a channel accepted, and digests that "
        "it did not. Failures: nobody hears of anything by that way.",
        [query("sum by (channel, status) (increase("
               'lark_notify_messages_total{job=~"$job"}[$window]))',
               "{{channel}} {{status}}")], "short", width=8, minimum=0),
    timeseries(
        "Token refreshes",
        "Refreshes in the window: tried again, succeeded, failed for good.",
        [query(f"sum(increase(lark_service_token_refresh_{each}_total"
               '{job=~"$job"}[$window]))', each)
         for each in ("retry", "success", "failure")], "short", width=8,
        minimum=0),
]

BOARDS = [dashboard(
    "token-expiry-monitoring", "Token Expiry Monitoring", folder="lark",
    tags=["lark-service", "tokens"], system="lark",
    description="When tokens end, and who was told.",
    refresh="30s", since="now-24h",
    variables=[
        every("job", "lark_check_tokens_tokens"),
        every("app", "lark_check_tokens_tokens"),
        every("app_id", "lark_service_token_expiry_timestamp_seconds",
              title="App id"),
        every("token_type", "lark_service_token_expiry_timestamp_seconds",
              title="Token"), window("1d")],
    panels=NOW + CLOSER)]
