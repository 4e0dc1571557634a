#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/sandbox/company.hpp"

namespace lark_batch::sandbox {

// What distinguishes one rendered page from another of the same department.
struct PageKey {
    unsigned listing = 0;  // the Api, and whether fetch_child was given
    unsigned page_size = 0;
    unsigned shape = 0;  // View::shape
    std::uint32_t position = 0;

    bool operator==(const PageKey&) const = default;
};

using Page = std::shared_ptr<const std::string>;

// Rendered pages by department, so that a repeated scan costs a look-up. Past
// its budget the cache starts again from nothing.
class PageCache {
public:
    explicit PageCache(std::size_t budget) : m_budget(budget) {}

    // Null when the page has to be rendered.
    [[nodiscard]] Page find(Index department, const PageKey& key) const;
    void store(Index department, const PageKey& key, Page page);
    void drop(Index department);
    void clear();
    [[nodiscard]] std::size_t bytes() const { return m_bytes; }

private:
    struct Entry {
        PageKey key;
        Page page;
    };

    std::size_t m_budget;
    std::size_t m_bytes = 0;
    std::unordered_map<Index, std::vector<Entry>> m_pages;
};

}  // namespace lark_batch::sandbox
