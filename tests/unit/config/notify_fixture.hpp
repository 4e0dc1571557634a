// A run over [notify], [[channel]] and [[app]].
#pragma once

#include <string>

#include "lib/config/shared_options.hpp"
#include "tests/unit/config/fixture.hpp"

namespace lark_batch::config::test {

inline constexpr const char* k_app =
    "[[app]]\nname = \"hr\"\napp_id = \"cli_1\"\n";

struct NotifyRun : Run {
    AppsSettings apps;
    NotifySettings notify;

    explicit NotifyRun(bool wanted = false) {
        options = OptionSet{};
        notify.wanted = [wanted] { return wanted; };
        declare_apps(options, apps, AppUse::unused);
        declare_notify(options, notify, apps);
    }
};

inline std::string channel(const std::string& name, const std::string& kind,
                           const std::string& more = "") {
    return "[[channel]]\nname = \"" + name + "\"\nkind = \"" + kind + "\"\n" +
           more;
}

inline std::string routes(const std::string& names) {
    return "[notify]\nurgent = [" + names + "]\n";
}

inline Strings problems_of(const std::string& content) {
    NotifyRun run;
    run.file(content);
    return run.problems();
}

// Of a channel 'a' that is on a route.
inline Strings problems_of_channel(const std::string& kind,
                                   const std::string& keys) {
    return problems_of(routes("\"a\"") + k_app + channel("a", kind, keys));
}

}  // namespace lark_batch::config::test
