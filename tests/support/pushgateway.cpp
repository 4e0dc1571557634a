#include "tests/support/pushgateway.hpp"

namespace lark_batch::test {

Pushgateway::Pushgateway() {
    // Without a persistence file of our own, Debian's default would bring in
    // the groups of strangers.
    m_command.argv = {
        find_program("prometheus-pushgateway", "prometheus-pushgateway"),
        "--web.listen-address=127.0.0.1:" + std::to_string(port()),
        "--persistence.file=" + (dir() / "groups").string(),
        "--persistence.interval=1s", "--web.enable-admin-api"};
    start();
}

}  // namespace lark_batch::test
