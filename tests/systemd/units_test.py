#!/usr/bin/env python3
"""units_test.py BIN: the units of systemd/, as systemd itself reads them.

Nothing is started: `systemd-analyze` looks at a copy in which /usr/bin/ is the
folder of the programs that were built.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCES = pathlib.Path(__file__).resolve().parents[2] / "systemd"
BIN = pathlib.Path(sys.argv.pop(1))
BASE = "2026-03-28 17:30:00 UTC"
# The next three times after BASE; Shanghai is eight hours ahead of UTC.
ELAPSES = {
    "lark-sync-users.timer": [
        "2026-03-28 22:00:00", "2026-03-29 04:00:00", "2026-03-29 10:00:00"],
    "lark-check-tokens.timer": [
        "2026-03-29 01:00:00", "2026-03-29 10:00:00", "2026-03-30 01:00:00"],
    "lark-cleanup.timer": [
        "2026-03-28 19:00:00", "2026-03-29 19:00:00", "2026-03-30 19:00:00"],
    "lark-forward-alerts.timer": [
        "2026-03-28 17:31:00", "2026-03-28 17:32:00", "2026-03-28 17:33:00"],
    "lark-healthcheck.timer": [
        "2026-03-28 17:35:00", "2026-03-28 17:40:00", "2026-03-28 17:45:00"],
}
# Ten times the exposure that `systemd-analyze security` may find.
THRESHOLDS = {"lark-healthcheck.service": 12}
THRESHOLD = 15
INSTANCES = {
    "lark-task@.service": "lark-task@backup.service",
    "lark-task@.timer": "lark-task@backup.timer",
    "lark-job-failed@.service":
        "lark-job-failed@lark-task@backup.service.service",
}
COMMAND = re.compile(r"^Exec\w+=[-+!:@]*(/\S+)", re.MULTILINE)


def analyze(*arguments, **variables):
    """Exit code and everything that systemd-analyze said."""
    done = subprocess.run(
        ["systemd-analyze", *arguments], text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, "TZ": "UTC", "LC_ALL": "C", **variables})
    return done.returncode, done.stdout


class Units(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        if not shutil.which("systemd-analyze"):
            raise RuntimeError("no systemd-analyze: install package systemd")

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.units = {}
        for source in SOURCES.glob("lark-*.*"):
            if source.suffix in (".service", ".timer"):
                name = INSTANCES.get(source.name, source.name)
                text = source.read_text().replace("/usr/bin/", f"{BIN}/")
                self.units[name] = text
                (self.folder / source.name).write_text(text)
        # A custom task's calendar line is rendered from the configuration.
        drop_in = self.folder / "lark-task@backup.timer.d"
        drop_in.mkdir()
        (drop_in / "50-lark-batch.conf").write_text(
            "[Timer]\nOnCalendar=*-*-* 01:30:00 Asia/Shanghai\n")

    def verify(self, name):
        # The trailing colon keeps the system's own folders.
        return analyze("verify", "--man=no", name,
                       SYSTEMD_UNIT_PATH=f"{self.folder}:")

    def test_there_is_a_timer_for_each_program(self):
        self.assertEqual(
            sorted(ELAPSES) + ["lark-task@backup.timer"],
            sorted(name for name in self.units if name.endswith(".timer")))
        for timer in ELAPSES:
            self.assertIn(timer.replace(".timer", ".service"), self.units)

    def test_verify_is_silent(self):
        # The exit code alone hides an unknown key.
        self.assertEqual(analyze("verify", "--man=no", *sorted(self.units),
                                 SYSTEMD_UNIT_PATH=f"{self.folder}:"), (0, ""))

    def test_a_misspelt_key_is_caught(self):
        for name, key in [("lark-cleanup.service", "NoNewPrivileges"),
                          ("lark-cleanup.timer", "FixedRandomDelay"),
                          ("lark-cleanup.service", "OnFailure")]:
            text = self.units[name].replace(f"{key}=", f"X{key[1:]}=", 1)
            (self.folder / name).write_text(text)
            self.assertIn("Unknown key", self.verify(name)[1], key)
            (self.folder / name).write_text(self.units[name])

    def test_a_program_that_is_missing_is_caught(self):
        name = "lark-cleanup.service"
        (self.folder / name).write_text(
            self.units[name].replace("/lark-cleanup\n", "/lark-clean\n"))
        self.assertIn("lark-clean is not executable", self.verify(name)[1])

    def test_commands_are_programs_of_ours(self):
        for name, text in self.units.items():
            commands = COMMAND.findall(text)
            self.assertEqual(bool(commands), name.endswith(".service"), name)
            for command in commands:
                self.assertTrue(os.access(command, os.X_OK), command)

    def exposure(self, name, text, threshold):
        unit = self.folder / name
        unit.write_text(text)
        return analyze("security", "--offline=true", "--no-pager",
                       f"--threshold={threshold}", str(unit))

    def test_exposure_is_within_the_promise(self):
        for name, text in self.units.items():
            if name.endswith(".service"):
                code, said = self.exposure(
                    name, text, THRESHOLDS.get(name, THRESHOLD))
                self.assertEqual(code, 0, said)

    def test_a_hole_in_the_sandbox_is_caught(self):
        for name, text in self.units.items():
            if name.endswith(".service"):
                weak = re.sub(r"(?m)^(CapabilityBoundingSet|PrivateDevices)=.*",
                              "", text)
                self.assertNotEqual(self.exposure(
                    name, weak, THRESHOLDS.get(name, THRESHOLD))[0], 0, name)

    def test_the_next_three_elapses_are_the_expected_ones(self):
        for name, expected in ELAPSES.items():
            lines = re.findall(r"^OnCalendar=(.*)$", self.units[name],
                               re.MULTILINE)
            self.assertEqual(len(lines), 1, name)
            code, said = analyze("calendar", "--iterations=3",
                                 f"--base-time={BASE}", lines[0])
            self.assertEqual(code, 0, said)
            self.assertEqual(
                re.findall(r"(?:elapse|#\d): \w+ (\S+ \S+) UTC", said),
                expected, name)

    def test_every_unit_waits_for_the_configuration(self):
        for name, text in self.units.items():
            self.assertIn(
                "\nConditionPathExists=/etc/lark-batch/lark-batch.toml\n",
                text, name)


if __name__ == "__main__":
    unittest.main()
