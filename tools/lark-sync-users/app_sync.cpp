#include "tools/lark-sync-users/app_sync.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "lib/db/transaction.hpp"
#include "lib/metrics/labels.hpp"
#include "lib/run/api_counter.hpp"
#include "lib/run/wiring.hpp"

namespace lark_batch::sync_users {

namespace {

using errors::Error;
using errors::Kind;

constexpr clock::Duration k_look_every{250};

std::vector<std::string> without(const std::vector<std::string>& all,
                                 const std::vector<std::string>& less) {
    std::vector<std::string> rest;
    for (const std::string& value : all) {
        if (std::find(less.begin(), less.end(), value) == less.end()) {
            rest.push_back(value);
        }
    }
    return rest;
}

std::vector<std::string> both(std::vector<std::string> one,
                              const std::vector<std::string>& other) {
    one.insert(one.end(), other.begin(), other.end());
    std::sort(one.begin(), one.end());
    one.erase(std::unique(one.begin(), one.end()), one.end());
    return one;
}

// What concerns the run as a whole, not this app.
bool ends_run(const Error& error, db::Connection& connection) {
    return error.kind() == Kind::stopped || error.kind() == Kind::timeout ||
           error.kind() == Kind::bug || !connection.alive();
}

// The end can be told once all departments are known.
std::string rate_line(const Progress& progress, std::uint64_t people,
                      double seconds) {
    const auto done = static_cast<double>(progress.departments_done);
    const double left =
        static_cast<double>(progress.departments_found) + 1 - done;
    const std::string line = fmt::format(
        "{}/{} departments, {} people, {:.0f}/s", progress.departments_done,
        progress.departments_found + 1, people,
        seconds > 0 ? static_cast<double>(people) / seconds : 0);
    return progress.all_found && done > 0
               ? fmt::format("{}, {:.0f} s left", line, seconds / done * left)
               : line;
}

}  // namespace

AppSync::AppSync(run::Context& context, const Options& options,
                 const config::AppSettings& app)
    : m_context(&context),
      m_options(&options),
      m_app(&app),
      m_begin(clock::system_clock().instant()) {
    m_report.name = app.name;
}

AppReport AppSync::run() {
    run::ApiCounter counter{m_context->deltas()};
    lark::Client client{run::lark_app(*m_app), m_context->http(),
                        clock::system_clock(), m_context->deadline(), counter};
    m_client = &client;
    try {
        steps();
        note_result();
    } catch (const db::CommitInDoubt&) {
        throw;
    } catch (const Error& error) {
        if (m_context->stop_reason() ||
            ends_run(error, m_context->database())) {
            throw;
        }
        m_report.outcome = run::Outcome::failure;
        // What the API client throws names the app already.
        const std::string who = "app '" + m_app->name + "'";
        m_report.error = std::string{error.what()}.starts_with(who)
                             ? error
                             : error.within(who);
    }
    m_report.api_calls = counter.calls();
    m_report.retries = counter.retries();
    m_context->end_progress();
    return std::move(m_report);
}

void AppSync::stage(const std::string& name,
                    const std::function<void()>& work) {
    const clock::Instant begin = clock::system_clock().instant();
    m_context->stage(name, work);
    m_report.stages.push_back(
        {name,
         std::chrono::duration<double>(clock::system_clock().instant() - begin)
             .count()});
}

void AppSync::steps() {
    stage("prepare", [this] { load_what_is_known(); });
    stage("read", [this] { read(); });
    stage("verify", [this] { ask_for_absent_people(); });
    stage("switch", [this] { switch_over(); });
}

void AppSync::load_what_is_known() {
    m_context->check_stop();
    db::Connection& database = m_context->database();
    m_previous = load_app_state(database, m_app->name);
    if (m_previous && m_previous->app_id != m_app->app_id) {
        throw Error{
            Kind::config,
            fmt::format("it was app_id '{}' and is '{}' now; open_ids of two "
                        "apps must not mix",
                        m_previous->app_id, m_app->app_id),
            "give the other app another name in the configuration"};
    }
    create_staging(database);
    // Without anything known every document is sent and compared anew.
    const bool compare_all = !m_options->accept_lost_fields.empty() ||
                             (m_previous && m_previous->keeps_lost_fields);
    Known known = load_known(database, m_app->name);
    m_known_users = known.users.expected;
    m_known_departments = known.departments.expected;
    m_staging.emplace(database, compare_all ? Known{} : std::move(known));
    m_reading.emplace(*m_client, *m_staging, [this] {
        m_context->check_stop();
        look_around();
    });
}

void AppSync::read() {
    m_scope = m_reading->read_scope();
    m_reading->read_directory(m_scope);
    m_staging->flush();
    m_context->end_progress();
    warn_about_scope();
}

void AppSync::warn_about_scope() {
    if (!m_previous) {
        return;
    }
    const auto dropped =
        without(m_previous->scope_departments, m_scope.departments);
    if (m_previous->all_staff && !m_scope.all_staff) {
        m_report.warnings.emplace_back(
            "the contact scope is no longer all staff");
    } else if (!m_scope.all_staff && !dropped.empty()) {
        m_report.warnings.push_back(fmt::format(
            "the contact scope lost {} departments", dropped.size()));
    }
}

// In most runs nothing has changed, and the reading itself has proven it.
bool AppSync::is_unchanged() {
    const auto lost_fields = planned_switch().lost_user_fields;
    const bool orders_lost = std::find(lost_fields.begin(), lost_fields.end(),
                                       "orders") != lost_fields.end();
    return m_staging->nothing_changed() &&
           !memberships_differ(m_context->database(), m_app->name,
                               m_staging->memberships(), orders_lost);
}

// A list can be short though it ended normally. Whoever is missing is asked
// for by id before he counts as absent.
void AppSync::ask_for_absent_people() {
    m_unchanged = is_unchanged();
    if (m_unchanged) {
        return;
    }
    db::Connection& database = m_context->database();
    settle_staging(database, m_app->name, *m_staging);
    auto absent = absent_people(database, m_app->name, "");
    const bool anybody = !absent.empty();
    while (!absent.empty()) {
        m_reading->read_people(absent);
        m_staging->flush();
        absent = absent_people(database, m_app->name, absent.back());
    }
    if (anybody) {
        settle_staging(database, m_app->name, *m_staging);
    }
    if (!m_scope.all_staff) {
        ask_where_they_are();
    }
}

// In a part of a company an absent one may have moved where the app sees
// nothing. At most some hundred questions a run; the others wait.
void AppSync::ask_where_they_are() {
    constexpr std::size_t most = 300;
    auto ids = about_to_depart(m_context->database(), m_app->name);
    for (std::vector<std::string>* list : {&ids.people, &ids.departments}) {
        for (std::size_t i = most; i < list->size(); ++i) {
            m_staging->uncertain((*list)[i]);
        }
        list->resize(std::min(list->size(), most));
    }
    m_reading->ask_whether_beyond(Reading::Asked::person, ids.people);
    m_reading->ask_whether_beyond(Reading::Asked::department, ids.departments);
    m_staging->flush();
}

// A field is accepted by its name, or as the result tells it: "user.mobile".
AppSync::Fields AppSync::judge_fields(const std::string& kind,
                                      const std::vector<std::string>& stored,
                                      std::uint64_t known,
                                      const FieldNames& seen) const {
    // Few documents, after a shrunken scope or with many gaps, say nothing
    // about what everyone has.
    if (seen.documents() == 0 || seen.documents() * 2 < known) {
        return {{}, both(stored, seen.common())};
    }
    std::vector<std::string> accepted = m_options->accept_lost_fields;
    for (std::string& field : accepted) {
        if (field.starts_with(kind + ".")) {
            field.erase(0, kind.size() + 1);
        }
    }
    auto lost = without(without(stored, seen.sorted()), accepted);
    auto remembered = both(seen.common(), lost);
    return {std::move(lost), std::move(remembered)};
}

Switch AppSync::planned_switch() {
    Switch wanted;
    wanted.app = m_app->name;
    wanted.run_id = m_context->run_id();
    wanted.state.app_id = m_app->app_id;
    wanted.state.all_staff = m_scope.all_staff;
    wanted.state.scope_departments = m_scope.departments;
    wanted.state.scope_users = m_scope.users;
    const AppState before = m_previous.value_or(AppState{});
    Fields users = judge_fields("user", before.user_fields, m_known_users,
                                m_staging->user_fields());
    Fields departments =
        judge_fields("department", before.department_fields,
                     m_known_departments, m_staging->department_fields());
    wanted.lost_user_fields = std::move(users.lost);
    wanted.state.user_fields = std::move(users.remembered);
    wanted.lost_department_fields = std::move(departments.lost);
    wanted.state.department_fields = std::move(departments.remembered);
    wanted.incomplete = m_staging->incomplete();
    if (m_unchanged) {
        wanted.unchanged = {m_staging->users_present(),
                            m_staging->departments_present(),
                            m_staging->memberships()};
    }
    return wanted;
}

void AppSync::switch_over() {
    m_context->check_stop();
    const Switch wanted = planned_switch();
    for (const std::string& field : wanted.lost_user_fields) {
        m_report.lost_fields.push_back("user." + field);
    }
    for (const std::string& field : wanted.lost_department_fields) {
        m_report.lost_fields.push_back("department." + field);
    }
    if (m_context->settings().run.dry_run) {
        db::rehearse(
            m_context->database(), [&](pqxx::transaction_base& transaction) {
                m_report.changes = switch_directory(transaction, wanted);
            });
        return;
    }
    commit(wanted);
    count_changes();
}

// After a commit in doubt the state says which run wrote last. What was rolled
// back is not reported as done.
void AppSync::commit(const Switch& wanted) {
    Outcomes changes;
    try {
        db::transact(m_context->database(),
                     [&](pqxx::transaction_base& transaction) {
                         changes = switch_directory(transaction, wanted);
                     });
    } catch (const db::CommitInDoubt&) {
        db::Connection& fresh = m_context->reconnect();
        if (!was_switched(fresh, wanted.app, wanted.run_id)) {
            throw;
        }
        if (!m_context->holds_lock()) {
            throw;
        }
    }
    m_report.changes = std::move(changes);
}

void AppSync::count_changes() {
    const auto add = [this](const char* kind, const Counts& counts) {
        for (const auto& [action, count] : counts) {
            if (action != "unchanged") {
                m_context->deltas().add(
                    metrics::k_sync_changes,
                    {{"app", m_app->name}, {"kind", kind}, {"action", action}},
                    static_cast<double>(count));
            }
        }
    };
    add("user", m_report.changes.users);
    add("department", m_report.changes.departments);
}

void AppSync::note_result() {
    m_report.gaps = m_staging->gaps();
    const auto& warnings = m_reading->warnings();
    m_report.warnings.insert(m_report.warnings.end(), warnings.begin(),
                             warnings.end());
    for (const std::string& field : m_report.lost_fields) {
        m_report.warnings.push_back(fmt::format(
            "field '{}' is missing from everyone: stored values are kept",
            field));
    }
    m_report.warnings = shortened(m_report.warnings);
    if (!warnings.empty()) {
        m_report.outcome = run::Outcome::partial;
    }
    // An API that died after its first answers is not a partial success.
    if (m_report.gaps != 0 && m_reading->progress().lists_proven == 0) {
        m_report.outcome = run::Outcome::failure;
        m_report.error = Error{Kind::unavailable,
                               fmt::format("app '{}': no list of people could "
                                           "be read: {}",
                                           m_app->name, warnings.front()),
                               "try again later; what is stored was kept"};
    }
}

// Every quarter of a second: the line for a person, and whether the session,
// which may be silent for minutes, is still there with the task's lock.
void AppSync::look_around() {
    const clock::Instant now = clock::system_clock().instant();
    if (now - m_last_look < k_look_every) {
        return;
    }
    m_last_look = now;
    m_context->database().expect_alive();
    const double seconds = std::chrono::duration<double>(now - m_begin).count();
    m_context->show_progress(fmt::format(
        "{}: {}", m_app->name,
        rate_line(m_reading->progress(), m_staging->people(), seconds)));
}

}  // namespace lark_batch::sync_users
