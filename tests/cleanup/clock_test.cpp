// Of two clocks the one that is behind decides what is old enough.
#include "lib/clock/clock.hpp"

#include <doctest/doctest.h>

#include "lib/db/connection.hpp"
#include "tests/cleanup/cleanup_world.hpp"
#include "tests/support/postgres.hpp"
#include "tools/lark-cleanup/queries.hpp"

using namespace lark_batch;
using namespace lark_batch::test;
using std::chrono::hours;

TEST_CASE("cutoff: neither clock deletes too early when it is ahead") {
    const CleanupWorld world;
    db::Settings settings;
    settings.url = shared_postgres().url(world.database());
    db::Connection connection{settings};
    const auto now = clock::system_clock().now();
    const auto days_ago = [&](clock::WallTime ours) {
        const std::string time =
            cleanup::cutoff(connection, hours{24 * 7}, ours);
        return world.number("SELECT round(extract(epoch FROM now() - '" + time +
                            "'::timestamptz) / 86400)");
    };
    CHECK(days_ago(now) == 7);
    CHECK(days_ago(now + hours{24 * 30}) == 7);
    CHECK(days_ago(now - hours{24 * 30}) == 37);
}
