#include "tools/lark-healthcheck/history/keeping.hpp"

#include <filesystem>
#include <functional>
#include <system_error>

#include "lib/files/files.hpp"
#include "lib/files/spool.hpp"
#include "lib/log/log.hpp"
#include "lib/run/watchdog.hpp"
#include "lib/text/json_writer.hpp"
#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/history/memory_text.hpp"
#include "tools/lark-healthcheck/queries_memory.hpp"

namespace lark_batch::healthcheck {

namespace {

using errors::Error;

// Of one errand at the database. It must not hold up the answer, and the
// run's own time may be over.
constexpr clock::Duration k_limit{4'000};
constexpr clock::Duration k_limit_for_waiting{5'000};
// Results of a thousand checks take 150 KiB.
constexpr std::size_t k_piece = 2u << 20;
constexpr std::uintmax_t k_largest_spool = std::uintmax_t{1} << 30;
constexpr std::size_t k_largest_state = 256u << 20;
constexpr std::size_t k_longest_message = 500;

std::filesystem::path file(const run::Context& context, const char* name) {
    return std::filesystem::path{context.settings().run.state_directory} / name;
}

std::filesystem::path state_file(const run::Context& context) {
    return file(context, "healthcheck.state");
}

void at_database(run::Context& context,
                 const std::function<void(db::Connection&)>& work) {
    const clock::Deadline limit{clock::system_clock(), k_limit};
    db::Connection& database = context.database();
    const run::Watchdog watchdog{database, limit};
    work(database);
}

// One that still answers may record the run, whatever was wrong with us.
void note_loss(run::Context& context) {
    try {
        if (!context.database().alive()) {
            context.give_up_database();
        }
    } catch (const Error&) {
        context.give_up_database();
    }
}

Memory states_of_database(run::Context& context) {
    try {
        Memory memory;
        at_database(context, [&](db::Connection& database) {
            memory = parse_memory(load_states(database));
        });
        return memory;
    } catch (const Error& error) {
        log::warning("the states of checks cannot be read from the database",
                     {{"reason", error.what()}});
        note_loss(context);
        return {};
    }
}

Memory states_of_file(const run::Context& context) {
    const std::filesystem::path path = state_file(context);
    std::error_code unreadable;
    if (!std::filesystem::exists(path, unreadable)) {
        return {};
    }
    try {
        return parse_memory(files::read(path, k_largest_state));
    } catch (const Error& error) {
        log::warning("the states of checks cannot be read from their file",
                     {{"file", path.string()}, {"reason", error.what()}});
        return {};
    }
}

// A skip says why itself; else the words of the check alone, without what
// thresholds say to them.
void write_result(text::JsonWriter& json, const Outcome& outcome,
                  const Remembered& known) {
    json.begin_object().field("name", outcome.check->name);
    json.field("state", outcome.skipped() ? "skipped" : name_of(outcome.found));
    json.field("latency", outcome.seconds);
    json.field("message", text::excerpt(outcome.skipped() ? outcome.message
                                                          : known.message,
                                        k_longest_message));
    json.field("at", outcome.checked_at.time_since_epoch().count());
    json.end_object();
}

// What this run found; nothing of what it took over or did not finish.
std::string results_of(const run::Context& context, const Memory& memory,
                       const std::vector<Outcome>& outcomes) {
    text::JsonWriter json;
    json.begin_object().field("run_id", context.run_id());
    json.key("results").begin_array();
    for (const Outcome& outcome : outcomes) {
        if (outcome.skipped() || (outcome.finished && !outcome.carried)) {
            write_result(json, outcome, memory.at(outcome.check->name));
        }
    }
    return json.end_array().end_object().str();
}

std::vector<std::string> configured(const Options& options) {
    std::vector<std::string> names;
    for (const Check& check : options.checks) {
        names.push_back(check.name);
    }
    return names;
}

class Keeper {
public:
    explicit Keeper(run::Context& context)
        : m_context(&context),
          m_spool_path(file(context, "healthcheck.spool")),
          m_spool(m_spool_path) {}

    void write_file(const std::string& states);
    void write_database(const std::string& results, const std::string& states);

private:
    bool try_database(const std::string& results, const std::string& states);
    bool revived();
    void take_waiting();
    void save_piece(const std::vector<std::string>& lines);
    void spool(const std::string& results);

    run::Context* m_context;
    std::filesystem::path m_spool_path;
    files::Spool m_spool;
    std::string m_reason;  // why a database that was there does not keep them
};

void Keeper::write_file(const std::string& states) {
    try {
        files::replace(state_file(*m_context), states);
    } catch (const Error& error) {
        log::warning("the states of checks are not kept in their file",
                     {{"reason", error.what()}});
    }
}

void Keeper::save_piece(const std::vector<std::string>& lines) {
    std::vector<std::string> refused;
    at_database(*m_context, [&](db::Connection& database) {
        refused = save_waiting(database, lines);
    });
    for (const std::string& reason : refused) {
        log::warning("spooled results of checks cannot be read, dropping them",
                     {{"reason", reason}});
    }
}

// Newest first, so that what is asked for most is there first.
void Keeper::take_waiting() {
    const clock::Deadline limit{clock::system_clock(), k_limit_for_waiting};
    try {
        m_spool.drain(k_piece, [&](const std::vector<std::string>& lines) {
            if (limit.passed()) {
                log::info(
                    "the next run goes on taking in spooled results of "
                    "checks");
                return false;
            }
            save_piece(lines);
            return true;
        });
    } catch (const Error& error) {
        log::warning("spooled results of checks wait for the next run",
                     {{"reason", error.what()}});
    }
}

bool Keeper::try_database(const std::string& results,
                          const std::string& states) {
    try {
        at_database(*m_context, [&](db::Connection& database) {
            save(database, results, states);
        });
        return true;
    } catch (const Error& error) {
        m_reason = error.what();
        return false;
    }
}

// A session that was lost meanwhile is worth one more try; what was committed
// all the same is known by its run.
bool Keeper::revived() {
    try {
        if (m_context->database().alive()) {
            return false;
        }
        m_context->reconnect();
        return true;
    } catch (const Error& error) {
        m_reason = error.what();
        m_context->give_up_database();
        return false;
    }
}

void Keeper::write_database(const std::string& results,
                            const std::string& states) {
    const bool written = m_context->has_database() &&
                         (try_database(results, states) ||
                          (revived() && try_database(results, states)));
    if (written) {
        take_waiting();
        return;
    }
    if (m_context->has_database()) {
        note_loss(*m_context);
    }
    spool(results);
}

void Keeper::spool(const std::string& results) {
    std::error_code missing;
    const auto size = std::filesystem::file_size(m_spool_path, missing);
    try {
        if (!missing && size > k_largest_spool) {
            throw Error{errors::Kind::failed,
                        "'" + m_spool_path.string() + "' is larger than 1GiB"};
        }
        m_spool.append(results);
    } catch (const Error& error) {
        log::warning("the results of checks are lost",
                     {{"reason", error.what()}});
        return;
    }
    if (!m_reason.empty()) {
        log::warning("the results of checks wait in the spool",
                     {{"reason", m_reason}});
    }
}

}  // namespace

Memory load_memory(run::Context& context, Source source) {
    Memory memory = states_of_file(context);
    if (source == Source::all && context.has_database()) {
        merge(memory, states_of_database(context));
    }
    forget_the_future(memory, clock::system_clock().now());
    return memory;
}

void keep(run::Context& context, const Options& options, const Memory& memory,
          const std::vector<Outcome>& outcomes) {
    const std::string states = to_json(memory, configured(options));
    Keeper keeper{context};
    keeper.write_file(states);
    keeper.write_database(results_of(context, memory, outcomes), states);
}

}  // namespace lark_batch::healthcheck
