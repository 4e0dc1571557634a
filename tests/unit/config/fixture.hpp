// A folder for files, a small program, and load() with arguments in braces.
#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/config/option.hpp"

template <>
struct doctest::StringMaker<lark_batch::config::Strings> {
    static doctest::String convert(const lark_batch::config::Strings& lines) {
        std::string text;
        for (const auto& line : lines) {
            text += "\n    " + line;
        }
        return text.c_str();
    }
};

namespace lark_batch::config::test {

class Folder {
public:
    Folder() {
        std::string name =
            (std::filesystem::temp_directory_path() / "config-XXXXXX").string();
        m_path = ::mkdtemp(name.data());
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(m_path); }

    std::string path(const std::string& name) const {
        return (m_path / name).string();
    }
    std::string write(const std::string& name, const std::string& content,
                      mode_t mode = 0600) const {
        std::ofstream{path(name)} << content;
        ::chmod(path(name).c_str(), mode);
        return path(name);
    }

private:
    std::filesystem::path m_path;
};

// The settings the tests speak of.
struct Settings {
    bool verbose = false;
    bool push = true;
    std::string level = "info";
    std::string url = "none";
    long long count = 4;
    double ratio = 0.5;
    text::Milliseconds wait{90'000};
    std::uint64_t size = 30 * 1024;
    Strings hosts;
    Strings words;
    text::Secret password;

    void declare(OptionSet& set) {
        set.add("verbose", verbose).help("say more");
        set.add("no-push", push)
            .negated()
            .help("send nothing")
            .places(Places::command_line);
        set.add("level", level)
            .help("how much is told")
            .choices({"debug", "info", "error"});
        set.group("Database");
        set.add("database-url", url)
            .key("database.url")
            .help("where the data is");
        set.add("count", count).help("how many").range(1, 64);
        set.add("ratio", ratio).help("how large a part").range(0, 1);
        set.add("wait", wait)
            .help("how long")
            .range(text::Milliseconds{0}, text::Milliseconds{3'600'000});
        set.add("size", size).help("how large");
        set.add("host", hosts).key("hosts").help("which hosts");
        set.add_secret("database-password", password)
            .key("database.password")
            .help("what nobody may see");
    }
};

using Variables = std::map<std::string, std::string>;

// A run of load() over Settings; variables hold LARK_BATCH_CONFIG, so that
// no file of this machine is read.
struct Run {
    Folder folder;
    Settings settings;
    OptionSet options;
    Program program{"lark-test", "tests the settings", "", {}};
    Variables variables{{"LARK_BATCH_CONFIG", "/dev/null"}};
    Loaded loaded;
    // Of the last problems(); a set of options is loaded only once.
    std::string told;
    errors::Kind kind = errors::Kind::bug;

    Run() { settings.declare(options); }

    void file(const std::string& content) {
        variables["LARK_BATCH_CONFIG"] =
            folder.write("lark-batch.toml", content);
    }
    Loaded& load(Strings arguments = {}) {
        arguments.insert(arguments.begin(), program.name);
        std::vector<const char*> argv;
        for (const auto& argument : arguments) {
            argv.push_back(argument.c_str());
        }
        loaded = config::load(program, options, static_cast<int>(argv.size()),
                              argv.data(), Environment{variables});
        return loaded;
    }
    // What is wrong, each as "line:column message (hint)" or "message".
    Strings problems(const Strings& arguments = {}) {
        Strings lines;
        const Problems found = caught(arguments);
        told = found.what();
        kind = found.kind();
        for (const auto& problem : found.all()) {
            std::string line;
            if (problem.line > 0) {
                line = std::to_string(problem.line) + ":" +
                       std::to_string(problem.column) + " ";
            }
            line += problem.message;
            lines.push_back(
                problem.hint.empty() ? line : line + " (" + problem.hint + ")");
        }
        return lines;
    }
    Problems caught(const Strings& arguments = {}) {
        try {
            load(arguments);
        } catch (const Problems& problems) {
            return problems;
        }
        return Problems{{Problem{"", 0, 0, "no problem", "", {}}}};
    }
};

inline bool has(const std::string& text, const std::string& part) {
    return text.find(part) != text.npos;
}

}  // namespace lark_batch::config::test
