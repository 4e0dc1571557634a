// The Lark API, played by tests/sandbox.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/http_get.hpp"
#include "tests/support/process.hpp"

namespace lark_batch::test {

class Sandbox {
public:
    // The variable LARK_SANDBOX_BINARY wins over the path given at build
    // time.
    explicit Sandbox(const std::vector<std::string>& arguments = {},
                     const std::filesystem::path& binary = default_binary());

    const std::string& url() const { return m_url; }
    Process& process() { return m_process; }

    // Paths below url(), /_sandbox/... for one. Both throw when the answer
    // is not a 2xx, and return its body.
    std::string get(const std::string& path) const;
    std::string post(const std::string& path, const std::string& json) const;

    static std::filesystem::path default_binary();

private:
    Process m_process;
    std::string m_url;
};

}  // namespace lark_batch::test
