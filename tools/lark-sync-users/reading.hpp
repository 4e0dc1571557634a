// One reading of everything that an app may see: the contact scope, the
// departments, and the members of each. It proves its completeness as it
// goes: a list that did not end normally becomes a gap, never an absence.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "lib/lark/client.hpp"
#include "tools/lark-sync-users/staging.hpp"

namespace lark_batch::sync_users {

// GET /open-apis/contact/v3/scopes, all pages.
struct Scope {
    std::vector<std::string> departments;
    std::vector<std::string> users;
    // Known only after the root was asked for its children.
    bool all_staff = false;
};

// How far the reading is, for the progress line.
struct Progress {
    std::size_t departments_found = 0;
    std::size_t departments_done = 0;  // with the root
    std::size_t lists_proven = 0;      // whose members were read to the end
    bool all_found = false;            // no list of departments is open
};

class Reading {
public:
    using Tick = std::function<void()>;

    Reading(lark::Client& client, Staging& staging, Tick tick);

    // Throws the failure's error: without the scope nothing can be proven.
    Scope read_scope();

    // Reads departments and people into the staging. Throws when the app is
    // refused as a whole; anything smaller becomes a gap and a warning.
    void read_directory(Scope& scope);

    // Asks for people by id, 50 a call. Those that Lark still knows are
    // staged; those of a failed call are staged as uncertain.
    void read_people(const std::vector<std::string>& open_ids);

    // Asks for each absent one alone whether it is beyond the scope or gone;
    // stages the former, and those of whom no answer came as uncertain.
    enum class Asked { person, department };
    void ask_whether_beyond(Asked kind, const std::vector<std::string>& ids);

    const Progress& progress() const { return m_progress; }
    const std::vector<std::string>& warnings() const { return m_warnings; }

private:
    enum class Below { everything, one_level };

    void read_from_root(Scope& scope);
    void read_scope_departments(const Scope& scope);
    void read_children(const std::string& department, Below below);
    void queue_members(std::string department);
    void start_members();
    void read_members(const std::string& department);
    void take_departments(lark::Client::Data page, Below below);
    // Who was listed by this chain; a chain may repeat pages.
    using Listed = std::unordered_set<std::uint64_t>;
    void take_members(const std::string& department, Listed& listed,
                      lark::Client::Data page);
    void end_of_children(const std::string& department, Below below,
                         const std::optional<lark::Failure>& failure);
    void end_of_members(const std::string& department,
                        const std::optional<lark::Failure>& failure);
    void note_gap(const std::string& department, const std::string& why);
    void run();

    lark::Client* m_client;
    Staging* m_staging;
    Tick m_tick;
    Progress m_progress;
    FingerprintSet m_seen;  // of department ids: each is read once
    // Departments whose members are still to be read. Chains are started a
    // few at a time: a queued id is a tenth of a queued chain.
    std::deque<std::string> m_waiting;
    std::size_t m_member_chains = 0;
    std::size_t m_child_chains = 0;
    std::vector<std::string> m_warnings;
    std::optional<errors::Error> m_refusal;
    bool m_root_refused = false;
};

}  // namespace lark_batch::sync_users
