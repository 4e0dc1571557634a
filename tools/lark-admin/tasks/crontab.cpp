#include "tools/lark-admin/tasks/crontab.hpp"

#include <algorithm>
#include <array>

#include "lib/config/known_tasks.hpp"
#include "lib/files/files.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::admin {

namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

// Blanks and what a shell ends a word with; quotes are no part of a word.
Words words_of(const std::string& text) {
    Words words(1);
    for (const char c : text) {
        if (std::string_view{" \t;&|()\"'"}.find(c) == std::string::npos) {
            words.back() += c;
        } else if (!words.back().empty()) {
            words.emplace_back();
        }
    }
    if (words.back().empty()) {
        words.pop_back();
    }
    return words;
}

std::string task_of_lark_run(const Words& words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "--task" && i + 1 < words.size()) {
            return words[i + 1];
        }
        if (words[i].starts_with("--task=")) {
            return words[i].substr(7);
        }
    }
    return {};
}

// Empty when the command is none of ours.
std::string task_in(const Words& words) {
    for (const std::string& word : words) {
        const std::string name = fs::path{word}.filename().string();
        const auto* const known = std::ranges::find(
            config::k_known_tasks, name, &config::KnownTask::program);
        if (known != config::k_known_tasks.end()) {
            return std::string{known->name};
        }
        if (name == "lark-run") {
            return task_of_lark_run(words);
        }
    }
    return {};
}

bool has(const Words& words, const std::string& word) {
    return std::ranges::count(words, word) != 0;
}

// "NAME = value", with or without blanks and quotes. False when it is none.
bool is_assignment(const std::string& line, std::string& zone) {
    const auto equals = line.find('=');
    const std::string_view name = text::trim(line.substr(0, equals));
    if (equals == line.npos || name.find_first_of(" \t*@/") != name.npos) {
        return false;
    }
    if (name == "CRON_TZ") {
        const Words value = words_of(line.substr(equals + 1));
        zone = value.empty() ? "" : value.front();
    }
    return true;
}

CronLine line_from(const std::string& text) {
    Words words = words_of(text);
    const std::size_t count = text.starts_with('@') ? 1 : 5;
    CronLine line;
    if (words.size() < count + 2) {
        return line;
    }
    const auto user = words.begin() + static_cast<std::ptrdiff_t>(count);
    line.fields = text::join({words.data(), count}, " ");
    line.user = *user;
    words.erase(words.begin(), user + 1);
    line.task = task_in(words);
    line.when_due = has(words, "--when-due");
    line.inert_under_systemd = has(words, "/run/systemd/system");
    return line;
}

}  // namespace

std::string CronLine::place() const {
    return file.string() + ":" + std::to_string(number);
}

std::vector<CronLine> lines_of_tasks(const fs::path& crontab) {
    std::vector<CronLine> lines;
    std::string zone;
    int number = 0;
    for (const std::string& part : text::split(files::read(crontab), '\n')) {
        ++number;
        const std::string text{text::trim(part)};
        if (text.empty() || text.starts_with('#') ||
            is_assignment(text, zone)) {
            continue;
        }
        CronLine line = line_from(text);
        if (!line.task.empty()) {
            line.file = crontab;
            line.number = number;
            line.zone = zone;
            lines.push_back(std::move(line));
        }
    }
    return lines;
}

std::vector<fs::path> system_crontabs() {
    std::vector<fs::path> found;
    std::error_code ignored;
    if (fs::exists("/etc/crontab", ignored)) {
        found.emplace_back("/etc/crontab");
    }
    for (const auto& entry : fs::directory_iterator{"/etc/cron.d", ignored}) {
        // run-parts(8): names with a dot are left by package managers.
        if (entry.path().filename().string().find('.') == std::string::npos) {
            found.push_back(entry.path());
        }
    }
    std::ranges::sort(found);
    return found;
}

}  // namespace lark_batch::admin
