#include "lib/lark/envelope.hpp"

namespace lark_batch::lark {

namespace {

using simdjson::dom::array;
using simdjson::dom::element;

std::string string_at(const element& object, std::string_view key) {
    std::string_view text;
    if (object[key].get(text) != simdjson::SUCCESS) {
        return {};
    }
    return std::string{text};
}

// The texts that `describe` makes of an array's elements, without empty ones.
template <typename Describe>
std::vector<std::string> texts_of(const element& object, std::string_view key,
                                  Describe describe) {
    std::vector<std::string> texts;
    array entries;
    if (object[key].get(entries) != simdjson::SUCCESS) {
        return texts;
    }
    for (const element entry : entries) {
        if (std::string text = describe(entry); !text.empty()) {
            texts.push_back(std::move(text));
        }
    }
    return texts;
}

// The rejected value is left out: it may be personal data.
std::string violation(const element& entry) {
    return string_at(entry, "field") + ": " + string_at(entry, "description");
}

void read_error(Envelope& envelope, const element& error) {
    envelope.log_id = string_at(error, "log_id");
    envelope.missing_scopes = texts_of(
        error, "permission_violations",
        [](const element& entry) { return string_at(entry, "subject"); });
    envelope.violations = texts_of(error, "field_violations", violation);
    const auto urls = texts_of(error, "helps", [](const element& entry) {
        return string_at(entry, "url");
    });
    envelope.help_url = urls.empty() ? std::string{} : urls.front();
}

}  // namespace

Envelope read_envelope(simdjson::dom::parser& parser, const std::string& body) {
    Envelope envelope;
    std::int64_t code = 0;
    if (parser.parse(body).get(envelope.root) != simdjson::SUCCESS ||
        envelope.root["code"].get(code) != simdjson::SUCCESS) {
        return envelope;
    }
    envelope.valid = true;
    envelope.code = code;
    if (envelope.root["data"].get(envelope.data) != simdjson::SUCCESS) {
        envelope.data = envelope.root;
    }
    if (code != 0) {
        envelope.msg = string_at(envelope.root, "msg");
        element error;
        if (envelope.root["error"].get(error) == simdjson::SUCCESS) {
            read_error(envelope, error);
        }
    }
    return envelope;
}

}  // namespace lark_batch::lark
