#include "tests/sandbox/ids.hpp"

#include <charconv>

#include "tests/sandbox/hashing.hpp"

namespace lark_batch::sandbox {
namespace {

constexpr std::uint64_t k_open_id = 0x6f75;
constexpr std::uint64_t k_union_id = 0x6f6e;
constexpr std::uint64_t k_department = 0x6f64;

void append_long(std::string& out, std::uint64_t key, Index index) {
    const std::uint64_t front = mix(key, index);
    append_hex(out, front);
    append_hex(out, mix(front, key) ^ index);
}

std::optional<Index> read_long(std::string_view text, std::string_view prefix,
                               std::uint64_t key) {
    if (text.size() != prefix.size() + 32 || !text.starts_with(prefix)) {
        return std::nullopt;
    }
    const auto front = parse_hex(text.substr(prefix.size(), 16));
    const auto back = parse_hex(text.substr(prefix.size() + 16));
    if (!front || !back) {
        return std::nullopt;
    }
    const std::uint64_t index = *back ^ mix(*front, key);
    if (index >= k_none || mix(key, index) != *front) {
        return std::nullopt;
    }
    return static_cast<Index>(index);
}

// Four Feistel rounds over the two halves of 32 bits: a permutation, so that
// the eight digits of a user_id are unique and can be read back.
std::uint32_t half(std::uint64_t key, unsigned round, std::uint32_t value) {
    return static_cast<std::uint32_t>(mix(key + round, value)) & 0xffffU;
}

std::uint32_t scramble(std::uint64_t key, std::uint32_t value) {
    std::uint32_t left = value >> 16U;
    std::uint32_t right = value & 0xffffU;
    for (unsigned round = 0; round < 4; ++round) {
        const std::uint32_t next = left ^ half(key, round, right);
        left = right;
        right = next;
    }
    return left << 16U | right;
}

std::uint32_t unscramble(std::uint64_t key, std::uint32_t value) {
    std::uint32_t left = value >> 16U;
    std::uint32_t right = value & 0xffffU;
    for (unsigned round = 4; round-- > 0;) {
        const std::uint32_t before = right ^ half(key, round, left);
        right = left;
        left = before;
    }
    return left << 16U | right;
}

std::uint64_t open_id_key(std::uint64_t seed, unsigned app) {
    return mix(mix(seed, k_open_id), app);
}

}  // namespace

void Ids::append_user(std::string& out, UserIdType type, unsigned app,
                      Index person) const {
    if (type == UserIdType::open_id) {
        out += "ou_";
        append_long(out, open_id_key(m_seed, app), person);
    } else if (type == UserIdType::union_id) {
        out += "on_";
        append_long(out, mix(m_seed, k_union_id), person);
    } else {
        append_hex(out, scramble(m_seed, person), 8);
    }
}

void Ids::append_department(std::string& out, DepartmentIdType type,
                            Index department) const {
    if (department == k_root) {
        out += '0';
    } else if (type == DepartmentIdType::open_department_id) {
        out += "od-";
        append_long(out, mix(m_seed, k_department), department);
    } else {
        const std::string digits = std::to_string(department);
        out += 'D';
        out.append(digits.size() < 5 ? 5 - digits.size() : 0, '0');
        out += digits;
    }
}

void Ids::append_other(std::string& out, std::string_view kind,
                       Index index) const {
    append_long(out, mix(m_seed, kind), index);
}

std::optional<Index> Ids::user(UserIdType type, unsigned app,
                               std::string_view text) const {
    if (type == UserIdType::open_id) {
        return read_long(text, "ou_", open_id_key(m_seed, app));
    }
    if (type == UserIdType::union_id) {
        return read_long(text, "on_", mix(m_seed, k_union_id));
    }
    const auto value = text.size() == 8 ? parse_hex(text) : std::nullopt;
    if (!value) {
        return std::nullopt;
    }
    return unscramble(m_seed, static_cast<std::uint32_t>(*value));
}

std::optional<Index> Ids::department(DepartmentIdType type,
                                     std::string_view text) const {
    if (text == "0") {
        return k_root;
    }
    if (type == DepartmentIdType::open_department_id) {
        return read_long(text, "od-", mix(m_seed, k_department));
    }
    Index index = 0;
    if (text.size() < 6 || text.front() != 'D') {
        return std::nullopt;
    }
    const char* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data() + 1, end, index);
    if (error != std::errc{} || at != end || index == k_root) {
        return std::nullopt;
    }
    return index;
}

std::string Ids::open_id(unsigned app, Index person) const {
    std::string out;
    append_user(out, UserIdType::open_id, app, person);
    return out;
}

std::string Ids::open_department_id(Index department) const {
    std::string out;
    append_department(out, DepartmentIdType::open_department_id, department);
    return out;
}

}  // namespace lark_batch::sandbox
