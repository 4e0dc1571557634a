// The sandbox as the bench sees it: what was asked of it, and how often.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/sandbox.hpp"

namespace lark_batch::bench {

struct Request {
    std::string method{};
    std::string target{};  // path and query, as sent
    std::int64_t arrived_ns = 0;
};

struct RateStats {
    double highest_per_second = 0;
    double highest_per_minute = 0;
    double refused = 0;  // answers with 429
};

class PlayedApi {
public:
    static constexpr const char* k_app_id = "cli_sandbox0000000";
    static constexpr const char* k_secret = "sandbox-secret";

    PlayedApi(int people, int departments,
              const std::vector<std::string>& more = {});

    const std::string& url() const { return m_sandbox.url(); }

    // The last 10,000, whose path begins so.
    std::vector<Request> requests(const std::string& path) const;
    void record(bool wanted) const;
    std::string token() const;
    // A control call; returns the body of the answer.
    std::string post(const std::string& path, const std::string& body) const;
    double calls() const;
    RateStats rates() const;

private:
    test::Sandbox m_sandbox;
};

}  // namespace lark_batch::bench
