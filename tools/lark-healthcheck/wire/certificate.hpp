// What the certificates of a TLS server say.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/lark-healthcheck/finding.hpp"

struct ssl_st;
struct x509_store_ctx_st;

namespace lark_batch::healthcheck {

struct Certificate {
    std::string subject;             // the common name, else the whole name
    std::string issuer;              // the same
    std::vector<std::string> names;  // DNS names and IP addresses
    double starts = 0;               // seconds since 1970
    double ends = 0;
};

struct Chain {
    // The server's own first, then up to the trusted one; only those that
    // the server sent when it is not trusted.
    std::vector<Certificate> certificates;
    // Why it is not trusted, "certificate has expired"; empty when it is.
    std::string fault;

    // The one that ends first; null for an empty chain.
    const Certificate* first_to_end() const;
};

// Of a finished handshake that was verified for `server_name`.
Chain chain_of(ssl_st* connection, const std::string& server_name);
// The same for a verification that has ended.
Chain chain_of(x509_store_ctx_st* verified, const std::string& server_name);

// Declares cert-warn and cert-crit: days that are left, as bare numbers.
void declare_days_left(config::OptionSet& set, ThresholdText& target);

// Adds the fault as CRITICAL, the days left with their limits, and the end
// for the certificate's gauge.
void report(Finding& finding, const Chain& chain, const ThresholdText& days);

}  // namespace lark_batch::healthcheck
