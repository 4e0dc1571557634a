#include "tools/lark-check-tokens/refresh.hpp"

#include <fmt/format.h>

#include <deque>

#include "lib/log/log.hpp"
#include "lib/run/api_counter.hpp"
#include "lib/run/token_surroundings.hpp"
#include "lib/run/wiring.hpp"

namespace lark_batch::check_tokens {

namespace {

// Of the run's time; the rest is for judging and telling.
constexpr double k_share_of_time = 0.8;

// What one run takes on; the rest is due in the next.
constexpr int k_most_per_app = 100'000;

// One app's share of the work.
struct AppWork {
    AppWork(run::Context& context, const tokens::Keyring& keys,
            const config::AppSettings& app, const tokens::Surroundings& around,
            lark::Observer& observer, clock::Duration ahead)
        : name(app.name),
          client(run::oauth_app(app), context.http(), clock::system_clock(),
                 *around.deadline, observer),
          rotation(keys, client, around, {ahead, std::nullopt}) {}

    std::string name;
    lark::OAuthClient client;
    tokens::Rotation rotation;
    std::int64_t due = 0;
};

clock::Deadline deadline_of(const run::Context& context) {
    const clock::Duration left = context.deadline().remaining();
    clock::Clock& clock = clock::system_clock();
    if (left == clock::Duration::max()) {
        return clock::Deadline{clock};
    }
    return {clock, clock::Duration{static_cast<clock::Duration::rep>(
                       static_cast<double>(left.count()) * k_share_of_time)}};
}

tokens::Surroundings surroundings_of(run::Context& context,
                                     const clock::Deadline& deadline) {
    tokens::Surroundings around;
    around.database = [&]() -> db::Connection& { return context.database(); };
    around.reconnect = [&]() -> db::Connection& { return context.reconnect(); };
    around.listen = [&] { context.http().step(clock::Duration::zero()); };
    around.clock = &clock::system_clock();
    around.deadline = &deadline;
    around.worker = run::this_worker();
    around.spool = run::token_spool(context.settings().run.state_directory);
    return around;
}

// Interrupted ones first: they may be the ones that end soonest.
void add_due(run::Context& context, AppWork& work, clock::Duration ahead) {
    db::Connection& database = context.database();
    const auto interrupted =
        db::interrupted_tokens(database, work.name, k_most_per_app);
    const auto due = db::due_tokens(database, work.name, ahead, k_most_per_app);
    work.rotation.add(interrupted);
    work.rotation.add(due);
    work.due = static_cast<std::int64_t>(interrupted.size() + due.size());
}

void take_spooled(const tokens::Surroundings& around) {
    const tokens::FromSpool taken = tokens::store_spooled(around);
    if (taken.stored > 0) {
        log::info("stored tokens that waited for the database",
                  {{"tokens", taken.stored}});
    }
    if (taken.set_aside > 0) {
        log::error(
            "tokens that waited for the database cannot be stored; they are "
            "set aside in tokens.spool.broken in the state directory",
            {{"tokens", taken.set_aside}});
    }
}

void show_progress(run::Context& context, const std::deque<AppWork>& all) {
    std::int64_t due = 0;
    std::int64_t done = 0;
    for (const AppWork& work : all) {
        due += work.due;
        done += work.rotation.tally().tried();
    }
    const double seconds = context.seconds();
    context.show_progress(
        fmt::format("refreshed {} of {} tokens, {:.0f}/s", done, due,
                    seconds > 0 ? static_cast<double>(done) / seconds : 0));
}

Refreshed result_of(const AppWork& work) {
    const tokens::Rotation& rotation = work.rotation;
    Refreshed result;
    result.tally = rotation.tally();
    result.due = work.due;
    result.error = rotation.error();
    result.blocked = rotation.blocked();
    result.left = result.blocked ? 0 : work.due - result.tally.tried();
    return result;
}

}  // namespace

std::map<std::string, Refreshed> refresh_due(
    run::Context& context, const tokens::Keyring& keys,
    const std::vector<const config::AppSettings*>& apps,
    clock::Duration refresh_ahead) {
    const clock::Deadline deadline = deadline_of(context);
    const tokens::Surroundings around = surroundings_of(context, deadline);
    take_spooled(around);
    run::ApiCounter counter{context.deltas()};
    std::deque<AppWork> works;
    std::vector<tokens::Rotation*> rotations;
    for (const config::AppSettings* app : apps) {
        AppWork& work = works.emplace_back(context, keys, *app, around, counter,
                                           refresh_ahead);
        add_due(context, work, refresh_ahead);
        rotations.push_back(&work.rotation);
    }
    tokens::drive(
        rotations, context.http(), clock::system_clock(),
        [&] { return context.stop_reason().has_value(); },
        [&] { show_progress(context, works); });
    context.end_progress();
    context.check_stop();
    std::map<std::string, Refreshed> results;
    for (const AppWork& work : works) {
        results.emplace(work.name, result_of(work));
    }
    return results;
}

}  // namespace lark_batch::check_tokens
