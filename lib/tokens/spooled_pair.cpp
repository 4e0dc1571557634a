#include "lib/tokens/spooled_pair.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "lib/text/base64.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::tokens {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t k_fields = 14;

// A line with an id that no database takes would be in its way for ever.
bool is_uuid(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const std::string_view allowed = dash ? "-" : "0123456789abcdef";
        if (allowed.find(text[i]) == std::string_view::npos) {
            return false;
        }
    }
    return text.size() == 36;
}

std::string moment(clock::WallTime now, clock::Duration life) {
    return std::to_string((now + life).time_since_epoch().count());
}

// Reads the fields of one line in turn; the first bad one spoils it.
class Fields {
public:
    explicit Fields(std::vector<std::string> fields)
        : m_fields(std::move(fields)), m_good(m_fields.size() == k_fields) {}

    std::string text() { return m_good ? m_fields[m_next++] : std::string{}; }
    std::string uuid() {
        std::string id = text();
        m_good = m_good && is_uuid(id);
        return id;
    }
    std::string bytes() { return decoded(text()); }
    std::vector<std::string> list() {
        std::vector<std::string> values;
        for (const std::string& value : text::split(text(), ',')) {
            if (!value.empty()) {
                values.push_back(decoded(value));
            }
        }
        return values;
    }
    long long number() {
        const auto value = text::parse_integer(text());
        m_good = m_good && value;
        return value.value_or(0);
    }
    // What is left of it, and never more than there was: the clock may have
    // been set back meanwhile.
    clock::Duration life(clock::WallTime now) {
        const clock::WallTime end{milliseconds{number()}};
        return std::min(end - now, clock::Duration{number()});
    }
    bool good() const { return m_good; }

private:
    std::string decoded(const std::string& base64) {
        const auto bytes = text::decode_base64(base64);
        m_good = m_good && bytes;
        return bytes.value_or("");
    }

    std::vector<std::string> m_fields;
    std::size_t m_next = 0;
    bool m_good;
};

}  // namespace

std::string spool_line(const db::Ended& ended, clock::WallTime now) {
    const db::TokenRow& row = ended.attempt.row;
    const db::SealedPair& pair = *ended.pair;
    std::vector<std::string> scopes;
    for (const std::string& scope : pair.scopes) {
        scopes.push_back(text::base64(scope));
    }
    const std::array<std::string, k_fields> fields{
        "1",
        ended.attempt.attempt_id,
        std::to_string(row.id),
        std::to_string(row.version),
        text::base64(row.refresh_hash),
        text::base64(pair.key_id),
        text::base64(pair.access),
        moment(now, pair.access_life),
        std::to_string(pair.access_life.count()),
        text::base64(pair.refresh.value_or("")),
        text::base64(pair.refresh_hash),
        moment(now, pair.refresh_life),
        std::to_string(pair.refresh_life.count()),
        text::join(scopes, ",")};
    return text::join(fields, "\t");
}

std::optional<db::Ended> read_spool_line(std::string_view line,
                                         clock::WallTime now) {
    Fields fields{text::split(line, '\t')};
    const bool known = fields.text() == "1";
    db::Ended ended;
    ended.kind = db::Ended::Kind::refreshed;
    ended.attempt.attempt_id = fields.uuid();
    ended.attempt.row.id = fields.number();
    ended.attempt.row.version = fields.number();
    ended.attempt.row.refresh_hash = fields.bytes();
    db::SealedPair pair;
    pair.key_id = fields.bytes();
    pair.access = fields.bytes();
    pair.access_life = fields.life(now);
    if (auto refresh = fields.bytes(); !refresh.empty()) {
        pair.refresh = std::move(refresh);
    }
    pair.refresh_hash = fields.bytes();
    pair.refresh_life = fields.life(now);
    pair.scopes = fields.list();
    ended.pair = std::move(pair);
    return known && fields.good() ? std::optional{std::move(ended)}
                                  : std::nullopt;
}

}  // namespace lark_batch::tokens
