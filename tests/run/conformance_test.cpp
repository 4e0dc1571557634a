// What every program has in common on its command line.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/run/world.hpp"
#include "tests/support/sandbox.hpp"

using namespace lark_batch::test;

namespace {

constexpr const char* k_secret = "s3cret-of-the-portal";

// Those that are built. `runs` tells programs with one job from those with
// commands. The codes are those for a wrong command line, a wrong file and a
// database that is away; a monitoring plugin knows but one.
struct Program {
    std::string name;
    bool runs = true;
    int usage = 64;
    int config = 78;
    int unavailable = 69;
    // What it says on stdout when it does not begin.
    std::string last_words{};
    // What its error line speaks of when the database is away.
    std::string complaint = "database";
    // What it cannot do without, before and behind all other arguments.
    Arguments first{};
    Arguments last{};

    Arguments with(const Arguments& arguments) const {
        Arguments all{first};
        all.insert(all.end(), arguments.begin(), arguments.end());
        all.insert(all.end(), last.begin(), last.end());
        return all;
    }
};

std::vector<Program> programs() {
    // Its exit code is its command's, whatever is away.
    Program wrapper{"lark-run"};
    wrapper.unavailable = 75;
    wrapper.complaint = "ended with exit code 75";
    wrapper.first = {"--task", "conformance"};
    wrapper.last = {"--", "/bin/sh", "-c", "exit 75"};
    std::vector<Program> all{
        {"lark-stub"},
        {"lark-sync-users"},
        {"lark-check-tokens"},
        {"lark-cleanup"},
        {"lark-forward-alerts"},
        {"lark-healthcheck", true, 3, 3, 3, "UNKNOWN: ", "no check"},
        wrapper,
        {"lark-admin", false}};
    std::erase_if(all, [](const Program& program) {
        return !std::filesystem::exists(binary(program.name));
    });
    return all;
}

Arguments lines_of(const std::string& text) {
    std::istringstream in{text};
    Arguments lines;
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

bool has(const std::string& text, const std::string& piece) {
    return text.find(piece) != std::string::npos;
}

Finished start(const std::string& program, const Arguments& arguments) {
    Command command;
    command.argv = {binary(program)};
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    command.unset = {"LARK_BATCH_CONFIG", "STATE_DIRECTORY"};
    return run(command);
}

// With an app, its secret in a file, and nobody at the API's address.
struct SecretWorld : World {
    SecretWorld() {
        const auto secret = dir().write("secret", k_secret);
        std::filesystem::permissions(secret, std::filesystem::perms{0600});
        set_more(
            "[http]\nconnect_timeout = \"1s\"\n"
            "[[app]]\nname = \"hr\"\napp_id = \"cli_a\"\n"
            "app_secret_file = \"" +
            secret.string() + "\"\nbase_url = \"http://127.0.0.1:9\"\n");
    }
};

}  // namespace

TEST_CASE("--help and -h: the same text on stdout, 80 columns wide, exit 0") {
    for (const Program& program : programs()) {
        const std::string& name = program.name;
        CAPTURE(name);
        const auto help = start(name, {"--help"});
        CHECK(help.exit_code == 0);
        CHECK(help.err.empty());
        CHECK(help.out == start(name, {"-h"}).out);
        CHECK(has(help.out, name));
        const auto lines = lines_of(help.out);
        CHECK(lines.size() > 10);
        for (const std::string& line : lines) {
            CAPTURE(line);
            CHECK(line.size() <= 80);
            CHECK_FALSE(line.ends_with(' '));
        }
        for (const char* option : {"--config", "--json", "--log-level",
                                   "--print-config", "--help", "--version"}) {
            CAPTURE(std::string{option});
            CHECK((has(help.out, option) || !program.runs));
        }
    }
}

TEST_CASE("--version: the program's name and the project's version") {
    for (const Program& program : programs()) {
        const std::string& name = program.name;
        const auto version = start(name, {"--version"});
        CHECK(version.exit_code == 0);
        CHECK(version.out == name + " " LARK_BATCH_VERSION "\n");
        CHECK(version.err.empty());
    }
}

TEST_CASE("an unknown option: 64, one line and a hint on stderr, no help") {
    for (const Program& program : programs()) {
        const std::string& name = program.name;
        for (const char* option : {"--no-such-option", "--jsn", "-Z"}) {
            CAPTURE(name);
            CAPTURE(std::string{option});
            const auto ended = start(name, program.with({option}));
            CHECK(ended.exit_code == program.usage);
            CHECK(ended.out.starts_with(program.last_words));
            CHECK(ended.out.empty() == program.last_words.empty());
            const auto lines = lines_of(ended.err);
            // A program with commands complains of the missing one, too.
            CHECK(lines.size() == (program.runs ? 2 : 3));
            CHECK(lines.front().starts_with(name + ": "));
            CHECK(has(lines.front(), option));
            CHECK(lines.back().starts_with("hint: "));
        }
    }
}

TEST_CASE("a value that cannot be is usage on the command line, 78 in a file") {
    for (const Program& program : programs()) {
        const std::string& name = program.name;
        CAPTURE(name);
        if (!program.runs) {
            continue;
        }
        CHECK(start(name, program.with({"--timeout", "soon"})).exit_code ==
              program.usage);
        World world;
        world.set_more(
            "[tasks.stub]\ntimeout = 'soon'\n"
            "[tasks.conformance]\ntimeout = 'soon'\n"
            "[tasks.sync_users]\ntimeout = 'soon'\n"
            "[tasks.cleanup]\ntimeout = 'soon'\n"
            "[tasks.healthcheck]\ntimeout = 'soon'\n"
            "[tasks.forward_alerts]\ntimeout = 'soon'\n"
            "[tasks.check_tokens]\ntimeout = 'soon'\n");
        const auto ended = run(world.command(name, program.with({})));
        CHECK(ended.exit_code == program.config);
        CHECK(has(ended.err, "lark-batch.toml:"));
    }
}

TEST_CASE("--print-config: values with their origin, secrets as ***") {
    for (const Program& program : programs()) {
        const std::string& name = program.name;
        CAPTURE(name);
        if (!program.runs) {
            continue;
        }
        const SecretWorld world;
        const auto printed =
            run(world.command(name, program.with({"--print-config"})));
        CHECK(printed.exit_code == 0);
        CHECK(printed.err.empty());
        CHECK(has(printed.out, world.database()));
        CHECK(has(printed.out, "lark-batch.toml"));
        CHECK(has(printed.out, "default"));
        // Only a program that speaks to the API reads the apps' secrets.
        const bool speaks =
            name == "lark-sync-users" || name == "lark-check-tokens";
        CHECK(has(printed.out, "***") == speaks);
        CHECK_FALSE(has(printed.out, k_secret));
        CHECK(world.sql("SELECT count(*) FROM lark_batch.task_runs") == "0");
    }
}

TEST_CASE("--json: one object and nothing else on stdout, whatever happens") {
    for (const Program& program : programs()) {
        const std::string& name = program.name;
        CAPTURE(name);
        if (!program.runs) {
            continue;
        }
        SecretWorld world;
        const Arguments arguments{"--json", "--timeout", "5s", "--log-level",
                                  "debug"};
        const auto ended = run(world.command(name, program.with(arguments)));
        const auto result = nlohmann::json::parse(ended.out);
        CHECK(result.at("exit_code") == ended.exit_code);
        CHECK(result.contains("run_id"));
        CHECK_FALSE(has(ended.out + ended.err, k_secret));
        world.take_database_away();
        const auto failed = run(world.command(name, program.with(arguments)));
        CHECK(nlohmann::json::parse(failed.out).at("exit_code") ==
              program.unavailable);
    }
}

TEST_CASE("--log-format: the final error is a line like the others") {
    for (const Program& program : programs()) {
        const std::string& name = program.name;
        CAPTURE(name);
        if (!program.runs) {
            continue;
        }
        SecretWorld world;
        world.take_database_away();
        const auto json =
            run(world.command(name, program.with({"--log-format", "json"})));
        CHECK(json.exit_code == program.unavailable);
        int errors = 0;
        for (const std::string& line : lines_of(json.err)) {
            const auto entry = nlohmann::json::parse(line);
            if (entry.at("level") == "error") {
                ++errors;
                CHECK(has(entry.at("message"), program.complaint));
                CHECK_FALSE(entry.at("hint").get<std::string>().empty());
            }
        }
        CHECK(errors == 1);
        const auto journal =
            run(world.command(name, program.with({"--log-format", "journal"})));
        CHECK(journal.exit_code == program.unavailable);
        for (const std::string& line : lines_of(journal.err)) {
            CAPTURE(line);
            CHECK(line.starts_with("<"));
        }
        CHECK(has(journal.err, "<3>"));
        CHECK(has(journal.err, " hint=\""));
    }
}

TEST_CASE("NO_COLOR or not: no escape sequences where no terminal is") {
    for (const Program& program : programs()) {
        const std::string& name = program.name;
        const SecretWorld world;
        const auto ended = run(world.command(
            name, program.with({"--log-level", "debug", "--timeout", "1s"})));
        CHECK_FALSE(has(ended.out + ended.err, "\x1b"));
    }
}
