// kill -9 at any moment of the check: no pair is lost unseen.
#include <doctest/doctest.h>

#include <random>
#include <set>

#include "tests/tokens/inbox.hpp"
#include "tests/tokens/office.hpp"

using namespace lark_batch::test;

namespace {

constexpr int k_kills = 300;
constexpr int k_people = 8;
// Between two undisturbed runs.
constexpr int k_stretch = 25;

// All tokens with their journal, as the database has it now, and what the
// process $1 has begun there.
constexpr const char* k_look =
    "WITH own AS (SELECT * FROM lark_batch.token_refresh_journal"
    "  WHERE pid = $1) SELECT json_build_object("
    "'begun', (SELECT count(*) FROM own),"
    "'open', (SELECT count(*) FROM own WHERE ended_at IS NULL),"
    "'tokens', (SELECT json_agg(t) FROM (SELECT subject, state, reason,"
    " encode(refresh_hash, 'hex') AS hash,"
    " EXISTS (SELECT FROM lark_batch.token_refresh_journal j"
    "  WHERE j.token_id = k.token_id AND ended_at IS NULL) AS open,"
    " EXISTS (SELECT FROM lark_batch.token_refresh_journal j"
    "  WHERE j.token_id = k.token_id AND j.old_hash = k.refresh_hash"
    "  AND outcome = 'lost') AS confessed FROM lark_batch.tokens k) t))";

// Where kills hit, by what the killed run left in the journal.
struct Hits {
    int before = 0;  // nothing begun
    int within = 0;  // intents without an end
    int after = 0;   // all ended
};

// The receiver's view: what it was told twice though nothing had changed.
class Listener {
public:
    // A run that was killed may not have recorded its last message: the next
    // one repeats it, and a receiver knows it by its key or takes it twice.
    void hear(const std::vector<Told>& news, bool killed) {
        for (const Told& told : news) {
            const bool again = m_keys.contains(told.key + told.topic);
            const bool known = m_told.contains(told.topic);
            const bool unsure = m_unsure.contains(told.topic);
            if (told.kind == "repeated" ||
                (told.kind == "new" && known && !unsure && !again)) {
                ++m_doubles;
            }
            note(told, killed);
        }
    }
    int doubles() const { return m_doubles; }
    int told() const { return m_lines; }

private:
    void note(const Told& told, bool killed) {
        ++m_lines;
        m_keys.insert(told.key + told.topic);
        told.kind == "recovered" ? m_told.erase(told.topic)
                                 : m_told.insert(told.topic).second;
        killed ? m_unsure.insert(told.topic).second
               : m_unsure.erase(told.topic);
    }

