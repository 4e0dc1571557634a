// The keys that seal tokens, in memory that is locked, guarded and wiped
// (libsodium's secure memory).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lib/config/shared_options.hpp"
#include "lib/text/secret.hpp"

namespace lark_batch::tokens {

// 32 bytes of XChaCha20-Poly1305.
class Key {
public:
    // `base64` as generate_key() gives it. Throws Error(config) naming the id
    // when it is no key.
    Key(std::string id, const text::Secret& base64);

    const std::string& id() const { return m_id; }
    const unsigned char* bytes() const { return m_bytes.get(); }

private:
    struct Free {
        void operator()(unsigned char* bytes) const noexcept;
    };

    std::string m_id;
    std::unique_ptr<unsigned char, Free> m_bytes;
};

class Keyring {
public:
    // Throws Error(config) without any key, or when one is malformed.
    explicit Keyring(const config::TokenSettings& settings);

    // The one that seals what is new.
    const Key& active() const;

    // Throws Error(config) naming the id when we do not have it.
    const Key& get(const std::string& id) const;
    bool has(const std::string& id) const { return m_keys.contains(id); }
    std::vector<std::string> ids() const;

private:
    std::map<std::string, Key> m_keys;
    std::string m_active;
};

// A new random key as base64.
text::Secret generate_key();

}  // namespace lark_batch::tokens
