#include "lib/run/token_surroundings.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include "lib/run/host.hpp"

namespace lark_batch::run {

TEST_CASE("token surroundings: one spool in the state directory") {
    CHECK(token_spool("/var/lib/lark-batch") ==
          "/var/lib/lark-batch/tokens.spool");
    CHECK(token_spool("/var/lib/lark-batch/") ==
          "/var/lib/lark-batch/tokens.spool");
}

TEST_CASE("token surroundings: the worker is this process on this host") {
    CHECK(this_worker().host == host_name());
    CHECK(this_worker().pid == ::getpid());
}

}  // namespace lark_batch::run
