#include "tests/support/certificates.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <functional>
#include <stdexcept>

namespace lark_batch::test {

namespace {

constexpr long k_day = 86'400;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Paper = std::unique_ptr<X509, decltype(&X509_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

void must(bool done, const char* what) {
    if (!done) {
        throw std::runtime_error(std::string{"OpenSSL: "} + what);
    }
}

Key new_key() {
    Key key{EVP_EC_gen("P-256"), &EVP_PKEY_free};
    must(key != nullptr, "no key");
    return key;
}

void add(X509* paper, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, paper, nullptr, nullptr, 0);
    X509_EXTENSION* const extension =
        X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    must(extension != nullptr, value.c_str());
    X509_add_ext(paper, extension, -1);
    X509_EXTENSION_free(extension);
}

Paper blank(const std::string& name, EVP_PKEY* key, int serial, int starts,
            int ends) {
    Paper paper{X509_new(), &X509_free};
    X509_set_version(paper.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(paper.get()), serial);
    X509_gmtime_adj(X509_getm_notBefore(paper.get()), starts * k_day);
    X509_gmtime_adj(X509_getm_notAfter(paper.get()), ends * k_day + 60);
    X509_set_pubkey(paper.get(), key);
    const auto* const bytes =
        reinterpret_cast<const unsigned char*>(name.c_str());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(paper.get()), "CN",
                               MBSTRING_UTF8, bytes, -1, -1, 0);
    return paper;
}

std::string pem(const std::function<int(BIO*)>& write) {
    const Bio out{BIO_new(BIO_s_mem()), &BIO_free};
    must(write(out.get()) == 1, "no PEM");
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* paper) {
    return pem([&](BIO* out) { return PEM_write_bio_X509(out, paper); });
}

std::string pem_of(EVP_PKEY* key) {
    return pem([&](BIO* out) {
        return PEM_write_bio_PKCS8PrivateKey(out, key, nullptr, nullptr, 0,
                                             nullptr, nullptr);
    });
}

std::string alternative_names(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) {
        text += (text.empty() ? "" : ",");
        text += name.find(':') == name.npos ? "DNS:" + name : name;
    }
    return text;
}

}  // namespace

struct Authority::Impl {
    Key key = new_key();
    Paper paper = blank("Test Authority", key.get(), 1, -100, 1'000);
};

Authority::Authority() : m_impl(std::make_unique<Impl>()) {
    X509* const own = m_impl->paper.get();
    X509_set_issuer_name(own, X509_get_subject_name(own));
    add(own, own, NID_basic_constraints, "critical,CA:TRUE");
    add(own, own, NID_key_usage, "critical,keyCertSign");
    must(X509_sign(own, m_impl->key.get(), EVP_sha256()) != 0, "no signature");
    m_dir.write("ca.pem", pem_of(own));
}

Authority::~Authority() = default;

CertificateFiles Authority::issue(const CertificateWish& wish) {
    const Key key = new_key();
    const int serial = 1 + ++m_issued;
    const Paper paper = blank(wish.names.front(), key.get(), serial,
                              wish.starts_in_days, wish.ends_in_days);
    X509* const issuer = wish.self_signed ? paper.get() : m_impl->paper.get();
    X509_set_issuer_name(paper.get(), X509_get_subject_name(issuer));
    add(paper.get(), issuer, NID_subject_alt_name,
        alternative_names(wish.names));
    must(
        X509_sign(paper.get(), wish.self_signed ? key.get() : m_impl->key.get(),
                  EVP_sha256()) != 0,
        "no signature");
    const std::string stem = std::to_string(serial);
    // Servers run as another user.
    const auto key_file = m_dir.write(stem + ".key", pem_of(key.get()));
    return {m_dir.write(stem + ".pem", pem_of(paper.get())), key_file};
}

}  // namespace lark_batch::test
