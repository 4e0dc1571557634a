// The kind dns, against a name server of the test's own.
#include "tools/lark-healthcheck/kinds/dns.hpp"

#include <mutex>

#include "tests/healthcheck/probe_bench.hpp"
#include "tests/support/dns_server.hpp"
#include "tests/support/ports.hpp"

namespace lark_batch::healthcheck {

namespace {

using test::DnsReply;

const std::string k_five{"\x0a\x00\x00\x05", 4};
const std::string k_six{"\x0a\x00\x00\x06", 4};

// Asks a server that gives this answer to every question.
Seen look(const std::optional<DnsReply>& reply, std::vector<Given> more = {},
          int milliseconds = 5'000) {
    const test::DnsServer server{[&](const std::string&) { return reply; }};
    more.push_back({"servers", {server.address()}});
    if (std::ranges::find(more, "query", &Given::option) == more.end()) {
        more.push_back({"query", {"db.test"}});
    }
    const Bench<Dns> bench{more};
    REQUIRE(bench.complaints() == "");
    return bench.look(clock::Duration{milliseconds});
}

}  // namespace

TEST_CASE("dns: the answers are shown and counted") {
    const Seen seen = look(DnsReply{0, 1, {k_six, k_five}});
    CHECK(seen.state == State::ok);
    CHECK(seen.message == "10.0.0.5, 10.0.0.6");
    CHECK(seen.value("answers") == 2);
    CHECK(look(DnsReply{0, 1, {k_five}}, {{"answers-crit", {"2:"}}}).message ==
          "1 answers (limit 2:)");
}

TEST_CASE("dns: expected answers must be there, and no others on wish") {
    const DnsReply two{0, 1, {k_five, k_six}};
    CHECK(look(two, {{"expected", {"10.0.0.6"}}}).state == State::ok);
    const Seen missing = look(two, {{"expected", {"10.0.0.7"}}});
    CHECK(missing.state == State::critical);
    CHECK(missing.message == "'10.0.0.7' is missing in '10.0.0.5, 10.0.0.6'");
    CHECK(look(two, {{"expected", {"10.0.0.6"}}, {"exactly", {"true"}}})
              .message == "'10.0.0.5' is not expected");
}

TEST_CASE("dns: every type of record is read") {
    const auto answer = [](const char* type, int number,
                           const std::string& data) {
        return look(DnsReply{0, number, {data}}, {{"type", {type}}}).message;
    };
    const std::string ten{"\x00\x0a", 2};
    const std::string mail = test::dns_name("Mail.test");
    CHECK(answer("MX", 15, ten + mail) == "10 Mail.test");
    CHECK(answer("NS", 2, mail) == "Mail.test");
    CHECK(answer("CNAME", 5, mail) == "Mail.test");
    CHECK(answer("SRV", 33, ten + ten + ten + mail) == "10 10 10 Mail.test");
    CHECK(answer("TXT", 16, std::string{"\x03one\x03two", 8}) == "onetwo");
    CHECK(answer("AAAA", 28, std::string(15, '\0') + '\1') == "::1");
    CHECK(look(DnsReply{0, 15, {ten + mail}},
               {{"type", {"MX"}}, {"expected", {"mail.TEST."}}})
              .state == State::ok);
}

TEST_CASE("dns: an address is looked up backwards") {
    std::mutex mutex;  // the server has a thread of its own
    std::string asked;
    const test::DnsServer server{[&](const std::string& name) {
        const std::lock_guard lock{mutex};
        asked = name;
        return DnsReply{0, 12, {test::dns_name("db.test")}};
    }};
    const Bench<Dns> bench{{{"query", {"10.0.0.5"}},
                            {"type", {"PTR"}},
                            {"servers", {server.address()}}}};
    CHECK(bench.look().message == "db.test");
    const std::lock_guard lock{mutex};
    CHECK(asked == "5.0.0.10.in-addr.arpa");
}

TEST_CASE("dns: NXDOMAIN, no record, SERVFAIL and REFUSED are told apart") {
    CHECK(look(DnsReply{3}).message ==
          "name 'db.test' does not exist (NXDOMAIN)");
    CHECK(look(DnsReply{0}).message == "the name has no A record");
    CHECK(look(DnsReply{2}).message == "the name server failed (SERVFAIL)");
    CHECK(look(DnsReply{5}).message ==
          "the name server refuses to answer (REFUSED)");
    CHECK(look(DnsReply{2}).state == State::critical);
}

TEST_CASE("dns: a silent server, a missing one and nonsense end in time") {
    check_ends_in_time(look(std::nullopt, {}, 300), 0.3);
    const auto closed = "127.0.0.1:" + std::to_string(test::free_port());
    const Bench<Dns> bench{{{"query", {"db.test"}}, {"servers", {closed}}}};
    const Seen refused = bench.look(clock::Duration{3'000});
    CHECK(refused.message == "connection refused by the name server");
    CHECK(refused.seconds < 2);
    const Seen half = look(DnsReply{0, 1, {k_five}, true}, {}, 1'000);
    CHECK(half.state == State::critical);
    CHECK(half.seconds < 2);
}

TEST_CASE("dns: a server that is no address is found at once") {
    CHECK(Bench<Dns>{{{"query", {"a"}}, {"servers", {"dns.test"}}}}
              .complaints()
              .find("must be an IP address") != std::string::npos);
    CHECK(
        Bench<Dns>{{{"query", {"a"}}, {"exactly", {"true"}}}}.complaints().find(
            "'exactly' says nothing without 'expected'") != std::string::npos);
}

}  // namespace lark_batch::healthcheck
