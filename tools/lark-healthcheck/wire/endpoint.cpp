#include "tools/lark-healthcheck/wire/endpoint.hpp"

#include <fmt/format.h>

#include "lib/errors/error.hpp"
#include "lib/http/url.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::healthcheck {

namespace {

struct Parts {
    std::string_view host;
    std::string_view port;
};

// More than one colon outside of brackets is a bare IPv6 address.
Parts parts_of(std::string_view text) {
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos) {
            return {};
        }
        const auto rest = text.substr(end + 1);
        return {text.substr(1, end - 1),
                rest.starts_with(':') ? rest.substr(1) : rest};
    }
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || text.rfind(':') != colon) {
        return {text, {}};
    }
    return {text.substr(0, colon), text.substr(colon + 1)};
}

bool is_port(std::string_view text) {
    const auto number = text::parse_integer(text);
    return number && *number >= 1 && *number <= 65'535;
}

}  // namespace

std::string Endpoint::str() const {
    const bool bare_ipv6 = host.find(':') != std::string::npos;
    return bare_ipv6 ? fmt::format("[{}]:{}", host, port)
                     : fmt::format("{}:{}", host, port);
}

Endpoint endpoint_of(std::string_view text, int default_port) {
    const Parts parts = parts_of(text);
    const std::string port = parts.port.empty() && default_port != 0
                                 ? std::to_string(default_port)
                                 : std::string{parts.port};
    const bool odd =
        parts.host.find_first_of(" /@\t") != text.npos || text.ends_with(':');
    if (parts.host.empty() || odd || !is_port(port)) {
        throw errors::Error{
            errors::Kind::config,
            fmt::format("'{}' is not host:port", text::excerpt(text, 120)),
            "write db.example.com:5432 or [::1]:5432"};
    }
    return {std::string{parts.host}, port};
}

config::Option& declare_address(config::OptionSet& set, std::string& target,
                                int default_port) {
    const std::string port_note =
        default_port == 0 ? "" : fmt::format(", the port is {}", default_port);
    return set.add("address", target)
        .help("host:port of the service" +
              (port_note.empty() ? "" : port_note + " unless given"))
        .placeholder("HOST:PORT")
        .sample(fmt::format("127.0.0.1:{}",
                            default_port == 0 ? 8000 : default_port))
        .check([default_port](
                   const std::string& value) -> std::optional<std::string> {
            try {
                endpoint_of(value, default_port);
                return std::nullopt;
            } catch (const errors::Error&) {
                return "must be host:port, not '" + text::excerpt(value, 120) +
                       "'";
            }
        })
        .required();
}

config::Option& declare_ip_version(config::OptionSet& set,
                                   std::string& target) {
    return set.add("ip-version", target)
        .help("which addresses of the host are tried")
        .choices({"any", "4", "6"})
        .placeholder("VERSION");
}

bool is_this_machine(const Endpoint& endpoint) {
    return http::is_loopback(endpoint.host);
}

}  // namespace lark_batch::healthcheck
