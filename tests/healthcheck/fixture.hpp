// Checks and outcomes made up by tests.
#pragma once

#include <doctest/doctest.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tools/lark-healthcheck/check.hpp"
#include "tools/lark-healthcheck/engine.hpp"
#include "tools/lark-healthcheck/outcome.hpp"

namespace lark_batch::healthcheck::test {

using clock::Deadline;
using clock::Duration;

// Finds what the test says.
class FakeKind : public BlockingKind {
public:
    using Look = std::function<Finding(const Deadline&)>;

    explicit FakeKind(Look look, MainValue main_value = MainValue::time)
        : m_look(std::move(look)), m_main_value(main_value) {}
    void declare(config::OptionSet&, const Check&) override {}
    std::string describe() const override { return "does what a test says"; }
    MainValue main_value() const override { return m_main_value; }
    Finding probe(const Surroundings&,
                  const Deadline& deadline) const override {
        return m_look(deadline);
    }

private:
    Look m_look;
    MainValue m_main_value;
};

inline Finding found(State state, std::string text) {
    Finding finding;
    finding.note(state, std::move(text));
    return finding;
}

// Checks that stay where they are.
struct Checks {
    std::deque<Check> all;

    Check& add(const std::string& name) {
        Check& check = all.emplace_back();
        check.name = name;
        check.kind = "fake";
        return check;
    }
    Check& add(const std::string& name, FakeKind::Look look) {
        Check& check = add(name);
        check.probe = std::make_unique<FakeKind>(std::move(look));
        return check;
    }
    std::vector<const Check*> pointers() const {
        std::vector<const Check*> list;
        for (const Check& check : all) {
            list.push_back(&check);
        }
        return list;
    }
};

// An engine with all that it needs.
struct Bench {
    config::SharedSettings settings;
    http::Client http{http::Settings{}};
    Engine engine{Surroundings{&settings, "", ""}, http};

    std::vector<Probed> run(const Checks& checks,
                            Duration limit = Duration{20'000},
                            std::size_t parallel = 256) {
        return engine.run(
            checks.pointers(),
            {parallel, Deadline{clock::system_clock(), limit}, {}});
    }
};

inline Outcome outcome(const Check& check, State state,
                       const std::string& message) {
    Outcome made;
    made.check = &check;
    made.state = state;
    made.found = state;
    made.message = message;
    made.seconds = 0.012;
    made.attempts = 1;
    made.measurements.push_back({"time", 0.012, "s", {}, 0.0});
    return made;
}

inline bool has(const std::string& text, const std::string& piece) {
    return text.find(piece) != std::string::npos;
}

}  // namespace lark_batch::healthcheck::test
