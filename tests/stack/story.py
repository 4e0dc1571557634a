"""What happens to the stack: rounds of runs, six faults, and their mending."""

import collections
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import servers
import stack
import world

sys.path.insert(0, os.path.join(servers.HERE, "..", "monitoring"))
import panel_queries  # noqa: E402

# When it happened, and when what tells of it had been pushed.
Fault = collections.namedtuple("Fault", "since pushed")
# What Alertmanager and the way to the receiver may take, beside group_wait.
DELIVERY = 5
STALE_AFTER = 3


class Story(stack.Stack):

    def start(self):
        self.began = time.time()
        super().start()

    # --- rounds ---------------------------------------------------------------

    def round(self):
        """All programs once, as their timers would have it in a day."""
        self.sync()
        self.check_tokens()
        self.cleanup()
        self.backup()
        self.healthcheck()
        self.forward_alerts()
        self.await_scrape()

    def troubled_round(self):
        """Runs that meet what happens now and then, for panels to show."""
        self.api_trouble()
        self.sync()
        self.run("lark-sync-users", "--scheduled-for", "2026-01-01T00:00:00Z",
                 codes=(75,))
        self.token_trouble()
        self.check_tokens(codes=(0, 3))
        self.await_scrape()

    def api_trouble(self):
        members = "/open-apis/contact/v3/users/find_by_department"
        self.fault(members, kind="rate_limit", reset=1)
        self.fault(members, kind="status", status=503, after=2)
        self.fault(members, kind="reset", after=4)

    def token_trouble(self):
        self.sql("UPDATE lark_batch.tokens SET"
                 " access_expires_at = now() - interval '6 days',"
                 " refresh_expires_at = now() + interval '20 hours'"
                 " WHERE state = 'valid'")
        self.refresh_fault(kind="status", status=503)

    # --- faults ---------------------------------------------------------------

    def break_things(self):
        """{alert: Fault}; the task that stops is the last to be late."""
        found = {}
        for name, do in (("HealthcheckFailing", self.break_broker),
                         ("TokenExpired", self.expire_token),
                         ("ScheduledTaskLastRunFailed", self.fail_backup),
                         ("DirectoryScopeShrank", self.shrink_scope),
                         ("PushRejected", self.push_nonsense)):
            since = time.time()
            do()
            found[name] = Fault(since, time.time())
        self.stop_cleanup()
        late = time.time() + STALE_AFTER
        found["ScheduledTaskStale"] = Fault(late, late)
        return found

    def break_broker(self):
        self.shop.kill("rabbitmq")
        self.healthcheck(codes=(2,))

    def expire_token(self):
        """A week in which nobody refreshed it: now Lark refuses to."""
        self.control("settings", {"advance_seconds": 8 * 86400})
        self.sql("UPDATE lark_batch.tokens SET"
                 " access_expires_at = now() - interval '1 hour',"
                 " refresh_expires_at = now() - interval '5 minutes'"
                 " WHERE subject = (SELECT min(subject)"
                 "                  FROM lark_batch.tokens)")
        self.check_tokens(codes=(0, 3))

    def fail_backup(self):
        self.backup_succeeds(False)
        self.backup(codes=(2,))

    def shrink_scope(self):
        self.control("scope", {"drop_departments": 3})
        self.sync()

    def push_nonsense(self):
        """A gauge where all others have a counter: refused, and noted."""
        request = urllib.request.Request(
            self.address("pushgateway") + "/metrics/job/lark-run-backup",
            data=b"# TYPE scheduled_task_executions_total gauge\n"
                 b'scheduled_task_executions_total{task_name="backup"} 1\n')
        try:
            urllib.request.urlopen(request, timeout=10)
        except urllib.error.HTTPError as refused:
            if refused.code == 400:
                return
        raise servers.Failed("the Pushgateway took nonsense")

    def stop_cleanup(self):
        self.cleanup_max_age = f"{STALE_AFTER}s"
        self.configure()
        self.cleanup()

    # --- mending --------------------------------------------------------------

    def heal_things(self):
        self.start_rabbitmq()
        self.cleanup_max_age = "26h"
        self.configure()
        self.backup_succeeds(True)
        self.control("scope", {"all": True})
        self.grant_tokens()
        for run in (self.cleanup, self.backup, self.sync, self.check_tokens):
            run()
        self.await_rabbitmq()
        self.healthcheck()

    # --- what comes of it -----------------------------------------------------

    def allowed(self, name, fault):
        """Seconds: the run's own, `for`, group_wait, two looks, delivery."""
        return (fault.pushed - fault.since + self.rules()[name]["duration"] +
                self.group_wait + 2 * self.looks + DELIVERY)

    def await_mail(self, name, word, since, limit):
        return self.inbox.wait(
            f"mail '[{word}] .. {name}'",
            lambda n: n["way"] == "mail" and n["time"] >= since
            and n["subject"].startswith(f"[{word}]")
            and name in n["subject"], limit)

    def await_hook(self, name, status, since, limit):
        return self.inbox.wait(
            f"{name} {status} at a webhook",
            lambda n: n["way"] == "webhook" and n["time"] >= since
            and (n["name"], n["status"]) == (name, status), limit)

    def noticed(self, kind):
        """Names of the alerts that lark-forward-alerts told us of so."""
        return {entry["label"] for note in self.inbox.notes()
                if note["way"] == "notice"
                and note["posted"]["source"] == "forward_alerts"
                for entry in note["posted"]["entries"]
                if entry["kind"] == kind}

    def page(self, url):
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.read().decode()

    def gateway_page(self):
        return self.page(self.address("pushgateway") + "/metrics")

    # --- panels ---------------------------------------------------------------

    def queries_of(self, path):
        return panel_queries.queries_of(path, span="30m", rate="1m",
                                        interval="5s", window="30m")

    def has_data(self, query):
        """A number, now or, where a curve is drawn, at any time."""
        if query.instant:
            values = [series["value"] for series in self.query(query.expr)]
        else:
            values = [value for series in self.query_range(query.expr)
                      for value in series["values"]]
        return any(value[1] != "NaN" for value in values)

    def query_range(self, expression):
        words = {"query": expression, "start": self.began,
                 "end": time.time(), "step": 1}
        return world.ask(self.address("prometheus") + "/api/v1/query_range?" +
                         urllib.parse.urlencode(words))["data"]["result"]
