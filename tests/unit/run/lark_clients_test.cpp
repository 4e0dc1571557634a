#include "lib/run/lark_clients.hpp"

#include <doctest/doctest.h>

#include <string>

namespace lark_batch::run {

TEST_CASE("lark_clients: one client an app, and no other name is known") {
    config::SharedSettings settings;
    config::AppSettings& app = settings.apps.all.emplace_back();
    app.name = "hr";
    app.base_url = "http://127.0.0.1:1";
    Context context{settings, "task", "lark-stub"};
    LarkClients clients{context};
    CHECK(&clients.get("hr") == &clients.get("hr"));
    CHECK(clients.get("hr").app().name == "hr");
    try {
        clients.get("it");
        FAIL("an app that is not configured has a client");
    } catch (const errors::Error& error) {
        CHECK(error.kind() == errors::Kind::config);
        CHECK(error.what() == std::string{"no app is named 'it'"});
    }
}

}  // namespace lark_batch::run
