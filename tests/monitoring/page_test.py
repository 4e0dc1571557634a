#!/usr/bin/env python3
"""docs/monitoring.md: the queries that it recommends are ones that Prometheus
accepts, on metrics that there are, and the snippets for a Prometheus or
Alertmanager that is there already are complete."""

import pathlib
import re
import subprocess
import tempfile
import unittest

import promql
import yaml
from known_metrics import ROOT, known

PAGE = (ROOT / "docs/monitoring.md").read_text()
OURS = re.compile(r"(lark_(service|healthcheck|sync_users|check_tokens|cleanup|"
                  r"notify|forward_alerts|batch)|scheduled_task|token|"
                  r"refresh_token)_\w*[a-z]")
SPAN = re.compile(r"`([^`\n]+)`")
QUESTION = re.compile(r"^\| [^|]+\? \| (.+) \|$", re.MULTILINE)
BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def queries():
    """Those of the tables of questions; what is no query is a bare word."""
    for cell in QUESTION.findall(PAGE.replace("\\|", "\0")):
        for span in SPAN.findall(cell.replace("\0", "|")):
            if "..." not in span and ("(" in span or "_" in span):
                yield span


def promtool(*arguments):
    ended = subprocess.run(["promtool", *arguments], capture_output=True,
                           text=True, check=False)
    return ended.returncode, ended.stdout + ended.stderr


class Page(unittest.TestCase):
    def test_recommended_queries_are_accepted_by_prometheus(self):
        rules = [{"record": f"q{number}", "expr": query}
                 for number, query in enumerate(queries())]
        self.assertGreater(len(rules), 25)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "queries.yml"
            path.write_text(yaml.safe_dump(
                {"groups": [{"name": "page", "rules": rules}]}))
            code, said = promtool("check", "rules", str(path))
        self.assertEqual(code, 0, said)

    def test_queries_name_metrics_and_labels_that_there_are(self):
        metrics = known()
        found = [selector for span in SPAN.findall(PAGE.replace("\\|", "|"))
                 for selector in promql.selectors(span)
                 if OURS.fullmatch(selector.name or "")]
        self.assertGreater(len(found), 40)
        for name, matchers, *_ in found:
            self.assertTrue(name in metrics, f"there is no {name}")
            for label, _, value in matchers:
                labels = metrics[name].labels
                if labels is not None and label != "job" and value:
                    self.assertIn(label, labels, name)

    def test_the_snippet_for_an_existing_prometheus_is_accepted(self):
        snippet = yaml.safe_load(BLOCK.findall(PAGE)[0])
        self.assertTrue(snippet["scrape_configs"][0]["honor_labels"])
        snippet["rule_files"] = [str(ROOT / "compose/prometheus/rules/*.yml")]
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "prometheus.yml"
            path.write_text(yaml.safe_dump(snippet))
            code, said = promtool("check", "config", str(path))
        self.assertEqual(code, 0, said)
        self.assertNotIn("WARNING", said)

    def test_every_rule_file_is_offered_for_some_purpose(self):
        section = PAGE[PAGE.index("**2. Copy the rules**"):]
        offered = set(SPAN.findall(section[:section.index("```")]))
        for path in (ROOT / "compose/prometheus/rules").glob("*.yml"):
            self.assertIn(path.stem, offered)


if __name__ == "__main__":
    unittest.main()
