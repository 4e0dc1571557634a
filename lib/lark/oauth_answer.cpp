#include "lib/lark/oauth_answer.hpp"

#include <simdjson.h>

#include <algorithm>

#include "lib/text/strings.hpp"

namespace lark_batch::lark {

namespace {

using simdjson::dom::element;

constexpr std::size_t k_longest_token = std::size_t{64} << 10;
constexpr std::size_t k_longest_scopes = std::size_t{16} << 10;
constexpr std::chrono::seconds k_usual_refresh_life{604'800};
// Far beyond any promise, and far from overflow.
constexpr long long k_longest_life = 10LL * 365 * 86'400;

std::string_view text_at(const element& object, const char* key) {
    std::string_view text;
    return object[key].get(text) == simdjson::SUCCESS ? text
                                                      : std::string_view{};
}

// Lark's pages for the two brands type the same numbers differently.
std::optional<long long> number_at(const element& object, const char* key) {
    std::int64_t number = 0;
    if (object[key].get(number) == simdjson::SUCCESS) {
        return number;
    }
    return text::parse_integer(text_at(object, key));
}

// RFC 6749, appendix A.12, but for the blank: it goes into a header.
bool is_token(std::string_view text) {
    return !text.empty() && text.size() <= k_longest_token &&
           std::all_of(text.begin(), text.end(), [](char letter) {
               return letter > ' ' && letter <= '~';
           });
}

clock::Duration life_at(const element& object, const char* key,
                        clock::Duration otherwise) {
    const auto seconds = number_at(object, key);
    return seconds
               ? std::chrono::seconds{std::clamp(*seconds, 0LL, k_longest_life)}
               : otherwise;
}

std::vector<std::string> words(std::string_view text) {
    if (text.size() > k_longest_scopes) {
        return {};
    }
    std::vector<std::string> found = text::split(text, ' ');
    std::erase(found, "");
    return found;
}

void read_grant(OAuthAnswer& answer, const element& root) {
    const auto access = text_at(root, "access_token");
    if (answer.code != 0 || !is_token(access)) {
        return;
    }
    answer.granted = true;
    Grant& grant = answer.grant;
    grant.access_token = text::Secret{std::string{access}};
    grant.access_life = life_at(root, "expires_in", clock::Duration{0});
    grant.scopes = words(text_at(root, "scope"));
    const auto refresh = text_at(root, "refresh_token");
    if (is_token(refresh)) {
        grant.refresh_token = text::Secret{std::string{refresh}};
        grant.refresh_life =
            life_at(root, "refresh_token_expires_in", k_usual_refresh_life);
    }
}

void read_problem(OAuthAnswer& answer, const element& root) {
    answer.error = text_at(root, "error");
    answer.message = text_at(root, "error_description");
    if (answer.message.empty()) {
        answer.message = text_at(root, "msg");
    }
    if (answer.message.empty()) {
        answer.message = answer.error;
    }
    element gateway;
    if (root["error"].get(gateway) == simdjson::SUCCESS) {
        answer.log_id = text_at(gateway, "log_id");
    }
}

}  // namespace

OAuthAnswer read_oauth_answer(const std::string& body) {
    OAuthAnswer answer;
    simdjson::dom::parser parser;
    element root;
    if (parser.parse(body).get(root) != simdjson::SUCCESS ||
        !root.is_object()) {
        return answer;
    }
    const auto code = number_at(root, "code");
    answer.code = code.value_or(0);
    read_grant(answer, root);
    read_problem(answer, root);
    answer.valid = code || answer.granted || !answer.error.empty();
    return answer;
}

}  // namespace lark_batch::lark
