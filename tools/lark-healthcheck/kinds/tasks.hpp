// The kind `tasks`: our own siblings: whether each succeeded lately, and
// whether a run of one hangs.
#pragma once

#include "tools/lark-healthcheck/check.hpp"
#include "tools/lark-healthcheck/kinds/database.hpp"
#include "tools/lark-healthcheck/queries_tasks.hpp"

namespace lark_batch::healthcheck {

class Tasks : public BlockingKind {
public:
    void declare(config::OptionSet& set, const Check& check) override;
    std::string describe() const override;
    Finding probe(const Surroundings& around,
                  const clock::Deadline& deadline) const override;

private:
    config::Found check_names() const;
    std::vector<std::string> names(const Surroundings& around) const;
    std::vector<std::string> present(
        const Surroundings& around, db::BoundedSession& session,
        const std::vector<std::string>& names) const;
    double max_age_of(const std::string& task,
                      const Surroundings& around) const;
    void judge(const TaskHistory& history, const Surroundings& around,
               Finding& finding) const;
    void judge_success(const TaskHistory& history, const Surroundings& around,
                       Finding& finding) const;

    DatabaseTarget m_database;
    // Names of tasks and of shards. Empty: those of ours that ever ran here.
    std::vector<std::string> m_tasks;
    text::Milliseconds m_max_age{0};
};

}  // namespace lark_batch::healthcheck
