#!/usr/bin/env python3
"""compose/alertmanager live: a real Alertmanager posts to us and mails to
tests/support/smtp_server.py. Only the waits are shorter than shipped."""

import email
import email.policy
import http.server
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse
import urllib.request

import yaml

from alertmanager_site import ROOT, SITE, complete, render
from inhibition_cases import WAVES, alert
from private_server import PrivateServer, free_port, program, until


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.calls.append(
            (self.path, self.headers.get("Authorization"), body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


class Receivers:
    """A webhook and a mail server; both keep what they get."""

    def __init__(self):
        self.hook = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
        self.hook.calls = []
        self.thread = threading.Thread(target=self.hook.serve_forever,
                                       kwargs={"poll_interval": 0.05})
        self.thread.start()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="receivers."))
        self.url = f"http://127.0.0.1:{self.hook.server_port}"
        self.smtp_port = free_port()
        self.smtp = subprocess.Popen(
            [sys.executable, ROOT / "tests/support/smtp_server.py",
             f"--port={self.smtp_port}", f"--folder={self.folder}",
             "--tls=none", "--user=am", "--password=secret"],
            stdout=subprocess.PIPE)
        self.smtp.stdout.readline()

    def stop(self):
        self.hook.shutdown()
        self.thread.join()
        self.hook.server_close()
        self.smtp.kill()
        self.smtp.wait()
        self.smtp.stdout.close()
        shutil.rmtree(self.folder)

    def calls(self, path):
        return [(token, body) for where, token, body in list(self.hook.calls)
                if where == path]

    def mails(self):
        """[(envelope, message)], the oldest first."""
        found = []
        for path in sorted(self.folder.glob("*.mail"),
                           key=lambda path: int(path.stem)):
            envelope, content = path.read_bytes().split(b"\n\n", 1)
            found.append((envelope.decode(), email.message_from_bytes(
                content, policy=email.policy.default)))
        return found


def site_of(receivers):
    # Alertmanager 0.25 takes a final newline for a part of the password.
    (receivers.folder / "password").write_text("secret")
    (receivers.folder / "token").write_text("geheim\n")
    return {**SITE, "TZ": "Asia/Shanghai",
            "ALERT_SMTP_HOST": f"127.0.0.1:{receivers.smtp_port}",
            "ALERT_SMTP_TLS": "false", "ALERT_SMTP_USER": "am",
            "ALERT_SMTP_PASSWORD_FILE": f"{receivers.folder}/password",
            "ALERT_WEBHOOK_URL": receivers.url + "/hook",
            "ALERT_WEBHOOK_TOKEN_FILE": f"{receivers.folder}/token",
            "ALERT_DEADMAN_URL": receivers.url + "/deadman"}


def hurried(route):
    """The shipped route with waits of a test's length."""
    for name in {"group_wait", "group_interval"} & set(route):
        route[name] = "100ms"
    if route["receiver"] == "deadman":
        route["repeat_interval"] = "300ms"
    for each in route.get("routes", []):
        hurried(each)


def shipped_but_hurried(receivers, folder):
    """Also with a witness: one more webhook for each receiver."""
    answer = render(folder, site_of(receivers))
    if answer.returncode:
        raise AssertionError(answer.stderr)
    path = folder / "alertmanager.yml"
    config = yaml.safe_load(path.read_text())
    hurried(config["route"])
    for each in config["receivers"]:
        each["webhook_configs"] = each.get("webhook_configs", []) + [
            {"url": receivers.url + "/witness/" + each["name"]}]
    path.write_text(yaml.safe_dump(config))
    return path


def moment(seconds=0):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(
        time.time() + seconds))


ANNOTATIONS = {
    "summary": "check mq does not work <b>&",
    "description": "Nobody's messages are carried.",
    "dashboard": "lark-healthchecks",
    "runbook_url": "https://prom.example.com/consoles/runbooks.html"
                   "#healthcheckfailing"}


