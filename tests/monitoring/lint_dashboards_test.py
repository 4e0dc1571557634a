#!/usr/bin/env python3
"""Each rule of lint_dashboards.py catches what it is there for."""

import copy
import json
import pathlib
import re
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "compose/grafana/source")]

import yaml  # noqa: E402

import lint_dashboards  # noqa: E402
import lint_targets  # noqa: E402
import model  # noqa: E402
from known_metrics import Metric  # noqa: E402
from panel_queries import filled, queries_of  # noqa: E402

ASKED = {"job", "code"}
METRICS = {
    "ALERTS": Metric("gauge", None, {"alertname": {"Late"}}, False),
    "served_total": Metric("counter", ASKED, {"code": ["ok", "bad"]}, False),
    "served": Metric("gauge", {"code"}, {}, False),
    "took_bucket": Metric("bucket", {"code", "le"}, {}, False),
    "summed": Metric("quantile", {"code", "quantile"}, {}, False),
    "ran_total": Metric("counter", {"code"}, {}, True),
}
# Rules that the shipped dashboards are excused from.
EXCUSED = {"template-instance-rule", "target-instance-rule"}
# The table of alerts looks at all jobs.
USUAL = EXCUSED | {"target-job-rule"}
ALL = 'job=~"$job"'
GOOD = f"sum by (code) (rate(served_total{{{ALL}}}[$__rate_interval]))"


def board(expr=GOOD, **more):
    return model.dashboard(
        "sample", "Sample", folder="x", tags=["sample"], system="lark",
        variables=[model.every("job", "served")],
        panels=[
            model.timeseries("Curve", "Says.", [model.query(expr, "{{code}}")],
                             "ops", limits=model.limits("green",
                                                        ("red", 1))),
            model.table("List", "Says.", [model.query(f"served{{{ALL}}}")],
                        [model.column("code", "Code"),
                         model.column("A", "Value")]),
        ], **more)["model"]


def rules_of(sample, name="sample.json"):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / name
        path.write_text(json.dumps(sample), "utf-8")
        return {fault.rule for fault in lint_dashboards.lint(path, METRICS)}


def changed(*steps_and_value):
    """A sample with one thing, found by its path, set to another value."""
    *steps, value = steps_and_value
    sample = board()
    place = sample
    for step in steps[:-1]:
        place = place[step]
    place[steps[-1]] = copy.deepcopy(value)
    return sample


VARIABLES = ("templating", "list")
CURVE = ("panels", 1)
LIST = ("panels", 2)
STEPS = (*CURVE, "fieldConfig", "defaults", "thresholds", "steps")

