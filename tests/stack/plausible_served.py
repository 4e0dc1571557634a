"""Of every metric that is known, what the made-up day would have shown.

Names, types and labels come from the catalogue and docs/metrics.md, values
of labels and the size of numbers from the tables here.
"""

import itertools
import math

import known_metrics
from plausible_day import (DAY, END, STORY, began, chance, grown, number,
                           story, swing)

SERVED = {
    "fechatter_": "fechatter_server", "notify_": "notify_server",
    "bot_": "bot_server", "analytics_": "analytics_server",
    "collector_": "collector", "ws_collector_": "ws-collector"}

OWN = {
    "lark_sync_users_": ["lark-sync-users"],
    "lark_service_api_": ["lark-sync-users", "lark-check-tokens"],
    "lark_service_auth_": ["lark-sync-users", "lark-check-tokens"],
    "lark_service_": ["lark-check-tokens"], "token_": ["lark-check-tokens"],
    "refresh_token_": ["lark-check-tokens"],
    "lark_check_tokens_": ["lark-check-tokens"],
    "lark_notify_": ["lark-check-tokens"], "lark_cleanup_": ["lark-cleanup"],
    "lark_forward_alerts_": ["lark-forward-alerts"],
    "lark_batch_": ["lark-sync-users", "lark-check-tokens", "lark-cleanup",
                    "lark-healthcheck"]}

LABELS = {
    "method": ["GET"], "endpoint": ["/api/event", "/api/query"],
    "route": ["/api/chats", "/api/chats/{id}/messages", "/api/files",
              "/api/search/messages", "/api/signin"],
    "status": ["200", "404", "500"], "operation": ["get", "set"],
    "table": ["messages", "users"], "type": ["created", "updated"],
    "chat_type": ["direct", "group"], "has_files": ["false", "true"],
    "success": ["true", "false"],
    "subject": ["messages.created", "chats.member"],
    "error_type": ["timeout"], "event_type": ["message", "presence"],
    "model": ["small"], "index": ["messages"],
    "agent": ["chat", "summary"], "source": ["web"],
    "query_type": ["daily", "funnel"], "exchange": ["binance", "bybit"],
    "symbol": ["BTCUSDT", "ETHUSDT"], "timeframe": ["1m", "1h"],
    "state": ["active", "idle"], "queue_type": ["trade", "orderbook"],
    "app": ["hr", "sales"], "app_id": ["cli_hr", "cli_sales"],
    "token_type": ["user_access_token", "tenant_access_token"],
    "channel": ["lark", "mail"],
    "stage": ["fetch", "compare", "apply"],
    "version": ["0.6.0"], "revision": ["8b1c2f4"], "sink": ["pushgateway"]}

# A label whose values differ by metric: (part of the name, label) -> values.
VARIANTS = {
    ("http_errors", "status"): ["404", "500"],
    ("nats_messages_processed", "status"): ["success", "failed"],
    ("nats_events_processed", "status"): ["success", "failed"],
    ("bot_messages_indexed", "status"): ["success"],
    ("bot_ai_requests_total", "status"): ["success"],
    ("events_stored", "status"): ["success"],
    ("clickhouse_operations", "status"): ["success", "failed"],
    ("health_checks_total", "status"): ["healthy"],
    ("sse_connections_total", "status"): ["connected", "disconnected"],
    ("bot_ai_token_usage", "type"): ["input", "output"],
    ("files_uploaded", "type"): ["image", "document"],
    ("file_", "type"): ["image", "document"],
    ("chats_created", "type"): ["direct", "group"],
    ("lark_service_api", "endpoint"): [
        "/open-apis/contact/v3/departments/:department_id/children",
        "/open-apis/contact/v3/users/find_by_department",
        "/open-apis/authen/v2/oauth/token", "/open-apis/im/v1/messages"],
    ("lark_service_api", "status"): ["200", "400", "429", "error"],
    ("collector_api", "endpoint"): ["klines", "trades"],
    ("collector_db_writes", "status"): ["success", "failed"],
    ("collector_db_writes", "table"): ["ohlcv", "trades"],
    ("backfill_tasks_completed", "status"): ["success"],
    ("collector_api_requests", "status"): ["success", "error"]}

