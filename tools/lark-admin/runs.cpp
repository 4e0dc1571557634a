#include "tools/lark-admin/runs.hpp"

#include <fmt/format.h>

#include <chrono>

#include "lib/db/schema.hpp"
#include "lib/run/wiring.hpp"
#include "lib/text/json_writer.hpp"
#include "lib/text/strings.hpp"
#include "lib/text/table.hpp"

namespace lark_batch::admin {

namespace {

constexpr std::size_t k_shown_of_id = 8;
constexpr std::size_t k_longest_note = 60;

// A run without outcome is still going on, or was killed and not yet noticed
// by the next one.
bool ended(const db::RunRecord& run) {
    return !run.outcome.empty();
}

double seconds_of(const db::RunRecord& run) {
    return std::chrono::duration<double>(run.finished_at - run.started_at)
        .count();
}

// 2026-11-22 02:15:40; the fraction says nothing to a person.
std::string time_cell(clock::WallTime time) {
    std::string text = clock::format_utc(time).substr(0, 19);
    text[10] = ' ';
    return text;
}

// Why it went wrong, else what it did.
std::string note_of(const db::RunRecord& run) {
    return text::excerpt(run.error.empty() ? run.summary : run.error,
                         k_longest_note);
}

std::string exit_cell(const db::RunRecord& run) {
    return run.exit_code ? std::to_string(*run.exit_code) : "-";
}

void write_run(text::JsonWriter& json, const db::RunRecord& run) {
    json.begin_object().field("run_id", run.run_id);
    json.field("task", run.task_name).key("outcome");
    if (ended(run)) {
        json.value(run.outcome).key("exit_code");
        run.exit_code ? json.value(*run.exit_code) : json.null();
        json.field("finished_at", clock::format_utc(run.finished_at));
    } else {
        json.null().key("exit_code").null().key("finished_at").null();
    }
    json.field("started_at", clock::format_utc(run.started_at));
    json.field("seconds", seconds_of(run)).field("trigger", run.trigger);
    json.field("host", run.host).field("pid", run.pid);
    json.field("version", run.version).field("error", run.error);
    json.key("stats").raw(run.stats_json);
    json.end_object();
}

}  // namespace

std::string runs_table(const std::vector<db::RunRecord>& runs) {
    text::Table table;
    table.column("run").column("task").column("outcome");
    table.column("exit", text::Align::right).column("trigger").column("host");
    table.column("started (UTC)").column("seconds", text::Align::right);
    table.column("note");
    for (const db::RunRecord& run : runs) {
        table.row({run.run_id.substr(0, k_shown_of_id), run.task_name,
                   ended(run) ? run.outcome : "running", exit_cell(run),
                   run.trigger, run.host, time_cell(run.started_at),
                   fmt::format("{:.1f}", seconds_of(run)), note_of(run)});
    }
    return runs.empty() ? "no runs\n" : table.str();
}

std::string runs_json(const std::vector<db::RunRecord>& runs) {
    text::JsonWriter json;
    json.begin_object().field("schema_version", 1);
    json.field("command", "runs").key("runs").begin_array();
    for (const db::RunRecord& run : runs) {
        write_run(json, run);
    }
    return json.end_array().end_object().str() + "\n";
}

std::string run_text(const db::RunRecord& run) {
    std::string text = fmt::format(
        "run      {}\ntask     {}\noutcome  {}, exit code {}\n"
        "started  {} UTC, {:.1f} s, trigger {}\nhost     {}, pid {}\n",
        run.run_id, run.task_name, ended(run) ? run.outcome : "running",
        exit_cell(run), time_cell(run.started_at), seconds_of(run), run.trigger,
        run.host, run.pid);
    const std::string note = run.error.empty() ? run.summary : run.error;
    if (!note.empty()) {
        text += "note     " + note + "\n";
    }
    if (!run.output.empty()) {
        text += "output, its end:\n" + run.output + "\n";
    }
    return text;
}

namespace {

std::string text_of(const Settings& settings,
                    const std::vector<db::RunRecord>& runs) {
    if (settings.run.empty() || runs.empty()) {
        return runs_table(runs);
    }
    std::string text;
    for (const db::RunRecord& run : runs) {
        text += (text.empty() ? "" : "\n") + run_text(run);
    }
    return text;
}

}  // namespace

void show_runs(const Settings& settings, std::ostream& out) {
    db::Connection connection{
        run::database_settings(settings.shared.database, k_program)};
    db::require_schema(connection);
    const auto runs = settings.run.empty()
                          ? db::recent_runs(connection, settings.task,
                                            static_cast<int>(settings.last))
                          : db::runs_of_id(connection, settings.run);
    out << (settings.shared.run.json ? runs_json(runs)
                                     : text_of(settings, runs));
}

}  // namespace lark_batch::admin
