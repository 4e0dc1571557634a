#include "tools/lark-admin/reference_pages.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "lib/config/render.hpp"
#include "lib/metrics/names.hpp"
#include "lib/text/strings.hpp"
#include "tools/lark-admin/options.hpp"

namespace lark_batch::admin {

namespace {

using errors::Error;
using errors::Kind;

std::string options_page() {
    Settings settings;
    config::OptionSet options;
    declare(options, settings);
    return config::reference(program(options, settings), options);
}

std::string sample_page() {
    config::SharedSettings settings;
    config::OptionSet options;
    config::declare_shared(options, settings, {"sync_users", true},
                           config::AppUse::used);
    return config::sample(options);
}

std::string exit_codes_page() {
    std::string page = "| code | name | meaning |\n|---|---|---|\n";
    for (const auto& row : errors::exit_codes()) {
        page += fmt::format("| {} | {} | {} |\n", errors::to_int(row.code),
                            row.name, row.meaning);
    }
    return page;
}

struct Page {
    const char* name;
    std::string (*text)();
};

constexpr std::array k_pages{
    Page{"options", options_page}, Page{"metrics", metrics::reference},
    Page{"sample", sample_page}, Page{"exit-codes", exit_codes_page}};

}  // namespace

std::string page_names() {
    std::vector<std::string> names;
    for (const Page& page : k_pages) {
        names.emplace_back(page.name);
    }
    return text::join(names, ", ");
}

std::string reference_page(const std::vector<std::string>& names) {
    if (names.size() != 1) {
        throw Error{Kind::usage, "exactly one page must be named",
                    "one of: " + page_names()};
    }
    for (const Page& page : k_pages) {
        if (names.front() == page.name) {
            return page.text();
        }
    }
    throw Error{Kind::usage, "there is no page '" + names.front() + "'",
                "one of: " + page_names()};
}

}  // namespace lark_batch::admin
