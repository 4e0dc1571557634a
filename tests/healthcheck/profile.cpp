#include "tests/healthcheck/profile.hpp"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "tests/support/ports.hpp"

namespace lark_batch::test {

namespace {

using nlohmann::json;

void replace(std::string& text, const std::string& from, const std::string& to,
             const std::string& file) {
    std::size_t at = text.find(from);
    if (at == std::string::npos) {
        throw std::runtime_error(file + " does not hold '" + from + "'");
    }
    while (at != std::string::npos) {
        text.replace(at, from.size(), to);
        at = text.find(from, at + to.size());
    }
}

// Ports of tests are high ones, and their files are in the test's folder.
void expect_nothing_real(const std::string& text, const std::string& file) {
    static const std::regex real{
        R"((127\.0\.0\.1:\d{1,4}\b|://[^/"]*[a-z]\.[a-z]|"/(srv|etc|var|run)/))"};
    std::istringstream lines{text};
    std::string line;
    while (std::getline(lines, line)) {
        if (!line.starts_with('#') && std::regex_search(line, real)) {
            throw std::runtime_error(file + " still says " + line);
        }
    }
}

std::string text_of(const json& object, const std::string& key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string()
               ? found->get<std::string>()
               : "";
}

void append(std::string& list, const std::string& word) {
    list += (list.empty() ? "" : ", ") + word;
}

}  // namespace

std::string loopback(int port) {
    return "127.0.0.1:" + std::to_string(port);
}

std::string nobody() {
    return loopback(free_port());
}

Verdict::Verdict(const Finished& finished) : m_exit_code(finished.exit_code) {
    const auto answer = json::parse(finished.out, nullptr, false);
    if (answer.is_discarded() || !answer.contains("checks")) {
        throw std::runtime_error("no checks: " + finished.out + finished.err);
    }
    for (const auto& check : answer["checks"]) {
        m_rows.push_back({text_of(check, "name"), text_of(check, "state"),
                          text_of(check, "message")});
    }
}

std::string Verdict::in(const std::string& state) const {
    std::string names;
    for (const Row& row : m_rows) {
        if (row.state == state) {
            append(names, row.name);
        }
    }
    return names;
}

std::string Verdict::troubles() const {
    std::string told;
    for (const Row& row : m_rows) {
        if (row.state != "ok") {
            append(told, row.name + " " + row.state + ": " + row.message);
        }
    }
    return told;
}

std::string Verdict::message(const std::string& name) const {
    const auto row = std::ranges::find(m_rows, name, &Row::name);
    return row == m_rows.end() ? "" : row->message;
}

Profile::Profile(const std::string& name, const Swaps& swaps) {
    std::string text = read_file(std::filesystem::path{SOURCE_FOLDER} /
                                 "docs/examples" / name);
    for (const auto& [from, to] : swaps) {
        replace(text, from, to, name);
    }
    expect_nothing_real(text, name);
    m_file = m_dir.write(name, text);
    std::filesystem::create_directory(m_dir / "credentials");
}

void Profile::secret(const std::string& name, const std::string& value) const {
    const auto file = m_dir.write("credentials/" + name, value);
    std::filesystem::permissions(file, std::filesystem::perms::owner_read |
                                           std::filesystem::perms::owner_write);
}

Finished Profile::run(const std::vector<std::string>& more) const {
    Command command;
    command.argv = {BINARY_FOLDER "/lark-healthcheck", "--config", m_file};
    command.argv.insert(command.argv.end(), more.begin(), more.end());
    command.unset = {"CREDENTIALS_DIRECTORY", "LARK_BATCH_CONFIG"};
    return test::run(command);
}

Verdict Profile::look(const std::vector<std::string>& more) const {
    std::vector<std::string> words{"--no-record", "--json"};
    words.insert(words.end(), more.begin(), more.end());
    return Verdict{run(words)};
}

}  // namespace lark_batch::test
