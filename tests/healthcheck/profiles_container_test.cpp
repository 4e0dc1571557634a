// docs/examples/container.toml against a container that is played.
#include <doctest/doctest.h>

#include "tests/healthcheck/played.hpp"
#include "tests/healthcheck/profile.hpp"
#include "tests/support/ports.hpp"

namespace lark_batch {

namespace {

struct Container {
    test::Played service{{{"/health", {200, {}, "OK"}}}};
    test::Played gateway{{{"/-/ready", {200, {}, "OK"}}}};
    test::FileDescriptor database = test::listen_on(0);
    std::string at = test::loopback(test::port_of(database.get()));
    std::string tick;

    test::Profile profile() const {
        return {"container.toml",
                {{"127.0.0.1:8000", service.address()},
                 {"127.0.0.1:9091", gateway.address()},
                 {"127.0.0.1:5432", at},
                 {"/run/lark-batch/tick", "/nonexistent/tick"}}};
    }
};

}  // namespace

TEST_CASE("profile container: healthy, then each part broken") {
    Container container;
    const auto profile = container.profile();
    const auto healthy = profile.look();
    CHECK(healthy.troubles() == "");
    CHECK(healthy.exit_code() == 0);
    CHECK(healthy.in("ok") == "service, database, pushgateway");

    container.service.answer("/health", {503, {}, "starting"});
    const auto broken = profile.look({"--group", "live"});
    CHECK(broken.critical() == "service");
    CHECK(broken.message("service").find("503") != std::string::npos);
    CHECK(broken.exit_code() == 2);
}

TEST_CASE("profile container: what a restart does not mend is not 'live'") {
    Container container;
    container.at = test::nobody();
    container.gateway.answer("/-/ready", {503, {}, ""});
    const auto profile = container.profile();
    CHECK(profile.look({"--group", "live"}).exit_code() == 0);
    const auto all = profile.look();
    CHECK(all.critical() == "database, pushgateway");
    CHECK(all.exit_code() == 2);
}

TEST_CASE("profile container: a service that hangs is told in time") {
    Container container;
    test::Reply hanging;
    hanging.behaviour = test::Behaviour::hang;
    container.service.answer("/health", hanging);
    const auto finished = container.profile().run(
        {"--group", "live", "--timeout", "300ms", "--format", "plugin"});
    CHECK(finished.exit_code != 0);
    CHECK(finished.seconds < 2);
}

TEST_CASE("profile container: it keeps nothing and asks no database") {
    const Container container;
    const auto finished = container.profile().run({"--print-config"});
    CHECK(finished.out.find("healthcheck.record = false") != std::string::npos);
}

}  // namespace lark_batch
