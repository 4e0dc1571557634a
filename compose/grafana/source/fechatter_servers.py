"""Fechatter's servers that people talk to: chat and notifications."""

from fechatter import HITS, board
from model import column, limits, query, row, table, timeseries
from served_facts import (FAILING, failures, of, rates, share, tails, total,
                          worst)

POOL = limits("green", ("orange", 75), ("red", 90))
SLOW = limits("green", ("orange", 1), ("red", 2))
LATE = limits("green", ("orange", 0.5), ("red", 5))


def failed(part, whole, by, legend, matchers=""):
    """Failures of all, over time."""
    return query(share(total(part, by, matchers), total(whole, by), by),
                 legend)


def ratio(title, description, queries, **layout):
    return timeseries(title, description, queries, "percentunit", minimum=0,
                      limits=FAILING, line=True, **layout)


def gauges(title, description, named, **layout):
    return timeseries(title, description,
                      [query(f"sum({of(name)})", legend)
                       for name, legend in named], "short", minimum=0,
                      **layout)


HTTP = "fechatter_http_requests_total"
ERRORS = "fechatter_http_errors_total"
SECONDS = "fechatter_http_request_duration_seconds"
BROKEN = 'status=~"5.."'

CHAT = [
    row("HTTP"),
    table("Routes",
          "Each route: requests a second, the share answered with 500 and "
          "above, and how long 95 and 99 of 100 requests took at most.",
          [query(total(HTTP, "route")),
           query(share(total(ERRORS, "route", BROKEN), total(HTTP, "route"),
                       "route")),
           query(worst(SECONDS, "0.95", "route")),
           query(worst(SECONDS, "0.99", "route"))],
          [column("route", "Route"),
           column("A", "Requests", unit="reqps"),
           column("B", "Failed", unit="percentunit", limits=FAILING,
                  decimals=2),
           column("C", "P95", unit="s", limits=SLOW),
           column("D", "P99", unit="s", limits=SLOW)],
          width=12, sort="P95", empty="no requests yet"),
    tails("Slow routes", "How long 95 of 100 requests took at most, by "
          "route.", SECONDS, "route", limits=SLOW, line=True),
    rates("Requests by status", "Requests a second, by their answer.",
          HTTP, "status", "reqps", stack=True),
    rates("Errors by route", "Answers of 400 and above. 4xx are mistakes of "
          "callers, or logins that ended; 5xx are ours.", ERRORS,
          "route, status", "reqps"),
    row("Chats"),
    rates("Messages", "Messages sent a second, by kind of chat.",
          "fechatter_messages_sent_total", "chat_type", "mps", width=8),
    gauges("Open", "Active people, chats, and WebSocket connections.",
           [("fechatter_active_users", "users"),
            ("fechatter_active_chats", "chats"),
            ("fechatter_websocket_connections", "WebSockets")], width=8),
    rates("WebSocket messages", "Messages a second over WebSockets, by type.",
          "fechatter_websocket_messages_total", "type", "mps", width=8),
    row("Database and cache"),
    rates("Queries", "Queries a second, by operation and table.",
          "fechatter_db_queries_total", "operation, table", "ops", width=8),
    tails("Query time", "How long 95 of 100 queries took at most.",
          "fechatter_db_query_duration_seconds", "operation, table",
          limits=LATE, width=8),
    failures("Query errors", "Queries a minute that failed. Any is a fault of "
             "the server or the database.", "fechatter_db_errors_total",
             "operation, table", width=8),
    timeseries("Database connections", "Connections in use; the red line is "
               "for a pool of 100. Runbook DatabaseConnectionPoolExhausted.",
               [query(f"sum({of('fechatter_db_connections_active')})",
                      "in use")], "short", width=8, minimum=0, limits=POOL,
               line=True),
    timeseries("Cache hits", "Hits of all look-ups, by operation.",
               [query(f"{total('fechatter_cache_hits_total', 'operation')} "
                      f"/ ({total('fechatter_cache_hits_total', 'operation')}"
                      " + "
                      f"{total('fechatter_cache_misses_total', 'operation')}"
                      ")", "{{operation}}")], "percentunit", width=8,
               minimum=0, maximum=1, limits=HITS),
    tails("Cache time", "How long 95 of 100 operations took at most.",
          "fechatter_cache_operation_duration_seconds", "operation",
          width=8),
    row("Files"),
    rates("Uploads", "Uploads a second, by type and whether they succeeded.",
          "fechatter_files_uploaded_total", "type, success", "ops",
          legend="{{type}} success={{success}}", width=8),
    tails("Upload time", "How long 95 of 100 uploads took at most.",
          "fechatter_file_upload_duration_seconds", "type", width=8),
    tails("File size", "How large half of the files are at most, and 95 of "
          "100.", "fechatter_file_size_bytes", "type",
          quantiles=("0.5", "0.95"), unit="bytes", width=8),
]

