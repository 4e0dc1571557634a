#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "tests/sandbox/apps.hpp"
#include "tests/sandbox/clock.hpp"
#include "tests/sandbox/company.hpp"
#include "tests/sandbox/faults.hpp"
#include "tests/sandbox/grants.hpp"
#include "tests/sandbox/journal.hpp"
#include "tests/sandbox/pages.hpp"
#include "tests/sandbox/rates.hpp"
#include "tests/sandbox/routes.hpp"
#include "tests/sandbox/settings.hpp"

namespace lark_batch::sandbox {

struct SentMessage {
    std::string body;       // the answer, repeated for the same uuid
    std::int64_t sent = 0;  // wall seconds
};

// A hook is limited by itself, whoever calls it.
struct HookWindows {
    Window second{k_second_ns};
    Window minute{60 * k_second_ns};
};

// All state of the server. Touched by the server's one thread only, which is
// why nothing here is locked.
struct World {
    World(const CompanySize& size, std::size_t cache_bytes)
        : company(size), pages(cache_bytes) {}

    Company company;
    Apps apps;
    Settings settings;
    WallClock clock;
    PageCache pages;
    Faults faults;
    Rates rates;
    Journal journal;
    // Lists of fetch_child, until the next change.
    std::map<Index, std::vector<Index>> subtrees;
    std::uint64_t connections = 0;
    std::uint64_t changes = 0;  // salt of the next scripted change

    std::map<std::string, AuthorizationCode> codes;
    std::map<std::string, RefreshToken> refresh_tokens;
    Rotations rotations;
    std::map<std::string, SentMessage> messages;  // by app and uuid
    std::uint64_t messages_sent = 0;
    std::map<std::string, HookWindows> hooks;
};

// Who calls; null for what is missing or unknown.
struct Caller {
    App* app = nullptr;
    Token* token = nullptr;
};

struct Call {
    const Request& request;
    const Caller& caller;
    const std::string& parameter;  // of the path
    const FaultRule* fault;        // only kinds that change a listing
};

// Thrown by handlers to answer with an error.
struct Refusal {
    Reply reply;
};

}  // namespace lark_batch::sandbox
