#include "lib/tokens/seal.hpp"

#include <sodium.h>

#include <cstdint>
#include <optional>

#include "lib/errors/error.hpp"
#include "lib/text/digest.hpp"

namespace lark_batch::tokens {

namespace {

constexpr char k_form = 1;
constexpr std::size_t k_nonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t k_tag = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

// Each part with its length before it, so that no two places read the same.
std::string associated(const Key& key, const Place& place) {
    std::string bound{"lark-batch token"};
    for (const std::string* part : {&key.id(), &place.app, &place.token_type,
                                    &place.subject, &place.part}) {
        auto size = static_cast<std::uint32_t>(part->size());
        for (int byte = 0; byte < 4; ++byte, size >>= 8U) {
            bound += static_cast<char>(size & 0xffU);
        }
        bound += *part;
    }
    return bound;
}

std::optional<std::string> opened(const Key& key, const std::string& bound,
                                  std::string_view sealed) {
    if (sealed.size() < 1 + k_nonce + k_tag || sealed.front() != k_form) {
        return std::nullopt;
    }
    const std::string_view nonce = sealed.substr(1, k_nonce);
    const std::string_view cipher = sealed.substr(1 + k_nonce);
    std::string plain(cipher.size() - k_tag, '\0');
    const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
        reinterpret_cast<unsigned char*>(plain.data()), nullptr, nullptr,
        bytes_of(cipher), cipher.size(), bytes_of(bound), bound.size(),
        bytes_of(nonce), key.bytes());
    return failed == 0 ? std::optional{std::move(plain)} : std::nullopt;
}

// What a proof is made of; bound to no row.
Place proof_place() {
    return {"", "", "", "proof"};
}

}  // namespace

std::string seal(const Key& key, const Place& place,
                 const text::Secret& plain) {
    const std::string bound = associated(key, place);
    std::string sealed(1, k_form);
    sealed += text::random_bytes(k_nonce);
    const std::size_t head = sealed.size();
    sealed.resize(head + plain.reveal().size() + k_tag);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        reinterpret_cast<unsigned char*>(sealed.data() + head), nullptr,
        bytes_of(plain.reveal()), plain.reveal().size(), bytes_of(bound),
        bound.size(), nullptr, bytes_of(sealed) + 1, key.bytes());
    return sealed;
}

text::Secret open(const Key& key, const Place& place, std::string_view sealed) {
    auto plain = opened(key, associated(key, place), sealed);
    if (!plain) {
        throw errors::Error{
            errors::Kind::config,
            "a stored " + place.part + " token of app '" + place.app +
                "' does not open with key '" + key.id() + "'",
            "the row was altered or the key is another one: restore the row, "
            "or have the person log in again"};
    }
    return text::Secret{std::move(*plain)};
}

std::string key_proof(const Key& key) {
    return seal(key, proof_place(), text::Secret{"lark-batch"});
}

bool proves(const Key& key, std::string_view proof) {
    return opened(key, associated(key, proof_place()), proof).has_value();
}

}  // namespace lark_batch::tokens
