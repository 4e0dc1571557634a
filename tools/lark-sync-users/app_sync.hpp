// The sync of one app, as a sequence of steps.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/lark/client.hpp"
#include "lib/run/context.hpp"
#include "tools/lark-sync-users/options.hpp"
#include "tools/lark-sync-users/queries.hpp"
#include "tools/lark-sync-users/reading.hpp"
#include "tools/lark-sync-users/report.hpp"

namespace lark_batch::sync_users {

class AppSync {
public:
    AppSync(run::Context& context, const Options& options,
            const config::AppSettings& app);

    // Never throws for what concerns this app alone: that is in the report.
    // A stop, a time-out and a lost database end the whole run.
    AppReport run();

private:
    void steps();
    void load_what_is_known();
    void read();
    bool is_unchanged();
    void ask_for_absent_people();
    void ask_where_they_are();
    void switch_over();
    Switch planned_switch();
    void commit(const Switch& wanted);
    void note_result();
    struct Fields {
        std::vector<std::string> lost;
        std::vector<std::string> remembered;  // for the next run
    };
    // `known`: how many objects were stored when the reading began.
    Fields judge_fields(const std::string& kind,
                        const std::vector<std::string>& stored,
                        std::uint64_t known, const FieldNames& seen) const;
    void warn_about_scope();
    void stage(const std::string& name, const std::function<void()>& work);
    void look_around();
    void count_changes();

    run::Context* m_context;
    const Options* m_options;
    const config::AppSettings* m_app;
    AppReport m_report;
    std::optional<AppState> m_previous;
    Scope m_scope;
    std::optional<Staging> m_staging;
    std::optional<Reading> m_reading;
    lark::Client* m_client = nullptr;
    bool m_unchanged = false;
    clock::Instant m_begin;
    clock::Instant m_last_look;
    std::uint64_t m_known_users = 0;
    std::uint64_t m_known_departments = 0;
};

}  // namespace lark_batch::sync_users
