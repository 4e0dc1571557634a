// A kind of check: its own keys of a [[check]], and how it looks. One object
// belongs to one check and holds its options. New kinds are listed in
// kinds.cpp.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "lib/clock/clock.hpp"
#include "lib/config/shared_options.hpp"
#include "lib/http/http.hpp"
#include "tools/lark-healthcheck/finding.hpp"

namespace lark_batch::healthcheck {

struct Check;

// What surrounds all checks of a run. The checks and the settings outlive every
// probe, also one that was given up on; such a one has a copy of this.
struct Surroundings {
    const config::SharedSettings* settings = nullptr;
    std::string prometheus_url;    // without a slash at its end
    std::string alertmanager_url;  // the same
    // What the configuration says of our other tasks; may be null.
    const config::TaskSettings* siblings = nullptr;
};

// What warn and crit of a check of this kind are about.
enum class MainValue { time, own };

class Kind {
public:
    virtual ~Kind() = default;

    // Declares the kind's keys, with its members as targets; they stay where
    // they are. Cross checks go into set.after_loading(). `check` is not
    // filled yet, but will be when secrets are read; see declare_secret().
    virtual void declare(config::OptionSet& set, const Check& check) = 0;

    // The option that the word behind the kind means on the command line,
    // `lark-healthcheck tcp HOST:PORT`; empty when it takes none.
    virtual std::string_view target() const { return {}; }

    virtual MainValue main_value() const { return MainValue::time; }

    // The [[app]] whose secret it needs; empty when it needs none.
    virtual std::string app() const { return {}; }

    // One phrase about what it does with its present options, for `explain`:
    // "asks https://… and expects status 200". No secrets.
    virtual std::string describe() const = 0;
};

// A kind that waits by itself, on a thread of its own.
class BlockingKind : public Kind {
public:
    // Looks once. Must return when the deadline has passed; a thread that
    // does not is left behind, and nobody sees what it finds. An Error that
    // is thrown is a CRITICAL finding with its message, or UNKNOWN when its
    // kind is usage, config or bug, or no answer in time when it is timeout.
    virtual Finding probe(const Surroundings& around,
                          const clock::Deadline& deadline) const = 0;
};

// A kind that asks one question over HTTP: many are in flight on the main
// thread.
class WebKind : public Kind {
public:
    // Throws as BlockingKind::probe does. The time limit is set by the caller.
    virtual http::Request request(const Surroundings& around) const = 0;
    // Judges the answer, or why none came (see unanswered()); a timeout is
    // judged by the caller.
    virtual Finding judge(http::Response&& response) const = 0;
};

// What every kind says about an answer that did not come: "connection
// refused".
Finding unanswered(const http::Response& response);

// A secret of the check's kind. Its credential is called
// check-<check's name>-<name>; it is read only when the check is to be run.
config::Option& declare_secret(config::OptionSet& set, const Check& check,
                               const std::string& name, text::Secret& target);

}  // namespace lark_batch::healthcheck
