#include "lib/tokens/keyring.hpp"

#include <sodium.h>

#include <cstring>

#include "lib/errors/error.hpp"
#include "lib/text/base64.hpp"
#include "lib/text/digest.hpp"

namespace lark_batch::tokens {

namespace {

using errors::Error;
using errors::Kind;

constexpr std::size_t k_size = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;

unsigned char* allocate() {
    void* memory = sodium_init() < 0 ? nullptr : sodium_malloc(k_size);
    if (memory == nullptr) {
        throw Error{Kind::unavailable, "no memory for a key could be set aside",
                    "raise the limit of locked memory (LimitMEMLOCK, ulimit "
                    "-l)"};
    }
    return static_cast<unsigned char*>(memory);
}

}  // namespace

void Key::Free::operator()(unsigned char* bytes) const noexcept {
    sodium_free(bytes);  // wipes it first
}

Key::Key(std::string id, const text::Secret& base64)
    : m_id(std::move(id)), m_bytes(allocate()) {
    const text::Secret bytes{text::decode_base64(base64.reveal()).value_or("")};
    if (bytes.reveal().size() != k_size) {
        throw Error{Kind::config,
                    "token key '" + m_id + "' is not 32 bytes as base64",
                    "make one with lark-admin keys generate"};
    }
    std::memcpy(m_bytes.get(), bytes.reveal().data(), k_size);
    sodium_mprotect_readonly(m_bytes.get());
}

Keyring::Keyring(const config::TokenSettings& settings)
    : m_active(settings.key) {
    for (const config::TokenKey& key : settings.keys) {
        m_keys.emplace(key.id, Key{key.id, key.secret});
    }
    if (m_keys.empty()) {
        throw Error{Kind::config, "no key for tokens is configured",
                    "make one with lark-admin keys generate and add a "
                    "[[token_key]] section"};
    }
}

const Key& Keyring::active() const {
    return get(m_active);
}

const Key& Keyring::get(const std::string& id) const {
    const auto found = m_keys.find(id);
    if (found == m_keys.end()) {
        throw Error{
            Kind::config,
            "tokens are sealed with key '" + id + "', which is not configured",
            "add it as a [[token_key]], or restore it from a backup"};
    }
    return found->second;
}

std::vector<std::string> Keyring::ids() const {
    std::vector<std::string> ids;
    for (const auto& [id, key] : m_keys) {
        ids.push_back(id);
    }
    return ids;
}

text::Secret generate_key() {
    const text::Secret bytes{text::random_bytes(k_size)};
    return text::Secret{text::base64(bytes.reveal())};
}

}  // namespace lark_batch::tokens
