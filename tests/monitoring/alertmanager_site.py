"""The site that the tests of Alertmanager fill in, and the alerts of the
rules with severity and system."""

import os
import pathlib
import subprocess

import rule_labels

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ROOT / "compose/alertmanager"
RULES = rule_labels.rules()
SITE = {
    "ALERT_MAIL_TO": "ops@example.com",
    "ALERT_MAIL_FROM": "alertmanager@example.com",
    "ALERT_SMTP_HOST": "mail.example.com:587",
    "ALERT_FECHATTER_MAIL_TO": "chat@example.com",
    "ALERT_CRYPTO_MAIL_TO": "quant@example.com",
    "ALERT_GRAFANA_URL": "https://grafana.example.com",
    "ALERT_WEBHOOK_URL": "https://hook.example.com/alerts",
    "ALERT_DEADMAN_URL": "https://deadman.example.com/1",
}


def render(target, site):
    """The completed process; the configuration is target/alertmanager.yml."""
    return subprocess.run(
        [SOURCES / "render", SOURCES, target], capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], **site})


def complete(labels):
    """With severity and system as the rule gives them."""
    if {"severity", "system"} <= set(labels):
        return labels
    fits = [pair for pair in RULES[labels["alertname"]]
            if labels.get("severity") in (None, pair[0])
            and labels.get("system") in (None, pair[1])]
    if len(fits) != 1:
        raise AssertionError(f"{labels}: which of {fits}?")
    return {**labels, "severity": fits[0][0], "system": fits[0][1]}
