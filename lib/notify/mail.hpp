// A digest as a mail: RFC 5322 headers with RFC 2047 encoded words, and the
// text twice, plain and as HTML (RFC 2046, multipart/alternative).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/clock/clock.hpp"
#include "lib/notify/digest.hpp"
#include "lib/text/mailbox.hpp"

namespace lark_batch::notify {

// As an unstructured header's value, folded to lines of at most 76
// characters, of which the header's name takes `used` on the first one. ASCII
// stays as it is unless it could be taken for an encoded word.
std::string encode_header(std::string_view text, std::size_t used);

// The Message-ID is the digest's id at the sender's domain: the same when
// the same digest is sent again.
std::string mail_content(const Digest& digest, const text::Mailbox& from,
                         const std::vector<std::string>& to,
                         clock::WallTime now);

}  // namespace lark_batch::notify
