// The floor: curl fetches the pages that a sync fetched, then psql copies one
// row a person into a table. It understands nothing of what it carries.
#pragma once

#include <filesystem>
#include <string>

#include "bench/workplace.hpp"

namespace lark_batch::bench {

class CurlFloor {
public:
    // One recorded sync tells the pages, its database the rows. Afterwards
    // the sandbox records no more.
    CurlFloor(Workplace& place, const PlayedApi& api);

    std::size_t pages() const { return m_pages; }
    std::uintmax_t copy_bytes() const;

    // Both throw std::runtime_error unless they succeed.
    double fetch_seconds() const;
    double copy_seconds() const;

private:
    void write_pages(const PlayedApi& api);
    void check_fetching(const PlayedApi& api) const;
    void write_rows(const std::string& database) const;

    Workplace* m_place;
    std::filesystem::path m_curl_config;
    std::filesystem::path m_rows;
    std::size_t m_pages = 0;
};

}  // namespace lark_batch::bench