    std::set<std::string> m_keys;
    std::set<std::string> m_told;
    std::set<std::string> m_unsure;
    int m_doubles = 0;
    int m_lines = 0;
};

class Siege {
public:
    Siege() : m_office({"hr"}, {"--latency-ms", "20"}) {
        Setup setup;
        // Every token is due in every run; whole ones are no news.
        setup.sections =
            "[check_tokens]\nrefresh_ahead = \"6d\"\n"
            "warning_days = 1\ncritical_days = 1\n" +
            Office::routes({"ops"}) +
            m_office.channel("ops", "webhook", m_inbox.url());
        m_office.configure(setup);
        m_office.lark("settings", {{"refresh_seconds", 5 * 86'400}});
        for (const Person& person : m_office.employ(k_people)) {
            m_places[person.open_id] = static_cast<int>(m_places.size());
        }
        m_office.end_in("5 days");
        run_undisturbed();
    }

    void kill_once() {
        // Of an undisturbed run's time; that it starts costs the first part.
        std::uniform_real_distribution<double> share{0.05, 0.9};
        const Milliseconds delay{
            static_cast<int>(share(m_random) * m_seconds * 1000)};
        Process check{m_office.check_command({"--lock-wait", "20s"})};
        const bool ended = check.wait(delay).has_value();
        const pid_t pid = check.pid();
        CHECK_FALSE(tells_secret(check.kill9().err));
        const json found = examine(pid);
        if (!ended) {
            note_hit(found);
            ++m_kills;
        }
        m_listener.hear(m_inbox.news(), !ended);
    }

    // Nothing is in doubt after it.
    void run_undisturbed() {
        const Ran run = m_office.check_to(0, {"--lock-wait", "20s"});
        m_seconds = run.seconds;
        examine(0);
        m_listener.hear(m_inbox.news(), false);
        CHECK(m_office.sql("SELECT (SELECT count(*) FROM lark_batch.tokens"
                           " WHERE state = 'refreshing'), (SELECT count(*)"
                           " FROM lark_batch.token_refresh_journal"
                           " WHERE ended_at IS NULL)") == "0|0");
    }

    // Who must log in again does, once they are many.
    void log_in() {
        if (m_needing_login.size() <= k_people / 3) {
            return;
        }
        People people;
        for (const std::string& open_id : m_needing_login) {
            people.push_back(m_office.consent(1, m_places.at(open_id)).front());
        }
        m_office.import(people);
        m_office.end_in("5 days");
    }

    int kills() const { return m_kills; }
    int losses() const { return m_losses; }
    const Hits& hits() const { return m_hits; }
    const Listener& listener() const { return m_listener; }
    int lost_in_journal() const {
        return std::stoi(
            m_office.sql("SELECT count(*) FROM lark_batch.token_refresh_journal"
                         " WHERE outcome = 'lost'"));
    }

private:
    void note_hit(const json& found) {
        int& place = found.at("begun") == 0  ? m_hits.before
                     : found.at("open") == 0 ? m_hits.after
                                             : m_hits.within;
        ++place;
    }

    // First the database, then Lark: what is closed there is done here.
    json examine(pid_t pid) {
        std::string query = k_look;
        query.replace(query.find("$1"), 2, std::to_string(pid));
        json found = json::parse(m_office.sql(query));
        const json& tokens = found.at("tokens");
        const auto living = m_office.living();
        std::set<std::string> needing;
        CHECK(tokens.size() == k_people);
        for (const json& token : tokens) {
            const std::string open_id = token.at("subject");
            if (token.at("state") == "needs_login") {
                CHECK(token.at("reason") == "lost");
                CHECK(token.at("confessed") == true);
                needing.insert(open_id);
            } else if (token.at("state") == "refreshing") {
                CHECK(token.at("open") == true);
            } else {
                CHECK(token.at("state") == "valid");
                CHECK(token.at("hash") == living.at(open_id).at("sha256"));
            }
        }
        for (const std::string& open_id : needing) {
            m_losses += m_needing_login.contains(open_id) ? 0 : 1;
        }
        m_needing_login = needing;
        return found;
    }

    Inbox m_inbox;
    Office m_office;
    std::mt19937 m_random{20261122};
    std::map<std::string, int> m_places;
    std::set<std::string> m_needing_login;
    double m_seconds = 0;
    Hits m_hits;
    int m_kills = 0;
    int m_losses = 0;
    Listener m_listener;
};

}  // namespace

TEST_CASE("300 times kill -9: no pair lost without a word, no double notice") {
    Siege siege;
    for (int round = 1; siege.kills() < k_kills && round < 2 * k_kills;
         ++round) {
        siege.kill_once();
        if (round % k_stretch == 0) {
            siege.run_undisturbed();
        }
        siege.log_in();
    }
    siege.run_undisturbed();
    const Hits& hits = siege.hits();
    MESSAGE(siege.kills() << " kills: " << hits.before << " before, "
                          << hits.within << " within, " << hits.after
                          << " after the calls; " << siege.losses()
                          << " logins lost, " << siege.listener().told()
                          << " lines told");
    CHECK(siege.kills() == k_kills);
    CHECK(hits.before >= k_kills / 30);
    CHECK(hits.within >= k_kills / 10);
    CHECK(hits.after >= k_kills / 10);
    // The window is real: Lark took some tokens whose answers nobody stored.
    CHECK(siege.losses() > 0);
    CHECK(siege.lost_in_journal() >= siege.losses());
    CHECK(siege.listener().told() > 0);
    CHECK(siege.listener().doubles() == 0);
}
