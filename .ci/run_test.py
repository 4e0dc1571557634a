"""Cases for .ci/run: its last line counts every step that failed."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

RUN = pathlib.Path(__file__).parent / "run"
STEP = "#!/bin/sh\nexit $STEP_{}\n"
MAKEFILE = """format-check:
\t@exit $(STEP_format)
test:
\t@[ -z "$(SUM)" ] || echo "$(SUM)" >build/release/test-summary.txt
\t@exit $(STEP_test)
"""


class LastLine(unittest.TestCase):
    def check(self, line, code, summary="", **steps):
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name)
            (root / ".ci").mkdir()
            (root / "build/release").mkdir(parents=True)
            shutil.copy(RUN, root / ".ci/run")
            (root / "Makefile").write_text(MAKEFILE)
            for step in ("deps", "check"):
                script = root / f".ci/{step}.sh"
                script.write_text(STEP.format(step))
                script.chmod(0o755)
            results = {f"STEP_{step}": str(steps.get(step, 0))
                       for step in ("deps", "check", "format", "test")}
            ended = subprocess.run(["bash", root / ".ci/run"], text=True,
                                   env={**os.environ, **results,
                                        "SUM": summary},
                                   capture_output=True, check=False)
        self.assertEqual(ended.stdout.splitlines()[-1], line)
        self.assertEqual(ended.returncode, code)

    def test_all_is_well(self):
        self.check("5 passed, 0 failed", 0, "5 passed, 0 failed")

    def test_a_step_without_tests_counts_as_one(self):
        self.check("5 passed, 1 failed", 1, "5 passed, 0 failed", check=1)
        self.check("5 passed, 2 failed", 1, "5 passed, 0 failed", check=1,
                   deps=1)

    def test_failed_tests_are_counted_once(self):
        self.check("5 passed, 2 failed", 1, "5 passed, 2 failed", test=1)
        self.check("5 passed, 3 failed", 1, "5 passed, 2 failed", test=1,
                   deps=1)

    def test_tests_that_never_ran_count_as_one(self):
        self.check("0 passed, 1 failed", 1, test=2)
        self.check("5 passed, 1 failed", 1, "5 passed, 0 failed", test=2)


if __name__ == "__main__":
    unittest.main()
