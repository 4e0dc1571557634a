#include "tests/support/alertmanager.hpp"

namespace lark_batch::test {

Alertmanager::Alertmanager(const std::string& more) {
    const auto config = dir().write(
        "alertmanager.yml",
        "route:\n  receiver: none\nreceivers:\n  - name: none\n" + more);
    // Without an address for the cluster it would gossip on port 9094.
    m_command.argv = {
        find_program("prometheus-alertmanager", "prometheus-alertmanager"),
        "--config.file=" + config.string(),
        "--storage.path=" + (dir() / "data").string(),
        "--cluster.listen-address=",
        "--web.listen-address=127.0.0.1:" + std::to_string(port())};
    start();
}

}  // namespace lark_batch::test
