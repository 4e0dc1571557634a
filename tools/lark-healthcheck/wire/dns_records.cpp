#include "tools/lark-healthcheck/wire/dns_records.hpp"

#include <ares.h>
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <utility>

#include "tools/lark-healthcheck/wire/socket.hpp"

namespace lark_batch::healthcheck {

namespace {

using Bytes = std::span<const unsigned char>;

constexpr int k_a = 1;
constexpr int k_ns = 2;
constexpr int k_cname = 5;
constexpr int k_ptr = 12;
constexpr int k_mx = 15;
constexpr int k_txt = 16;
constexpr int k_aaaa = 28;
constexpr int k_srv = 33;

constexpr std::array<std::pair<std::string_view, int>, 8> k_types{
    {{"A", k_a},
     {"AAAA", k_aaaa},
     {"CNAME", k_cname},
     {"MX", k_mx},
     {"NS", k_ns},
     {"PTR", k_ptr},
     {"SRV", k_srv},
     {"TXT", k_txt}}};

[[noreturn]] void malformed() {
    throw unavailable("the name server's answer is malformed");
}

// Reads a message from the front to the back.
class Reader {
public:
    explicit Reader(Bytes message) : m_message(message) {}

    std::size_t position() const { return m_at; }

    void skip(std::size_t count) {
        if (count > m_message.size() - m_at) {
            malformed();
        }
        m_at += count;
    }

    unsigned number16() {
        const std::size_t at = m_at;
        skip(2);
        return static_cast<unsigned>(m_message[at] << 8 | m_message[at + 1]);
    }

    // Names may point to earlier parts of the message.
    std::string name() {
        char* text = nullptr;
        long taken = 0;
        if (m_at >= m_message.size() ||
            ares_expand_name(m_message.data() + m_at, m_message.data(),
                             static_cast<int>(m_message.size()), &text,
                             &taken) != ARES_SUCCESS) {
            malformed();
        }
        const std::unique_ptr<char, void (*)(void*)> owner{text,
                                                           &ares_free_string};
        skip(static_cast<std::size_t>(taken));
        return text;
    }

    std::string bytes(std::size_t count) {
        const std::size_t at = m_at;
        skip(count);
        return {m_message.begin() + static_cast<std::ptrdiff_t>(at),
                m_message.begin() + static_cast<std::ptrdiff_t>(m_at)};
    }

private:
    Bytes m_message;
    std::size_t m_at = 0;
};

std::string address(int family, const std::string& bytes) {
    if (bytes.size() != (family == AF_INET ? 4 : 16)) {
        malformed();
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(family, bytes.data(), text.data(), text.size());
    return text.data();
}

// Pieces, each with its length before it.
std::string joined_pieces(Reader& reader, std::size_t end) {
    std::string text;
    while (reader.position() < end) {
        const auto size = static_cast<unsigned char>(reader.bytes(1).front());
        text += reader.bytes(size);
    }
    return text;
}

std::string numbers_and_name(Reader& reader, int count) {
    std::string text;
    for (int at = 0; at < count; ++at) {
        text += std::to_string(reader.number16()) + " ";
    }
    return text + reader.name();
}

std::string record_text(Reader& reader, int type, std::size_t size) {
    switch (type) {
        case k_a:
            return address(AF_INET, reader.bytes(size));
        case k_aaaa:
            return address(AF_INET6, reader.bytes(size));
        case k_mx:
            return numbers_and_name(reader, 1);
        case k_srv:
            return numbers_and_name(reader, 3);
        case k_txt:
            return joined_pieces(reader, reader.position() + size);
        default:
            return reader.name();
    }
}

}  // namespace

std::vector<std::string> dns_type_names() {
    std::vector<std::string> names;
    names.reserve(std::size(k_types));
    for (const auto& [name, number] : k_types) {
        names.emplace_back(name);
    }
    return names;
}

int dns_type_of(std::string_view name) {
    const auto* const found = std::ranges::find(
        k_types, name, [](const auto& type) { return type.first; });
    return found == k_types.end() ? k_a : found->second;
}

std::vector<std::string> dns_records(Bytes message, int type) {
    Reader reader{message};
    reader.skip(4);  // id and flags
    const unsigned questions = reader.number16();
    const unsigned answers = reader.number16();
    reader.skip(4);  // counts of the other sections
    for (unsigned at = 0; at < questions; ++at) {
        reader.name();
        reader.skip(4);  // type and class
    }
    std::vector<std::string> texts;
    for (unsigned at = 0; at < answers; ++at) {
        reader.name();
        const auto found = static_cast<int>(reader.number16());
        reader.skip(6);  // class and time to live
        const std::size_t size = reader.number16();
        const std::size_t begin = reader.position();
        if (found == type) {
            texts.push_back(record_text(reader, type, size));
        }
        if (reader.position() > begin + size) {
            malformed();
        }
        reader.skip(begin + size - reader.position());
    }
    return texts;
}

}  // namespace lark_batch::healthcheck
