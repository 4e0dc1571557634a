#include "lib/notify/sender.hpp"

#include "tests/unit/notify/samples.hpp"

using namespace lark_batch;
using namespace lark_batch::notify;
using namespace lark_batch::notify::test;
using errors::Error;
using errors::Kind;

namespace {

std::vector<Parcel> parcels(std::size_t count, std::size_t parts = 1) {
    std::vector<Parcel> all(count);
    for (auto& parcel : all) {
        parcel.parts.assign(parts, digest_of({entry_of("a")}));
    }
    return all;
}

}  // namespace

TEST_CASE("sender: every part of every parcel is sent once") {
    auto all = parcels(2, 3);
    int sent = 0;
    send_each(all, [&](const Digest&) { ++sent; });
    CHECK(sent == 6);
    CHECK(all[0].done());
    CHECK(all[1].done());
}

TEST_CASE("sender: a part that is refused ends its parcel alone") {
    auto all = parcels(2, 3);
    int sent = 0;
    send_each(all, [&](const Digest&) {
        if (++sent == 2) {
            throw Error{Kind::failed, "too long"};
        }
    });
    CHECK(sent == 5);
    CHECK_FALSE(all[0].done());
    CHECK(all[0].accepted == 1);
    CHECK(all[0].failure);
    CHECK(all[0].reach == Reach::digest);
    CHECK(all[1].done());
}

TEST_CASE("sender: when nobody answers, the rest is not tried") {
    auto all = parcels(3);
    int sent = 0;
    send_each(all, [&](const Digest&) {
        ++sent;
        throw Error{Kind::unavailable, "no answer"};
    });
    CHECK(sent == 1);
    for (const auto& parcel : all) {
        CHECK_FALSE(parcel.done());
        REQUIRE(parcel.failure);
        CHECK(parcel.failure->kind() == Kind::unavailable);
        CHECK(parcel.reach == Reach::channel);
    }
}
