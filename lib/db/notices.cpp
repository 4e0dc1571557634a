#include "lib/db/notices.hpp"

#include <pqxx/pqxx>

#include <algorithm>

#include "lib/db/faults.hpp"
#include "lib/db/text_array.hpp"
#include "lib/db/transaction.hpp"

namespace lark_batch::db {

namespace {

// Collations must be those of lark_batch.notices: a comparison of two that
// differ is an error.
constexpr const char* k_create_conditions = R"sql(
DROP TABLE IF EXISTS pg_temp.conditions;
CREATE TEMPORARY TABLE conditions (
    topic  text COLLATE "C" PRIMARY KEY,
    app    text COLLATE "C" NOT NULL DEFAULT '',
    label  text COLLATE "C" NOT NULL DEFAULT '',
    person text COLLATE "C" NOT NULL DEFAULT '',
    level  smallint NOT NULL CHECK (level BETWEEN 1 AND 3),
    facts  jsonb NOT NULL DEFAULT '{}',
    quiet  boolean NOT NULL DEFAULT false,
    past_from timestamptz))sql";

// `addressee` tells groups apart; `rank` puts what has recovered last.
constexpr const char* k_create_due = R"sql(
DROP TABLE IF EXISTS pg_temp.due_notices;
CREATE TEMPORARY TABLE due_notices (
    app       text COLLATE "C" NOT NULL,
    addressee text COLLATE "C" NOT NULL,
    rank      smallint NOT NULL,
    topic     text COLLATE "C" NOT NULL,
    label     text COLLATE "C" NOT NULL,
    person    text COLLATE "C" NOT NULL,
    level     smallint NOT NULL,
    previous  smallint NOT NULL,
    kind      smallint NOT NULL,
    told      text NOT NULL,
    frozen_at timestamptz NOT NULL DEFAULT now()))sql";

constexpr const char* k_correct_future = R"sql(
UPDATE lark_batch.notices SET sent_at = now()
WHERE source = $1 AND channel = $2 AND sent_at > now())sql";

// Rows that were just written have no statistics: the planner would take
// them for a handful and compare all with all.
constexpr const char* k_join_by_hash = "SET LOCAL enable_nestloop = off";

// $1 source, $2 channel, $3 levels, $4 apps, $5 repeat after (ms), $6 by
// person. A row that was told to be over counts as no row, but for its mark.
constexpr const char* k_freeze_present = R"sql(
INSERT INTO due_notices
SELECT c.app, CASE WHEN $6 THEN c.person ELSE '' END, -c.level, c.topic,
       c.label, c.person, c.level, coalesce(n.level, 0),
       CASE WHEN n.level IS NULL THEN 0 WHEN c.level > n.level THEN 2
            ELSE 1 END,
       coalesce(extract(epoch FROM n.sent_at)::text, '')
FROM conditions c
LEFT JOIN (SELECT topic, sent_at,
                  CASE WHEN recovered_at IS NULL THEN level END AS level
           FROM lark_batch.notices WHERE source = $1 AND channel = $2) n
    ON n.topic = c.topic
WHERE c.level = ANY ($3::int[]) AND NOT c.quiet
  AND (cardinality($4::text[]) = 0 OR c.app = ANY ($4::text[]))
  AND (NOT $6 OR c.person <> '')
  AND (n.level IS NULL OR c.level > n.level
       OR least(n.sent_at, now())
          <= now() - make_interval(secs => $5::bigint / 1000.0))
  AND (c.past_from IS NULL OR (n.level IS NULL
       AND (n.sent_at IS NULL OR n.sent_at < c.past_from))))sql";

// $3 the examined apps that the channel hears of, $4 by person, $5 topics.
constexpr const char* k_freeze_recovered = R"sql(
INSERT INTO due_notices
SELECT n.app, CASE WHEN $4 THEN n.person ELSE '' END, 1, n.topic, n.label,
       n.person, n.level, n.level, 3, extract(epoch FROM n.sent_at)::text
FROM lark_batch.notices n
WHERE n.source = $1 AND n.channel = $2 AND n.recovered_at IS NULL
  AND n.app = ANY ($3::text[])
  AND (cardinality($5::text[]) = 0 OR n.topic = ANY ($5::text[]))
  AND (NOT $4 OR n.person <> '')
  AND NOT EXISTS (SELECT FROM conditions c
                  WHERE c.topic = n.topic AND c.past_from IS NULL))sql";

constexpr const char* k_finish_freeze = R"sql(
CREATE INDEX ON due_notices (app, addressee, rank, topic);
ANALYZE due_notices;)sql";

constexpr const char* k_groups = R"sql(
SELECT g.app, g.addressee, d.label, d.level, d.kind, count(*)
FROM (SELECT app, addressee FROM due_notices
      WHERE NOT $4 OR (app, addressee) > ($1, $2)
      GROUP BY app, addressee ORDER BY app, addressee LIMIT $3::int) g
