#include "tools/lark-healthcheck/wire/redis_dialogue.hpp"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/wire/socket.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr std::size_t k_longest_reply = 1u << 20;

using Reply = std::unique_ptr<redisReply, void (*)(void*)>;

// hiredis makes room for as many elements as an array announces; the answers
// to our questions are none.
bool may_begin_reply(const std::string& bytes) {
    return std::string_view{"+-:$"}.find(bytes.front()) !=
           std::string_view::npos;
}

struct Freed {
    void operator()(char* text) const { redisFreeCommand(text); }
};

std::string framed(const std::vector<std::string>& words) {
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;
    for (const std::string& word : words) {
        texts.push_back(word.data());
        sizes.push_back(word.size());
    }
    char* made = nullptr;
    const int size = redisFormatCommandArgv(
        &made, static_cast<int>(words.size()), texts.data(), sizes.data());
    const std::unique_ptr<char, Freed> owner{made};
    if (size < 0) {
        throw std::bad_alloc{};
    }
    return {made, static_cast<std::size_t>(size)};
}

RedisReply reply_of(const redisReply& raw) {
    RedisReply reply;
    const std::string text = raw.str == nullptr
                                 ? std::string{}
                                 : std::string{raw.str, std::size_t{raw.len}};
    (raw.type == REDIS_REPLY_ERROR ? reply.error : reply.text) = text;
    reply.number = raw.integer;
    return reply;
}

}  // namespace

RedisDialogue::RedisDialogue(Stream& stream)
    : m_stream(stream), m_reader(redisReaderCreate()) {
    if (m_reader == nullptr) {
        throw std::bad_alloc{};
    }
}

RedisDialogue::~RedisDialogue() {
    redisReaderFree(m_reader);
}

RedisReply RedisDialogue::ask(const std::vector<std::string>& words) {
    m_stream.write(framed(words));
    std::size_t received = 0;
    for (;;) {
        const std::string more = m_stream.read_some();
        if (more.empty()) {
            throw unavailable("the server closed the connection");
        }
        if (received == 0 && !may_begin_reply(more)) {
            throw unavailable("the answer is not Redis: '" +
                              text::excerpt(more, 60) + "'");
        }
        received += more.size();
        void* raw = nullptr;
        redisReaderFeed(m_reader, more.data(), more.size());
        if (redisReaderGetReply(m_reader, &raw) != REDIS_OK ||
            received > k_longest_reply) {
            throw unavailable("the server's answer is malformed");
        }
        if (raw != nullptr) {
            const Reply owner{static_cast<redisReply*>(raw), &freeReplyObject};
            return reply_of(*owner);
        }
    }
}

RedisReply RedisDialogue::demand(const std::vector<std::string>& words) {
    RedisReply reply = ask(words);
    if (!reply.error.empty()) {
        throw unavailable(redis_fault_words(reply.error));
    }
    return reply;
}

std::string redis_fault_words(const std::string& error) {
    static constexpr std::pair<std::string_view, const char*> k_known[] = {
        {"NOAUTH", "the server wants a password, and none is configured"},
        {"WRONGPASS", "wrong user or password"},
        {"ERR invalid password", "wrong password"},
        {"ERR Client sent AUTH", "the server has no password, but one is sent"},
        {"ERR AUTH <password> called",
         "the server has no password, but one is sent"},
        {"LOADING", "the server is loading its data into memory"},
        {"DENIED",
         "the server is in protected mode: only its own machine may "
         "connect"},
        {"MASTERDOWN", "the replica has lost its master"},
        {"BUSY", "the server is busy with a script"},
        {"ERR max number of clients",
         "the server has no place for more "
         "clients"}};
    const auto* const found = std::ranges::find_if(
        k_known,
        [&](const auto& known) { return error.starts_with(known.first); });
    return found == std::end(k_known)
               ? "the server refuses: " + text::excerpt(error, 80)
               : found->second;
}

}  // namespace lark_batch::healthcheck
