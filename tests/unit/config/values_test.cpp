#include <doctest/doctest.h>

#include "lib/config/values.hpp"
#include "tests/unit/config/fixture.hpp"

namespace lark_batch::config::test {

namespace {

// What is wrong with "value" for the option of this name.
std::string refusal(const std::string& name, const std::string& value) {
    Settings settings;
    OptionSet set;
    settings.declare(set);
    const auto complaint =
        set.find(name)->assign({value}, {Origin::Place::file, "f", 1, 1});
    return complaint ? complaint->message + complaint->hint : "";
}

}  // namespace

TEST_CASE("values: each type says what it expects") {
    CHECK(refusal("verbose", "yes") == "must be true or false, not 'yes'");
    CHECK(refusal("count", "4x") == "must be a whole number, not '4x'");
    CHECK(refusal("count", "65") == "must be between 1 and 64, not '65'");
    CHECK(refusal("ratio", "nan") == "must be a number, not 'nan'");
    CHECK(refusal("ratio", "1.5") == "must be between 0 and 1, not '1.5'");
    CHECK(refusal("wait", "90") ==
          "must be a duration such as 90s, 15m or 7d, not '90'");
    CHECK(refusal("wait", "2h") == "must be between 0 and 1h, not '2h'");
    CHECK(refusal("size", "big") ==
          "must be a size such as 512B, 30KiB or 4MiB, not 'big'");
    CHECK(refusal("level", "inof") ==
          "must be one of debug, info, error, not 'inof'"
          "did you mean 'info'?");
    CHECK(refusal("level", "error").empty());
}

TEST_CASE("values: a scalar is given only once, a list as often as wanted") {
    Settings settings;
    OptionSet set;
    settings.declare(set);
    CHECK(set.find("level")->assign({"info", "info"}, {})->message ==
          "must be given only once");
    CHECK_FALSE(set.find("host")->assign({"a", "b"}, {}));
    CHECK(settings.hosts == Strings{"a", "b"});
}

TEST_CASE("values: what is printed can be read again") {
    Settings settings;
    settings.hosts = {"a", "b\"c"};
    CHECK(toml_text(&settings.wait) == "\"90s\"");
    CHECK(toml_text(&settings.size) == "\"30KiB\"");
    CHECK(toml_text(&settings.hosts) == R"(["a", "b\"c"])");
    CHECK(toml_text(&settings.ratio) == "0.5");
    CHECK(toml_text(&settings.push) == "true");
    CHECK(plain_text(&settings.wait) == "90s");
}

TEST_CASE("values: a secret has no text") {
    text::Secret secret{"hunter2"};
    CHECK(plain_text(&secret) == "***");
    CHECK(type_name(&secret) == "secret");
}

}  // namespace lark_batch::config::test
