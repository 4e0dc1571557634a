// Prints the tables of docs/options.md: what all programs share comes once.
#include <iostream>

#include "lib/config/render.hpp"
#include "lib/run/tool.hpp"
#include "tools/lark-admin/options.hpp"
#include "tools/lark-sync-users/job.hpp"
#include "tools/lark-sync-users/options.hpp"

namespace {

using namespace lark_batch;

// A program with all it can be told.
struct Described {
    config::Program program;
    config::OptionSet options;
};

}  // namespace

int main() {
    config::SharedSettings sync_shared;
    sync_users::Options sync_options;
    Described sync;
    sync.program.name = "lark-sync-users";
    sync.program.summary =
        "Reads departments and people of every configured Lark app into "
        "PostgreSQL.";
    config::declare_shared(sync.options, sync_shared, {"sync_users", true},
                           config::AppUse::used);
    sync_users::declare(sync.options, sync_options);

    admin::Settings admin_settings;
    Described admin;
    admin::declare(admin.options, admin_settings);
    admin.program = admin::program(admin.options, admin_settings);

    std::cout << config::reference(
        {{&sync.program, &sync.options}, {&admin.program, &admin.options}});
}
