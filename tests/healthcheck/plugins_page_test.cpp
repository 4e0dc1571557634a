// docs/healthcheck/plugins.md says how plugins are replaced: every command in
// it is one that the program understands.
#include <doctest/doctest.h>

#include <filesystem>
#include <regex>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace lark_batch {

namespace {

std::vector<std::string> commands_of_the_page() {
    const std::string page =
        test::read_file(SOURCE_FOLDER "/docs/healthcheck/plugins.md");
    static const std::regex command{"`(lark-healthcheck [^`]+)`"};
    std::vector<std::string> found;
    for (std::sregex_iterator at{page.begin(), page.end(), command}, end;
         at != end; ++at) {
        found.push_back((*at)[1]);
    }
    return found;
}

}  // namespace

TEST_CASE("plugins page: the program understands every line of it") {
    const test::TempDir dir;
    std::filesystem::permissions(dir.write("secret", "of the test"),
                                 std::filesystem::perms::owner_read);
    static const std::regex credential{"/etc/lark-batch/credentials/[a-z]+"};
    const auto commands = commands_of_the_page();
    CHECK(commands.size() > 40);
    std::string all;
    for (const std::string& line : commands) {
        const std::string known =
            std::regex_replace(line, credential, (dir / "secret").string());
        all += std::regex_replace(BINARY_FOLDER "/" + known,
                                  std::regex{"healthcheck"},
                                  "healthcheck --print-config",
                                  std::regex_constants::format_first_only) +
               " >/dev/null || echo not understood: " + "'" +
               std::regex_replace(line, std::regex{"'"}, "\"") + "'\n";
    }
    test::Command shell;
    shell.argv = {"sh", "-c", all};
    shell.env = {{"LARK_BATCH_CONFIG", "/dev/null"}};
    const auto finished = test::run(shell);
    CHECK(finished.out == "");
    CHECK(finished.err == "");
}

}  // namespace lark_batch
