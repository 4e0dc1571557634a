#include "tools/lark-healthcheck/wire/certificate.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <memory>

#include "lib/clock/clock.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr std::size_t k_name_length = 120;
// Chains are short and names few; a server may send what it likes.
constexpr int k_most_certificates = 20;
constexpr int k_most_names = 100;
constexpr double k_day = 86'400;

using BioHandle = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Names = std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)>;

std::string whole_name(const X509_NAME* name) {
    const BioHandle out{BIO_new(BIO_s_mem()), &BIO_free};
    X509_NAME_print_ex(out.get(), name, 0,
                       XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    std::array<char, 512> text{};
    const int size =
        BIO_read(out.get(), text.data(), static_cast<int>(text.size()));
    return {text.data(), static_cast<std::size_t>(std::max(0, size))};
}

std::string common_name(X509_NAME* name) {
    const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (at < 0) {
        return whole_name(name);
    }
    const ASN1_STRING* const text =
        X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));
    const auto* const bytes = ASN1_STRING_get0_data(text);
    return {bytes, bytes + ASN1_STRING_length(text)};
}

double seconds_of(const ASN1_TIME* time) {
    tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) {
        return 0;
    }
    return static_cast<double>(timegm(&parts));
}

std::string ip_of(const ASN1_STRING* bytes) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = ASN1_STRING_length(bytes) == 4 ? AF_INET : AF_INET6;
    if (family == AF_INET6 && ASN1_STRING_length(bytes) != 16) {
        return {};
    }
    inet_ntop(family, ASN1_STRING_get0_data(bytes), text.data(), text.size());
    return text.data();
}

std::string name_of_entry(const GENERAL_NAME* entry) {
    if (entry->type == GEN_IPADD) {
        return ip_of(entry->d.iPAddress);
    }
    if (entry->type != GEN_DNS) {
        return {};
    }
    const auto* const bytes = ASN1_STRING_get0_data(entry->d.dNSName);
    const std::string name{bytes, bytes + ASN1_STRING_length(entry->d.dNSName)};
    return text::excerpt(name, k_name_length);
}

std::vector<std::string> names_of(const X509* certificate) {
    const Names entries{
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(
            certificate, NID_subject_alt_name, nullptr, nullptr)),
        &GENERAL_NAMES_free};
    std::vector<std::string> names;
    const int count =
        entries ? std::min(sk_GENERAL_NAME_num(entries.get()), k_most_names)
                : 0;
    for (int at = 0; at < count; ++at) {
        if (auto name = name_of_entry(sk_GENERAL_NAME_value(entries.get(), at));
            !name.empty()) {
            names.push_back(std::move(name));
        }
    }
    return names;
}

Certificate facts_of(const X509* certificate) {
    return {text::excerpt(common_name(X509_get_subject_name(certificate)),
                          k_name_length),
            text::excerpt(common_name(X509_get_issuer_name(certificate)),
                          k_name_length),
            names_of(certificate), seconds_of(X509_get0_notBefore(certificate)),
            seconds_of(X509_get0_notAfter(certificate))};
}

std::vector<Certificate> facts_of(const STACK_OF(X509) * chain) {
    std::vector<Certificate> all;
    const int count = chain == nullptr
                          ? 0
                          : std::min(sk_X509_num(chain), k_most_certificates);
    all.reserve(static_cast<std::size_t>(count));
    for (int at = 0; at < count; ++at) {
        all.push_back(facts_of(sk_X509_value(chain, at)));
    }
    return all;
}

std::string date_of(double seconds) {
    const clock::WallTime time{
        std::chrono::milliseconds{static_cast<long long>(seconds) * 1000}};
    return clock::format_utc(time).substr(0, 10);
}

// Those that ended, or have not begun: not always the server's own.
std::string about_time(const Chain& chain, std::string_view what) {
    const double now = clock::unix_seconds(clock::system_clock().now());
    for (const Certificate& each : chain.certificates) {
        if (what == "has expired" ? each.ends < now : each.starts > now) {
            return fmt::format(
                "certificate of '{}' {} ({})", each.subject, what,
                date_of(what == "has expired" ? each.ends : each.starts));
        }
    }
    return fmt::format("certificate {}", what);
}