# rule -> samples that break it, and nothing but it
BROKEN = {
    "template-datasource-rule": [changed(*VARIABLES, 0, "label", "Source")],
    "template-job-rule": [changed(*VARIABLES, 2, "multi", False),
                          changed(*VARIABLES, 2, "allValue", ".*")],
    "template-on-time-change-reload-rule": [
        changed(*VARIABLES, 2, "refresh", 1)],
    "template-label-promql-rule": [
        changed(*VARIABLES, 2, "query", "query", "label_values(gone, job)"),
        changed(*VARIABLES, 2, "query", "query", "query_result(served)"),
        changed(*VARIABLES, 2, "query", "query",
                "label_values(served, colour)")],
    "template-unused-rule": [
        changed("templating", "list",
                board()["templating"]["list"] + [model.window()])],
    "uneditable-dashboard-rule": [changed("editable", True)],
    "dashboard-schema-rule": [changed("schemaVersion", 12)],
    "dashboard-alerts-rule": [
        changed("panels", board()["panels"][1:]),
        changed("panels", 0, "fieldConfig", "overrides", [])],
    "dashboard-links-rule": [
        changed("links", board()["links"][:1]),
        changed("links", board()["links"][1:])],
    "panel-title-description-rule": [changed(*CURVE, "description", "")],
    "panel-runbook-rule": [
        changed(*CURVE, "description", "Red: runbook TooLate.")],
    "panel-datasource-rule": [
        changed(*CURVE, "datasource", {"uid": "prometheus"}),
        changed(*CURVE, "targets", 0, "datasource", {"uid": "prometheus"})],
    "panel-no-targets-rule": [changed(*CURVE, "targets", [])],
    "panel-refid-rule": [
        changed(*CURVE, "targets", board()["panels"][1]["targets"] * 2)],
    "panel-units-rule": [
        changed(*CURVE, "fieldConfig", "defaults", "unit", ""),
        changed(*CURVE, "fieldConfig", "defaults", "unit", "parsecs")],
    "panel-thresholds-rule": [
        changed(*STEPS, []),
        changed(*STEPS, model.limits("red", ("green", 7), ("orange", 3))
                ["steps"])],
    "panel-legend-rule": [
        changed(*CURVE, "targets", 0, "legendFormat", "{{colour}}")],
    "panel-columns-rule": [
        changed(*LIST, "transformations", []),
        changed(*LIST, "transformations", 1, "options", "include", "names",
                ["Value #B"]),
        changed(*LIST, "fieldConfig", "overrides", 0, "matcher", "options",
                "Gone")],
    "panel-id-rule": [changed(*CURVE, "id", board()["panels"][2]["id"])],
    "panel-name-rule": [changed(*CURVE, "title", "List")],
    "panel-grid-rule": [
        changed(*CURVE, "gridPos", board()["panels"][2]["gridPos"]),
        changed(*CURVE, "gridPos", "w", 30)],
    "target-metric-rule": [board(f"gone{{{ALL}}}")],
    "target-label-rule": [
        board(f'ALERTS{{alertname="TooLate", {ALL}}}'),
        board(f'served{{{ALL}, colour="red"}}'),
        board(f"max by (code, colour) (served{{{ALL}}})"),
        board(f'sum by (code) (rate(served_total{{{ALL}, code="worse"}}'
              "[$__rate_interval]))")],
    "target-counter-agg-rule": [
        board(f"sum by (code) (served_total{{{ALL}}})"),
        board(f"rate(served{{{ALL}}}[$__rate_interval])")],
    "target-histogram-rule": [
        board("sum by (code) (rate("
              f"took_bucket{{{ALL}}}[$__rate_interval]))"),
        board("histogram_quantile(0.9, sum by (code, le) (rate("
              f"served_total{{{ALL}}}[$__rate_interval])))")],
    "target-zero-rule": [
        board(f"count by (code) (served{{{ALL}}} > 1) or vector(0)")],
    "target-summary-rule": [
        board(f"summed{{{ALL}}}"),
        board(f'avg by (code) (summed{{{ALL}, quantile="0.9"}})')],
    "target-rate-interval-rule": [
        board(f"sum by (code) (rate(served_total{{{ALL}}}[5m]))")],
    "target-batch-window-rule": [
        board(f"sum by (code) (rate(ran_total{{{ALL}}}[$__rate_interval]))"),
        board(f"sum by (code) (rate(ran_total{{{ALL}}}[5m]))")],
}
# Rules that have a test of their own below.
APART = {"dashboard-uid-rule", "dashboard-tags-rule", "alert-dashboard-rule",
         "target-promql-rule"}


