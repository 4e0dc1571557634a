#include "tools/lark-admin/tasks/unit_names.hpp"

#include <algorithm>
#include <charconv>

#include "lib/config/known_tasks.hpp"

namespace lark_batch::admin {

namespace {

constexpr std::string_view k_ending = ".service";
constexpr std::string_view k_template = "lark-task@";
constexpr std::size_t k_escape = 4;  // \x2d

// systemd.unit(5), "String escaping for inclusion in unit names"; a '-' for a
// '/' is none of ours, tasks have no paths.
std::string unescaped(std::string_view name) {
    std::string plain;
    for (std::size_t at = 0; at < name.size(); ++at) {
        unsigned char code = 0;
        const auto piece = name.substr(at, k_escape);
        if (piece.size() == k_escape && piece.starts_with("\\x") &&
            std::from_chars(piece.begin() + 2, piece.end(), code, 16).ptr ==
                piece.end()) {
            plain += static_cast<char>(code);
            at += k_escape - 1;
        } else {
            plain += name[at];
        }
    }
    return plain;
}

const config::KnownTask* task_of_program(std::string_view program) {
    const auto* const found = std::ranges::find(config::k_known_tasks, program,
                                                &config::KnownTask::program);
    return found == config::k_known_tasks.end() ? nullptr : found;
}

}  // namespace

std::optional<std::string> task_of_unit(std::string_view unit) {
    const std::string name = short_unit(unescaped(unit));
    if (name.starts_with(k_template) && name.size() > k_template.size()) {
        return name.substr(k_template.size());
    }
    const auto at = std::min(name.find('@'), name.size());
    const auto* const known = task_of_program(name.substr(0, at));
    if (known == nullptr) {
        return {};
    }
    return std::string{known->name} + name.substr(at);
}

std::string short_unit(const std::string& unit) {
    return unit.ends_with(k_ending)
               ? unit.substr(0, unit.size() - k_ending.size())
               : unit;
}

std::string whole_task(const std::string& task) {
    return task.substr(0, task.find('@'));
}

std::string group_of_task(const std::string& task) {
    const std::string whole = whole_task(task);
    const auto* const known = config::known_task(whole);
    return known == nullptr
               ? "lark-run-" + task
               : std::string{known->program} + task.substr(whole.size());
}

}  // namespace lark_batch::admin
