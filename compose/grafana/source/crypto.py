"""The crypto platform's collectors: REST and WebSocket.

Labels of ws_collector_* are not known: it is summed over them.
"""

from model import (dashboard, every, gauge, limits, query, row, stat,
                   timeseries, values)
from served_facts import IS_UP, UP, failures, of, rates, share, total

COLLECTORS = "collector|ws-collector"
OF_CRYPTO = {"job": "Job", "exchange": "Exchange", "symbol": "Symbol",
             "timeframe": "Time frame", "endpoint": "Endpoint",
             "check": "Check"}
QUALITY = limits("red", ("orange", 80), ("green", 95))
FULL = limits("green", ("orange", 5000), ("red", 9000))
RUNNING = values({0: ("stopped", "red"), 1: ("running", "green")})
CONNECTED = values({0: ("cut off", "red"), 1: ("connected", "green")})

REQUESTS = "collector_api_requests_total"
ERRORS = "collector_api_errors_total"
ERROR_RATIO = share(
    f"sum by (exchange) (increase({of(ERRORS)}[1h]))",
    f"sum by (exchange) (increase({of(REQUESTS)}[1h]))", "exchange")


def board(uid, title, panels, variables, **more):
    return dashboard(uid, title, folder="crypto",
                     tags=["crypto", "monitoring"], system="crypto",
                     alert_labels=OF_CRYPTO, panels=panels,
                     variables=variables, **more)


def buckets(title, description, name, by="", **layout):
    """50, 95 and 99 of 100, from buckets."""
    shown = f"{{{{{by}}}}} " if by else ""
    return timeseries(
        title, description,
        [query(f"histogram_quantile({quantile}, " + total(
            f"{name}_bucket", f"le, {by}" if by else "le") + ")",
            f"{shown}P{quantile * 100:g}")
         for quantile in (0.5, 0.95, 0.99)], "s", minimum=0, **layout)


def state(title, description, name, mappings):
    return stat(title, description, [query(f"min({of(name)})")], "none",
                width=4, limits=IS_UP, mappings=mappings, empty="no data")


NOW = [
    row("Now"),
    stat("Collectors", "Whether the metrics of each collector answer. DOWN: "
         "runbook CollectorProcessDown.",
         [query(f'min by (job) (up{{job=~"{COLLECTORS}", job=~"$job"}})',
                "{{job}}")], "none", width=8, limits=IS_UP, mappings=UP,
         names=True, empty="no targets"),
    state("REST collector", "Whether it says itself that it collects.",
          "collector_running", RUNNING),
    state("WebSocket collector", "Whether it says itself that it collects.",
          "ws_collector_running", RUNNING),
    state("Exchange", "Whether the exchange's side of the WebSocket is "
          "connected. Cut off: what is traded meanwhile is lost.",
          "ws_collector_connection_status", CONNECTED),
    stat("WebSocket uptime", "Time since its last start. Small again and "
         "again: something restarts it.",
         [query(f"min({of('ws_collector_uptime_seconds')})")],
         "dtdurations", width=4, empty="no data"),
    gauge("API errors", "Calls of the last hour that an exchange refused, "
          "of all. Red from 10 %: runbook HighAPIErrorRate names the call.",
          [query(ERROR_RATIO, "{{exchange}}")], "percentunit", maximum=0.2,
          decimals=1, limits=limits("green", ("orange", 0.05), ("red", 0.1)),
          empty="no calls"),
    gauge("Quality of the data", "The worst score of all pairs, of 100. "
          "Crypto Data Quality says which.",
          [query(f"min({of('collector_data_quality_score')})")], "none",
          maximum=100, limits=QUALITY, empty="no data"),
    gauge("Database pool", "Connections in use, of the collector's pool. "
          "Full: it waits instead of writing.",
          [query(f"max({of('collector_db_pool_usage_rate')})")],
          "percentunit", decimals=0,
          limits=limits("green", ("orange", 0.75), ("red", 0.9)),
          empty="no data"),
]

