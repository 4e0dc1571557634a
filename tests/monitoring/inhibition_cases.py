"""Who mutes whom: one case at least for each inhibit rule of alertmanager.yml.

A case is a cause, an alert that it mutes, and the nearest alert that it must
not mute. Labels are those that the promtool tests of rules/ saw the rules
give; severity and system come from the rules themselves.
"""


def alert(name, severity=None, system=None, **labels):
    given = {"severity": severity, "system": system}
    return {"alertname": name, **labels,
            **{key: value for key, value in given.items() if value}}


def task(name, task_name, job=None):
    job = job or "lark-" + task_name.replace("_", "-")
    return alert(name, job=job, task_name=task_name)


def check(name, check_name, job="lark-healthcheck", **more):
    return alert(name, job=job, check=check_name, **more)


def failing(check_name, job="lark-healthcheck"):
    return check("HealthcheckFailing", check_name, job, kind="tcp", groups="g")


def degraded(check_name, job="lark-healthcheck"):
    return check("HealthcheckDegraded", check_name, job, kind="tcp")


def token(name, app_id, kind="user_access_token"):
    return alert(name, job="lark-check-tokens", app_id=app_id, token_type=kind)


def server(name, job, host, **labels):
    return alert(name, job=job, instance=host, **labels)


def queue(name, host):
    return server(name, "rabbitmq-queues", host, queue="q", vhost="/",
                  system="platform")


def pair(name, exchange="binance"):
    return alert(name, exchange=exchange, symbol="BTCUSDT", timeframe="1m")


# What is in one wave fires at the same time, so that no cause may mute what
# another case of its wave needs. No alert is in two waves: Alertmanager tells
# of one again only after repeat_interval when its end went unheard.
WAVES = [[
    (task("ScheduledTaskHung", "sync_users@1of2", "lark-sync-users@1of2"),
     task("ScheduledTaskStale", "sync_users@1of2", "lark-sync-users@1of2"),
     task("ScheduledTaskStale", "sync_users@2of2", "lark-sync-users@2of2")),
    (task("ScheduledTaskStale", "cleanup"),
     task("ScheduledTaskLastRunFailed", "cleanup"),
     task("ScheduledTaskLastRunFailed", "check_tokens")),
    (task("ScheduledTaskStale", "backup", "lark-run-backup"),
     alert("PushgatewayGroupStale", job="lark-run-backup"),
     alert("PushgatewayGroupStale", job="lark-run-other")),
    (task("ScheduledTaskStale", "healthcheck@1of2", "lark-healthcheck@1of2"),
     failing("mq", "lark-healthcheck@1of2"),
     failing("mq", "lark-healthcheck@2of2")),
    (task("ScheduledTaskAbsent", "healthcheck"),
     degraded("disk"),
     task("ScheduledTaskLastRunFailed", "healthcheck@2of2",
          "lark-healthcheck@2of2")),
    (failing("web", "lark-healthcheck@2of2"),
     degraded("web", "lark-healthcheck@2of2"),
     degraded("other", "lark-healthcheck@2of2")),
    (check("HighDataMissingRate", "gaps", "lark-healthcheck@2of2",
           measure="missing"),
     failing("gaps", "lark-healthcheck@2of2"),
     failing("rows", "lark-healthcheck@2of2")),
    (token("TokenExpired", "cli_1"),
     token("TokenExpiringCritical", "cli_1", "tenant_access_token"),
     token("TokenExpiringCritical", "cli_2")),
    (token("TokenExpiringCritical", "cli_3"),
     token("TokenExpiringSoon", "cli_3", "tenant_access_token"),
     token("TokenExpiringSoon", "cli_4")),
    (server("PostgreSQLDown", "postgres", "db:9187", system="platform"),
     server("PostgreSQLQuerySlow", "postgres", "db:9187", datname="a",
            system="platform"),
     server("PostgreSQLQuerySlow", "postgres", "ts:9187", datname="a",
            system="platform")),
    (server("RedisDown", "redis", "cache:9121", system="platform"),
     server("TargetDown", "redis", "cache:9121"),
     server("TargetDown", "node", "cache:9100")),
    (server("RabbitMQDown", "rabbitmq", "mq:15692"),
     queue("RabbitMQNoConsumers", "mq:15692"),
     queue("RabbitMQNoConsumers", "mq2:15692")),
    (server("HostDiskFull", "node", "h:9100", mountpoint="/", device="a",
            fstype="ext4"),
     server("HostDiskFilling", "node", "h:9100", mountpoint="/", device="a",
            fstype="ext4"),
     server("HostDiskFilling", "node", "h:9100", mountpoint="/srv",
            device="b", fstype="ext4")),
    (server("ServiceDown", "notify_server", "f:9091", service="notify_server"),
     server("HighMemoryUsage", "notify_server", "f:9091",
            service="notify_server"),
     server("HighMemoryUsage", "bot_server", "f:9092", service="bot_server")),
    (server("CollectorProcessDown", "ws-collector", "c:8001",
            service="ws-collector"),
     server("WebSocketDisconnected", "ws-collector", "c:8001",
            service="ws-collector"),
     server("CollectorMetricsMissing", "collector", "c:8000",
            service="collector")),
], [
    (server("CollectorProcessDown", "collector", "c:8000", service="collector"),
     pair("HighDataMissingRate"),
     server("TargetDown", "postgres", "c:9187", service="postgres")),
], [
    (server("PostgreSQLDown", "postgres", "t:9187", system="crypto",
            service="postgres"),
     alert("LowDatabaseWriteRate", job="collector"),
     alert("HighAPIErrorRate", exchange="okx", endpoint="klines")),
    (check("CertificateExpiring", "tls", severity="critical"),
     check("CertificateExpiring", "tls", severity="warning"),
     check("CertificateExpiring", "www", severity="warning")),
], [
    (alert("NoActiveScheduledTasks"),
     task("ScheduledTaskStale", "sync_users"),
     task("ScheduledTaskGuardTripped", "sync_users")),
], [
    (server("PushgatewayDown", "pushgateway", "pushgateway:9091"),
     alert("DirectoryScopeShrank", job="lark-sync-users", app="a", kind="user"),
     server("AlertmanagerDown", "alertmanager", "alertmanager:9093")),
    (server("PushgatewayDown", "pushgateway", "pushgateway:9091"),
     alert("PushRejected", job="lark-sync-users"),
     alert("PrometheusConfigReloadFailed", job="prometheus")),
    (server("PushgatewayDown", "pushgateway", "pushgateway:9091"),
     check("NoKLineDataFor30Minutes", "candles", measure="age"),
     pair("NoKLineDataFor30Minutes", "okx")),
]]