class Rules(unittest.TestCase):
    def test_a_good_dashboard_breaks_no_rule(self):
        self.assertEqual(rules_of(board()), USUAL)

    def test_every_rule_catches_what_it_is_there_for(self):
        for rule, samples in BROKEN.items():
            for number, sample in enumerate(samples):
                with self.subTest(rule=rule, sample=number):
                    found = rules_of(sample)
                    self.assertIn(rule, found)
                    self.assertLessEqual(found - USUAL, {rule})

    def test_every_rule_is_tried_here(self):
        named = set()
        for source in HERE.glob("lint_*s.py"):
            named |= set(re.findall(r'"([a-z-]+-rule)"', source.read_text()))
        self.assertEqual(named, set(BROKEN) | APART | USUAL)

    def test_a_query_of_all_jobs_and_instances_is_named(self):
        sample = board("sum by (code) (rate(served_total[$__rate_interval]))")
        faults = list(lint_targets.of(sample["panels"][1], METRICS))
        self.assertIn("target-job-rule", {rule for rule, _ in faults})
        self.assertIn("target-instance-rule", {rule for rule, _ in faults})

    def test_a_dashboard_without_tags_or_under_another_name_is_a_fault(self):
        sample = board() | {"tags": []}
        self.assertIn("dashboard-tags-rule", rules_of(sample))
        self.assertIn("dashboard-uid-rule", rules_of(board(), "other.json"))

    def test_an_alert_that_names_no_dashboard_of_ours_is_a_fault(self):
        with tempfile.TemporaryDirectory() as folder:
            rules = pathlib.Path(folder)
            (rules / "x.yml").write_text(
                "groups: [{name: x, rules: [{alert: A, expr: up, "
                "annotations: {dashboard: gone}}]}]")
            found = lint_dashboards.of_alerts(
                [pathlib.Path("sample.json")], rules)
            self.assertEqual([fault.rule for fault in found],
                             ["alert-dashboard-rule"])

    def test_what_promtool_cannot_parse_is_named_with_its_panel(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "sample.json"
            path.write_text(json.dumps(board("sum by (code) (rate(served["
                                             "$__rate_interval])")))
            refused = list(lint_targets.refused([path]))
            self.assertEqual([fault[:2] for fault in refused],
                             [("sample", "Curve")])
            self.assertIn("parse error", refused[0][2])

    def test_a_variable_that_is_gone_is_named_with_its_query(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "sample.json"
            path.write_text(json.dumps(board(f"served{{{ALL}}} > $gone")))
            [fault] = lint_targets.refused([path])
            self.assertIn("unknown variable '$gone'", fault[2])

    def test_an_exclusion_needs_a_reason_and_a_use(self):
        fault = lint_dashboards.Fault("a-rule", "sample", "Curve", "text")
        self.assertEqual(lint_dashboards.without(
            [fault], [{"rule": "a-rule", "reason": "so"}]), [])
        left = lint_dashboards.without(
            [fault], [{"rule": "a-rule", "panel": "Other", "reason": "so"},
                      {"rule": "a-rule", "dashboard": "sample"}])
        self.assertEqual(len(left), 2)


class Provisioning(unittest.TestCase):
    def read(self, name):
        path = lint_dashboards.ROOT / "compose/grafana/provisioning" / name
        return yaml.safe_load(path.read_text("utf-8"))

    def test_the_data_source_is_the_one_that_dashboards_begin_with(self):
        [source] = self.read("datasources/prometheus.yaml")["datasources"]
        first = board()["templating"]["list"][0]["current"]
        self.assertEqual((source["name"], source["uid"]),
                         (first["text"], first["value"]))
        self.assertTrue(source["isDefault"])
        self.assertFalse(source["editable"])
        self.assertEqual(source["jsonData"]["timeInterval"], "15s")

    def test_dashboards_can_be_neither_changed_nor_deleted(self):
        [provider] = self.read("dashboards/dashboards.yaml")["providers"]
        self.assertFalse(provider["allowUiUpdates"])
        self.assertTrue(provider["disableDeletion"])
        self.assertTrue(provider["options"]["foldersFromFilesStructure"])


class Queries(unittest.TestCase):
    def test_variables_stand_at_what_a_person_sees_first(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "sample.json"
            path.write_text(json.dumps(board()))
            curve = queries_of(path, rate="2m")[1]
        self.assertEqual(curve.expr, "sum by (code) (rate("
                                     'served_total{job=~".+"}[2m]))')
        self.assertFalse(curve.instant)

    def test_an_unknown_variable_is_an_error(self):
        self.assertEqual(filled("a[$w] ${b:regex}", {"w": "1h", "b": "c"}),
                         "a[1h] c")
        with self.assertRaises(KeyError):
            filled("a[$gone]", {})


if __name__ == "__main__":
    unittest.main(verbosity=1)
