// Drives one kind as a check of the configuration would, without the program
// around it.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "lib/clock/clock.hpp"
#include "lib/config/option.hpp"
#include "tools/lark-healthcheck/check.hpp"
#include "tools/lark-healthcheck/worker.hpp"

namespace lark_batch::healthcheck {

struct Given {
    std::string option;
    std::vector<std::string> values;
};

struct Seen {
    State state = State::unknown;
    std::string message;
    Finding finding;
    double seconds = 0;

    bool says(const std::string& text) const {
        return message.find(text) != std::string::npos;
    }
    // -1 when it was not measured.
    double value(const std::string& label) const {
        const auto& all = finding.measurements;
        const auto found = std::ranges::find(all, label, &Measurement::label);
        return found == all.end() ? -1 : found->value;
    }
};

template <typename KindType>
class Bench {
public:
    explicit Bench(const std::vector<Given>& given) {
        // As run::catch_stop_signals does; TLS writes without MSG_NOSIGNAL.
        std::signal(SIGPIPE, SIG_IGN);
        m_check.name = "the check";
        m_kind.declare(m_set, m_check);
        for (const Given& each : given) {
            config::Option* const option = m_set.find(each.option);
            REQUIRE_MESSAGE(option != nullptr, each.option);
            if (const auto wrong = option->assign(each.values, {})) {
                m_complaints.push_back(each.option + " " + wrong->message);
            }
        }
        for (const auto& step : m_set.steps()) {
            for (const config::Problem& problem : step()) {
                m_complaints.push_back(problem.message);
            }
        }
    }

    Bench& secret(const std::string& name, const std::string& value) {
        *std::get<text::Secret*>(m_set.find(name)->declared().target) =
            text::Secret{value};
        return *this;
    }

    // What is wrong with what was given, a line each.
    std::string complaints() const {
        std::string all;
        for (const std::string& each : m_complaints) {
            all += each + "\n";
        }
        return all;
    }

    Seen look(clock::Duration limit = std::chrono::seconds{10}) const {
        const auto begin = clock::system_clock().instant();
        const clock::Deadline deadline{clock::system_clock(), limit};
        Seen seen;
        seen.finding =
            finding_of([&] { return m_kind.probe(m_around, deadline); });
        seen.seconds = std::chrono::duration<double>(
                           clock::system_clock().instant() - begin)
                           .count();
        seen.state = seen.finding.state;
        seen.message = seen.finding.message();
        return seen;
    }

    std::string describe() const { return m_kind.describe(); }

private:
    Check m_check;
    config::SharedSettings m_settings;
    Surroundings m_around{&m_settings, "", ""};
    config::OptionSet m_set{config::OptionSet::Purpose::entry};
    KindType m_kind;
    std::vector<std::string> m_complaints;
};

// The time is short, and so must be the wait.
inline void check_ends_in_time(const Seen& seen, double limit) {
    CHECK_MESSAGE(seen.state == State::critical, seen.message);
    CHECK_MESSAGE(seen.says("no answer"), seen.message);
    CHECK(seen.seconds >= limit * 0.9);
    CHECK(seen.seconds < limit + 0.5);
}

}  // namespace lark_batch::healthcheck
