// A channel, and what of the table `conditions` it would be told of.
#pragma once

#include <string>
#include <vector>

#include "lib/db/notices.hpp"
#include "tests/db/database.hpp"

namespace lark_batch::db {

inline constexpr clock::Duration k_day{24 * 3'600'000};

// It hears of everything.
struct Told {
    Database database{Schema::migrated};
    Connection connection{database.connect()};
    NoticeScope scope{"check", "ops", {1, 2, 3}, {}, {"hr"}, k_day};

    // Rows of (topic, level), of app hr.
    void conditions(const std::string& rows) {
        create_conditions(connection);
        if (!rows.empty()) {
            connection.execute(
                "INSERT INTO conditions (topic, level, app, label, person,"
                " facts) SELECT t, l, 'hr', 'user', 'ou_' || t,"
                " jsonb_build_object('days', 3, 'of', t) FROM (VALUES " +
                rows + ") AS given(t, l)");
        }
    }
    long long freeze() {
        return freeze_due(connection, scope, FutureNotices::corrected);
    }
    // "topic:kind:level:previous" of what is due, groups by " | ".
    std::string due() {
        static const std::vector<std::string> kinds{"new", "repeated",
                                                    "escalated", "recovered"};
        std::string all;
        freeze();
        for (const auto& group : due_groups(connection, nullptr, 100)) {
            all += all.empty() ? "" : "| ";
            for (const auto& each : due_notices(connection, group, 100)) {
                all += each.topic + ":" +
                       kinds.at(static_cast<std::size_t>(each.kind)) + ":" +
                       std::to_string(each.level) + ":" +
                       std::to_string(each.previous) + " ";
            }
        }
        return all;
    }
    void tell() {
        freeze();
        for (const auto& group : due_groups(connection, nullptr, 100)) {
            record_told(connection, scope, group);
        }
    }
    // As if all had been told that much earlier.
    void age(const std::string& interval) {
        connection.execute(
            "UPDATE lark_batch.notices SET sent_at = sent_at -"
            " interval '" +
            interval + "'");
    }
};

}  // namespace lark_batch::db