class Live(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.receivers = Receivers()
        cls.addClassCleanup(cls.receivers.stop)
        cls.server = PrivateServer(lambda port, folder: [
            "env", "TZ=Asia/Shanghai",
            program("prometheus-alertmanager", "prometheus-alertmanager"),
            f"--config.file={shipped_but_hurried(cls.receivers, folder)}",
            f"--storage.path={folder}/data", "--cluster.listen-address=",
            "--web.external-url=https://alerts.example.com",
            "--web.route-prefix=/", f"--web.listen-address=127.0.0.1:{port}"])
        cls.addClassCleanup(cls.server.stop)

    def post(self, *alerts, ends=3600, **more):
        body = json.dumps([{
            "labels": labels, "startsAt": "2026-03-28T17:30:00Z",
            "endsAt": moment(ends), **more} for labels in alerts]).encode()
        request = urllib.request.Request(
            self.server.url + "/api/v2/alerts", body,
            {"Content-Type": "application/json"})
        urllib.request.urlopen(request).close()

    def states(self):
        """{labels: (fingerprint, fingerprints that mute it)}"""
        with urllib.request.urlopen(
                self.server.url + "/api/v2/alerts") as answer:
            return {frozenset(each["labels"].items()):
                    (each["fingerprint"], each["status"]["inhibitedBy"])
                    for each in json.load(answer)}

    def delivered(self, labels, since=0):
        """The receivers that were told that it fires."""
        return [path.rsplit("/", 1)[1]
                for path, _, body in self.receivers.hook.calls[since:]
                if path.startswith("/witness/")
                and any(each["labels"] == labels and each["status"] == "firing"
                        for each in body["alerts"])]

    def mail(self, subject):
        return until(lambda: next(
            (each for each in self.receivers.mails()
             if each[1]["Subject"].startswith(subject)), None),
            f"a mail '{subject}'")

    def test_a_critical_alert_is_mailed_and_posted_until_it_is_resolved(self):
        labels = complete(alert(
            "HealthcheckFailing", job="lark-healthcheck", check="mq main",
            kind="tcp", groups="base"))
        self.post(labels, annotations=ANNOTATIONS)
        envelope, message = self.mail("[CRITICAL] HealthcheckFailing: check mq")
        self.assertIn("receivers: <ops@example.com>", envelope)
        self.assertIn("user: am", envelope)
        self.assertEqual([part.get_content_type() for part in
                          message.iter_parts()], ["text/plain", "text/html"])
        for kind in ("plain", "html"):
            self.told(message.get_body((kind,)).get_content(), kind, labels)
        self.posted(labels, "firing")
        self.post(labels, ends=0, annotations=ANNOTATIONS)
        _, message = self.mail("[RESOLVED] HealthcheckFailing: check mq")
        self.assertIn("until", message.get_body(("plain",)).get_content())
        self.posted(labels, "resolved")

    def told(self, text, kind, labels):
        self.assertIn("2026-03-29 01:30:00 CST", text)
        self.assertIn(ANNOTATIONS["runbook_url"], text)
        self.assertIn("https://grafana.example.com/d/lark-healthchecks", text)
        self.assertIn("does not work <b>&" if kind == "plain"
                      else "does not work &lt;b&gt;&amp;", text)
        link = re.search(r'https://alerts.example.com/#/silences/new'
                         r'\?filter=([^"\s]+)', text)[1]
        self.assertEqual(urllib.parse.unquote(link), "{" + ",".join(
            f'{name}="{labels[name]}"' for name in sorted(labels)) + "}")

    def posted(self, labels, status):
        token, body = until(lambda: next(
            (each for each in self.receivers.calls("/hook")
             if each[1]["status"] == status
             and each[1]["alerts"][0]["labels"] == labels), None), status)
        self.assertEqual(token, "Bearer geheim")
        self.assertEqual(body["receiver"], "critical")

    def test_each_team_has_its_own_mailbox_and_warnings_are_not_posted(self):
        for name, system, address in (
                ("HighErrorRatio", "fechatter", "chat@example.com"),
                ("HighAPIErrorRate", "crypto", "quant@example.com"),
                ("DirectoryFieldLost", "lark", "ops@example.com")):
            labels = alert(name, "warning", system, app="a")
            self.post(labels)
            envelope, _ = self.mail(f"[WARNING] 1 x {name} ({system})")
            self.assertIn(f"receivers: <{address}>", envelope)
            self.assertFalse([body for _, body in self.receivers.calls("/hook")
                              if body["commonLabels"] == labels])

    def test_the_watchdog_reaches_the_dead_mans_hook_again_and_again(self):
        labels = {"alertname": "Watchdog"}
        self.post(labels)
        until(lambda: len(self.receivers.calls("/deadman")) >= 2, "two pings")
        self.assertEqual(set(self.delivered(labels)), {"deadman"})
        for _, message in self.receivers.mails():
            self.assertNotIn("Watchdog", message["Subject"])
        for _, body in self.receivers.calls("/hook"):
            self.assertNotEqual(body["commonLabels"], labels)

    # The last by name: its alerts join the groups of the others.
    def test_then_a_cause_mutes_what_follows_from_it_and_nothing_else(self):
        for wave in WAVES:
            with self.subTest(cause=wave[0][0]["alertname"]):
                self.mutes([[complete(each) for each in case]
                            for case in wave])

    def mutes(self, wave):
        flat = [each for case in wave for each in case]
        since = len(self.receivers.hook.calls)
        self.post(*(cause for cause, _, _ in wave))
        for cause, _, _ in wave:
            until(lambda: frozenset(cause.items()) in self.states(), cause)
        self.post(*(child for _, child, _ in wave))
        for cause, child, _ in wave:
            until(lambda: self.muted_by(child) == self.fingerprint(cause),
                  f"{cause} mutes {child}")
        self.post(*(near for _, _, near in wave))
        for _, _, near in wave:
            until(lambda: self.delivered(near, since), f"told of {near}")
            self.assertEqual(self.muted_by(near), [])
        for _, child, _ in wave:
            self.assertEqual(self.delivered(child, since), [], child)
        self.post(*flat, ends=0)
        until(lambda: not any(frozenset(each.items()) in self.states()
                              for each in flat), "all are resolved")
        # A cause that is gone mutes no more.
        child = wave[0][1]
        self.post(child)
        until(lambda: self.delivered(child, since), f"told of {child} alone")
        self.post(child, ends=0)

    def muted_by(self, labels):
        return self.states().get(frozenset(labels.items()), ("", None))[1]

    def fingerprint(self, labels):
        return [self.states()[frozenset(labels.items())][0]]


if __name__ == "__main__":
    sys.exit(unittest.main())
