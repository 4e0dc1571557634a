#include "lib/notify/address.hpp"

#include <algorithm>

#include "lib/errors/error.hpp"
#include "lib/http/url.hpp"

namespace lark_batch::notify {

text::Secret checked_address(const config::ChannelSettings& channel) {
    const std::string& url = channel.url.reveal();
    const auto scheme = http::scheme_of(url);
    const auto host = http::host_of(url);
    const bool blank = std::any_of(url.begin(), url.end(), [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
    });
    const bool safe =
        scheme == "https" || (scheme == "http" && http::is_loopback(host));
    if (!safe || host.empty() || blank) {
        throw errors::Error{
            errors::Kind::config,
            "channel '" + channel.name + "': the 'url' is no https address",
            "plain http is for this machine itself only"};
    }
    return channel.url;
}

}  // namespace lark_batch::notify