std::string about_names(const Chain& chain, const std::string& wanted) {
    std::string text = "certificate is not for '" + wanted + "'";
    if (chain.certificates.empty()) {
        return text;
    }
    const Certificate& own = chain.certificates.front();
    const auto& names = own.names;
    text += " but for '" + (names.empty() ? own.subject : names.front()) + "'";
    if (names.size() > 1) {
        text += fmt::format(" and {} more", names.size() - 1);
    }
    return text;
}

std::string in_openssl_words(long result) {
    std::string words = X509_verify_cert_error_string(result);
    if (words.size() > 1 && std::islower(words[1]) != 0) {
        words[0] = static_cast<char>(std::tolower(words[0]));
    }
    return "certificate is not trusted: " + words;
}

std::string fault_of(long result, const Chain& chain,
                     const std::string& server_name) {
    switch (result) {
        case X509_V_OK:
            return {};
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return about_time(chain, "has expired");
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return about_time(chain, "is not valid yet");
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return about_names(chain, server_name);
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            return "self-signed certificate";
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            return "self-signed certificate at the end of the chain";
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return "certificate is signed by an unknown issuer, or "
                   "intermediate certificates are missing";
        // As when a private authority was made anew.
        case X509_V_ERR_CERT_SIGNATURE_FAILURE:
            return "certificate is signed by another authority of the same "
                   "name";
        default:
            return in_openssl_words(result);
    }
}

Chain judged(std::vector<Certificate>&& certificates, long result,
             const std::string& server_name) {
    Chain chain{std::move(certificates), {}};
    chain.fault = fault_of(result, chain, server_name);
    return chain;
}

std::optional<std::string> check_days(const std::string& value) {
    if (value.find_first_not_of("0123456789.:@~") != std::string::npos) {
        return "must be days without a unit, such as 14:, not '" +
               text::excerpt(value, 80) + "'";
    }
    return check_range(value);
}

}  // namespace

const Certificate* Chain::first_to_end() const {
    const auto found =
        std::ranges::min_element(certificates, {}, &Certificate::ends);
    return found == certificates.end() ? nullptr : &*found;
}

Chain chain_of(SSL* connection, const std::string& server_name) {
    const long result = SSL_get_verify_result(connection);
    return judged(
        facts_of(result == X509_V_OK ? SSL_get0_verified_chain(connection)
                                     : SSL_get_peer_cert_chain(connection)),
        result, server_name);
}

Chain chain_of(X509_STORE_CTX* verified, const std::string& server_name) {
    const int result = X509_STORE_CTX_get_error(verified);
    return judged(
        facts_of(result == X509_V_OK ? X509_STORE_CTX_get0_chain(verified)
                                     : X509_STORE_CTX_get0_untrusted(verified)),
        result, server_name);
}

void declare_days_left(config::OptionSet& set, ThresholdText& target) {
    set.add("cert-warn", target.warn)
        .help("WARNING outside of this range: days until a certificate ends")
        .check(check_days)
        .placeholder("RANGE");
    set.add("cert-crit", target.crit)
        .help("CRITICAL outside of this range: days until a certificate ends")
        .check(check_days)
        .placeholder("RANGE");
}

void report(Finding& finding, const Chain& chain, const ThresholdText& days) {
    const Certificate* const first = chain.first_to_end();
    if (!chain.fault.empty()) {
        finding.fail(chain.fault);
    }
    if (first == nullptr) {
        return;
    }
    const double left =
        (first->ends - clock::unix_seconds(clock::system_clock().now())) /
        k_day;
    finding.certificate_expiry = first->ends;
    // An untrusted one has its CRITICAL already.
    finding.measure(
        {"cert_days", std::floor(left * 10) / 10, "",
         chain.fault.empty() ? days.parsed() : Threshold{}},
        fmt::format("certificate of '{}' ends in {:.0f} days, on {}",
                    first->subject, std::floor(left), date_of(first->ends)));
}

}  // namespace lark_batch::healthcheck
