#include "lib/tokens/rotation.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <set>
#include <utility>

#include "lib/tokens/pair.hpp"
#include "lib/tokens/pair_keeper.hpp"

namespace lark_batch::tokens {

namespace {

using clock::Duration;
using clock::Instant;
using Kind = db::Ended::Kind;
using lark::GrantFault;

// Intents of one transaction.
constexpr std::size_t k_most_at_once = 32;
// Nothing is begun so shortly before the end of the run's time.
constexpr Duration k_last_beginning{5'000};
constexpr Duration k_longest_pause{200};
constexpr Duration k_time_to_finish{8'000};

Kind kind_of(const lark::GrantFailure& failure) {
    switch (failure.fault) {
        case GrantFault::unknown:
            return Kind::unknown;
        case GrantFault::spent:
        case GrantFault::login:
        case GrantFault::person:
            return Kind::refused;
        case GrantFault::admin:
        case GrantFault::config:
        case GrantFault::bug:
            return Kind::blocked;
        default:
            return Kind::failed;
    }
}

// What the row keeps for people: one word.
std::string reason_of(const lark::GrantFailure& failure) {
    switch (failure.fault) {
        case GrantFault::spent:
            return "revoked";
        case GrantFault::person:
            return "person";
        case GrantFault::login:
            return failure.code == 20037 ? "expired" : "refused";
        case GrantFault::unavailable:
        case GrantFault::unknown:
            return "";
        default:
            return "blocked";
    }
}

bool concerns_the_app(const lark::GrantFailure& failure) {
    return std::find(k_codes_of_the_app.begin(), k_codes_of_the_app.end(),
                     failure.code) != k_codes_of_the_app.end();
}

}  // namespace

Rotation::Rotation(const Keyring& keys, lark::OAuthClient& client,
                   const Surroundings& around, db::Due due)
    : m_keys(&keys), m_client(&client), m_around(&around), m_due(due) {}

void Rotation::add(const std::vector<db::TokenId>& ids) {
    // Lists that were read one after the other may share a token: begun
    // twice, its refresh token would be spent twice.
    std::set<db::TokenId> known{m_waiting.begin(), m_waiting.end()};
    std::vector<db::TokenId> fresh;
    std::copy_if(ids.begin(), ids.end(), std::back_inserter(fresh),
                 [&](db::TokenId id) { return known.insert(id).second; });
    m_waiting.insert(m_waiting.begin(), fresh.rbegin(), fresh.rend());
}

void Rotation::advance() {
    settle();
    if (!m_broken) {
        try_to_begin();
    }
    m_client->advance();
}

// What cannot be begun is not begun; what is under way goes on.
void Rotation::try_to_begin() {
    try {
        begin();
    } catch (const errors::Error& error) {
        note(error);
        m_waiting.clear();
        if (error.kind() == errors::Kind::unavailable && m_open == 0) {
            m_broken = error;
        }
    }
}

Instant Rotation::next_start() const {
    const Instant next = m_client->next_start();
    return m_waiting.empty() ? next : std::min(next, m_client->next_room());
}

bool Rotation::may_begin() const {
    return !m_blocked && m_around->deadline->remaining() > k_last_beginning;
}

void Rotation::note(const errors::Error& error) {
    if (!m_error) {
        m_error = error;
    }
}

// --- before the call

void Rotation::begin() {
    if (!may_begin()) {
        m_waiting.clear();
    }
    const std::size_t count =
        std::min({m_client->room(), m_waiting.size(), k_most_at_once});
    if (count == 0) {
        return;
    }
    const std::vector<db::TokenId> ids{
        m_waiting.rbegin(),
        m_waiting.rbegin() + static_cast<std::ptrdiff_t>(count)};
    m_waiting.resize(m_waiting.size() - count);
    for (db::BegunToken& begun : db::begin_rotation(m_around->database(), ids,
                                                    m_due, m_around->worker)) {
        if (begun.result == db::Begun::busy) {
            ++m_tally.busy;
        } else if (begun.result == db::Begun::not_due) {
            ++m_tally.not_due;
        } else if (begun.attempt) {
            start(std::move(*begun.attempt));
        }
    }
}

void Rotation::start(db::Attempt attempt) {
    ++m_open;
    text::Secret refresh_token;
    try {
        refresh_token = open_refresh(*m_keys, attempt.row);
    } catch (const errors::Error& error) {
        note(error);
        answered({std::move(attempt), Kind::failed});
        return;
    }
    // std::function copies what it holds.
    const auto held = std::make_shared<db::Attempt>(std::move(attempt));
    const Instant asked = m_around->clock->instant();
    m_client->refresh(
        std::move(refresh_token),
        [this, held, asked](const lark::Grant& grant) {
            take(*held, asked, grant);
        },
        [this, held](const lark::GrantFailure& failure) {
            take(*held, failure);
        });
}

// --- after the call

void Rotation::take(const db::Attempt& attempt, Instant asked,
                    const lark::Grant& grant) {
    const auto elapsed = std::chrono::duration_cast<Duration>(
        m_around->clock->instant() - asked);
    db::Ended ended{attempt, Kind::refreshed};
    ended.pair = seal_grant(*m_keys, attempt.row.identity, grant, elapsed);
    answered(std::move(ended));
}

void Rotation::take(const db::Attempt& attempt,
                    const lark::GrantFailure& failure) {
    db::Ended ended{attempt, kind_of(failure)};
    ended.code = failure.code;
    ended.log_id = failure.log_id;
    ended.reason = reason_of(failure);
    if (failure.fault == GrantFault::spent &&
        (failure.after_unknown || attempt.outcome_unknown)) {
        ended.kind = Kind::lost;
        ended.reason = "lost";
    }
    m_blocked = m_blocked || concerns_the_app(failure);
    if (ended.kind != Kind::refused && ended.kind != Kind::lost) {
        note(failure.error);
    }
    answered(std::move(ended));
}

void Rotation::answered(db::Ended ended) {
    m_answered.push_back(std::move(ended));
}

void Rotation::settle() {
    if (m_answered.empty()) {
        return;
    }
    const std::vector<db::Ended> ended = std::exchange(m_answered, {});
    m_open -= ended.size();
    if (m_broken) {
        m_spooled += spool_pairs(*m_around, ended);
        return;
    }
    const Kept kept = keep(*m_around, ended);
    for (std::size_t i = 0; i < ended.size(); ++i) {
        if (kept.stored[i]) {
            count(ended[i], *kept.stored[i]);
        }
    }
    m_spooled += kept.spooled;
    if (kept.error) {
        note(*kept.error);
    }
    if (kept.gone) {
        m_broken = kept.error;
        m_waiting.clear();
    }
}

void Rotation::count(const db::Ended& ended, db::Stored stored) {
    if (stored == db::Stored::superseded) {
        ++m_tally.superseded;
        return;
    }
    switch (ended.kind) {
        case Kind::refreshed:
            ++m_tally.refreshed;
            break;
        case Kind::unknown:
            ++m_tally.unknown;
            break;
        case Kind::refused:
            ++m_tally.refused;
            break;
        case Kind::lost:
            ++m_tally.lost;
            break;
        default:
            ++m_tally.failed;
    }
}

// --- several apps

namespace {

bool all_done(const std::vector<Rotation*>& rotations) {
    return std::all_of(rotations.begin(), rotations.end(),
                       [](const Rotation* one) { return one->done(); });
}

void pause(const std::vector<Rotation*>& rotations, http::Client& http,
           clock::Clock& clock, Instant end) {
    Instant next = end;
    bool in_flight = false;
    for (const Rotation* one : rotations) {
        next = std::min(next, one->next_start());
        in_flight = in_flight || one->in_flight();
    }
    Duration wait = k_longest_pause;
    if (next != Instant::max()) {
        const auto left = std::chrono::ceil<Duration>(next - clock.instant());
        wait = std::clamp(left, Duration::zero(), wait);
    }
    in_flight ? http.step(wait) : clock.sleep(wait);
}

// Answers that came with the last step are stored, too.
void finish(const std::vector<Rotation*>& rotations) {
    for (Rotation* one : rotations) {
        one->settle();
    }
    for (const Rotation* one : rotations) {
        if (one->broken()) {
            throw told_of_spool(*one->broken(), one->spooled());
        }
    }
}

}  // namespace

void drive(const std::vector<Rotation*>& rotations, http::Client& http,
           clock::Clock& clock, const std::function<bool()>& stopping,
           const std::function<void()>& progress) {
    Instant end = Instant::max();
    while (!all_done(rotations) && clock.instant() < end) {
        if (end == Instant::max() && stopping()) {
            end = clock.instant() + k_time_to_finish;
            for (Rotation* one : rotations) {
                one->stop_beginning();
            }
        }
        for (Rotation* one : rotations) {
            one->advance();
        }
        progress();
        if (!all_done(rotations)) {
            pause(rotations, http, clock, end);
        }
    }
    finish(rotations);
}

}  // namespace lark_batch::tokens
