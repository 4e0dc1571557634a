#include "lib/tokens/spooled_pair.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "lib/text/base64.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::tokens {

namespace {

using std::chrono::hours;

const clock::WallTime k_now{std::chrono::seconds{1'795'313'740}};

// Bytes that a line or a field could not hold as they are.
const std::string k_bytes{"\0\n\t,\xff'", 6};

db::Ended new_pair() {
    db::Ended ended;
    ended.kind = db::Ended::Kind::refreshed;
    ended.attempt.attempt_id = "00000000-0000-4000-8000-000000000001";
    ended.attempt.row.id = 4'711;
    ended.attempt.row.version = 12;
    ended.attempt.row.refresh_hash = "old" + k_bytes;
    db::SealedPair pair;
    pair.key_id = "2026-11";
    pair.access = "access" + k_bytes;
    pair.refresh = "refresh" + k_bytes;
    pair.refresh_hash = "new" + k_bytes;
    pair.access_life = hours{2};
    pair.refresh_life = hours{168};
    pair.scopes = {"contact:user.base:readonly", "a,b", "offline_access"};
    ended.pair = pair;
    return ended;
}

std::vector<std::string> fields_of(const std::string& line) {
    return text::split(line, '\t');
}

}  // namespace

TEST_CASE("spooled pair: one line brings back what is needed to store it") {
    const std::string line = spool_line(new_pair(), k_now);
    CHECK(line.find('\n') == std::string::npos);
    const auto read = read_spool_line(line, k_now);
    REQUIRE(read);
    CHECK(read->kind == db::Ended::Kind::refreshed);
    CHECK(read->attempt.attempt_id == new_pair().attempt.attempt_id);
    CHECK(read->attempt.row.id == 4'711);
    CHECK(read->attempt.row.version == 12);
    CHECK(read->attempt.row.refresh_hash == "old" + k_bytes);
    REQUIRE(read->pair);
    CHECK(read->pair->key_id == "2026-11");
    CHECK(read->pair->access == "access" + k_bytes);
    CHECK(read->pair->refresh == "refresh" + k_bytes);
    CHECK(read->pair->refresh_hash == "new" + k_bytes);
    CHECK(read->pair->scopes == new_pair().pair->scopes);
}

TEST_CASE("spooled pair: the time it waited is taken off its lives") {
    const std::string line = spool_line(new_pair(), k_now);
    const auto read = read_spool_line(line, k_now + hours{3});
    REQUIRE(read);
    CHECK(read->pair->access_life == hours{-1});
    CHECK(read->pair->refresh_life == hours{165});
}

TEST_CASE("spooled pair: a clock that was set back makes no life longer") {
    const std::string line = spool_line(new_pair(), k_now);
    const auto read = read_spool_line(line, k_now - hours{24});
    REQUIRE(read);
    CHECK(read->pair->access_life == hours{2});
    CHECK(read->pair->refresh_life == hours{168});
}

TEST_CASE("spooled pair: a pair without refresh token or scopes stays so") {
    db::Ended ended = new_pair();
    ended.pair->refresh.reset();
    ended.pair->refresh_hash.clear();
    ended.pair->scopes.clear();
    const auto read = read_spool_line(spool_line(ended, k_now), k_now);
    REQUIRE(read);
    CHECK_FALSE(read->pair->refresh);
    CHECK(read->pair->refresh_hash.empty());
    CHECK(read->pair->scopes.empty());
}

TEST_CASE("spooled pair: a line that was not ours is nothing") {
    const std::string line = spool_line(new_pair(), k_now);
    for (const std::string& other :
         {std::string{}, std::string{"1"}, line.substr(0, line.size() / 2),
          line + "\tmore", "2" + line.substr(1)}) {
        CAPTURE(other);
        CHECK_FALSE(read_spool_line(other, k_now));
    }
}

TEST_CASE("spooled pair: a damaged field spoils the line, whichever it is") {
    const auto fields = fields_of(spool_line(new_pair(), k_now));
    REQUIRE(fields.size() == 14);
    for (std::size_t i = 0; i < fields.size(); ++i) {
        CAPTURE(i);
        auto damaged = fields;
        damaged[i] = "!";
        CHECK_FALSE(read_spool_line(text::join(damaged, "\t"), k_now));
    }
}

}  // namespace lark_batch::tokens