JOIN due_notices d USING (app, addressee)
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 5, 4 DESC, 3)sql";

constexpr const char* k_entries = R"sql(
SELECT d.topic, d.app, d.label, d.person, d.level, d.previous, d.kind, d.told,
       coalesce(c.facts::text, '{}'),
       ARRAY(SELECT f.key FROM jsonb_each_text(c.facts) f ORDER BY f.key),
       ARRAY(SELECT coalesce(f.value, '') FROM jsonb_each_text(c.facts) f
             ORDER BY f.key)
FROM (SELECT * FROM due_notices WHERE app = $1 AND addressee = $2
      ORDER BY rank, topic LIMIT $3::bigint) d
LEFT JOIN conditions c ON c.topic = d.topic AND d.kind <> 3
ORDER BY d.rank, d.topic)sql";

// $3 app, $4 addressee, $5 all of the group or $6 only these topics. Sent is
// what was told when it was frozen: sending may take its time, and a timer
// that starts it every day would find the last notice a little too young.
constexpr const char* k_record_present = R"sql(
INSERT INTO lark_batch.notices AS known
    (source, channel, topic, app, label, person, level, first_sent_at, sent_at)
SELECT $1, $2, topic, app, label, person, level, frozen_at, frozen_at
FROM due_notices WHERE app = $3 AND addressee = $4 AND kind <> 3
  AND ($5 OR topic = ANY ($6::text[]))
ON CONFLICT (source, channel, topic) DO UPDATE SET
    app = excluded.app, label = excluded.label, person = excluded.person,
    level = excluded.level, sent_at = excluded.sent_at, recovered_at = NULL,
    times = CASE WHEN known.recovered_at IS NULL THEN known.times ELSE 0 END
            + 1,
    first_sent_at = CASE WHEN known.recovered_at IS NULL
                         THEN known.first_sent_at
                         ELSE excluded.sent_at END)sql";

constexpr const char* k_record_recovered = R"sql(
UPDATE lark_batch.notices n
SET recovered_at = d.frozen_at, sent_at = d.frozen_at
FROM due_notices d
WHERE d.app = $3 AND d.addressee = $4 AND d.rank = 1 AND d.kind = 3
  AND ($5 OR d.topic = ANY ($6::text[]))
  AND n.source = $1 AND n.channel = $2 AND n.topic = d.topic)sql";

constexpr const char* k_add_condition = R"sql(
INSERT INTO conditions (topic, app, label, person, level, facts)
VALUES ($1, $2, $3, $4, $5::int, $6::jsonb))sql";

constexpr const char* k_record_told_before = R"sql(
INSERT INTO lark_batch.notices AS known
    (source, channel, topic, app, label, person, level, first_sent_at, sent_at)
VALUES ($1, $2, $3, $4, $5, $6, $7::int, to_timestamp($8::float8),
        to_timestamp($8::float8))
ON CONFLICT (source, channel, topic) DO UPDATE SET
    level = excluded.level, sent_at = excluded.sent_at, recovered_at = NULL,
    times = known.times + 1
WHERE known.sent_at < excluded.sent_at)sql";

constexpr const char* k_is_open = R"sql(
SELECT EXISTS (SELECT FROM lark_batch.notices
               WHERE source = $1 AND topic = $2 AND recovered_at IS NULL))sql";

constexpr const char* k_record_over = R"sql(
UPDATE lark_batch.notices SET recovered_at = now()
WHERE source = $1 AND topic = $2 AND recovered_at IS NULL
  AND sent_at < to_timestamp($3::float8))sql";

// A timer is not exact to the second: what is nearly due is due.
clock::Duration age_to_repeat(clock::Duration repeat_after) {
    constexpr clock::Duration k_most_slack{3'600'000};
    return repeat_after - std::min(k_most_slack, repeat_after / 20);
}

std::string int_array(const std::vector<int>& numbers) {
    std::vector<std::string> texts;
    texts.reserve(numbers.size());
    for (const int number : numbers) {
        texts.push_back(std::to_string(number));
    }
    return text_array(texts);
}

// Those of the examined apps that the channel hears of.
std::vector<std::string> heard(const NoticeScope& scope) {
    if (scope.apps.empty()) {
        return scope.examined;
    }
    std::vector<std::string> both;
    for (const auto& app : scope.examined) {
        for (const auto& known : scope.apps) {
            if (app == known) {
                both.push_back(app);
            }
        }
    }
    return both;
}

long long fill_due(pqxx::transaction_base& transaction,
                   const NoticeScope& scope) {
    long long rows = 0;
    rows += static_cast<long long>(
        transaction
            .exec_params(k_freeze_present, scope.source, scope.channel,
                         int_array(scope.levels), text_array(scope.apps),
                         static_cast<long long>(
                             age_to_repeat(scope.repeat_after).count()),
                         scope.by_person)
            .affected_rows());
    rows += static_cast<long long>(
        transaction
            .exec_params(k_freeze_recovered, scope.source, scope.channel,
                         text_array(heard(scope)), scope.by_person,
                         text_array(scope.topics))
            .affected_rows());
    return rows;
}

