#!/usr/bin/env python3
"""compose/alertmanager as it is filled in, and as amtool routes it."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import yaml

import rule_labels
from alertmanager_site import RULES, SITE, complete, render
from inhibition_cases import WAVES
from private_server import program


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="alertmanager."))
        self.addCleanup(shutil.rmtree, self.folder)

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def render(self, **site):
        return render(self.folder / "out", {**SITE, **site})


def rendered(folder):
    return yaml.safe_load((folder / "out/alertmanager.yml").read_text())


class WhatIsFilledIn(Folder):
    def good(self, **site):
        answer = self.render(**site)
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))
        check = subprocess.run(
            [program("amtool", "prometheus-alertmanager"), "check-config",
             self.folder / "out/alertmanager.yml"],
            capture_output=True, text=True)
        self.assertEqual(check.returncode, 0, check.stderr)
        self.assertNotRegex(check.stdout + check.stderr, "(?i)warn|fail")
        return rendered(self.folder)

    def refused(self, words, **site):
        answer = self.render(**site)
        self.assertEqual(answer.returncode, 78, answer.stderr)
        self.assertRegex(answer.stderr, words)
        self.assertIn("\nhint: ", answer.stderr)

    def test_mail_webhook_and_the_dead_mans_hook_are_accepted_by_amtool(self):
        config = self.good(
            ALERT_SMTP_USER="am",
            ALERT_SMTP_PASSWORD_FILE=self.file("password", "secret\n"),
            ALERT_WEBHOOK_TOKEN_FILE=self.file("token", "geheim\n"))
        self.assertEqual(config["global"]["smtp_smarthost"],
                         SITE["ALERT_SMTP_HOST"])
        self.assertIs(config["global"]["smtp_require_tls"], True)
        text = "".join(path.read_text() for path in
                       (self.folder / "out").rglob("*.*"))
        self.assertNotRegex(re.sub("(?m)^ *#.*", "", text), r"\$\{")
        self.assertNotRegex(text, "secret\n|geheim")

    def test_what_is_written_is_for_its_owner_only(self):
        self.good()
        for path in (self.folder / "out").rglob("*"):
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)

    def test_without_mail_everything_goes_to_the_webhook(self):
        for receiver in self.good(ALERT_MAIL_TO="")["receivers"]:
            self.assertNotIn("email_configs", receiver)
            self.assertEqual(len(receiver["webhook_configs"]), 1)

    def test_without_a_webhook_everything_is_mailed(self):
        for receiver in self.good(ALERT_WEBHOOK_URL="")["receivers"]:
            self.assertEqual("email_configs" in receiver,
                             receiver["name"] != "deadman")

    def test_a_url_may_come_from_a_secret_file_and_an_empty_one_means_off(self):
        config = self.good(
            ALERT_WEBHOOK_URL="",
            ALERT_WEBHOOK_URL_FILE=self.file("url", "https://a.example/b\n"),
            ALERT_DEADMAN_URL="", ALERT_DEADMAN_URL_FILE=self.file("no", ""))
        urls = [hook["url"] for receiver in config["receivers"]
                for hook in receiver.get("webhook_configs", [])]
        self.assertEqual(set(urls), {"https://a.example/b"})

    def test_nobody_hears_only_when_that_is_said(self):
        nobody = {"ALERT_MAIL_TO": "", "ALERT_WEBHOOK_URL": ""}
        self.refused("nobody would hear", **nobody)
        self.good(ALERT_LARK_ONLY="yes", **nobody)
        self.refused("nobody would hear", **nobody | {"ALERT_MAIL_TO": " "})

    def test_what_is_missing_or_would_break_the_file_is_refused(self):
        gone = str(self.folder / "gone")
        empty = self.file("empty", "")
        self.refused("ALERT_MAIL_FROM is empty", ALERT_MAIL_FROM="")
        self.refused("ALERT_SMTP_HOST is empty", ALERT_SMTP_HOST="")
        self.refused("ALERT_MAIL_TO has a quote", ALERT_MAIL_TO="a'b")
        self.refused("has a quote, a backslash, a brace or a control",
                     ALERT_GRAFANA_URL="http://{{ x }}")
        self.refused("a control character", ALERT_MAIL_TO="a@b\rc")
        self.refused(f"'{gone}' cannot be read",
                     ALERT_WEBHOOK_TOKEN_FILE=gone)
        self.refused("ALERT_SMTP_PASSWORD_FILE is empty", ALERT_SMTP_USER="am")
        self.refused(f"'{empty}' is empty", ALERT_SMTP_USER="am",
                     ALERT_SMTP_PASSWORD_FILE=empty)

    def test_a_refused_change_leaves_the_last_good_file(self):
        self.good()
        before = (self.folder / "out/alertmanager.yml").read_text()
        self.refused("is empty", ALERT_SMTP_HOST="")
        self.assertEqual((self.folder / "out/alertmanager.yml").read_text(),
                         before)


# Every route and receiver, by labels that real rules give.
ROUTES = {
    "deadman": [{"alertname": "Watchdog"},
                {"alertname": "Watchdog", "severity": "none"}],
    "critical": [{"severity": "critical", "system": "lark"},
                 {"severity": "critical", "system": "platform"}],
    "warning": [{"severity": "warning", "system": "lark"},
                {"severity": "warning", "system": "platform"},
                {"alertname": "WithoutAnyLabel"}],
    "info": [{"severity": "info", "system": "lark"},
             {"severity": "info", "system": "platform"}],
    "fechatter": [{"severity": "warning", "system": "fechatter"},
                  {"severity": "info", "system": "fechatter"}],
    "fechatter-critical": [{"severity": "critical", "system": "fechatter"}],
    "crypto": [{"severity": "warning", "system": "crypto"},
               {"severity": "info", "system": "crypto"}],
    "crypto-critical": [{"severity": "critical", "system": "crypto"}],
}


def receivers_of(route):
    yield route["receiver"]
    for each in route.get("routes", []):
        yield from receivers_of(each)


class WhereAlertsGo(Folder):
    def test_amtool_routes_every_case_to_its_receiver(self):
        self.assertEqual(self.render().returncode, 0)
        for receiver, cases in ROUTES.items():
            for labels in cases:
                answer = subprocess.run(
                    ["amtool", "config", "routes", "test",
                     f"--config.file={self.folder}/out/alertmanager.yml",
                     f"--verify.receivers={receiver}",
                     *(f"{key}={value}" for key, value in labels.items())],
                    capture_output=True, text=True)
                self.assertEqual(answer.returncode, 0,
                                 f"{labels}: {answer.stdout}")

    def test_no_route_and_no_receiver_is_without_a_case(self):
        self.render()
        config = rendered(self.folder)
        routed = list(receivers_of(config["route"]))
        self.assertEqual(len(routed), len(set(routed)), "told apart by name")
        self.assertEqual(set(routed), set(ROUTES))
        self.assertEqual({each["name"] for each in config["receivers"]},
                         set(ROUTES))

    def test_severity_and_system_of_every_rule_are_among_the_cases(self):
        known = {(labels.get("severity"), labels.get("system"))
                 for cases in ROUTES.values() for labels in cases}
        for name, pairs in RULES.items():
            if name != "Watchdog":
                self.assertLessEqual(pairs, known, name)


def cases():
    for wave in WAVES:
        for case in wave:
            yield tuple(complete(each) for each in case)


def matches(matchers, labels):
    for text in matchers:
        name, sign, value = re.fullmatch(
            r'(\w+)\s*(=~|!~|!=|=)\s*"?([^"]*)"?', text).groups()
        given = labels.get(name, "")
        same = (bool(re.fullmatch(value, given)) if "~" in sign
                else value == given)
        if same != (sign[0] == "="):
            return False
    return True


def mutes(rule, cause, child):
    return (matches(rule["source_matchers"], cause)
            and matches(rule["target_matchers"], child)
            and all(cause.get(name, "") == child.get(name, "")
                    for name in rule.get("equal", [])))


class WhoMutesWhom(Folder):
    def test_each_inhibit_rule_has_a_case_of_its_own(self):
        self.render()
        rules = rendered(self.folder)["inhibit_rules"]
        used = set()
        for cause, child, _ in cases():
            by = [at for at, rule in enumerate(rules)
                  if mutes(rule, cause, child)]
            self.assertEqual(len(by), 1, f"{cause} mutes {child}")
            used.add(by[0])
        for at, rule in enumerate(rules):
            self.assertIn(at, used, f"no case for {rule}")

    def test_no_alert_is_in_two_waves(self):
        waves = [{frozenset(complete(each).items()) for case in wave
                  for each in case} for wave in WAVES]
        self.assertEqual(sum(map(len, waves)), len(set().union(*waves)))

    def test_the_labels_of_the_cases_are_those_that_the_rules_give(self):
        seen = rule_labels.seen_label_names()
        for each in (each for case in cases() for each in case):
            names = frozenset(each) - {"alertname", "service"}
            known = {given - {"service"} for given in seen[each["alertname"]]}
            self.assertIn(names, known, each["alertname"])


if __name__ == "__main__":
    sys.exit(unittest.main())
