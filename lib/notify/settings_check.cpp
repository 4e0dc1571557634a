#include "lib/notify/settings_check.hpp"

#include <functional>

#include "lib/errors/error.hpp"
#include "lib/notify/address.hpp"

namespace lark_batch::notify {

namespace {

void note(config::Found& found, const std::function<void()>& check) {
    try {
        check();
    } catch (const errors::Error& error) {
        found.push_back({"", 0, 0, error.what(), error.hint(), error.kind()});
    }
}

bool is_same(const config::Problem& one, const config::Problem& other) {
    return one.message == other.message;
}

}  // namespace

config::Found check_settings(const config::NotifySettings& settings,
                             std::span<const std::string_view> sources) {
    config::Found found;
    for (const auto source : sources) {
        config::Found more;
        note(more, [&] {
            const Templates templates{settings.templates, std::string{source},
                                      sources};
        });
        // What all sources share is wrong once.
        if (!more.empty() &&
            (found.empty() || !is_same(found.back(), more.back()))) {
            found.push_back(more.back());
        }
    }
    for (const auto& channel : settings.channels) {
        if (channel.kind == "lark_webhook" || channel.kind == "webhook") {
            note(found, [&] { checked_address(channel); });
        }
    }
    return found;
}

}  // namespace lark_batch::notify
