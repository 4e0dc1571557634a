// reference/sync.js: the same work on the vendor's Node SDK.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "bench/workplace.hpp"

namespace lark_batch::bench {

class NodeScript {
public:
    // Fetches the SDK from npm into the build folder, once.
    NodeScript();

    // Why it cannot be run here; empty when it can.
    const std::string& missing() const { return m_missing; }

    test::Finished run(Workplace& place, const PlayedApi& api,
                       int people) const;

private:
    std::filesystem::path m_folder;
    std::string m_missing;
};

}  // namespace lark_batch::bench
