#include "tests/healthcheck/web_look.hpp"

#include <algorithm>

#include "tests/healthcheck/told.hpp"
#include "tools/lark-healthcheck/engine.hpp"

namespace lark_batch::healthcheck::test {

const Measurement* Seen::measured(const std::string& label) const {
    const auto found =
        std::ranges::find(measurements, label, &Measurement::label);
    return found == measurements.end() ? nullptr : &*found;
}

std::string Seen::str() const {
    return std::string{word_of(state)} + ": " + message;
}

Seen look(const std::vector<std::string>& arguments, const std::string& toml,
          const std::map<std::string, std::string>& variables) {
    Told told{toml};
    told.variables.insert(variables.begin(), variables.end());
    told.load(arguments);
    http::Client client{http::Settings{}};
    Surroundings around;
    around.settings = &told.settings;
    around.prometheus_url = told.options.prometheus_url;
    around.alertmanager_url = told.options.alertmanager_url;
    Engine engine{around, client};
    const clock::Deadline deadline{clock::system_clock(),
                                   clock::Duration{60'000}};
    const Probed probed =
        engine.run(told.options.chosen(), {16, deadline, {}}).at(0);
    return {probed.finding.state, probed.finding.message(), probed.seconds,
            probed.finding.measurements, probed.finding.certificate_expiry};
}

}  // namespace lark_batch::healthcheck::test
