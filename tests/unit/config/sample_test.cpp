#include <doctest/doctest.h>

#include "lib/config/render.hpp"
#include "lib/config/shared_options.hpp"
#include "lib/text/strings.hpp"
#include "tests/unit/config/fixture.hpp"

namespace lark_batch::config::test {

TEST_CASE("sample: it loads as it is and with every line in force") {
    SharedSettings shown;
    OptionSet set;
    declare_shared(set, shown, {"sync_users", true}, AppUse::used);
    std::string text = sample(set);
    SUBCASE("as it is") {}
    SUBCASE("uncommented") {
        std::string all;
        for (const auto& line : text::split(text, '\n')) {
            const bool setting =
                line.size() > 1 && line[0] == '#' && line[1] != ' ';
            all += (setting ? line.substr(1) : line) + "\n";
        }
        text = all;
    }
    CAPTURE(text);
    Folder folder;
    SharedSettings settings;
    OptionSet options;
    declare_shared(options, settings, {"sync_users", true}, AppUse::unused);
    // The sample names secret files that are not there.
    std::erase_if(options.options(), [](const Option& option) {
        return option.declared().is_secret();
    });
    std::string kept;
    for (const auto& line : text::split(text, '\n')) {
        const bool secret = line.starts_with("password_file") ||
                            line.starts_with("#pass") ||
                            line.starts_with("heartbeat_url");
        kept += secret ? "" : line + "\n";
    }
    const auto file = folder.write("sample.toml", kept);
    const char* argv[] = {"x", "--config", file.c_str()};
    CHECK_NOTHROW(load({"x", "", "", {}}, options, 3, argv, Environment{}));
}

TEST_CASE("sample: several programs' keys stand there once, by table") {
    Run one;
    Run two;
    const auto text = sample({&one.options, &two.options});
    CHECK(text.find("#level = ") == text.rfind("#level = "));
    CHECK(text.find("[database]") == text.rfind("[database]"));
    CHECK(has(text, "# how many (1 .. 64)\n#count = 4\n"));
}

}  // namespace lark_batch::config::test