Notice notice_of(const pqxx::row& row) {
    Notice notice;
    notice.topic = row[0].c_str();
    notice.app = row[1].c_str();
    notice.label = row[2].c_str();
    notice.person = row[3].c_str();
    notice.level = row[4].as<int>();
    notice.previous = row[5].as<int>();
    notice.kind = static_cast<NoticeKind>(row[6].as<int>());
    notice.told = row[7].c_str();
    notice.facts_json = row[8].c_str();
    const auto names = text_array_of(row[9]);
    const auto values = text_array_of(row[10]);
    for (std::size_t at = 0; at < names.size(); ++at) {
        notice.facts[names[at]] = values.at(at);
    }
    return notice;
}

void add_count(std::vector<NoticeGroup>& groups, const pqxx::row& row) {
    const std::string app = row[0].c_str();
    const std::string person = row[1].c_str();
    if (groups.empty() || groups.back().app != app ||
        groups.back().person != person) {
        groups.push_back({app, person});
    }
    groups.back().counts.push_back({row[2].c_str(), row[3].as<int>(),
                                    static_cast<NoticeKind>(row[4].as<int>()),
                                    row[5].as<long long>()});
}

// Null: all topics of the group.
void record(Connection& connection, const NoticeScope& scope,
            const NoticeGroup& group, const std::vector<std::string>* topics) {
    const bool whole = topics == nullptr;
    const std::string chosen =
        text_array(whole ? std::vector<std::string>{} : *topics);
    transact(connection, [&](pqxx::transaction_base& transaction) {
        for (const char* sql : {k_record_present, k_record_recovered}) {
            transaction.exec_params(sql, scope.source, scope.channel, group.app,
                                    group.person, whole, chosen);
        }
    });
}

}  // namespace

void create_conditions(Connection& connection) {
    transact(connection, [](pqxx::transaction_base& transaction) {
        transaction.exec(k_create_conditions);
    });
}

void add_condition(Connection& connection, const Notice& notice) {
    transact(connection, [&](pqxx::transaction_base& transaction) {
        transaction.exec_params(k_add_condition, notice.topic, notice.app,
                                notice.label, notice.person, notice.level,
                                notice.facts_json);
    });
}

long long freeze_due(Connection& connection, const NoticeScope& scope,
                     FutureNotices future) {
    long long rows = 0;
    transact(connection, [&](pqxx::transaction_base& transaction) {
        transaction.exec("ANALYZE conditions");
        transaction.exec(k_create_due);
        if (future == FutureNotices::corrected) {
            transaction.exec_params(k_correct_future, scope.source,
                                    scope.channel);
        }
        transaction.exec(k_join_by_hash);
        rows = fill_due(transaction, scope);
        transaction.exec(k_finish_freeze);
    });
    return rows;
}

std::vector<NoticeGroup> due_groups(Connection& connection,
                                    const NoticeGroup* after, int limit) {
    std::vector<NoticeGroup> groups;
    translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        for (const pqxx::row& row :
             direct.exec_params(k_groups, after != nullptr ? after->app : "",
                                after != nullptr ? after->person : "", limit,
                                after != nullptr)) {
            add_count(groups, row);
        }
    });
    return groups;
}

std::vector<Notice> due_notices(Connection& connection,
                                const NoticeGroup& group, long long limit) {
    std::vector<Notice> notices;
    translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        for (const pqxx::row& row :
             direct.exec_params(k_entries, group.app, group.person, limit)) {
            notices.push_back(notice_of(row));
        }
    });
    return notices;
}

void record_told(Connection& connection, const NoticeScope& scope,
                 const NoticeGroup& group) {
    record(connection, scope, group, nullptr);
}

void record_told(Connection& connection, const NoticeScope& scope,
                 const NoticeGroup& group,
                 const std::vector<std::string>& topics) {
    record(connection, scope, group, &topics);
}

void record_told_before(Connection& connection, const std::string& source,
                        const std::string& channel, const Notice& notice,
                        clock::WallTime sent_at) {
    transact(connection, [&](pqxx::transaction_base& transaction) {
        transaction.exec_params(k_record_told_before, source, channel,
                                notice.topic, notice.app, notice.label,
                                notice.person, notice.level,
                                clock::unix_seconds(sent_at));
    });
}

bool is_open(Connection& connection, const std::string& source,
             const std::string& topic) {
    bool open = false;
    translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        open = direct.exec_params1(k_is_open, source, topic)[0].as<bool>();
    });
    return open;
}

void record_over(Connection& connection, const std::string& source,
                 const std::string& topic, clock::WallTime since) {
    transact(connection, [&](pqxx::transaction_base& transaction) {
        transaction.exec_params(k_record_over, source, topic,
                                clock::unix_seconds(since));
    });
}

}  // namespace lark_batch::db
