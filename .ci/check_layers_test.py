"""Each rule of check_layers.py refuses what it is there for, and only that."""

import unittest

import check_layers


def complaints(path, source):
    return [message for _, message in check_layers.check_source(path, source)]


class Refused(unittest.TestCase):
    def refuse(self, path, source, words):
        found = complaints(path, source)
        self.assertEqual(len(found), 1, found)
        self.assertIn(words, found[0])

    def test_ground_knows_nobody(self):
        self.refuse("lib/text/a.cpp", '#include "lib/log/log.hpp"',
                    "lib/text must not know lib/log")

    def test_log_and_files_do_not_know_each_other(self):
        self.refuse("lib/log/a.cpp", '#include "lib/files/files.hpp"',
                    "lib/log must not know lib/files")

    def test_outside_worlds_do_not_know_each_other(self):
        for here, there in (("db", "http"), ("config", "db"),
                            ("metrics", "http"), ("http", "config")):
            self.refuse(f"lib/{here}/a.hpp",
                        f'#include "lib/{there}/{there}.hpp"',
                        f"lib/{here} must not know lib/{there}")

    def test_lark_does_not_know_run(self):
        self.refuse("lib/lark/a.cpp", '#include "lib/run/context.hpp"',
                    "lib/lark must not know lib/run")

    def test_library_does_not_know_tools(self):
        self.refuse("lib/run/a.cpp", '#include "tools/lark-admin/runs.hpp"',
                    "nobody includes a tool's files")

    def test_tools_do_not_know_each_other(self):
        self.refuse("tools/lark-admin/a.cpp",
                    '#include "tools/lark-sync-users/job.hpp"',
                    "nobody includes a tool's files")

    def test_nobody_knows_tests(self):
        self.refuse("lib/db/a.cpp", '#include "tests/support/postgres.hpp"',
                    "tests are nobody's ground")

    def test_new_folder_needs_a_place(self):
        self.refuse("lib/util/a.cpp", '#include "lib/text/strings.hpp"',
                    "has no place in the layers")

    def test_third_party_headers_have_one_owner(self):
        for path, header, owner in (
                ("lib/run/a.cpp", "CLI/CLI.hpp", "lib/config"),
                ("tools/x/a.cpp", "toml++/toml.h", "lib/config"),
                ("tools/x/job.cpp", "pqxx/pqxx", "queries"),
                ("lib/lark/a.cpp", "pqxx/pqxx", "queries"),
                ("tools/x/queries.cpp", "libpq-fe.h", "lib/db"),
                ("lib/lark/a.cpp", "curl/curl.h", "lib/http"),
                ("lib/run/a.cpp", "prometheus/registry.h", "lib/metrics"),
                ("lib/config/a.cpp", "simdjson.h", "lib/lark"),
                ("tools/x/a.cpp", "xxhash.h", "lib/text")):
            self.refuse(path, f"#include <{header}>", owner)

    def test_ends_of_the_process(self):
        for call in ("exit(1)", "std::exit(1)", "::_exit(1)",
                     "std::quick_exit(1)", "std::abort()", "abort()"):
            self.refuse("lib/db/a.cpp", f"void f() {{ {call}; }}",
                        "belongs to lib/run")

    def test_standard_streams(self):
        for stream in ("std::cerr << 1", "std::cout << 1", 'printf("x")'):
            self.refuse("tools/x/a.cpp", f"void f() {{ {stream}; }}",
                        "standard streams")

    def test_catch_all(self):
        source = "void f() { try { g(); } catch (...) { %s } }"
        self.refuse("lib/db/a.cpp", source % "throw;", "hides bugs")
        self.refuse("lib/run/context.cpp", source % "", "hides bugs")

    def test_time(self):
        for call in ("std::chrono::system_clock::now()",
                     "std::chrono::steady_clock::now()",
                     "std::this_thread::sleep_for(x)", "nanosleep(&a, &b)",
                     "usleep(10)"):
            self.refuse("lib/http/a.cpp", f"auto x = {call};", "lib/clock")

    def test_sql(self):
        for text in ('"SELECT 1"', '"INSERT INTO t"', '"UPDATE t"',
                     '"DELETE FROM t"', 'R"sql(\nSELECT 1)sql"'):
            self.refuse("tools/x/job.cpp", f"auto x = {text};", "SQL belongs")

    def test_logging_in_the_library(self):
        self.refuse("lib/db/a.cpp", 'void f() { log::info("x"); }',
                    "only debug is logged")

    def test_long_main(self):
        self.refuse("tools/x/main.cpp", "int a;\n" * 31, "at most 30 lines")

    def test_second_reader_of_cli11(self):
        text = "#include <CLI/CLI.hpp>\n"
        found = list(check_layers.check_tree(
            {"lib/config/a.cpp": text, "lib/config/b.cpp": text}))
        self.assertEqual([path for path, _, _ in found], ["lib/config/b.cpp"])

    def test_the_line_is_named(self):
        found = list(check_layers.check_source(
            "lib/db/a.cpp", "// one\n/* two\n three */\nauto x = exit(1);\n"))
        self.assertEqual(found[0][0], 4)


class Allowed(unittest.TestCase):
    def allow(self, path, source):
        self.assertEqual(complaints(path, source), [])

    def test_arrows_that_go_down(self):
        self.allow("lib/db/a.cpp", '#include "lib/log/log.hpp"')
        self.allow("lib/lark/a.cpp", '#include "lib/http/http.hpp"')
        self.allow("lib/run/a.cpp", '#include "lib/lark/client.hpp"')
        self.allow("tools/x/a.cpp", '#include "lib/db/connection.hpp"')
        self.allow("tools/x/a.cpp", '#include "tools/x/job.hpp"')

    def test_owners(self):
        self.allow("tools/x/queries_runs.cpp", "#include <pqxx/pqxx>")
        self.allow("tools/x/switch.cpp", '#include <pqxx/pqxx>')
        self.allow("tools/x/document.cpp", "#include <simdjson.h>")

    def test_words_in_comments_and_texts(self):
        self.allow("lib/db/a.cpp",
                   '// never exit() here, no std::cerr\n'
                   'auto x = "call abort() and std::cout";')

    def test_names_that_only_look_alike(self):
        self.allow("lib/db/a.cpp", "transaction.abort(); on_exit(1); "
                   "clock.sleep(x); auto n = 1'000'000;")

    def test_main_names_the_stream_for_results(self):
        self.allow("tools/x/main.cpp", "int main() { f(std::cout); }")

    def test_clean_up_that_throws_on(self):
        self.allow("lib/run/context.cpp",
                   "void f() { try { g(); } catch (...) { h(); throw; } }")

    def test_sql_words_in_prose(self):
        self.allow("tools/x/job.cpp", 'auto x = "UPDATED the row";')

    def test_sql_where_it_belongs(self):
        self.allow("tools/x/queries.cpp", 'auto x = "SELECT 1";')
        self.allow("lib/db/a.cpp", 'auto x = "SELECT 1";')


if __name__ == "__main__":
    unittest.main()