NOTIFY = [
    row("From message to screen"),
    timeseries("Sent and heard",
               "Messages that the chat server accepted, and those that this "
               "server heard at NATS. Sent and not heard: nobody sees new "
               "messages. Runbook NATSMessagesNotReceived.",
               [query(total("fechatter_messages_sent_total"), "sent"),
                query(total("notify_nats_messages_received_total"),
                      "heard"),
                query(total("notify_events_broadcast_total"),
                      "passed on to people")], "mps", minimum=0),
    ratio("Lost on the way", "Messages that could not be processed, and "
          "events that did not reach a client, of all. connection_lost is "
          "somebody who closed the page.",
          [failed("notify_nats_messages_failed_total",
                  "notify_nats_messages_received_total", "",
                  "not processed"),
           failed("notify_events_broadcast_failed_total",
                  "notify_events_broadcast_total", "", "not passed on")]),
    row("Connections"),
    gauges("People connected", "Open connections for server-sent events, "
           "and people online.",
           [("notify_sse_connections_active", "connections"),
            ("notify_online_users_count", "people online")], width=8),
    rates("Coming and going", "Connections opened and closed a second. Both "
          "high: a proxy cuts them off.", "notify_sse_connections_total",
          "status", "cps", width=8),
    tails("Length of a connection", "How long connections lasted: half of "
          "them at most this, and 95 of 100.",
          "notify_sse_connection_duration_seconds",
          quantiles=("0.5", "0.95"), width=8),
    row("NATS"),
    rates("Received by subject", "Messages a second.",
          "notify_nats_messages_received_total", "subject", "mps", width=8),
    failures("Failed by subject", "Messages a minute that were heard and could "
             "not be used. parse_error: sender and receiver differ in version.",
             "notify_nats_messages_failed_total", "subject, error_type",
             width=8),
    tails("Processing time", "How long 95 of 100 messages took at most, by "
          "subject.", "notify_nats_message_processing_duration_seconds",
          "subject", width=8, limits=LATE),
    row("Events"),
    rates("Events by type", "Events a second that went to people.",
          "notify_events_broadcast_total", "event_type", "mps", width=8),
    failures("Events that failed", "Events a minute that did not reach a "
             "client.", "notify_events_broadcast_failed_total",
             "event_type, error_type", width=8),
    tails("Broadcast time", "How long 95 of 100 events took at most, by "
          "type.", "notify_event_broadcast_duration_seconds", "event_type",
          width=8, limits=LATE),
    row("Itself"),
    rates("Its own health checks", "Calls of its health address by result. "
          "It answers a constant: 0 calls a second means that nobody asks.",
          "notify_health_checks_total", "status", "reqps"),
    tails("Query of people online", "How long 95 of 100 queries for the "
          "people online took at most.",
          "notify_online_users_query_duration_seconds", limits=LATE),
]

BOARDS = [
    board("fechatter-chat", "Fechatter Chat Server", CHAT,
          "fechatter_server", description="fechatter_server: HTTP, "
          "database, cache, files."),
    board("fechatter-notify", "Fechatter Notify Server", NOTIFY,
          "fechatter_server|notify_server", description="notify_server: "
          "what reaches people at once."),
]
