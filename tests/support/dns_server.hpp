// A name server inside the test, by UDP on 127.0.0.1.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lark_batch::test {

struct DnsReply {
    int code = 0;  // 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED
    int type = 1;  // of all records
    // Each record's data as it goes over the wire.
    std::vector<std::string> records{};
    bool cut_off = false;  // half a message
};

// Labels with their lengths: how names go over the wire.
std::string dns_name(const std::string& name);

class DnsServer {
public:
    // `answer` gets the name that was asked for; nothing means silence.
    explicit DnsServer(
        std::function<std::optional<DnsReply>(const std::string&)> answer);
    ~DnsServer();
    DnsServer(const DnsServer&) = delete;
    DnsServer& operator=(const DnsServer&) = delete;

    std::string address() const;  // "127.0.0.1:PORT"

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace lark_batch::test
