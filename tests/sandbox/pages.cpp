#include "tests/sandbox/pages.hpp"

namespace lark_batch::sandbox {

Page PageCache::find(Index department, const PageKey& key) const {
    const auto found = m_pages.find(department);
    if (found != m_pages.end()) {
        for (const Entry& entry : found->second) {
            if (entry.key == key) {
                return entry.page;
            }
        }
    }
    return nullptr;
}

void PageCache::store(Index department, const PageKey& key, Page page) {
    if (m_bytes + page->size() > m_budget) {
        clear();
    }
    m_bytes += page->size();
    m_pages[department].push_back({key, std::move(page)});
}

void PageCache::drop(Index department) {
    const auto found = m_pages.find(department);
    if (found != m_pages.end()) {
        for (const Entry& entry : found->second) {
            m_bytes -= entry.page->size();
        }
        m_pages.erase(found);
    }
}

void PageCache::clear() {
    m_pages.clear();
    m_bytes = 0;
}

}  // namespace lark_batch::sandbox