# What a gauge is at, and how much a counter grows a second. The first part
# of a name that fits counts.
LEVELS = {
    "db_pool_usage_rate": 0.3, "db_pool_total_connections": 60,
    "db_pool_connections": 18, "data_quality_score": 98,
    "data_missing_rate": 0.008, "consecutive_failures": 0,
    "running": 1, "connection_status": 1, "subscription_active": 1,
    "is_flushing": 0, "best_bid": 67000, "best_ask": 67001,
    "spread_bps": 1.5, "active_users": 340, "active_chats": 120,
    "connections_active": 24, "sse_connections_active": 300,
    "websocket_connections": 260, "online_users_count": 310,
    "active_sessions": 280, "fields_lost": 0, "incomplete": 0,
    "app_enabled": 1, "needing_login": 0, "failing": 0, "lacking": 0,
    "spool_records": 0, "build_info": 1, "backlog": 0, "held": 0,
    "queue_size": 60, "backfill_tasks_pending": 3, "alerts_firing": 2,
    "alerts_muted": 3, "alerts_watchdog": 1}

SECONDS = {"ai_request": 2.5, "embedding": 0.4, "sse_connection": 900,
           "file_upload": 0.9, "size_bytes": 90000, "batch_size": 40,
           "size_dimensions": 1536, "token_usage": 700, "session": 1200,
           "result_size": 300, "event_size": 900}

# The first that fits counts, so the narrower stands first.
RATES = {"collector_api_errors": 0.01, "notify_nats_messages_received": 4.4,
         "processed": 1.2, "stored": 1.2, "http_requests": 4,
         "messages_sent": 1.2, "received": 1.2,
         "broadcast": 2, "cache_hits": 9, "cache_misses": 1.1,
         "ohlcv": 0.1, "trades": 40, "orderbook": 20, "redis_queue_push": 30,
         "ws_collector_messages": 60, "db_flushed": 55, "db_writes": 8,
         "chats_created": 0.003, "sessions": 0.02, "reconnects": 0.0002,
         "rate_limit": 0.0005, "backfill": 0.001, "notify_messages": 0.0002,
         "warnings_sent": 0.00005, "changes_total": 0.001,
         "cleanup_deleted": 0.02, "push_failures": 0.000002,
         "token_refresh": 0.0004, "api_requests": 0.6}

BAD = ("error", "fail", "refused", "retry", "missing")

QUANTILES = {"0.5": 1, "0.9": 2, "0.95": 2.6, "0.99": 5, "1": 9}

EDGES = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]


def first(table, name, default):
    return next((value for part, value in table.items() if part in name),
                default)


def of_catalogue():
    for name, metric in known_metrics.known().items():
        for job in jobs_of(name):
            for labels in combinations(name, metric):
                value = shape(name, metric, job, labels)
                if value:
                    yield name, {"job": job} | labels, value


def jobs_of(name):
    if name.startswith(("scheduled_task_", "lark_healthcheck_")):
        return []
    if name == "process_resident_memory_bytes":
        return []
    for prefix, job in SERVED.items():
        if name.startswith(prefix):
            return [job]
    return first(OWN, name, []) if ":" not in name else []


def combinations(name, metric):
    labels = {label: next(
        (values for (part, of), values in VARIANTS.items()
         if of == label and part in name),
        LABELS.get(label) or metric.values.get(label) or ["one"])
        for label in sorted(metric.labels)}
    if name.startswith(("lark_", "token_")):
        labels |= {label: values for label, values in metric.values.items()
                   if label not in ("method",)}
    if "quantile" in labels:
        labels["quantile"] = list(QUANTILES)
    if "le" in labels:
        labels["le"] = [number(edge) for edge in [*EDGES, math.inf]]
    for values in itertools.product(*labels.values()):
        yield dict(zip(labels, values))

# What is counted twice, before and after, differs in these: it stays alike.
NO_SEED = {"le", "quantile", "status", "error_type", "source"}


def shape(name, metric, job, labels):
    """The value over time of one series; None for one that is not there."""
    seed = chance(job, *[value for label, value in sorted(labels.items())
                         if label not in NO_SEED])
    if metric.type == "quantile":
        base = first(SECONDS, name, 0.04) * QUANTILES[labels["quantile"]]
        return lambda moment: base * (0.5 + seed) * swing(moment, seed)
    if metric.type == "bucket":
        part = spread(float(labels["le"].replace("+Inf", "inf")))
        return lambda moment: math.floor(part * grown(moment, 2, seed))
    if metric.type == "counter":
        return counter(name, labels, seed)
    return gauge(name, labels, seed)


