#!/usr/bin/env python3
"""The whole way, once: runs, Pushgateway, Prometheus, rules, Alertmanager,
receivers; healthy, then broken in six ways, then healed.

    tests/stack/stack_test.py            the stack looks every 2 s
    tests/stack/stack_test.py --shipped  as often as it does where it is used

The classes tell one story and run in the order in which they stand here.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
import unittest

import servers
import stack
import story
from story import panel_queries

OURS = "lark"
# Panels that this story cannot fill: "uid / title": why.
EMPTY_PANELS = {}

# Alert: who hears of it. A warning goes by mail only.
FAULTS = {
    "HealthcheckFailing": "critical",
    "TokenExpired": "critical",
    "ScheduledTaskStale": "critical",
    "ScheduledTaskLastRunFailed": "warning",
    "DirectoryScopeShrank": "warning",
    "PushRejected": "warning",
}

STORY = {}


def say(text):
    print("\n  " + text, end=" ", file=sys.stderr, flush=True)


def setUpModule():
    shop = servers.Workshop()
    unittest.addModuleCleanup(shop.close)
    world = story.Story(shop, every=STORY["every"])
    STORY["stack"] = world
    world.start()


class Chapter(unittest.TestCase):
    """Begins with what happens; nothing is told after one that could not."""

    @classmethod
    def setUpClass(cls):
        if STORY.get("ended"):
            raise unittest.SkipTest("the story ended before")
        STORY["ended"] = True
        cls.happen(STORY["stack"])
        STORY["ended"] = False

    @classmethod
    def happen(cls, world):
        pass

    @property
    def stack(self):
        return STORY["stack"]


class Workplace(unittest.TestCase):

    def test_nothing_is_left_of_a_proof_that_was_killed(self):
        died = subprocess.run(
            [sys.executable, "-c", KILLED], capture_output=True, text=True,
            cwd=servers.HERE, check=False)
        folder, pid = died.stdout.split()
        self.assertEqual(died.returncode, -signal.SIGKILL)
        servers.until("the folder is gone",
                      lambda: not os.path.exists(folder))
        self.assertFalse(servers.alive(int(pid)))


# A server that ignores SIGTERM, in a proof that is killed.
KILLED = """
import os, servers, signal
shop = servers.Workshop()
server = shop.start("stubborn", ["sh", "-c", "trap '' TERM; sleep 600"])
print(shop.folder, server.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


class Healthy(Chapter):
    """Two rounds of all programs on a company that changes a little."""

    @classmethod
    def happen(cls, world):
        world.round()
        world.change(hire=3, move=2, rename=2, leave=1)
        world.round()

    def test_a_healthy_stack_fires_nothing_but_the_watchdog(self):
        self.stack.await_evaluation()
        self.assertEqual(self.stack.alerts(), {("Watchdog", "firing")})

    def test_every_target_is_up(self):
        self.assertGreaterEqual(self.stack.value("count(up)"), 4)
        self.assertEqual(self.stack.query("up == 0"), [])

    def test_our_programs_push_fewer_series_than_a_thousand(self):
        series = self.stack.value('count({job=~"lark-.+",__name__!~".+:.+"})')
        say(f"{series:.0f} series of our programs")
        self.assertLess(series, 1000)

    def test_a_total_grows_between_two_runs(self):
        grown = self.stack.value(
            'increase(scheduled_task_executions_total'
            '{task_name="sync_users",status="success"}[10m])')
        self.assertGreater(grown or 0, 0)


class Broken(Chapter):
    """Six faults at once: each is heard of, by whom it concerns, in time."""

    @classmethod
    def happen(cls, world):
        world.troubled_round()
        STORY["broken"] = world.break_things()

    def heard(self, name):
        fault = STORY["broken"][name]
        receiver = FAULTS[name]
        allowed = self.stack.allowed(name, fault)
        note = self.stack.await_mail(name, receiver.upper(), fault.since,
                                     allowed + 30)
        self.assertEqual(note["receivers"], [stack.MAIL_TO])
        if receiver == "critical":
            hooked = self.stack.await_hook(name, "firing", fault.since, 30)
            self.assertEqual((hooked["receiver"], hooked["path"]),
                             ("critical", "/alerts"))
        took = note["time"] - fault.since
        say(f"{name}: {took:.1f} s from the fault to the receiver, "
            f"{allowed:.1f} s allowed")
        self.assertLessEqual(took, allowed)

    def test_a_killed_broker_is_told_to_the_critical_receiver(self):
        self.heard("HealthcheckFailing")

    def test_an_expired_token_is_told_to_the_critical_receiver(self):
        self.heard("TokenExpired")

    def test_a_task_that_stopped_is_told_to_the_critical_receiver(self):
        self.heard("ScheduledTaskStale")

    def test_a_run_that_failed_is_told_by_mail(self):
        self.heard("ScheduledTaskLastRunFailed")

    def test_a_scope_that_shrank_is_told_by_mail(self):
        self.heard("DirectoryScopeShrank")

    def test_a_push_that_was_refused_is_told_by_mail(self):
        self.heard("PushRejected")

    def test_lark_forward_alerts_tells_people_of_all_of_them(self):
        self.stack.forward_alerts()
        self.assertLessEqual(FAULTS.keys(), self.stack.noticed("new"))

    def test_a_warning_reaches_no_webhook(self):
        warned = {n["name"] for n in self.stack.inbox.notes()
                  if n["way"] == "webhook"
                  and n["alert"]["labels"].get("severity") == "warning"}
        self.assertEqual(warned, set())

    def test_the_runbook_link_of_an_alert_leads_to_its_section(self):
        note = self.stack.await_hook("TokenExpired", "firing", 0, 30)
        page, _, anchor = note["alert"]["annotations"][
            "runbook_url"].partition("#")
        self.assertTrue(f'id="{anchor}"' in self.stack.page(page),
                        f"no '{anchor}' in {page}; make docs writes that page")


class Panels(Chapter):
    """With all this in Prometheus, no panel of ours is empty."""

    def test_every_query_of_our_dashboards_is_answered_with_data(self):
        queries = [query for path in panel_queries.dashboards()
                   if path.parent.name == OURS
                   for query in self.stack.queries_of(path)]
        self.assertGreater(len(queries), 20)
        empty = {f"{query.dashboard} / {query.panel} / {query.letter}":
                 query.expr for query in queries
                 if not self.stack.has_data(query)}
        say(f"{len(queries)} queries of panels, {len(empty)} without data")
        self.assertEqual(sorted(empty), sorted(EMPTY_PANELS), empty)


class Healed(Chapter):
    """Everything is mended: everybody who heard of it hears of that, too."""

    @classmethod
    def happen(cls, world):
        STORY["healed"] = time.time()
        world.heal_things()

    def test_the_watchdog_reached_the_dead_mans_hook_and_nobody_else(self):
        self.stack.inbox.wait("the watchdog",
                              lambda n: n.get("name") == "Watchdog", 90)
        self.assertEqual({(n["receiver"], n["path"])
                          for n in self.stack.inbox.notes()
                          if n.get("name") == "Watchdog"},
                         {("deadman", "/deadman")})

    def test_whoever_heard_of_a_fault_hears_of_its_end(self):
        for name, receiver in FAULTS.items():
            with self.subTest(name):
                since = STORY["healed"]
                note = self.stack.await_mail(name, "RESOLVED", since, 60)
                if receiver == "critical":
                    self.stack.await_hook(name, "resolved", since, 60)
                say(f"{name}: resolved {note['time'] - since:.1f} s after "
                    "the mending began")

    def test_lark_forward_alerts_tells_people_that_all_are_over(self):
        def told():
            self.stack.forward_alerts()
            return FAULTS.keys() <= self.stack.noticed("recovered")
        servers.until("people hear that all is well", told, 30, pause=0.5)

    def test_a_stack_that_was_mended_fires_nothing_of_it_any_more(self):
        self.assertEqual(FAULTS.keys() & {
            name for name, _ in self.stack.alerts()}, set())


def load_tests(loader, _tests, _pattern):
    return unittest.TestSuite(
        case(name) for case in (Workplace, Healthy, Broken, Panels, Healed)
        for name in vars(case) if name.startswith("test_"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shipped", action="store_true",
                        help="scrape and evaluate as often as is shipped")
    options, rest = parser.parse_known_args()
    STORY["every"] = None if options.shipped else "2s"
    unittest.main(argv=sys.argv[:1] + rest, verbosity=2)


if __name__ == "__main__":
    main()
