"""The manual pages that the build made."""

import re
import subprocess
import unittest

from built import BUILD, PROGRAMS, SOURCE, options

MAN = BUILD / "man"


def plain(page):
    """The page's text without roff's escapes."""
    text = page.read_text(encoding="ascii")
    return re.sub(r"\\f[BIPR]|\\:", "", text).replace(r"\-", "-")


class Pages(unittest.TestCase):
    def test_every_program_has_one_with_all_its_options(self):
        for program in PROGRAMS:
            text = plain(MAN / f"{program['name']}.1")
            for option in options(program):
                with self.subTest(program["name"], option=option["name"]):
                    self.assertRegex(text, rf"(?m)^--{option['name']}\b")

    def test_commands_and_their_options_are_named(self):
        for program in PROGRAMS:
            text = plain(MAN / f"{program['name']}.1")
            kinds = {variant["name"] for tables in program["tables"]
                     for variant in tables["variants"]}
            for command in program["commands"]:
                if command["name"] in kinds:
                    continue
                with self.subTest(program["name"], command=command["name"]):
                    self.assertIn(command["name"], text)
                    for option in options(command):
                        self.assertRegex(text, rf"(?m)^--{option['name']}\b")

    def test_a_synopsis_names_no_option_that_is_not_there(self):
        for program in PROGRAMS:
            page = SOURCE / "docs" / "man" / f"{program['name']}.1.md"
            synopsis = page.read_text().split("## SYNOPSIS")[1].split("\n## ")[0]
            known = {option["name"]
                     for declared in [program, *program["commands"]]
                     for option in options(declared)}
            known |= {"config", "help", "version"}
            for name in re.findall(r"--([a-z][a-z-]+)", synopsis):
                self.assertIn(name, known, page)

    def test_the_file_s_page_has_every_key_of_the_sample(self):
        text = plain(MAN / "lark-batch.toml.5")
        sample = (SOURCE / "docs" / "lark-batch.toml").read_text()
        for key in re.findall(r"(?m)^#? ?([a-z_]+) = ", sample):
            self.assertRegex(text, rf"\b{key}\b")

    def test_they_are_read_without_a_warning_and_fit_a_terminal(self):
        for page in MAN.iterdir():
            with self.subTest(page.name):
                run = subprocess.run(
                    ["groff", "-man", "-ww", "-Tutf8", "-P-cbou", "-rLL=78n",
                     page], capture_output=True, text=True, check=True)
                self.assertEqual(run.stderr, "")
                self.assertTrue("\nNAME\n" in run.stdout)
                self.assertFalse("\N{HYPHEN}\n" in run.stdout)

    def test_they_begin_as_whatis_wants_them(self):
        for page in MAN.iterdir():
            name = page.name.rsplit(".", 1)[0]
            self.assertIn(f'.SH "NAME"\n{name} - ', plain(page))


if __name__ == "__main__":
    unittest.main()
