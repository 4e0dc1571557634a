#include "tests/run/stages.hpp"

#include <map>
#include <stdexcept>

namespace lark_batch::test {

namespace {

// Longer than any test waits.
constexpr int k_for_ever = 600'000;

const std::map<std::string, std::string>& slow_calls() {
    static const std::map<std::string, std::string> calls{
        {"token", "/open-apis/auth/v3/tenant_access_token/internal"},
        {"scope", "/open-apis/contact/v3/scopes"},
        {"departments",
         "/open-apis/contact/v3/departments/:department_id/children"},
        {"members", "/open-apis/contact/v3/users/find_by_department"},
        {"verify", "/open-apis/contact/v3/users/batch"}};
    return calls;
}

}  // namespace

const Arguments& stages() {
    static const Arguments all{"push",    "token",  "scope", "departments",
                               "members", "verify", "switch"};
    return all;
}

HeldSync::HeldSync(std::string stage) : m_stage(std::move(stage)) {
    const auto first = m_world.sync();
    if (first.exit_code != 0 || m_world.stored() != m_world.truth()) {
        throw std::runtime_error("the first sync failed: " + first.err);
    }
    m_world.change_company();
    m_before = m_world.fingerprint();
    m_pushes = m_world.gateway().pushes();
    hold();
    m_process.emplace(m_world.command("lark-sync-users"));
    wait_for("the stage '" + m_stage + "'",
             [&] { return is_held() || !m_process->running(); });
    if (!m_process->running()) {
        throw std::runtime_error("the sync was not held in '" + m_stage +
                                 "': " + m_process->err());
    }
}

void HeldSync::hold() {
    if (m_stage == "switch") {
        m_table.emplace(m_world.database(), "lark_batch.users");
    } else if (m_stage == "push") {
        m_world.gateway().hang(true);
    } else {
        m_world.slow_down(slow_calls().at(m_stage), k_for_ever);
    }
}

bool HeldSync::is_held() const {
    if (m_table) {
        return m_table->has_victim();
    }
    return m_stage == "push" ? m_world.gateway().pushes() > m_pushes
                             : m_world.was_slowed();
}

void HeldSync::let_go() {
    if (m_table) {
        m_table->release();
    }
    m_world.gateway().hang(false);
    m_world.end_faults();
}

}  // namespace lark_batch::test
