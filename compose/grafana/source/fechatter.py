"""Fechatter at a glance, and what people do in it."""

from model import (dashboard, every, gauge, limits, query, row, stat,
                   timeseries, window)
from served_facts import IS_UP, UP, health, in_window, of, share, tails, total

SERVERS = "fechatter_server|notify_server|bot_server|analytics_server"
OF_FECHATTER = {"job": "Server", "instance": "Instance",
                "subject": "Subject"}
HITS = limits("red", ("orange", 0.5), ("green", 0.8))
BROKEN = 'status=~"5.."'
HTTP = "fechatter_http_requests_total"
REQUESTS = (f"{total(HTTP, 'job')} or "
            f"{total('analytics_http_requests_total', 'job')}")
FAULTS = (f"{total('fechatter_http_errors_total', 'job', BROKEN)} or "
          f"{total('analytics_http_requests_total', 'job', BROKEN)}")


def board(uid, title, panels, servers=SERVERS, variables=(), **more):
    return dashboard(
        uid, title, folder="fechatter", tags=["fechatter", "monitoring"],
        system="fechatter", alert_labels=OF_FECHATTER, panels=panels,
        variables=[every("job", "up", where=f'job=~"{servers}"'),
                   *variables], **more)


OVERVIEW = [
    row("Now"),
    stat("Servers",
         "Whether the metrics of each server answer. DOWN: runbook "
         "ServiceDown. A server that is up and whose panels are empty does "
         "not start its exporter: runbook ServiceMetricsMissing.",
         [query(f'min by (job) (up{{job=~"{SERVERS}", job=~"$job"}})',
                "{{job}}")],
         "none", width=12, limits=IS_UP, mappings=UP, names=True,
         empty="no targets"),
    stat("Active users", "People who are active now, as the chat server "
         "counts them.", [query(f"sum({of('fechatter_active_users')})")],
         "short", graph=True, empty="no data"),
    stat("Messages/min", "Messages that people send in a minute. 0 in "
         "office hours: see whether they can.",
         [query(total("fechatter_messages_sent_total") + " * 60")],
         "short", decimals=1, graph=True, empty="no data"),
    gauge("Error rate",
          "Requests answered with 500 and above, of all, by server. Client "
          "errors are not in here. Red from 10 %: runbook HighErrorRatio.",
          [query(share(f"({FAULTS})", f"({REQUESTS})", "job"),
                 "{{job}}")], "percentunit", maximum=0.2, decimals=2,
          limits=limits("green", ("orange", 0.01), ("red", 0.1)),
          empty="no requests"),
    gauge("Cache hit rate",
          "Hits of all look-ups in the cache. Low for long: the cache is "
          "too small, or Redis was emptied.",
          [query(f"{total('fechatter_cache_hits_total')} / "
                 f"(({total('fechatter_cache_hits_total')} + "
                 f"{total('fechatter_cache_misses_total')}) > 0)")],
          "percentunit", decimals=1, limits=HITS, empty="no look-ups"),
    gauge("Database connections",
          "In use now, by server. The pool's size is not exported; the "
          "limits are for a pool of 100: runbook "
          "DatabaseConnectionPoolExhausted.",
          [query(f"sum by (job) ({of('fechatter_db_connections_active')} or "
                 f"{of('bot_db_connections_active')})", "{{job}}")],
          "none", maximum=100, limits=limits("green", ("orange", 75),
                                             ("red", 90)),
          empty="no data"),
    row("Course"),
    timeseries("Request rate by service",
               "HTTP requests a second. Notify and bot servers have none to "
               "count: what they do comes by NATS, in the panel beside.",
               [query(REQUESTS, "{{job}}")], "reqps", minimum=0),
    timeseries("Messages heard at NATS",
               "Messages a second that each server received. A line at 0 "
               "while people chat: the server has lost its subscription.",
               [query(total(f"{each}_total", "job"), "{{job}}")
                for each in ("notify_nats_messages_received",
                             "bot_nats_events_received",
                             "analytics_nats_messages_received")], "mps",
               minimum=0),
    tails("Response time percentiles",
          "Of the slowest route, as the chat server computed them over its "
          "last requests.", "fechatter_http_request_duration_seconds",
          quantiles=("0.5", "0.95", "0.99"),
          limits=limits("green", ("orange", 1), ("red", 2)), line=True),
    timeseries("Active connections",
               "Open connections of people's clients. A cliff is a restart "
               "or a proxy that drops them.",
               [query(f"sum({of('notify_sse_connections_active')})",
                      "server-sent events"),
                query(f"sum({of('fechatter_websocket_connections')})",
                      "WebSocket")], "short", minimum=0),
    health("fechatter", height=14),
]

