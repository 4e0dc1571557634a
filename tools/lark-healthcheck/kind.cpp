#include "tools/lark-healthcheck/kind.hpp"

#include "tools/lark-healthcheck/check.hpp"
#include "tools/lark-healthcheck/web/web_words.hpp"

namespace lark_batch::healthcheck {

Finding unanswered(const http::Response& response) {
    Finding finding;
    finding.fail(web_fault_words(response));
    return finding;
}

config::Option& declare_secret(config::OptionSet& set, const Check& check,
                               const std::string& name, text::Secret& target) {
    return set.add_secret(name, target)
        .help("the " + name + " it is asked with")
        .credential(
            [&check, name] { return "check-" + check.name + "-" + name; })
        .wanted_when([&check] { return check.chosen; })
        .sample("/etc/lark-batch/credentials/check-" + name);
}

}  // namespace lark_batch::healthcheck
