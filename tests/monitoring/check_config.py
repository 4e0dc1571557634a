#!/usr/bin/env python3
"""compose/prometheus as promtool and a real Prometheus read it."""

import importlib.machinery
import importlib.util
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import unittest
import urllib.request

import yaml

from private_server import PrivateServer, program

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ROOT / "compose/prometheus"
CONFIG = yaml.safe_load((SOURCES / "prometheus.yml").read_text())
JOBS = {job["job_name"]: job for job in CONFIG["scrape_configs"]}
SERVED = {"fechatter_server", "notify_server", "bot_server",
          "analytics_server", "collector", "ws-collector", "redis"}


def copy_of_sources(served):
    """The folder as it is mounted, with the targets of the served systems."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="prometheus."))
    shutil.copytree(SOURCES, folder, dirs_exist_ok=True)
    for each in (folder / "targets/enabled").glob("*.yml"):
        if each.name != "none.yml":
            each.unlink()
    for name in served:
        shutil.copy(folder / f"targets/{name}.yml", folder / "targets/enabled")
    return folder


def promtool(folder):
    return subprocess.run(
        [program("promtool", "prometheus"), "check", "config", "--lint=all",
         folder / "prometheus.yml"], capture_output=True, text=True)


class WhatPromtoolSays(unittest.TestCase):
    def check(self, served):
        folder = copy_of_sources(served)
        self.addCleanup(shutil.rmtree, folder)
        answer = promtool(folder)
        said = answer.stdout + answer.stderr
        self.assertEqual(answer.returncode, 0, said)
        self.assertNotRegex(said, "(?i)warning|lint|error|fail")
        return said

    def test_no_warning_where_no_other_system_is_served(self):
        said = self.check([])
        for rules in (SOURCES / "rules").iterdir():
            self.assertIn(f"rules/{rules.name}\n", said,
                          f"{rules.name} is not loaded")

    def test_no_warning_where_all_systems_are_served(self):
        self.check(["fechatter", "crypto", "redis"])

    def test_a_broken_file_of_targets_is_found(self):
        folder = copy_of_sources([])
        self.addCleanup(shutil.rmtree, folder)
        (folder / "targets/enabled/bad.yml").write_text("- target: [a]\n")
        self.assertNotEqual(promtool(folder).returncode, 0)


class WhatIsScraped(unittest.TestCase):
    def test_intervals_and_labels_are_those_of_the_contract(self):
        self.assertEqual(CONFIG["global"], {
            "scrape_interval": "15s", "scrape_timeout": "10s",
            "evaluation_interval": "15s",
            "external_labels": {"monitor": "lark-service-monitor",
                                "environment": "production"}})

    def test_pushed_labels_win(self):
        for name, job in JOBS.items():
            self.assertEqual(job.get("honor_labels", False),
                             name == "pushgateway", name)

    def test_the_metrics_of_every_job_are_in_the_catalogue(self):
        # Of Grafana only `up` is used.
        known = {"pushgateway", "grafana"}
        for file in (SOURCES / "catalogue").glob("*.toml"):
            known |= set(tomllib.loads(file.read_text())["jobs"])
        self.assertEqual(set(JOBS) - known, set(), "jobs without metrics")
        self.assertEqual(known - set(JOBS), set(), "metrics without a job")

    def test_every_offered_target_is_chosen_by_one_job(self):
        for file in (SOURCES / "targets").glob("*.yml"):
            for group in yaml.safe_load(file.read_text()):
                job = JOBS[group["labels"]["service"]]
                self.assertEqual(job["relabel_configs"], [{
                    "source_labels": ["service"], "action": "keepequal",
                    "target_label": "job"}], file.name)
                self.assertEqual(
                    job["file_sd_configs"],
                    [{"files": ["targets/enabled/*.yml"]}], file.name)

    def test_only_what_always_runs_is_a_target_without_being_served(self):
        static = {name for name, job in JOBS.items() if "static_configs" in job}
        self.assertEqual(set(JOBS) - static, SERVED)

    def test_alerts_name_only_jobs_that_are_scraped(self):
        for file in (SOURCES / "rules").glob("*.yml"):
            for names in re.findall(r'\bjob=~?"([^"]+)"', file.read_text()):
                for name in names.split("|"):
                    self.assertTrue(
                        name in JOBS or name.startswith("lark-"),
                        f"{file.name}: no scrape job is called {name}")


def runbook_builder():
    path = str(SOURCES / "build-runbooks")
    loader = importlib.machinery.SourceFileLoader("build_runbooks", path)
    spec = importlib.util.spec_from_loader("build_runbooks", loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


class WhatARunbookBecomes(unittest.TestCase):
    def setUp(self):
        self.blocks = runbook_builder().blocks

    def becomes(self, markdown, *html):
        self.assertEqual(self.blocks(markdown.splitlines()), list(html))

    def test_commands_stay_as_they_are(self):
        self.becomes("Look:\n```\na | b <c> **d** [e](f)\n\n# g\n```",
                     "<p>Look:</p>", "<pre><code>a | b &lt;c&gt; **d** [e](f)"
                     "\n\n# g</code></pre>")

    def test_steps_keep_their_commands_and_lists_their_kind(self):
        self.becomes("1. One\n   more:\n\n   ```\n   x\n   ```\n2. Two\n- dot",
                     "<ol>\n<li><p>One more:</p>\n<pre><code>x</code></pre>"
                     "</li>\n<li>Two</li>\n</ol>",
                     "<ul>\n<li>dot</li>\n</ul>")

    def test_a_bar_in_a_cell_is_no_new_cell(self):
        self.becomes("| a |\n|---|\n| `b \\| c` |",
                     '<div class="wide"><table>\n<tr><th>a</th></tr>\n'
                     "<tr><td><code>b | c</code></td></tr>\n</table></div>")

    def test_other_pages_are_named_and_only_the_web_is_linked(self):
        self.becomes("[a](b.md) [c](https://d.example/)",
                     '<p>a (<code>docs/b.md</code>) '
                     '<a href="https://d.example/">c</a></p>')


class WhatPrometheusServes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = copy_of_sources([])
        cls.server = PrivateServer(lambda port, data: [
            program("prometheus", "prometheus"),
            f"--config.file={cls.folder}/prometheus.yml",
            f"--storage.tsdb.path={data}/data",
            f"--web.console.templates={cls.folder}/consoles",
            f"--web.listen-address=127.0.0.1:{port}"])

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        shutil.rmtree(cls.folder)

    def page(self, path):
        with urllib.request.urlopen(self.server.url + path) as answer:
            return answer.read().decode()

    def test_runbooks_are_a_page_that_needs_nothing_else(self):
        page = self.page("/consoles/runbooks.html")
        source = (ROOT / "docs/runbooks.md").read_text()
        for name in re.findall(r"^### (\S+)$", source, re.MULTILINE):
            self.assertIn(f'<h3 id="{name.lower()}">', page)
        self.assertNotRegex(page, r"<(script|link|img)\b|@import|url\(")
        self.assertLessEqual(set(re.findall(r'href="#([^"]+)"', page)),
                             set(re.findall(r'id="([^"]+)"', page)))
        self.assertEqual(source.count("{{"), page.count("{{"))

    def test_every_rule_is_loaded(self):
        groups = yaml.safe_load(self.page("/api/v1/rules"))["data"]["groups"]
        self.assertEqual({pathlib.Path(group["file"]).name for group in groups},
                         {file.name for file in (SOURCES / "rules").iterdir()})


if __name__ == "__main__":
    sys.exit(unittest.main())
