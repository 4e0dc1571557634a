"""What the completions for bash offer, asked as readline would ask."""

import subprocess
import unittest
from pathlib import Path

from built import BUILD, PROGRAMS, options

DRIVER = Path(__file__).with_name("complete.bash")


def offered(*words):
    run = subprocess.run(
        [DRIVER, BUILD / "completions" / "bash" / words[0], *words],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parent)
    return run.stdout.split()


class Completions(unittest.TestCase):
    def test_every_option_of_every_program_is_offered(self):
        for program in PROGRAMS:
            with self.subTest(program["name"]):
                wanted = ["--" + option["name"] for option in options(program)]
                self.assertLessEqual({*wanted, "--config", "--help"},
                                     set(offered(program["name"], "--")))

    def test_commands_come_word_by_word(self):
        self.assertIn("token", offered("lark-admin", ""))
        self.assertIn("login", offered("lark-admin", "token", ""))
        self.assertEqual(["login"], offered("lark-admin", "token", "lo"))
        self.assertEqual(["sql_ratio"], offered("lark-healthcheck", "sql_r"))

    def test_a_command_s_own_options_come_behind_it_only(self):
        self.assertEqual(["--min-life"],
                         offered("lark-admin", "token", "print", "--min"))
        self.assertEqual([], offered("lark-admin", "--min"))
        self.assertEqual([], offered("lark-admin", "runs", "--min"))

    def test_choices_are_offered_in_both_forms(self):
        for form in (["--log-level", "w"], ["--log-level", "=", "w"]):
            self.assertEqual(["warning"], offered("lark-sync-users", *form))
        self.assertEqual(["debug", "info", "warning", "error"],
                         offered("lark-sync-users", "--log-level", "="))

    def test_a_command_s_choices_are_its_own(self):
        self.assertEqual(["revoked"], offered(
            "lark-admin", "--log-level", "debug", "token", "list", "--state",
            "rev"))

    def test_files_are_offered_where_a_file_is_wanted(self):
        self.assertEqual(["completion_test.py"], offered(
            "lark-cleanup", "--config", "completion_t"))
        self.assertEqual(["completion_test.py"], offered(
            "lark-admin", "token", "import", "completion_t"))

    def test_behind_two_dashes_stands_another_command(self):
        behind = ["lark-run", "--task", "backup", "--"]
        self.assertIn("dirname", offered(*behind, "dirn"))
        self.assertEqual(["completion_test.py"],
                         offered(*behind, "cat", "completion_t"))

    def test_nothing_is_offered_for_a_free_value(self):
        self.assertEqual([], offered("lark-sync-users", "--timeout", ""))


if __name__ == "__main__":
    unittest.main()
