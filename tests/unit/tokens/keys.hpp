// Keys of the tests, and what goes wrong.
#pragma once

#include <functional>
#include <string>

#include "lib/errors/error.hpp"
#include "lib/text/base64.hpp"
#include "lib/tokens/keyring.hpp"

namespace lark_batch::tokens {

// 32 times the byte `fill`, as the configuration has it.
inline text::Secret key_text(char fill) {
    return text::Secret{text::base64(std::string(32, fill))};
}

// Keys "k1", "k2" and "k3", of which "k2" seals what is new.
inline config::TokenSettings three_keys() {
    config::TokenSettings settings;
    settings.keys.push_back({"k1", key_text('1')});
    settings.keys.push_back({"k2", key_text('2')});
    settings.keys.push_back({"k3", key_text('3')});
    settings.key = "k2";
    return settings;
}

// What `work` throws; a bug of the test's when it throws nothing.
inline errors::Error fault_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const errors::Error& error) {
        return error;
    }
    return errors::Error{errors::Kind::bug, "no error at all"};
}

}  // namespace lark_batch::tokens