def spread(edge):
    """Of the requests, those that took at most `edge` seconds."""
    return 1 if edge == math.inf else 1 / (1 + (0.06 / edge) ** 1.8)


def counter(name, labels, seed):
    rate = first(RATES, name, 0.5) * (0.4 + seed)
    if name.endswith("_sum"):
        rate = 0.1 * first(SECONDS, name, 0.05)
    bad = name if "collector_api_errors" not in name else ""
    status = labels.get("status", "")
    if any(part in bad for part in BAD) or status in (
            "500", "400", "429", "error", "failed"):
        rate *= 0.004
    elif status == "404" or labels.get("success") == "false":
        rate *= 0.02
    if "im/v1" in labels.get("endpoint", ""):
        rate *= 0.003
    fault = fault_of(name, labels)
    return lambda moment: math.floor(
        grown(moment, rate, seed) + (fault(moment) if fault else 0))


def fault_of(name, labels):
    """What a fault of the day adds to a counter."""
    def while_of(fault, rate):
        begin = END - STORY[fault][0] * 3600
        stop = END - STORY[fault][1] * 3600
        return lambda moment: rate * max(0, min(moment, stop) - begin)
    if "collector_api_errors" in name and labels["exchange"] == "bybit":
        return while_of("exchange refuses", 0.4)
    if name.startswith("fechatter_http") and labels.get("status") == "500":
        return while_of("chat fails", 1.2)
    return None


def gauge(name, labels, seed):
    if "last_successful_collection" in name:
        return lambda moment: collected(labels, moment)
    if name.endswith("expiry_timestamp_seconds"):
        days = 2.4 if labels["app_id"] == "cli_hr" else 21
        return lambda _: END + days * DAY * (1.2 - 0.4 * seed)
    if "days_to_expiry" in name:
        return None
    if name == "lark_check_tokens_tokens":
        count = {"valid": 4, "expiring": 1}.get(labels["class"], 0)
        return lambda _: count
    if name == "lark_sync_users_objects":
        return lambda _: {"user": 640, "department": 48}.get(
            labels["kind"], 690) if labels["state"] == "active" else 7
    if "subscription_active" in name:
        return lambda moment: 0 if labels["subject"].startswith(
            "chats") and story("subscription lost", moment) else 1
    if "uptime" in name:
        return lambda moment: moment - (END - 1.7 * DAY)
    level = first(LEVELS, name, 20)
    seed = chance(name, seed)
    if level in (0, 1) or name.endswith(("_price", "quality_score")):
        return lambda _: level
    decimals = 0 if level >= 3 else 4
    return lambda moment: round(
        level * (0.7 + 0.6 * seed) * swing(moment, seed), decimals)


def collected(labels, moment):
    if labels["symbol"] == "ETHUSDT" and labels["exchange"] == "bybit" and (
            labels["timeframe"] == "1m"):
        moment = min(moment, END - STORY["pair stands still"][0] * 3600)
    return began(300, moment) - 20 * chance(labels["symbol"])

ALERTS = [
    ("NoKLineDataFor30Minutes", "crypto", "critical",
     {"exchange": "bybit", "symbol": "ETHUSDT", "timeframe": "1m"}),
    ("HighAPIErrorRate", "crypto", "warning",
     {"exchange": "bybit", "endpoint": "klines"}),
    ("HighErrorRatio", "fechatter", "warning", {"job": "fechatter_server"}),
    ("TokenExpiringCritical", "lark", "critical",
     {"job": "lark-check-tokens", "app_id": "cli_hr",
      "token_type": "user_access_token"}),
    ("HealthcheckFailing", "lark", "critical",
     {"job": "lark-healthcheck", "check": "exchange API errors",
      "kind": "promql", "groups": "data"})]


def of_targets():
    for job in SERVED.values():
        system = "crypto" if "collector" in job else "fechatter"
        yield "up", {"job": job, "instance": f"{job}:1", "service": job,
                     "system": system}, lambda _: 1
    for alert, system, severity, more in ALERTS:
        yield "ALERTS", {"alertname": alert, "alertstate": "firing",
                         "system": system, "severity": severity} | more, (
            lambda moment: 1 if moment > END - 1200 else None)
