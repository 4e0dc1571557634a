#!/usr/bin/env python3
"""The gate of the rules lets nothing through that it should stop."""

import copy
import pathlib
import tempfile
import unittest

import check_rules
from known_metrics import Metric

KNOWN = {
    "a_total": Metric("counter", {"status"}, {"status": ["ok", "bad"]}, True),
    "up": Metric("gauge", set(), {}, False),
}
RULE = {
    "alert": "TooBad",
    "expr": 'increase(a_total{status="bad", job="x"}[1d]) > 0',
    "labels": {"severity": "warning", "system": "lark"},
    "annotations": {
        "summary": "bad", "description": "It is bad.",
        "runbook_url": check_rules.PAGE + "toobad"},
}
RECORD = {"record": "job:a:sum", "expr": "sum by (job) (a_total)"}
FIRES = [{"exp_labels": {"job": "x", "severity": "warning",
                         "system": "lark"}}]
TEST = {
    "evaluation_interval": "5m",
    "tests": [{
        "name": "bad",
        "input_series": [
            {"series": 'a_total{job="x", status="bad"}', "values": "0 1"}],
        "alert_rule_test": [
            {"alertname": "TooBad", "eval_time": "55m", "exp_alerts": []},
            {"alertname": "TooBad", "eval_time": "1h", "exp_alerts": FIRES}],
        "promql_expr_test": [{"expr": "round(job:a:sum)"}],
    }],
}
RUNBOOK = "# Runbooks\n\n### TooBad\n\nLook.\n"


class Gate(unittest.TestCase):
    def setUp(self):
        self.rule = copy.deepcopy(RULE)
        self.test = copy.deepcopy(TEST)
        self.group = self.test["tests"][0]

    def faults(self, *rules, runbook=RUNBOOK):
        return list(check_rules.faults(
            list(rules) or [self.rule], [self.test], KNOWN, runbook))

    def says(self, *words, **arguments):
        found = self.faults(**arguments)
        self.assertEqual(len(found), 1, found)
        for word in words:
            self.assertIn(word, found[0])

    def test_a_rule_with_all_that_belongs_to_it_passes(self):
        self.assertEqual(self.faults(self.rule, RECORD), [])

    def test_an_alert_that_no_test_saw_firing_is_refused(self):
        self.group["alert_rule_test"][1]["exp_alerts"][0]["exp_labels"][
            "severity"] = "critical"
        self.says("no test sees it fire", "warning")

    def test_an_alert_without_a_test_is_refused(self):
        self.group["alert_rule_test"] = []
        found = " ".join(self.faults())
        for word in ("no test sees it fire", "no test sees it silent"):
            self.assertIn(word, found)

    def test_an_alert_must_be_silent_one_evaluation_before_it_fires(self):
        self.group["alert_rule_test"][0]["eval_time"] = "50m"
        self.says("silent one evaluation before")

    def test_silence_in_another_test_is_not_silence_just_before(self):
        other = copy.deepcopy(self.group) | {"name": "another"}
        other["alert_rule_test"].pop(1)
        self.group["alert_rule_test"].pop(0)
        self.test["tests"].append(other)
        self.says("silent one evaluation before")

    def test_a_recorded_value_that_is_compared_with_nothing_is_refused(self):
        self.group["promql_expr_test"] = []
        self.assertEqual(self.faults(self.rule, RECORD),
                         ["job:a:sum: no test compares its value"])

    def test_missing_labels_and_texts_are_refused(self):
        for where, name, word in (("labels", "severity", "severity"),
                                  ("labels", "system", "system"),
                                  ("annotations", "summary", "summary"),
                                  ("annotations", "description", "descript"),
                                  ("annotations", "runbook_url", "runbook")):
            with self.subTest(name):
                self.rule = copy.deepcopy(RULE)
                self.rule[where].pop(name)
                self.says(word)

    def test_a_runbook_of_another_alert_is_refused(self):
        self.rule["annotations"]["runbook_url"] += "s"
        self.says("runbook_url is not")

    def test_an_alert_without_runbook_and_a_runbook_without_alert(self):
        self.says("no section", runbook="")
        self.says("'Gone', which is no alert",
                  runbook=RUNBOOK + "\n### Gone\n")

    def test_misspelt_metrics_labels_and_values_are_refused(self):
        for expr, word in (("a_totals > 0", "nobody exports 'a_totals'"),
                           ('a_total{state="x"} > 0', "no label 'state'"),
                           ('a_total{status="mad"} > 0', 'status="mad"')):
            with self.subTest(expr):
                self.rule["expr"] = expr
                self.says(word)

    def test_a_test_that_feeds_what_nobody_exports_is_refused(self):
        self.group["input_series"][0]["series"] = "b_total"
        self.says("test 'bad'", "nobody exports 'b_total'")

    def test_only_the_watchdog_has_no_severity(self):
        self.rule["labels"]["severity"] = "none"
        self.group["alert_rule_test"][1]["exp_alerts"][0]["exp_labels"][
            "severity"] = "none"
        self.says("for Watchdog alone")

    def test_a_system_may_come_from_the_series_with_one_to_fall_back(self):
        system = '{{ or $labels.system "platform" }}'
        self.rule["labels"]["system"] = system
        self.assertEqual(self.faults(), [])
        self.rule["labels"]["system"] = "{{ $labels.system }}"
        self.says("system")

    def test_rules_outside_of_their_folder_are_found(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "docs").mkdir()
            (root / "docs" / "fine.yml").write_text("a: 1\n", "utf-8")
            (root / "docs" / "more.yml").write_text(
                "groups:\n  - rules:\n      - alert: X\n", "utf-8")
            found = list(check_rules.strays(root))
        self.assertEqual(len(found), 1, found)
        self.assertIn("docs/more.yml", found[0])

    def test_what_promtool_refuses_is_told_in_its_words(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "broken.yml"
            path.write_text("groups: [{name: x, rules: [{alert: X, "
                            "expr: 'sum('}]}]\n", "utf-8")
            found = list(check_rules.promtool("check", "rules", path))
        self.assertEqual(len(found), 1)
        self.assertIn("could not parse expression", found[0])


if __name__ == "__main__":
    unittest.main()
