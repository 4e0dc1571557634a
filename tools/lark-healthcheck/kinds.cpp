#include "tools/lark-healthcheck/kinds.hpp"

#include <algorithm>

#include "tools/lark-healthcheck/kinds/alert_path.hpp"
#include "tools/lark-healthcheck/kinds/amqp.hpp"
#include "tools/lark-healthcheck/kinds/command.hpp"
#include "tools/lark-healthcheck/kinds/disk.hpp"
#include "tools/lark-healthcheck/kinds/dns.hpp"
#include "tools/lark-healthcheck/kinds/file_age.hpp"
#include "tools/lark-healthcheck/kinds/http.hpp"
#include "tools/lark-healthcheck/kinds/lark_api.hpp"
#include "tools/lark-healthcheck/kinds/metrics.hpp"
#include "tools/lark-healthcheck/kinds/nats.hpp"
#include "tools/lark-healthcheck/kinds/postgres.hpp"
#include "tools/lark-healthcheck/kinds/promql.hpp"
#include "tools/lark-healthcheck/kinds/pushgateway.hpp"
#include "tools/lark-healthcheck/kinds/redis.hpp"
#include "tools/lark-healthcheck/kinds/smtp.hpp"
#include "tools/lark-healthcheck/kinds/sql.hpp"
#include "tools/lark-healthcheck/kinds/sql_freshness.hpp"
#include "tools/lark-healthcheck/kinds/sql_ratio.hpp"
#include "tools/lark-healthcheck/kinds/tasks.hpp"
#include "tools/lark-healthcheck/kinds/tcp.hpp"
#include "tools/lark-healthcheck/kinds/tls.hpp"

namespace lark_batch::healthcheck {

namespace {

template <typename Type>
std::unique_ptr<Kind> make() {
    return std::make_unique<Type>();
}

constexpr KindRow k_kinds[] = {
    {"http", "an HTTP service: status, headers, body, certificate", make<Http>},
    {"alert_path", "the way of an alert: push, scrape, rule, Alertmanager",
     make<AlertPath>},
    {"metrics", "what a program exports for Prometheus", make<Metrics>},
    {"promql", "the values of a query to Prometheus", make<Promql>},
    {"pushgateway", "a Pushgateway, and how old the pushes of jobs are",
     make<Pushgateway>},
    {"postgres", "a PostgreSQL server: sessions, replication, extensions",
     make<Postgres>},
    {"sql", "a value that a query yields", make<Sql>},
    {"sql_freshness", "the age of the newest row, group by group",
     make<SqlFreshness>},
    {"sql_ratio", "how much of what should be stored is missing",
     make<SqlRatio>},
    {"amqp", "an AMQP broker such as RabbitMQ: login, depth of queues",
     make<Amqp>},
    {"redis", "a Redis server: memory, role, length of queues", make<Redis>},
    {"nats", "a NATS server: login, subscribers, slow consumers", make<Nats>},
    {"tcp", "a TCP port that accepts connections, and what it says", make<Tcp>},
    {"tls", "the certificates of a server, their names and ends",
     make<TlsServer>},
    {"dns", "a name and the records that name servers have for it", make<Dns>},
    {"smtp", "a mail server: greeting, encryption, login", make<Smtp>},
    {"file_age", "files that must be young, large or numerous enough",
     make<FileAge>},
    {"disk", "how full file systems are", make<Disk>},
    {"command", "a monitoring plugin, run as such", make<Command>},
    {"tasks", "our own tasks: when each succeeded last", make<Tasks>},
    {"lark_api", "whether an app can speak to the Lark API", make<LarkApi>},
};

}  // namespace

std::span<const KindRow> kinds() {
    return k_kinds;
}

std::vector<std::string> kind_names() {
    std::vector<std::string> names;
    for (const KindRow& row : k_kinds) {
        names.emplace_back(row.name);
    }
    return names;
}

std::unique_ptr<Kind> make_kind(std::string_view name) {
    const auto* const row = std::ranges::find(k_kinds, name, &KindRow::name);
    return row == std::end(k_kinds) ? nullptr : row->make();
}

}  // namespace lark_batch::healthcheck
