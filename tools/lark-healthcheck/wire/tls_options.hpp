// What checks of services under TLS can be told, the same for every kind.
#pragma once

#include <string>

#include "tools/lark-healthcheck/kind.hpp"
#include "tools/lark-healthcheck/wire/stream.hpp"

namespace lark_batch::healthcheck {

struct TlsOptions {
    std::string server_name;  // empty: the host that is connected to
    std::string ca_file;      // empty: http.ca_file, else the system's bundle
    std::string min_version = "1.2";
    ThresholdText days_left{"14:", "7:"};

    TlsSettings settings_for(const Endpoint& endpoint,
                             const Surroundings& around) const;
};

void declare_tls(config::OptionSet& set, TlsOptions& options);

// Shakes hands and reports the certificates. False when nobody vouches for
// the server: the finding says so, and nothing more may be sent.
bool secure(Stream& stream, const TlsOptions& options, const Endpoint& endpoint,
            const Surroundings& around, Finding& finding);

}  // namespace lark_batch::healthcheck