BUSINESS = [
    row("Today"),
    stat("Active users now", "People who are active now.",
         [query(f"sum({of('fechatter_active_users')})")], "locale", width=4,
         empty="no data"),
    stat("Most at once",
         "The most people who were active at once in the window. How many "
         "different people that were, only ClickHouse knows.",
         [query(f"sum(max_over_time({of('fechatter_active_users')}"
                "[$window]))")], "locale", width=4, decimals=0,
         empty="no data"),
    stat("Sessions", "Sessions begun in the window.",
         [query(in_window("analytics_sessions_created_total"))], "locale",
         width=4, decimals=0, empty="no data"),
    stat("Messages sent", "Messages sent in the window.",
         [query(in_window("fechatter_messages_sent_total"))], "locale",
         width=4, decimals=0, empty="no data"),
    stat("Chats created", "Chats created in the window.",
         [query(in_window("fechatter_chats_created_total"))], "locale",
         width=4, decimals=0, empty="no data"),
    stat("Files uploaded", "Files in the window whose upload succeeded.",
         [query(in_window("fechatter_files_uploaded_total", "",
                          'success="true"'))], "locale", width=4, decimals=0,
         empty="no data"),
    row("Trends"),
    timeseries("People", "Active people, open chats, sessions that last.",
               [query(f"sum({of('fechatter_active_users')})",
                      "active users"),
                query(f"sum({of('fechatter_active_chats')})",
                      "active chats"),
                query(f"sum({of('analytics_active_sessions')})",
                      "sessions")], "short", minimum=0),
    timeseries("Messages", "Messages in the window before each moment, by "
               "kind of chat.",
               [query(in_window("fechatter_messages_sent_total",
                                "chat_type"), "{{chat_type}}")], "short",
               minimum=0, stack=True),
    timeseries("New chats", "Chats created in the window before each "
               "moment, by kind.",
               [query(in_window("fechatter_chats_created_total", "type"),
                      "{{type}}")], "short", minimum=0, stack=True),
    timeseries("Messages with files",
               "Of all messages in the window, those that carry files.",
               [query(in_window("fechatter_messages_sent_total", "",
                                'has_files="true"') + " / ("
                      + in_window("fechatter_messages_sent_total")
                      + " > 0)", "with files")], "percentunit", minimum=0),
    timeseries("Uploads", "Files uploaded in the window, by type.",
               [query(in_window("fechatter_files_uploaded_total", "type",
                                'success="true"'), "{{type}}")], "short",
               width=8, minimum=0, stack=True),
    timeseries("Search use", "Requests in the window to routes with "
               "\"search\" in their path.",
               [query(in_window(HTTP, "route", 'route=~".*search.*"'),
                      "{{route}}")], "short", width=8, minimum=0),
    timeseries("Use of the bot", "Requests in the window to the bot's "
               "agents that succeeded or not.",
               [query(in_window("bot_ai_requests_total", "agent"),
                      "{{agent}}")], "short", width=8, minimum=0),
]

BOARDS = [
    board("fechatter-overview", "Fechatter Overview", OVERVIEW,
          description="Whether Fechatter works for people.", refresh="10s"),
    board("fechatter-business", "Fechatter Business", BUSINESS,
          description="What people do in Fechatter.", refresh="5m",
          since="now-7d", variables=[window("1d")]),
]
