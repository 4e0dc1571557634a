#include <algorithm>
#include <memory>

#include "lib/config/checks.hpp"
#include "lib/config/shared_options.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::config {

namespace {

void declare_key(OptionSet& set, TokenKey& key, const TokenSettings& settings) {
    set.add("id", key.id)
        .help("name of the key, kept with each token that it seals")
        .check(check_name)
        .sample("2026-11")
        .required();
    set.add_secret("secret", key.secret)
        .help("the key as `lark-admin keys generate` prints it")
        .sample("/etc/lark-batch/credentials/token-key-2026-11")
        .credential([&key] { return "token-key-" + key.id; })
        .wanted_when([&settings] {
            return settings.keys_wanted && settings.keys_wanted();
        })
        .required();
}

Found choose_key(TokenSettings& settings) {
    Strings ids;
    for (const auto& key : settings.keys) {
        ids.push_back(key.id);
    }
    if (settings.key.empty()) {
        settings.key = ids.empty() ? "" : ids.back();
        return {};
    }
    if (std::find(ids.begin(), ids.end(), settings.key) != ids.end()) {
        return {};
    }
    const auto near = text::nearest(settings.key, ids);
    return {{"", 0, 0,
             "tokens.key names the unknown key '" + settings.key + "'",
             near ? "did you mean '" + *near + "'?"
                  : "add a [[token_key]] with this id",
             errors::Kind::config}};
}

}  // namespace

void declare_tokens(OptionSet& set, TokenSettings& settings) {
    set.group("Tokens");
    set.add("tokens-key", settings.key)
        .key("tokens.key")
        .help("id of the key that seals new tokens; the last one unless given")
        .sample("2026-11")
        .places(Places::file);
    set.after_loading([&settings] { return choose_key(settings); });
    const auto shown = std::make_shared<TokenKey>();
    set.add_tables("token_key", "a key that seals tokens in the database",
                   [&settings, shown](OptionSet& entry) {
                       TokenKey& key = entry.is_description()
                                           ? *shown
                                           : settings.keys.emplace_back();
                       declare_key(entry, key, settings);
                   })
        .unique("id");
}

}  // namespace lark_batch::config
