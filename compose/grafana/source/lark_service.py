"""The Lark API as our programs see it: lark-service-main."""

from model import (column, dashboard, every, gauge, limits, query, row, stat,
                   table, timeseries, window)

REQUESTS = 'lark_service_api_requests_total{job=~"$job"}'
FAILED = ('lark_service_api_requests_total{job=~"$job", '
          'status=~"5..|error"}')
SECONDS = 'lark_service_api_request_duration_seconds_bucket{job=~"$job"}'
COUNTED = ('lark_service_api_requests_total{job=~"$job", status="200", '
           'endpoint=~"/open-apis/im/v1/messages|/open-apis/bot/v3/info"}')
LIMITED = 'lark_service_auth_rate_limit_triggered_total{job=~"$job"}'
REFRESH = 'lark_service_token_refresh_{}_total{{job=~"$job"}}'

ERRORS = limits("green", ("yellow", 0.01), ("red", 0.05))


def quantile(share, by="le"):
    return query(f"histogram_quantile({share}, sum by ({by}) "
                 f"(rate({SECONDS}[$window])))", f"P{share * 100:g}")


def refreshes(outcome):
    return query(
        f"sum(increase({REFRESH.format(outcome)}[$window]))", outcome)


CLASSIC = [
    timeseries(
        "API Requests Rate (QPS)",
        "Requests a second to the Lark API, by method and endpoint, as the "
        "mean over the window. The programs run in bursts: a whole sync is "
        "a step that stays for one window. A step that is missing is a run "
        "that is missing: see Scheduler Monitoring.",
        [query(f"sum by (method, endpoint) (rate({REQUESTS}[$window]))",
               "{{method}} {{endpoint}}")], "reqps"),
    timeseries(
        "API Response Time (P95/P99)",
        "How long 95 and 99 of 100 answers took at most. Above 2.5 s for "
        "long: see whether Lark is slow (its status page) or the way to it; "
        "runbook LarkApiSlow. Only endpoints that are called many times a "
        "run are timed.",
        [quantile(0.95), quantile(0.99)], "s", line=True, minimum=0,
        limits=limits("green", ("orange", 2.5), ("red", 5))),
    gauge(
        "API Error Rate",
        "Requests that Lark answered with 5xx or not at all, of all in the "
        "window. Above 1 % look at the answers by status below; above 5 % "
        "runs fail.",
        [query(f"(sum(rate({FAILED}[$window])) or vector(0)) "
               f"/ (sum(rate({REQUESTS}[$window])) > 0)")],
        "percentunit", limits=ERRORS, maximum=0.1, decimals=2,
        empty="no requests"),
    timeseries(
        "API Rate Limiting",
        "Requests in the window that Lark refused for their rate; they are "
        "tried again after the wait that Lark asks for. Many: lower the "
        "rate in [lark], or run fewer shards.",
        [query(f"sum by (job) (increase({LIMITED}[$window]))", "{{job}}")],
        "short", width=8, minimum=0),
    timeseries(
        "Token Refresh Status",
        "Token refreshes in the window: tried again, succeeded, failed for "
        "good. A failure needs a person: see Token Expiry Monitoring.",
        [refreshes("retry"), refreshes("success"), refreshes("failure")],
        "short", width=8, minimum=0),
]

CLOSER = [
    row("Closer look"),
    timeseries(
        "Answers by status",
        "Answers in the window by HTTP status; error: no answer came. 401 "
        "and 403 are rights that the app lost, 429 is the rate.",
        [query(f"sum by (status) (increase({REQUESTS}[$window]))",
               "{{status}}")], "short", stack=True, minimum=0),
    timeseries(
        "Requests by program",
        "Which program asks how much in the window.",
        [query(f"sum by (job) (increase({REQUESTS}[$window]))", "{{job}}")],
        "short", stack=True, minimum=0),
    table(
        "Endpoints",
        "Each endpoint in the window: requests, share that failed (5xx or no "
        "answer), and what 95 of 100 answers took at most.",
        [query(f"sum by (method, endpoint) (increase({REQUESTS}[$window]))"),
         query(f"(sum by (method, endpoint) (rate({FAILED}[$window])) or "
               f"0 * sum by (method, endpoint) (rate({REQUESTS}[$window]))) "
               f"/ (sum by (method, endpoint) (rate({REQUESTS}[$window])) "
               "> 0)"),
         query("histogram_quantile(0.95, sum by (le, method, endpoint) "
               f"(rate({SECONDS}[$window]))) >= 0")],
        [column("method", "Method", width=90),
         column("endpoint", "Endpoint"),
         column("A", "Requests", unit="short", decimals=0, width=110),
         column("B", "Failed", unit="percentunit", limits=ERRORS, width=110),
         column("C", "P95", unit="s", width=110, limits=limits(
             "green", ("orange", 2.5), ("red", 5)))],
        width=18, sort="Requests", empty="no requests"),
    stat(
        "Counted calls a month",
        "A month at the pace of the past week, of the calls that Lark "
        "counts: messages and bot info, not authentication and contact. The "
        "smallest plan allows 10,000. Runbook LarkApiQuotaForecast.",
        [query(f"sum(increase({COUNTED}[7d])) * 30 / 7 or "
               f"0 * sum(increase({REQUESTS}[7d]))")],
        "short", width=6, height=8, decimals=0, empty="no requests",
        limits=limits("green", ("orange", 8000), ("red", 10000))),
]

BOARDS = [dashboard(
    "lark-service-main", "Lark Service", folder="lark",
    tags=["lark-service", "monitoring"], system="lark",
    description="The Lark API as our programs see it.",
    refresh="10s", since="now-6h",
    variables=[every("job", "lark_service_api_requests_total"),
               window("12h")],
    panels=CLASSIC + CLOSER)]
