"""The monitoring stack around a World: the shipped rules, routes and texts.

What differs from the shipped files: addresses, how often is looked
(`every`, unless it is None), and how long Alertmanager waits to say more
about a group. Scrape jobs of servers that do not run here are left out.
"""

import datetime
import os
import pathlib
import subprocess
import time
import urllib.parse

import yaml

import servers
import world

COMPOSE = pathlib.Path(__file__).resolve().parents[2] / "compose"
MAIL_TO = "ops@stack.test"


class Stack(world.World):
    """All of it, started. Without `every`: looks as often as is shipped."""

    def __init__(self, shop, every=None, compose=COMPOSE):
        super().__init__(shop)
        self.compose = compose
        self.every = every
        self.inbox = servers.Inbox()

    def start(self):
        servers.start_hook(self.inbox, self.port["hook"])
        servers.start_mail(self.inbox, self.port["smtp"])
        servers.start_alertmanager(self.shop, self.port["alertmanager"],
                                   self.alertmanager_configuration())
        self.start_prometheus("tsdb")
        super().start()
        self.await_rabbitmq()
        self.shop.none_failed()

    def start_prometheus(self, data):
        servers.start_prometheus(self.shop, self.port["prometheus"],
                                 self.prometheus_configuration(),
                                 self.shop.path(data), *self.flags())

    def flags(self):
        # Until an Alertmanager is known, what fires is told to nobody, and
        # told again only after a minute.
        soon = ["--rules.alert.resend-delay=10s"] if self.every else []
        return ["--web.console.templates=" +
                str(self.compose / "prometheus" / "consoles"),
                f"--web.external-url={self.address('prometheus')}", *soon]

    # --- configuration ------------------------------------------------------

    def prometheus_configuration(self):
        folder = self.compose / "prometheus"
        shipped = yaml.safe_load((folder / "prometheus.yml").read_text())
        self.looks = seconds(self.every or
                             shipped["global"]["evaluation_interval"])
        if self.every:
            shipped["global"] |= {"scrape_interval": self.every,
                                  "scrape_timeout": self.every,
                                  "evaluation_interval": self.every}
        jobs = [self.job(job) for job in shipped["scrape_configs"]]
        shipped["scrape_configs"] = [job for job in jobs if job]
        shipped["rule_files"] = self.rule_files(folder / "rules")
        shipped["alerting"]["alertmanagers"] = [{"static_configs": [
            {"targets": [f"127.0.0.1:{self.port['alertmanager']}"]}]}]
        return self.shop.write("prometheus.yml", yaml.safe_dump(shipped))

    def job(self, job):
        """The job with our port, or None when its server is not here."""
        ports = {"prometheus": "prometheus", "alertmanager": "alertmanager",
                 "pushgateway": "pushgateway", "rabbitmq": "rabbitmq_metrics",
                 "rabbitmq-queues": "rabbitmq_metrics"}
        name = ports.get(job["job_name"])
        if name is None:
            return None
        if self.every:
            job.pop("scrape_interval", None)
            job.pop("scrape_timeout", None)
        for group in job["static_configs"]:
            group["targets"] = [f"127.0.0.1:{self.port[name]}"]
        return job

    def rule_files(self, folder):
        """The shipped files themselves, unless a group has its own pace."""
        return [self.quick(path) if self.every else str(path)
                for path in sorted(folder.glob("*.yml"))]

    def quick(self, path):
        rules = yaml.safe_load(path.read_text())
        if not any("interval" in group for group in rules["groups"]):
            return str(path)
        for group in rules["groups"]:
            group.pop("interval", None)
        return self.shop.write("rules/" + path.name, yaml.safe_dump(rules))

    def alertmanager_configuration(self):
        folder = self.compose / "alertmanager"
        target = self.shop.path("alertmanager-rendered")
        hook = self.address("hook")
        subprocess.run(
            [folder / "render", folder, target], check=True, env={
                **world.CLEAN, "ALERT_SMTP_TLS": "false",
                "ALERT_SMTP_HOST": f"127.0.0.1:{self.port['smtp']}",
                "ALERT_MAIL_FROM": "alerts@stack.test",
                "ALERT_MAIL_TO": MAIL_TO,
                "ALERT_WEBHOOK_URL": hook + "/alerts",
                "ALERT_DEADMAN_URL": hook + "/deadman"})
        path = os.path.join(target, "alertmanager.yml")
        with open(path, encoding="utf-8") as file:
            rendered = yaml.safe_load(file)
        self.group_wait = seconds(rendered["route"]["group_wait"])
        say_more_soon(rendered["route"])
        with open(path, "w", encoding="utf-8") as file:
            yaml.safe_dump(rendered, file)
        return path

    # --- looking ------------------------------------------------------------

    def query(self, expression, at=None):
        words = {"query": expression} | ({"time": at} if at else {})
        return world.ask(self.address("prometheus") + "/api/v1/query?" +
                         urllib.parse.urlencode(words))["data"]["result"]

    def value(self, expression):
        found = self.query(expression)
        return float(found[0]["value"][1]) if found else None

    def alerts(self):
        """{(name, state)} of what Prometheus holds against us."""
        found = world.ask(self.address("prometheus") + "/api/v1/alerts")
        return {(alert["labels"]["alertname"], alert["state"])
                for alert in found["data"]["alerts"]}

    def rules(self):
        """Each alerting rule by its name."""
        groups = world.ask(self.address("prometheus") +
                           "/api/v1/rules")["data"]["groups"]
        return {rule["name"]: rule for group in groups
                for rule in group["rules"] if rule["type"] == "alerting"}

    def await_scrape(self):
        """What is at the gateway now is with Prometheus, too."""
        now = time.time()
        servers.until("the gateway is scraped", lambda: (
            self.value('min(timestamp(up{job="pushgateway"}))') or 0) > now,
            60)

    def await_evaluation(self):
        """All rules have seen what Prometheus holds now."""
        now = time.time()
        servers.until("the rules are evaluated", lambda: all(
            moment(rule["lastEvaluation"]) > now
            for rule in self.rules().values()), 60)


def say_more_soon(route):
    for each in (route, *route.get("routes", [])):
        if "group_interval" in each:
            each["group_interval"] = "1s"
        if each is not route:
            say_more_soon(each)


def seconds(text):
    units = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
    number = text.rstrip("msh")
    return float(number) * units[text[len(number):]]


def moment(text):
    return datetime.datetime.fromisoformat(text).timestamp()
