"""The workflow of CI names what exists, pins what it takes from others, and
may do no more than it must; deploy.sh refuses before it changes anything."""

import pathlib
import re
import subprocess
import tempfile
import unittest

import yaml

ROOT = pathlib.Path(__file__).parent.parent
WORKFLOW = ROOT / ".github/workflows/ci.yml"
PINNED = re.compile(r"^[\w-]+/[\w./-]+@[0-9a-f]{40}$")
VERSIONED = re.compile(r"uses: \S+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
STAND_INS = ("systemctl runuser dpkg-deb apt-get install pg_dump "
             "paste").split()


def targets():
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(),
                          re.MULTILINE))


def unknown(command):
    """What a step's command names that is not in the tree."""
    missing = [f"make {target}"
               for line in re.findall(r"\bmake((?: [a-z-]+)+)", command)
               for target in line.split() if target not in targets()]
    for path in re.findall(r"(?<![\w/.])(?:\.ci|tests|compose)/[\w./-]+",
                           command):
        if not (ROOT / path).exists():
            missing.append(path)
    return missing


def steps(job):
    return job.get("steps", [])


class Workflow(unittest.TestCase):
    def setUp(self):
        self.text = WORKFLOW.read_text()
        self.workflow = yaml.safe_load(self.text)
        self.jobs = self.workflow["jobs"]

    def test_every_command_names_what_exists(self):
        commands = [step["run"] for job in self.jobs.values()
                    for step in steps(job) if "run" in step]
        self.assertGreater(len(commands), 6)
        for command in commands:
            self.assertEqual(unknown(command), [], command)

    def test_the_check_itself_finds_what_does_not_exist(self):
        self.assertEqual(unknown("make test no-such && .ci/none.sh"),
                         ["make no-such", ".ci/none.sh"])

    def test_scripts_that_are_run_by_name_may_be_run(self):
        for script in ("image.sh", "deploy.sh", "coverage.sh"):
            self.assertTrue((ROOT / ".ci" / script).stat().st_mode & 0o111)

    def test_actions_are_pinned_and_say_which_version_that_is(self):
        used = [step["uses"] for job in self.jobs.values()
                for step in steps(job) if "uses" in step]
        for action in used:
            self.assertRegex(action, PINNED)
        said = [line for line in self.text.splitlines()
                if VERSIONED.search(line)]
        self.assertEqual(len(said), len(used))

    def test_images_name_a_day_and_no_host(self):
        images = [job["container"] if isinstance(job["container"], str)
                  else job["container"]["image"]
                  for job in self.jobs.values() if "container" in job]
        self.assertEqual(len(set(images)), 1)
        self.assertRegex(images[0], r"^debian:bookworm-\d{8}-slim$")

    def test_the_image_is_built_on_the_base_that_tests_ran_on(self):
        base = re.search(r"^ARG BASE=(\S+)$",
                         (ROOT / "compose/Dockerfile").read_text(),
                         re.MULTILINE)
        self.assertIn(f"container: {base[1]}", self.text)

    def test_a_job_reads_only_and_ends(self):
        self.assertEqual(self.workflow["permissions"], {"contents": "read"})
        self.assertIn("concurrency", self.workflow)
        for name, job in self.jobs.items():
            self.assertNotIn("permissions", job, name)
            self.assertLessEqual(job["timeout-minutes"], 60, name)
            for step in steps(job):
                if step.get("uses", "").startswith("actions/checkout@"):
                    self.assertIs(step["with"]["persist-credentials"], False)

    def test_stages_follow_each_other(self):
        def before(name):
            needs = self.jobs[name].get("needs", [])
            needs = [needs] if isinstance(needs, str) else needs
            return set(needs).union(*map(before, needs))
        self.assertEqual(before("deploy"),
                         {"test", "lint", "coverage", "build", "package"})
        self.assertEqual(before("time"), set(self.jobs) - {"time"})

    def test_only_main_is_deployed_and_somebody_may_refuse(self):
        deploy = self.jobs["deploy"]
        self.assertIn("github.ref == 'refs/heads/main'", deploy["if"])
        self.assertIn("github.event_name != 'pull_request'", deploy["if"])
        self.assertEqual(deploy["environment"], "production")
        for name, job in self.jobs.items():
            if name != "deploy":
                self.assertNotIn("environment", job)
                self.assertNotIn("self-hosted", str(job["runs-on"]))