REST = [
    row("REST"),
    rates("Candles", "Candles collected a second, by exchange and time "
          "frame.", "collector_ohlcv_collected_total",
          "exchange, timeframe", "ops"),
    timeseries("Trades and order books", "Collected a second, by exchange.",
               [query(total("collector_trades_collected_total", "exchange"),
                      "{{exchange}} trades"),
                query(total("collector_orderbook_snapshots_total",
                            "exchange"), "{{exchange}} order books")],
               "ops", minimum=0),
    rates("Calls", "Calls of the exchanges a second, by result.", REQUESTS,
          "exchange, status", "reqps", width=8),
    failures("Calls refused", "Refused calls a minute, and why. A limit: "
             "ask less often.", ERRORS, "exchange, error_type", width=8),
    buckets("Answer time", "How long exchanges take to answer: 50, 95 and "
            "99 of 100 calls at most this.",
            "collector_api_request_duration_seconds", "exchange", width=8),
    rates("Rows written", "Rows a second, by table and result. 0 for long: "
          "runbook LowDatabaseWriteRate.", "collector_db_writes_total",
          "table, status", "wps", width=8),
    timeseries("Pool", "Connections to the database, by state.",
               [query("sum by (state) ("
                      f"{of('collector_db_pool_connections')})",
                      "{{state}}"),
                query(f"sum({of('collector_db_pool_total_connections')})",
                      "total")], "short", width=8, minimum=0),
    timeseries("Backfill", "Gaps that wait to be filled, and those done in "
               "an hour, by result.",
               [query(f"sum({of('collector_backfill_tasks_pending')})",
                      "pending"),
                query("sum by (status) (increase("
                      f"{of('collector_backfill_tasks_completed_total')}"
                      "[1h]))", "{{status}} in 1 h")], "short", width=8,
               minimum=0),
]

WEBSOCKET = [
    row("WebSocket"),
    timeseries("Messages", "Messages, trades and order book updates a "
               "second. 0 while connected: the subscription is gone.",
               [query(total(f"ws_collector_{name}_total"), legend)
                for name, legend in (
                    ("messages", "messages"),
                    ("trades_collected", "trades"),
                    ("orderbook_updates", "order book updates"),
                    ("orderbook_snapshots", "order book snapshots"))],
               "mps", width=8, minimum=0),
    timeseries("Reconnects and errors", "In an hour. Many reconnects: the "
               "network, or a limit of the exchange.",
               [query(f"sum(increase({of(f'ws_collector_{name}_total')}"
                      "[1h]))", name) for name in ("reconnects", "errors")],
               "short", width=8, minimum=0),
    buckets("Time of a message", "How long 50, 95 and 99 of 100 messages "
            "took at most.",
            "ws_collector_message_processing_duration_seconds", width=8),
    timeseries("Queues in Redis", "Messages that wait to be stored. From "
               "10000 on, some are dropped.",
               [query("sum by (queue_type) ("
                      f"{of('ws_collector_redis_queue_size')})",
                      "{{queue_type}}")], "short", width=8, minimum=0,
               limits=FULL, line=True),
    timeseries("Queues in memory", "Messages that wait in the process.",
               [query(f"sum({of(f'ws_collector_{name}_queue_size')})",
                      name) for name in ("trades", "orderbook")], "short",
               width=8, minimum=0),
    timeseries("Into Redis", "Messages a second put into the queues, and "
               "those that Redis refused: lost.",
               [query(total("ws_collector_redis_queue_push_total",
                            "queue_type"), "{{queue_type}}"),
                query(total("ws_collector_redis_queue_errors_total",
                            "queue_type"), "{{queue_type}} refused")],
               "mps", width=8, minimum=0),
    timeseries("Stored", "Rows a second that went into the database, and "
               "batches a second that failed.",
               [query(total("ws_collector_db_flushed_total"), "stored"),
                query(total("ws_collector_db_flush_errors_total"),
                      "failed")], "wps", width=8, minimum=0),
    buckets("Time to store a batch", "How long 50, 95 and 99 of 100 batches "
            "took at most.", "ws_collector_db_flush_duration_seconds",
            width=8),
    timeseries("Spread", "Between the best offers, in hundredths of a "
               "percent. Below 0 or far above what is usual: the order book "
               "is wrong.",
               [query(f"max({of('ws_collector_orderbook_spread_bps')})",
                      "widest")], "short", width=8),
]

CHOSEN = [every("job", "up", where=f'job=~"{COLLECTORS}"')]

BOARDS = [
    board("crypto-collector", "Crypto Collector", NOW + REST + WEBSOCKET,
          CHOSEN, description="Whether market data comes in and is stored.",
          refresh="10s", since="now-3h"),
]
