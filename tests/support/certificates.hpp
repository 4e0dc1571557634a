// An authority of the test's own that signs certificates as they are needed:
// expired, for another name, by somebody unknown.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/support/temp_dir.hpp"

namespace lark_batch::test {

struct CertificateWish {
    std::vector<std::string> names{"localhost"};  // "DNS:" or "IP:" may lead
    int starts_in_days = -1;
    int ends_in_days = 60;
    bool self_signed = false;
};

struct CertificateFiles {
    std::string certificate;  // PEM, as the key
    std::string key;
};

class Authority {
public:
    Authority();
    ~Authority();
    Authority(const Authority&) = delete;
    Authority& operator=(const Authority&) = delete;

    // Its own certificate, for who shall trust it.
    std::string certificate() const { return m_dir / "ca.pem"; }
    CertificateFiles issue(const CertificateWish& wish = {});

private:
    struct Impl;

    TempDir m_dir;
    int m_issued = 0;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace lark_batch::test
