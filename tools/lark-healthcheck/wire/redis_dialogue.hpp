// Questions to a Redis server (RESP2), framed and read by hiredis.
#pragma once

#include <string>
#include <vector>

#include "tools/lark-healthcheck/wire/stream.hpp"

struct redisReader;

namespace lark_batch::healthcheck {

// Of a simple answer; arrays are not asked for.
struct RedisReply {
    std::string text;      // of a string or a status
    long long number = 0;  // of a number
    std::string error;     // "NOAUTH Authentication required."
};

class RedisDialogue {
public:
    // `stream` must outlive it.
    explicit RedisDialogue(Stream& stream);
    ~RedisDialogue();
    RedisDialogue(const RedisDialogue&) = delete;
    RedisDialogue& operator=(const RedisDialogue&) = delete;

    // Throws Error(unavailable) for what is no answer of Redis.
    RedisReply ask(const std::vector<std::string>& words);

    // The same, but an error of the server is thrown, in words for a person.
    RedisReply demand(const std::vector<std::string>& words);

private:
    Stream& m_stream;
    redisReader* m_reader;
};

// "wrong user or password", "loading its data into memory".
std::string redis_fault_words(const std::string& error);

}  // namespace lark_batch::healthcheck
