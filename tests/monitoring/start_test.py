#!/usr/bin/env python3
"""compose/start, on copies of compose/ and with an engine that is played:
what it refuses, and what it makes. start_test.py BIN: programs that read the
configurations of the containers."""
import os
import re
import resource
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build/release/bin"

# Tells its arguments; of `ps` it is asked how the containers are: as the next
# line of the file `states` says, then well.
ENGINE = """#!/bin/sh
cd "$(dirname "$0")"
echo "$@" >>calls
case $1 in
    ps) [ ! -e up ] || if [ -s states ]; then
            head -n 1 states && sed -i 1d states
        else
            echo "stack-x-1 Up (healthy)"
        fi ;;
esac
case "$*" in *" up "*)
    touch up
    [ ! -e broken ] || exit 1 ;;
esac
"""


class Site:
    """A checkout whose owner has filled in everything, or not."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.compose = self.folder / "compose"
        shutil.copytree(
            ROOT / "compose", self.compose,
            ignore=shutil.ignore_patterns("secrets", ".env", "__pycache__"))
        (self.folder / "docs/examples").mkdir(parents=True)
        shutil.copy(ROOT / "docs/examples/roles.sql",
                    self.folder / "docs/examples")
        for path in (self.compose / "prometheus/targets/enabled").iterdir():
            if path.name != "none.yml":
                path.unlink()
        self.engine = self.folder / "engine"
        self.engine.write_text(ENGINE)
        self.engine.chmod(0o755)

    def fill(self):
        settings = (self.compose / "env.example").read_text()
        ports = iter(range(3, 30))
        lines = [f"{line.partition('=')[0]}={next(ports)}"
                 if line.partition("=")[0].endswith("_PORT") else line
                 for line in settings.splitlines()]
        self.write(".env", "\n".join(lines).replace(
            "ALERT_LARK_ONLY=", "ALERT_LARK_ONLY=yes") + "\n")
        text = (self.compose / "lark-batch.toml").read_text()
        self.write("lark-batch.toml", text.replace(
            "cli_a0000000000000", "cli_a1111111111111").replace(
                "#[alertmanager]\n#urls", "[alertmanager]\nurls"))
        self.write("secrets/lark-batch/hr-portal", "secret\n")
        self.write("secrets/grafana-password", "a long one\n")
        return self

    def write(self, name, text):
        path = self.compose / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def start(self, *arguments, engine=True, before=None):
        environment = {"PATH": os.environ["PATH"]}
        if engine:
            environment["COMPOSE"] = str(self.engine)
        return subprocess.run(
            [self.compose / "start", *arguments], env=environment, text=True,
            capture_output=True, timeout=60, check=False, preexec_fn=before)

    def calls(self):
        return (self.folder / "engine").with_name("calls").read_text()


class Start(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.site = Site(self.folder.name)

    def refused(self, code, words, *arguments):
        answer = self.site.start(*arguments)
        self.assertEqual(code, answer.returncode, answer.stderr)
        self.assertIn(words, answer.stderr)
        calls = self.folder.name + "/calls"
        if os.path.exists(calls):
            self.assertNotIn(" up ", Path(calls).read_text())

    def test_an_unknown_mode_is_refused_with_the_list_of_modes(self):
        self.refused(64, "monitoring", "everything")

    def test_a_missing_env_is_refused(self):
        self.refused(78, "there is no compose/.env", "base")

    def test_the_app_id_of_the_example_is_refused(self):
        self.site.fill()
        shutil.copy(ROOT / "compose/lark-batch.toml", self.site.compose)
        self.refused(78, "the example's app_id", "base")

    def test_a_missing_secret_of_an_app_is_named(self):
        self.site.fill()
        (self.site.compose / "secrets/lark-batch/hr-portal").unlink()
        self.refused(78, "secrets/lark-batch/hr-portal is missing", "base")

    def test_grafana_without_a_password_is_refused(self):
        self.site.fill()
        (self.site.compose / "secrets/grafana-password").unlink()
        self.refused(78, "secrets/grafana-password is missing", "monitoring")

    def test_grafana_with_a_default_password_is_refused(self):
        self.site.fill().write("secrets/grafana-password", "admin\n")
        self.refused(78, "a default one", "monitoring")

    def test_alerts_that_nobody_hears_are_refused(self):
        self.site.fill().write(".env", (
            self.site.compose / ".env").read_text().replace("=yes", "="))
        self.refused(78, "nobody would hear", "monitoring")

    def test_lark_alone_hears_nothing_that_nobody_forwards(self):
        self.site.fill()
        text = (self.site.compose / "lark-batch.toml").read_text()
        self.site.write("lark-batch.toml",
                        text.replace("[alertmanager]", "#[alertmanager]"))
        self.refused(78, "nobody forwards alerts to Lark", "monitoring")

    def test_a_secret_that_the_configuration_finds_elsewhere_is_not_asked(self):
        self.site.fill()
        (self.site.compose / "secrets/lark-batch/hr-portal").unlink()
        path = self.site.compose / "lark-batch.toml"
        path.write_text(path.read_text().replace(
            'brand = "feishu"', 'brand = "feishu"\n'
            'app_secret_file = "credentials/other"\n\n'
            "[[app]]\nname='second'"))
        self.refused(78, "secrets/lark-batch/second is missing", "base")

    def test_a_port_that_is_taken_is_named_with_its_setting(self):
        import socket
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            text = self.site.fill().compose.joinpath(".env").read_text()
            self.site.write(".env", text + f"PUSHGATEWAY_PORT={port}\n")
            self.refused(78, f"port {port} is taken", "base")

    def test_files_that_containers_cannot_read_are_named(self):
        self.site.fill()
        (self.site.compose / "prometheus/prometheus.yml").chmod(0o600)
        self.refused(78, "prometheus.yml cannot be read", "monitoring")

    def test_the_roles_that_the_database_cannot_read_are_named(self):
        self.site.fill()
        (self.site.folder / "docs/examples/roles.sql").chmod(0o600)
        self.refused(78, "roles.sql cannot be read", "base")

    def test_a_secret_that_does_not_fit_on_the_disk_is_not_half_there(self):
        text = (self.site.fill().compose / ".env").read_text()
        self.site.write(".env", text.replace("SECRETS_GID=",
                                             f"SECRETS_GID={os.getgid()}"))
        answer = self.site.start("check", "all", before=lambda:
                                 resource.setrlimit(resource.RLIMIT_FSIZE,
                                                    (0, 0)))
        self.assertNotEqual(0, answer.returncode)
        self.assertEqual(0, self.site.start("check", "all").returncode)
        empty = {path.name for path in (self.site.compose / "secrets").rglob(
            "*") if path.is_file() and path.stat().st_size == 0}
        self.assertEqual({"alert-smtp-password", "alert-webhook-url",
                          "alert-webhook-token", "alert-deadman-url"}, empty)

    def test_secrets_are_made_once_and_read_by_their_group_only(self):
        self.site.fill()
        self.assertEqual(0, self.site.start("check", "all").returncode)
        secrets = self.site.compose / "secrets"
        first = {path: path.read_text() for path in secrets.rglob("*")
                 if path.is_file()}
        group = self.site.compose.joinpath(".env").read_text().split(
            "SECRETS_GID=")[1].split()[0]
        for path in first:
            self.assertEqual(0o640, stat.S_IMODE(path.stat().st_mode), path)
            self.assertEqual(int(group), path.stat().st_gid, path)
        self.assertEqual(0, self.site.start("check", "all").returncode)
        self.assertEqual(first, {path: path.read_text() for path in first})
        made = [text for path, text in first.items() if text
                and not path.name.startswith(("rabbit", "redis-exp"))]
        self.assertEqual(len(made), len(set(made)), "two secrets are equal")

    def test_a_profile_enables_its_targets_and_keeps_changed_ones(self):
        self.site.fill()
        targets = self.site.compose / "prometheus/targets/enabled"
        self.assertEqual(0, self.site.start("check", "fechatter").returncode)
        self.assertEqual({"none.yml", "fechatter.yml", "redis.yml"},
                         {path.name for path in targets.iterdir()})
        targets.joinpath("redis.yml").write_text("[]\n")
        self.assertEqual(0, self.site.start("check", "all").returncode)
        self.assertEqual("[]\n", targets.joinpath("redis.yml").read_text())

    def test_a_check_starts_nothing(self):
        self.site.fill()
        self.assertEqual(0, self.site.start("check", "all").returncode)
        self.assertNotIn(" up ", self.site.calls())

    def test_a_mode_starts_its_profile_in_its_project(self):
        answer = self.site.fill().start("monitoring")
        self.assertEqual(0, answer.returncode, answer.stderr)
        self.assertIn("monitoring is up", answer.stdout)
        self.assertIn("--project-name lark-batch --profile monitoring up",
                      self.site.calls())

    def test_a_container_that_ends_again_and_again_is_not_up(self):
        self.site.fill()
        states = self.site.folder / "states"
        states.write_text("stack-x-1 Restarting (78) 1 second ago\n")
        self.assertEqual(0, self.site.start("base").returncode)
        self.assertEqual("", states.read_text())
        self.assertGreater(self.site.calls().count("ps --filter"), 2)

    def test_what_runs_already_reads_its_files_again(self):
        self.site.fill()
        again = ("restart alertmanager", "kill -s SIGHUP prometheus")
        self.assertEqual(0, self.site.start("monitoring").returncode)
        for command in again:
            self.assertNotIn(command, self.site.calls())
        self.assertEqual(0, self.site.start("monitoring").returncode)
        for command in again:
            self.assertIn(command, self.site.calls())

    def test_services_that_do_not_come_up_end_with_69(self):
        self.site.fill().folder.joinpath("broken").touch()
        answer = self.site.start("base")
        self.assertEqual(69, answer.returncode)
        self.assertIn("logs", answer.stderr)

    def test_a_served_system_without_checks_is_named(self):
        self.site.fill()
        self.assertIn("no health check of fechatter",
                      self.site.start("fechatter").stdout)
        self.assertNotIn("no health check",
                         self.site.start("monitoring").stdout)

    def test_the_demo_needs_nothing_and_is_a_project_of_its_own(self):
        text = (self.site.fill().compose / ".env").read_text()
        shutil.rmtree(self.site.compose / "secrets")
        shutil.copy(ROOT / "compose/lark-batch.toml", self.site.compose)
        self.site.write(".env", text.replace("=yes", "="))
        answer = self.site.start("demo")
        self.assertEqual(0, answer.returncode, answer.stderr)
        self.assertIn("--project-name lark-batch-demo --profile demo up",
                      self.site.calls())


class Configurations(unittest.TestCase):
    def accepted(self, path, *secrets):
        with tempfile.TemporaryDirectory() as folder:
            key = subprocess.run(
                [BIN / "lark-admin", "--config", "/dev/null", "keys",
                 "generate"], capture_output=True, check=True).stdout
            for name in secrets:
                file = Path(folder, name)
                file.touch(0o600)
                file.write_bytes(b"http://127.0.0.1/x" if "url" in name
                                 else key)
            environment = {"PATH": os.environ["PATH"],
                           "CREDENTIALS_DIRECTORY": folder,
                           "LARK_BATCH_STATE_DIRECTORY": folder,
                           # Nobody is there, which is known at once.
                           "LARK_BATCH_DATABASE_URL":
                           "postgresql://lark_batch@127.0.0.1:9/none"}
            programs = [["lark-healthcheck", "list", "--json"]]
            if secrets:
                programs.append(["lark-admin", "config", "check"])
            for program in programs:
                answer = subprocess.run(
                    [BIN / program[0], *program[1:], "--config", path],
                    env=environment, capture_output=True, text=True,
                    timeout=30, check=False)
                self.assertEqual(0, answer.returncode,
                                 answer.stdout + answer.stderr)

    def test_the_configuration_of_the_containers_is_valid(self):
        self.accepted(ROOT / "compose/lark-batch.toml", "hr-portal",
                      "database-password", "token-key-1")

    def test_checks_of_served_systems_are_added_as_the_docs_say(self):
        page = (ROOT / "docs/deployment.md").read_text()
        (line,) = re.findall(r"^sed -n .*fechatter\.toml.*$", page, re.M)
        for system in ("fechatter", "crypto"):
            with tempfile.TemporaryDirectory() as folder:
                made = Path(folder, "compose/lark-batch.toml")
                made.parent.mkdir()
                shutil.copy(ROOT / "compose/lark-batch.toml", made)
                shutil.copytree(ROOT / "docs/examples",
                                made.parents[1] / "docs/examples")
                subprocess.run(["bash", "-euc", line.replace(
                    "fechatter", system)], cwd=folder, check=True)
                self.assertIn(f"system={system}", made.read_text())
                self.assertNotIn("127.0.0.1", made.read_text())
                self.accepted(made)

    def test_the_configuration_of_the_demo_is_valid(self):
        self.accepted(ROOT / "compose/demo/lark-batch.toml", "demo",
                      "database-password", "token-key-1", "channel-ops-url")

    def test_the_configuration_of_the_images_health_check_is_valid(self):
        self.accepted(ROOT / "compose/image/container.toml")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
