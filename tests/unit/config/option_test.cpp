#include <doctest/doctest.h>

#include "tests/unit/config/fixture.hpp"

namespace lark_batch::config::test {

TEST_CASE("option: key and variable follow from the name") {
    OptionSet set;
    std::string value;
    const auto& declared = set.add("log-level", value).declared();
    CHECK(declared.key == "log_level");
    CHECK(declared.env == "LARK_BATCH_LOG_LEVEL");
}

TEST_CASE("option: a key of its own moves the variable along") {
    OptionSet set;
    std::string value;
    const auto& declared = set.add("x", value).key("database.url").declared();
    CHECK(declared.env == "LARK_BATCH_DATABASE_URL");
}

TEST_CASE("option: an entry of an array of tables has no variables") {
    OptionSet set{OptionSet::Purpose::entry};
    std::string value;
    CHECK(set.add("name", value).declared().env.empty());
}

TEST_CASE("option: the same name twice is a bug of ours") {
    OptionSet set;
    bool flag = false;
    set.add("json", flag);
    CHECK_THROWS_WITH_AS(set.add("json", flag),
                         "option 'json' is declared twice", errors::Error);
    OptionSet other;
    other.add("json", flag);
    CHECK_THROWS_AS(set.merge(std::move(other)), errors::Error);
}

TEST_CASE("option: a refused value leaves the target and its origin alone") {
    OptionSet set;
    long long count = 4;
    Option& option = set.add("count", count).range(1, 9);
    CHECK(option.assign({"10"}, {Origin::Place::command_line, {}, 0, 0}));
    CHECK(count == 4);
    CHECK(option.origin().str() == "default");
}

TEST_CASE("option: an origin is told in words") {
    CHECK(Origin{Origin::Place::file, "a.toml", 12, 3}.str() == "a.toml:12");
    CHECK(Origin{Origin::Place::environment, "X", 0, 0}.str() ==
          "environment X");
    CHECK(Origin{Origin::Place::command_line, "", 0, 0}.str() ==
          "command line");
    CHECK(Origin{Origin::Place::credential, "db", 0, 0}.str() ==
          "credential db");
}

TEST_CASE("option: what was required can be made voluntary") {
    Run run;
    std::string name;
    run.options.add("name", name).help("name").required().required(false);
    CHECK_NOTHROW(run.load());
}

TEST_CASE("option: a step can be put before those that are there") {
    OptionSet set;
    std::string order;
    set.after_loading([&] {
        order += "a";
        return Found{};
    });
    set.after_loading([&] {
        order += "b";
        return Found{};
    });
    set.first_after_loading([&] {
        order += "c";
        return Found{};
    });
    for (const auto& step : set.steps()) {
        step();
    }
    CHECK(order == "cab");
}

}  // namespace lark_batch::config::test
