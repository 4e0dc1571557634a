// The rules of a page chain: complete is only what the server called so.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace lark_batch::lark {

class Pages {
public:
    // Nobody has 500,000 people in one department: a chain beyond this many
    // pages of 50 is a server that never ends.
    static constexpr std::size_t k_limit = 10'000;

    explicit Pages(std::size_t limit = k_limit) : m_limit(limit) {}

    enum class Step { next, complete, broken };

    // Takes note of a page: its has_more and page_token, nothing where the
    // page had none. An empty page with has_more goes on.
    Step advance(std::optional<bool> has_more,
                 std::optional<std::string_view> token);

    // The token of the next page; empty before the first one.
    const std::string& token() const { return m_token; }
    // Why advance() said broken.
    std::string_view problem() const { return m_problem; }

    // Back to the first page, false when that was done before.
    bool restart();

private:
    Step broken(std::string_view problem);

    std::size_t m_limit;
    std::size_t m_count = 0;
    bool m_restarted = false;
    std::string m_token;
    std::string_view m_problem;
    std::unordered_set<std::size_t> m_seen;  // hashes of tokens
};

}  // namespace lark_batch::lark
