#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lark_batch::sandbox {

// Appends JSON to a string without building a tree; sets commas by itself.
// The caller closes what it opens. Keys are written as they are, texts are
// escaped.
class JsonWriter {
public:
    explicit JsonWriter(std::string& out) : m_out(out) {}

    JsonWriter& key(std::string_view name) {
        comma();
        m_out += '"';
        m_out += name;
        m_out += "\":";
        return *this;
    }
    JsonWriter& open(char bracket) {
        comma();
        m_out += bracket;
        return *this;
    }
    JsonWriter& close(char bracket) {
        m_out += bracket;
        return *this;
    }
    void text(std::string_view value);
    void number(std::int64_t value);
    void boolean(bool value) { raw(value ? "true" : "false"); }
    // `value` is JSON already.
    void raw(std::string_view value) {
        comma();
        m_out += value;
    }
    void field(std::string_view name, std::string_view value) {
        key(name).text(value);
    }
    void field(std::string_view name, std::int64_t value) {
        key(name).number(value);
    }
    // For ids that are appended in place: comma and opening quote.
    std::string& begin_text() {
        comma();
        m_out += '"';
        return m_out;
    }
    void end_text() { m_out += '"'; }

private:
    void comma() {
        const char last = m_out.empty() ? ':' : m_out.back();
        if (last != ':' && last != '{' && last != '[') {
            m_out += ',';
        }
    }

    std::string& m_out;
};

}  // namespace lark_batch::sandbox
