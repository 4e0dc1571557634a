"""`make install` into a folder: what is there, and that it fits together."""

import gzip
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from built import BUILD, PROGRAMS

PREFIX = "/opt/lark"
EXPECTED = Path(__file__).with_name("files.txt")


def text_of(path):
    """Of a text file or a compressed page; None of a program."""
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    return None if data.startswith(b"\x7fELF") else data.decode()


class Installed(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        subprocess.run(["cmake", "--install", BUILD, "--prefix", PREFIX],
                       check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, "DESTDIR": cls.folder.name})
        cls.manifest = (BUILD / "install_manifest.txt").read_text().split()
        cls.root = Path(cls.folder.name)
        cls.prefix = Path(cls.folder.name + PREFIX)

    def files(self):
        return [path for path in self.root.rglob("*") if path.is_file()]

    def units(self):
        return (self.prefix / "lib/systemd/system").iterdir()

    def test_it_is_what_files_txt_lists(self):
        there = {str(path.relative_to(self.prefix)) for path in self.files()}
        documents = {name for name in there if name.startswith("share/doc/")}
        self.assertEqual(sorted(EXPECTED.read_text().split()),
                         sorted(there - documents))
        self.assertIn("share/doc/lark-batch/README.md", documents)
        self.assertIn("share/doc/lark-batch/directory.md", documents)

    def test_nothing_lies_outside_the_prefix(self):
        for path in self.files():
            self.assertTrue(path.is_relative_to(self.prefix), path)

    def test_the_manifest_lists_all_for_those_who_remove_it(self):
        self.assertEqual(sorted(f"{self.root}{name}" for name in self.manifest),
                         sorted(map(str, self.files())))

    def test_every_program_starts(self):
        for program in PROGRAMS:
            run = subprocess.run([self.prefix / "bin" / program["name"],
                                  "--version"], capture_output=True, text=True,
                                 check=True)
            self.assertIn(program["name"], run.stdout)

    def test_units_start_programs_that_are_there(self):
        named = 0
        for unit in self.units():
            for command in re.findall(r"(?m)^Exec\w+=[-+!]?(\S+)",
                                      unit.read_text()):
                named += 1
                self.assertTrue(command.startswith(PREFIX + "/"), command)
                self.assertTrue(os.access(f"{self.root}{command}", os.X_OK),
                                f"{unit.name}: {command}")
        self.assertGreater(named, 5)

    def test_units_name_manual_pages_that_are_there(self):
        for unit in self.units():
            for name, section in re.findall(r"man:(lark-[a-z.-]+)\((\d)\)",
                                            unit.read_text()):
                page = f"share/man/man{section}/{name}.{section}.gz"
                self.assertTrue((self.prefix / page).exists(), page)

    def test_no_text_names_where_it_was_built_or_another_prefix(self):
        wrong = [str(BUILD), str(self.root), "/usr/bin/lark-",
                 "/usr/share/doc/lark"]
        for path in self.files():
            text = text_of(path)
            if text is None or path.suffix == ".md":
                continue
            for word in wrong:
                self.assertFalse(word in text, f"{path.name} names {word}")

    def test_links_between_documents_lead_somewhere(self):
        folder = self.prefix / "share/doc/lark-batch"
        # Of the sources, and named as such.
        elsewhere = ("man", "decisions", "pictures", "contributing.md",
                     "tests/", "LICENSE", "../")
        for page in folder.glob("*.md"):
            for target in re.findall(r"\]\(([^)#:]+)[)#]", page.read_text()):
                if not target.startswith(elsewhere):
                    self.assertTrue((folder / target).exists(),
                                    f"{page.name}: {target}")


if __name__ == "__main__":
    unittest.main()
