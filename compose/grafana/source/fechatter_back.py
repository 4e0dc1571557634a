"""Fechatter behind the scenes: the bot and the analytics server."""

from fechatter import board
from fechatter_servers import LATE, POOL, SLOW, failed, gauges, ratio
from model import (limits, query, row, stat, state_timeline, timeseries,
                   values)
from served_facts import (NONE_IS_USUAL, failures, of, rates, tails, total,
                          worst)

BOT = [
    row("AI"),
    rates("Requests by agent", "Requests a second to the provider of the AI.",
          "bot_ai_requests_total", "agent", "reqps", width=8),
    ratio("Requests that failed", "Of all, by agent. All at once: the "
          "provider is down, or the key was withdrawn.",
          [failed("bot_ai_requests_failed_total", "bot_ai_requests_total",
                  "agent", "{{agent}}")], width=8),
    tails("Time of an answer", "How long half of the answers took at most, "
          "and 95 of 100.", "bot_ai_request_duration_seconds", "agent",
          quantiles=("0.5", "0.95"), width=8,
          limits=limits("green", ("orange", 10), ("red", 30)), line=True),
    timeseries("Tokens used", "Tokens a minute, by agent and direction: "
               "what the provider charges for.",
               [query(total("bot_ai_token_usage_sum", "agent, type")
                      + " * 60", "{{agent}} {{type}}")], "short",
               minimum=0),
    failures("Why requests failed", "Failed requests a minute.",
             "bot_ai_requests_failed_total", "agent, error_type"),
    row("Events"),
    timeseries("Events heard and done", "Events a second from NATS, and how "
               "they ended. Heard and not done: the bot is behind.",
               [query(total("bot_nats_events_received_total"), "heard"),
                query(total("bot_nats_events_processed_total", "status"),
                      "{{status}}")], "mps", width=8, minimum=0),
    failures("Failed events", "Events a minute that failed, and why.",
             "bot_nats_events_failed_total", "event_type, error_type",
             width=8),
    tails("Time of an event", "How long 95 of 100 events took at most.",
          "bot_nats_event_processing_duration_seconds", "event_type",
          width=8),
    row("Indexing and search"),
    rates("Messages indexed", "Messages a second, by result. What is not "
          "indexed is not found by search.", "bot_messages_indexed_total",
          "status", "ops", width=8, more=[query(
              total("bot_messages_index_failed_total", "error_type"),
              "failed {{error_type}}")]),
    rates("Embeddings", "Embeddings a second, by model, and failures.",
          "bot_embeddings_generated_total", "model", "ops", width=8,
          more=[query(total("bot_embeddings_failed_total",
                            "model, error_type"),
                      "{{model}} {{error_type}}")]),
    rates("Documents for search", "Documents a second that the search "
          "engine took, and failures.", "bot_search_documents_indexed_total",
          "index", "ops", width=8, more=[query(
              total("bot_search_index_failed_total", "index, error_type"),
              "{{index}} {{error_type}}")]),
    timeseries("Time to index", "How long 95 of 100 took at most.",
               [query(worst(f"bot_{each}_duration_seconds", "0.95", ""),
                      legend) for each, legend in (
                          ("message_indexing", "message"),
                          ("embedding_generation", "embedding"),
                          ("search_indexing", "search"))], "s", width=8,
               minimum=0),
    rates("Database operations", "Operations a second.",
          "bot_db_operations_total", "operation, table", "ops", width=8),
    timeseries("Database connections", "Connections in use; the red line is "
               "for a pool of 100. Runbook DatabaseConnectionPoolExhausted.",
               [query(f"sum({of('bot_db_connections_active')})",
                      "in use")], "short", width=8, minimum=0, limits=POOL,
               line=True),
]

SUBSCRIBED = values({0: ("hears nothing", "red"), 1: ("subscribed", "green")})

ANALYTICS = [
    row("NATS"),
    state_timeline("Subscriptions", "Red: what is sent meanwhile is lost, "
                   "not delayed. Runbook NATSSubscriptionDown.",
                   [query("min by (subject) ("
                          f"{of('analytics_nats_subscription_active')})",
                          "{{subject}}")], mappings=SUBSCRIBED, width=12),
    rates("Messages", "Messages a second, by subject.",
          "analytics_nats_messages_received_total", "subject", "mps"),
    row("Events"),
    stat("Events not stored", "Events of the time shown that failed. They "
         "are missing in every evaluation.",
         [query(f"sum(increase({of('analytics_events_failed_total')}"
                "[$__range])) or 0 * sum(increase("
                f"{of('analytics_events_received_total')}[$__range]))")],
         "short", width=4, height=8, decimals=0, limits=NONE_IS_USUAL,
         empty="no data"),
    timeseries("Received and stored", "Events a second. The gap is what is "
               "lost or still waits.",
               [query(total("analytics_events_received_total"), "received"),
                query(total("analytics_events_stored_total", "status"),
                      "stored {{status}}")], "ops", width=10, minimum=0),
    failures("Failed", "Events a minute that were not stored, and why.",
             "analytics_events_failed_total", "event_type, error_type",
             width=10),
    rates("Events by type", "Events received a second.",
          "analytics_events_received_total", "event_type", "ops", width=8),
    tails("Time of one event", "How long 95 of 100 events took at most.",
          "analytics_event_processing_duration_seconds", "event_type",
          width=8),
    tails("Size of a batch", "Events in half of the batches at most, and in "
          "95 of 100.", "analytics_batch_size", "endpoint",
          quantiles=("0.5", "0.95"), unit="short", width=8),
    row("ClickHouse"),
    rates("Operations", "Operations a second, by result.",
          "analytics_clickhouse_operations_total",
          "operation, status", "ops", width=8),
    tails("Time of an operation", "How long 95 of 100 operations took at "
          "most.", "analytics_clickhouse_operation_duration_seconds",
          "operation, table", width=8, limits=LATE),
    timeseries("Connections", "Open connections, and errors a minute. "
               "Errors: is ClickHouse up, and is its limit reached?",
               [query(f"sum({of('analytics_clickhouse_connections_active')})",
                      "open"),
                query(total("analytics_clickhouse_connection_errors_total")
                      + " * 60", "errors a minute")], "short", width=8,
               minimum=0),
    row("Questions"),
    rates("HTTP requests", "Requests a second, by endpoint and status.",
          "analytics_http_requests_total", "endpoint, status", "reqps",
          width=8),
    tails("HTTP response time", "How long 95 of 100 requests took at most.",
          "analytics_http_request_duration_seconds", "endpoint", width=8,
          limits=SLOW, line=True),
    tails("Evaluations", "How long 95 of 100 evaluations took at most, by "
          "type.", "analytics_query_duration_seconds", "query_type",
          width=8),
    gauges("Sessions", "Sessions that last now.",
           [("analytics_active_sessions", "active")], width=12),
    timeseries("Sessions begun and ended", "Sessions a minute.",
               [query(total(f"analytics_sessions_{each}_total") + " * 60",
                      each) for each in ("created", "expired")], "cpm",
               minimum=0),
]

BOARDS = [
    board("fechatter-bot", "Fechatter Bot Server", BOT, "bot_server",
          description="bot_server: AI and indexing."),
    board("fechatter-analytics", "Fechatter Analytics Server", ANALYTICS,
          "analytics_server", description="analytics_server: events on "
          "their way to ClickHouse."),
]
