// Writes JSON to a string: results, records and log lines. Reading JSON is
// simdjson's job, in lib/lark.
#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lark_batch::text {

// The value as a JSON string with its quotes. Each byte that is not UTF-8
// becomes U+FFFD: readers refuse a whole document for one such byte.
std::string json_quote(std::string_view value);

// Appends one document; commas come by themselves. Nesting is the caller's
// duty: every begin has its end.
class JsonWriter {
public:
    JsonWriter& begin_object();
    JsonWriter& end_object();
    JsonWriter& begin_array();
    JsonWriter& end_array();
    JsonWriter& key(std::string_view name);
    JsonWriter& value(std::string_view text);
    JsonWriter& value(const char* text);
    JsonWriter& value(bool flag);
    JsonWriter& value(double number);  // NaN and infinities become null
    template <std::integral Integer>
    requires(!std::same_as<Integer, bool>) JsonWriter& value(Integer number) {
        return raw(std::to_string(number));
    }
    JsonWriter& null();
    // A finished JSON value, inserted as it is.
    JsonWriter& raw(std::string_view json);

    template <typename Value>
    JsonWriter& field(std::string_view name, const Value& content) {
        key(name);
        return value(content);
    }

    const std::string& str() const { return m_text; }

private:
    void separate();

    std::string m_text;
    std::vector<bool> m_first{true};
    bool m_after_key = false;
};

}  // namespace lark_batch::text