def stand_in(folder, command, script):
    path = pathlib.Path(folder) / command
    path.write_text("#!/bin/sh\n" + script)
    path.chmod(0o755)


class Image(unittest.TestCase):
    """With an engine that builds nothing."""

    def build(self, size):
        with tempfile.TemporaryDirectory() as name:
            stand_in(name, "git", "echo 1\n")
            stand_in(name, "engine", f"""echo "$*" >>{name}/said
case $1 in image) echo {size};; save) echo archive;; esac
""")
            for path in (".ci/image.sh", "CMakeLists.txt",
                         "tests/image/store.sh"):
                copy = pathlib.Path(name) / "tree" / path
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_text((ROOT / path).read_text())
            ended = subprocess.run(
                ["bash", f"{name}/tree/.ci/image.sh"], text=True,
                capture_output=True, check=False,
                env={"PATH": f"{name}:/usr/bin:/bin", "ENGINE": "engine"})
            said = (pathlib.Path(name) / "said").read_text()
            made = pathlib.Path(name) / "tree/build/image/lark-batch.tar.gz"
            return ended, said, made.exists()

    def test_one_of_the_right_size_is_tried_and_kept(self):
        ended, said, kept = self.build(100_000_000)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("100000000 bytes of 100000000", ended.stdout)
        self.assertIn("run --rm --read-only --network none", said)
        self.assertTrue(kept)

    def test_one_byte_too_many_fails_before_anything_is_kept(self):
        ended, said, kept = self.build(100_000_001)
        self.assertEqual(ended.returncode, 1)
        self.assertIn("larger than its limit", ended.stderr)
        self.assertNotIn("run --rm", said)
        self.assertFalse(kept)


class Deploy(unittest.TestCase):
    """With stand-ins for what would change a machine."""

    def deploy(self, failing="nothing"):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            said = folder / "said"
            for command in STAND_INS + ["id"]:
                stand_in(
                    folder, command,
                    ("echo 0\n" if command == "id" else
                     f'echo "{command} $*" >>{said}\n')
                    + f'case "{command} $*" in *"{failing}"*) exit 1;; esac\n')
            package = folder / "lark-batch_1_amd64.deb"
            package.touch()
            ended = subprocess.run(
                [ROOT / ".ci/deploy.sh", package], capture_output=True,
                env={"PATH": f"{folder}:/usr/bin:/bin",
                     "BACKUPS": str(folder)}, check=False)
            return ended.returncode, said.read_text().splitlines()

    def place(self, said, words):
        found = [i for i, line in enumerate(said) if words in line]
        self.assertTrue(found, f"'{words}' is not in {said}")
        return found[0]

    def test_the_order_is_that_of_the_documents(self):
        status, said = self.deploy()
        self.assertEqual(status, 0)
        places = [self.place(said, words) for words in (
            "config check", "--dry-run", "systemctl stop", "pg_dump",
            "apt-get -qy install", "lark-admin --config /dev/null migrate "
            "--grant-to lark_batch --grant-read-to lark_batch_reader",
            "config check --online", "systemctl start timers.target",
            "lark-healthcheck")]
        del places[5]  # the dry run has these words, too
        self.assertEqual(places, sorted(places))

    def test_settings_that_do_not_fit_stop_it_before_anything_changes(self):
        status, said = self.deploy("config check")
        self.assertNotEqual(status, 0)
        self.assertFalse([line for line in said
                          if line.startswith(("systemctl", "apt-get"))])

    def test_timers_run_again_when_the_package_cannot_be_installed(self):
        status, said = self.deploy("apt-get -qy install")
        self.assertNotEqual(status, 0)
        self.assertEqual(said[-1], "systemctl start timers.target")


if __name__ == "__main__":
    unittest.main()
