#include "tools/lark-healthcheck/wire/tls_options.hpp"

#include <unistd.h>

#include "lib/text/strings.hpp"

namespace lark_batch::healthcheck {

namespace {

std::optional<std::string> check_ca_file(const std::string& value) {
    if (value.empty() || access(value.c_str(), R_OK) == 0) {
        return std::nullopt;
    }
    return "must be a readable file, not '" + text::excerpt(value, 120) + "'";
}

}  // namespace

TlsSettings TlsOptions::settings_for(const Endpoint& endpoint,
                                     const Surroundings& around) const {
    TlsSettings settings;
    settings.server_name = server_name.empty() ? endpoint.host : server_name;
    settings.ca_file = ca_file.empty() && around.settings != nullptr
                           ? around.settings->http.ca_file
                           : ca_file;
    settings.min_version = min_version;
    return settings;
}

void declare_tls(config::OptionSet& set, TlsOptions& options) {
    set.add("server-name", options.server_name)
        .help("the name that the certificate must be for; the host if empty")
        .placeholder("NAME")
        .sample("db.example.com");
    set.add("ca-file", options.ca_file)
        .help("trusted certificates in place of http.ca_file and the system's")
        .check(check_ca_file)
        .placeholder("FILE")
        .sample("/etc/lark-batch/ca.pem");
    set.add("tls-min-version", options.min_version)
        .help("the oldest version of TLS that is accepted")
        .choices({"1.0", "1.1", "1.2", "1.3"})
        .placeholder("VERSION");
    declare_days_left(set, options.days_left);
}

bool secure(Stream& stream, const TlsOptions& options, const Endpoint& endpoint,
            const Surroundings& around, Finding& finding) {
    stream.start_tls(options.settings_for(endpoint, around));
    report(finding, stream.chain(), options.days_left);
    return stream.chain().fault.empty();
}

}  // namespace lark_batch::healthcheck
