// What a person sees of the tasks, and what a program does.
#include <fmt/format.h>

#include <algorithm>

#include "lib/config/known_tasks.hpp"
#include "lib/config/wrap.hpp"
#include "lib/text/json_writer.hpp"
#include "lib/text/strings.hpp"
#include "lib/text/table.hpp"
#include "tools/lark-admin/tasks/list.hpp"
#include "tools/lark-admin/tasks/started_as.hpp"
#include "tools/lark-admin/tasks/unit_names.hpp"
#include "tools/lark-admin/tasks/zoned.hpp"

namespace lark_batch::admin {

namespace {

using Lines = std::vector<std::string>;

constexpr std::size_t k_columns = 100;
constexpr std::size_t k_narrowest_words = 13;
// Of all columns but those of names and schedules, with the gaps.
constexpr std::size_t k_others = 10 + 21 + 24 + 4 * 2;
constexpr std::size_t k_longest_reason = 60;

bool is_on(const ListedTask& task) {
    return task.settings != nullptr && task.settings->enabled && !task.pause;
}

Lines enabled_cell(const ListedTask& task) {
    if (task.settings == nullptr && !task.pause) {
        return {"-"};
    }
    if (task.settings != nullptr && !task.settings->enabled) {
        return {"no"};
    }
    if (!task.pause) {
        return {"yes"};
    }
    if (!task.pause->until) {
        return {"no, paused"};
    }
    const std::string until = zoned_minute(task.zone, *task.pause->until);
    return {
        "no, until", until.substr(0, 10),
        until.substr(11) + " " + task.zone.abbreviation(*task.pause->until)};
}

std::string outcome_line(const db::RunRecord& run) {
    if (run.outcome.empty()) {
        return "running";
    }
    const int code = run.exit_code.value_or(0);
    return code == 0 || run.outcome == "skipped"
               ? run.outcome
               : fmt::format("{}, exit {}", run.outcome, code);
}

Lines last_cell(const ListedTask& task, bool has_record) {
    if (!has_record) {
        return {"unknown"};
    }
    if (!task.last) {
        return {"never"};
    }
    const db::RunRecord& run = task.last->run;
    Lines lines{zoned_minute(task.zone, run.started_at), outcome_line(run)};
    if (run.outcome != "success") {
        lines.push_back(task.last->success
                            ? "good " +
                                  zoned_minute(task.zone, *task.last->success)
                            : "never a good one");
    }
    return lines;
}

Lines next_cell(const ListedTask& task) {
    constexpr std::array<std::string_view, 7> names{"Sun", "Mon", "Tue", "Wed",
                                                    "Thu", "Fri", "Sat"};
    if (task.next.empty()) {
        return {"-"};
    }
    Lines lines;
    for (const clock::WallTime slot : task.next) {
        const auto day =
            static_cast<std::size_t>(task.zone.local(slot).weekday);
        lines.push_back(fmt::format("{} {} {}", names[day],
                                    zoned_minute(task.zone, slot),
                                    task.zone.abbreviation(slot)));
    }
    return lines;
}

Lines wrapped(const std::string& words, std::size_t width) {
    Lines lines = text::split(config::wrap(words, "", width), '\n');
    std::erase(lines, "");
    return lines;
}

// A task takes as many rows as its tallest cell.
void add_rows(text::Table& table, const std::vector<Lines>& cells) {
    const auto height = std::ranges::max(cells, {}, &Lines::size).size();
    for (std::size_t row = 0; row < height; ++row) {
        Lines line;
        for (const Lines& cell : cells) {
            line.push_back(row < cell.size() ? cell[row] : "");
        }
        table.row(std::move(line));
    }
}

std::string pause_line(const ListedTask& task) {
    const std::string reason = text::excerpt(
        task.pause->reason.empty() ? "no reason was given" : task.pause->reason,
        k_longest_reason);
    return fmt::format("{} is disabled since {}: {}\n", task.name,
                       zoned_minute(task.zone, task.pause->paused_at), reason);
}

std::size_t width_for_words(const std::vector<ListedTask>& tasks) {
    std::size_t longest = 4;
    for (const ListedTask& task : tasks) {
        longest = std::max(longest, task.name.size());
    }
    const std::size_t taken = k_others + longest;
    return taken + k_narrowest_words > k_columns ? k_narrowest_words
                                                 : k_columns - taken;
}

void write_time(text::JsonWriter& json, const char* key,
                const schedule::Zone& zone,
                const std::optional<clock::WallTime>& time) {
    json.key(key);
    time ? json.value(zoned_rfc3339(zone, *time)) : json.null();
}

void write_pause(text::JsonWriter& json, const ListedTask& task) {
    json.key("pause");
    if (!task.pause) {
        json.null();
        return;
    }
    json.begin_object();
    write_time(json, "until", task.zone, task.pause->until);
    json.field("reason", task.pause->reason);
    write_time(json, "since", task.zone, task.pause->paused_at);
    json.end_object();
}

void write_last(text::JsonWriter& json, const ListedTask& task) {
    json.key("last_run");
    if (!task.last) {
        json.null();
    } else {
        const db::RunRecord& run = task.last->run;
        const bool ended = !run.outcome.empty();
        json.begin_object().field("run_id", run.run_id).key("outcome");
        ended ? json.value(run.outcome) : json.null();
        json.key("exit_code");
        run.exit_code ? json.value(*run.exit_code) : json.null();
        write_time(json, "started_at", task.zone, run.started_at);
        write_time(json, "finished_at", task.zone,
                   ended ? std::optional{run.finished_at} : std::nullopt);
        json.field("trigger", run.trigger).field("host", run.host);
        json.field("error", run.error).end_object();
    }
    write_time(json, "last_success", task.zone,
               task.last ? task.last->success : std::nullopt);
}

void write_task(text::JsonWriter& json, const ListedTask& task) {
    json.begin_object().field("task", task.name);
    json.field("configured", task.settings != nullptr);
    json.field("enabled", is_on(task));
    write_pause(json, task);
    json.key("schedule");
    const bool due =
        task.settings != nullptr && !task.settings->schedule.empty();
    due ? json.value(task.settings->schedule) : json.null();
    json.field("schedule_in_words", task.words);
    json.field("timezone", task.zone.name());
    json.field("program", program_of(whole_task(task.name)));
    write_last(json, task);
    json.key("next_runs").begin_array();
    for (const clock::WallTime slot : task.next) {
        json.value(zoned_rfc3339(task.zone, slot));
    }
    json.end_array().end_object();
}

}  // namespace

std::string tasks_table(const std::vector<ListedTask>& tasks, bool has_record) {
    text::Table table;
    table.column("task").column("enabled").column("schedule");
    table.column("last run").column("next runs");
    const std::size_t width = width_for_words(tasks);
    std::string pauses;
    for (const ListedTask& task : tasks) {
        add_rows(table, {{task.name},
                         enabled_cell(task),
                         wrapped(task.words, width),
                         last_cell(task, has_record),
                         next_cell(task)});
        pauses += task.pause ? pause_line(task) : "";
    }
    return table.str() + (pauses.empty() ? "" : "\n" + pauses);
}

std::string tasks_json(const std::vector<ListedTask>& tasks, bool has_record) {
    text::JsonWriter json;
    json.begin_object().field("schema_version", 1);
    json.field("command", "tasks list").field("database_asked", has_record);
    json.key("tasks").begin_array();
    for (const ListedTask& task : tasks) {
        write_task(json, task);
    }
    return json.end_array().end_object().str() + "\n";
}

}  // namespace lark_batch::admin
