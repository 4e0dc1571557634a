#include "lib/tokens/pair_keeper.hpp"

#include "lib/files/file_lock.hpp"
#include "lib/files/spool.hpp"
#include "lib/tokens/spooled_pair.hpp"

namespace lark_batch::tokens {

namespace {

using errors::Error;

constexpr clock::Duration k_longest_outage{10'000};
constexpr clock::Duration k_pause{250};

std::vector<db::TokenId> ids_of(const std::vector<db::Ended>& ended) {
    std::vector<db::TokenId> ids;
    ids.reserve(ended.size());
    for (const db::Ended& one : ended) {
        ids.push_back(one.attempt.row.id);
    }
    return ids;
}

using Stored = std::vector<db::Stored>;

Stored keep_through(db::Connection& connection,
                    const std::vector<db::Ended>& ended) {
    Stored stored = db::end_rotation(connection, ended);
    db::unlock_tokens(connection, ids_of(ended));
    return stored;
}

// What was stored, or why it was given up.
struct Try {
    Stored stored;
    std::optional<Error> error;
};

Try keep_until(const Surroundings& around, const std::vector<db::Ended>& ended,
               const clock::Deadline& outage) {
    bool fresh = false;
    for (;;) {
        try {
            db::Connection& connection =
                fresh ? around.reconnect() : around.database();
            return {keep_through(connection, ended), std::nullopt};
        } catch (const Error& error) {
            // A server that answers and refuses will refuse again.
            if (error.kind() != errors::Kind::unavailable || outage.passed() ||
                around.deadline->passed()) {
                return {{}, error};
            }
            fresh = true;
            if (around.listen) {
                around.listen();
            }
            around.clock->sleep(k_pause);
        }
    }
}

// Refused data is that pair's own fault; anything else is the database's.
bool is_gone(const Error& error) {
    return error.kind() != errors::Kind::failed;
}

Kept keep_none(const Surroundings& around, const std::vector<db::Ended>& ended,
               const Error& error) {
    Kept kept;
    kept.stored.resize(ended.size());
    kept.spooled = spool_pairs(around, ended);
    kept.error = error;
    kept.gone = is_gone(error);
    return kept;
}

// One that is refused must not take the others along.
Kept keep_each(const Surroundings& around, const std::vector<db::Ended>& ended,
               const clock::Deadline& outage) {
    Kept kept;
    for (const db::Ended& one : ended) {
        Try tried =
            kept.gone ? Try{{}, kept.error} : keep_until(around, {one}, outage);
        if (!tried.error) {
            kept.stored.emplace_back(tried.stored.front());
            continue;
        }
        const Kept none = keep_none(around, {one}, *tried.error);
        kept.stored.emplace_back(std::nullopt);
        kept.spooled += none.spooled;
        kept.error = none.error;
        kept.gone = none.gone;
    }
    return kept;
}

// Whether the database stored it. Throws when it does not answer.
bool store_line(const Surroundings& around, const std::string& line) {
    const auto ended = read_spool_line(line, around.clock->now());
    if (!ended) {
        return false;
    }
    try {
        db::end_rotation(around.database(), {*ended});
        return true;
    } catch (const Error& error) {
        if (error.kind() != errors::Kind::failed) {
            throw;
        }
        return false;
    }
}

std::filesystem::path beside(const std::filesystem::path& path,
                             const char* ending) {
    std::filesystem::path other = path;
    other += ending;
    return other;
}

FromSpool store_lines(const Surroundings& around, const files::Spool& spool) {
    const files::Spool broken{beside(around.spool, ".broken")};
    FromSpool result;
    for (const std::string& line : spool.claim()) {
        if (store_line(around, line)) {
            ++result.stored;
        } else {
            broken.append(line);
            ++result.set_aside;
        }
    }
    spool.discard_claimed();
    return result;
}

}  // namespace

std::size_t spool_pairs(const Surroundings& around,
                        const std::vector<db::Ended>& ended) {
    const files::Spool spool{around.spool};
    std::size_t count = 0;
    for (const db::Ended& one : ended) {
        if (one.pair) {
            spool.append(spool_line(one, around.clock->now()));
            ++count;
        }
    }
    return count;
}

Kept keep(const Surroundings& around, const std::vector<db::Ended>& ended) {
    const clock::Deadline outage{*around.clock, k_longest_outage};
    Try tried = keep_until(around, ended, outage);
    if (!tried.error) {
        return {{tried.stored.begin(), tried.stored.end()}, 0};
    }
    return is_gone(*tried.error) ? keep_none(around, ended, *tried.error)
                                 : keep_each(around, ended, outage);
}

Error told_of_spool(const Error& error, std::size_t spooled) {
    if (spooled == 0) {
        return error;
    }
    return Error{error.kind(),
                 std::to_string(spooled) +
                     " refreshed tokens could not be stored: " + error.what(),
                 "they wait, sealed, in tokens.spool in the state directory: "
                 "start the program again on this host when the database "
                 "takes writes"};
}

FromSpool store_spooled(const Surroundings& around) {
    // Nothing is created where there is nothing: other users, who may not
    // write here, use tokens, too.
    if (!std::filesystem::exists(around.spool) &&
        !std::filesystem::exists(beside(around.spool, ".claimed"))) {
        return {};
    }
    const auto lock =
        files::FileLock::try_lock(beside(around.spool, ".lock"), "lark-batch");
    return lock ? store_lines(around, files::Spool{around.spool}) : FromSpool{};
}

}  // namespace lark_batch::tokens
