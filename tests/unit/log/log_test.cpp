#include "lib/log/log.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace lark_batch::log {

namespace {

// Collects lines; the next test finds the defaults again.
class Captured {
public:
    explicit Captured(Format format, Level level = Level::debug) {
        Settings settings;
        settings.format = format;
        settings.level = level;
        settings.clock = &m_clock;
        settings.sink = [this](std::string_view line) {
            m_lines.emplace_back(line);
        };
        configure(std::move(settings));
    }
    ~Captured() { configure({}); }
    Captured(const Captured&) = delete;
    Captured& operator=(const Captured&) = delete;

    // The only line since the last call.
    std::string line() {
        REQUIRE(m_lines.size() == 1);
        const std::string line = m_lines.front();
        m_lines.clear();
        return line;
    }
    std::size_t count() const { return m_lines.size(); }

private:
    clock::FakeClock m_clock{
        clock::WallTime{clock::Duration{1'795'313'740'123}}};
    std::vector<std::string> m_lines;
};

bool one_line(const std::string& line) {
    for (const char c : line) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            return false;
        }
    }
    return true;
}

}  // namespace

TEST_CASE("log: text is time, level, message and fields") {
    Captured log{Format::text};
    CHECK(format() == Format::text);
    info("begin", {{"apps", 3}, {"dry_run", true}, {"seconds", 1.5}});
    CHECK(log.line() ==
          "2026-11-22T02:15:40.123Z info    begin apps=3 dry_run=true "
          "seconds=1.500");
    warning("slow");
    CHECK(log.line() == "2026-11-22T02:15:40.123Z warning slow");
}

TEST_CASE("log: json is one object with typed fields") {
    Captured log{Format::json};
    CHECK(format() == Format::json);
    error("it \"broke\"",
          {{"code", 9499L}, {"app", "人"}, {"ok", false}, {"s", 0.25}});
    CHECK(log.line() ==
          R"({"time":"2026-11-22T02:15:40.123Z","level":"error",)"
          R"("message":"it \"broke\"","code":9499,"app":"人","ok":false,)"
          R"("s":0.25})");
}

TEST_CASE("log: journal has the priority first and no time of its own") {
    Captured log{Format::journal};
    debug("a");
    CHECK(log.line() == "<7>a");
    info("a", {{"k", "v"}});
    CHECK(log.line() == "<6>a k=v");
    warning("a");
    CHECK(log.line() == "<4>a");
    error("a");
    CHECK(log.line() == "<3>a");
}

TEST_CASE("log: what is below the level is not written") {
    Captured log{Format::text, Level::warning};
    debug("no");
    info("no");
    CHECK(log.count() == 0);
    CHECK_FALSE(enabled(Level::info));
    CHECK(enabled(Level::warning));
    warning("yes");
    error("yes");
    CHECK(log.count() == 2);
}

TEST_CASE("log: one line whatever the message and its fields hold") {
    constexpr char bytes[] = "a\nb\rc\td\ve\ff\x1b[2Jg\x7fh\0i\xff\n<0>forged";
    const std::string hostile{bytes, sizeof bytes - 1};
    for (const Format format : {Format::text, Format::json, Format::journal}) {
        Captured log{format};
        info(hostile, {{"field", hostile}});
        CHECK(one_line(log.line()));
    }
}

TEST_CASE("log: a json line is UTF-8 whatever the bytes were") {
    Captured log{Format::json};
    info("\xd6\xd0", {{"k", "\xff"}});
    const std::string line = log.line();
    CHECK(line.find(R"("message":"\ufffd\ufffd","k":"\ufffd")") !=
          std::string::npos);
}

TEST_CASE("log: a text field is quoted when it could be mistaken") {
    Captured log{Format::journal};
    info("m", {{"plain", "a-b:c/人"}, {"empty", ""}, {"blank", "a b"}});
    CHECK(log.line() == R"(<6>m plain=a-b:c/人 empty="" blank="a b")");
    info("m", {{"equals", "a=b"}, {"quote", "a\"b"}, {"slash", "a\\b"}});
    CHECK(log.line() == R"(<6>m equals="a=b" quote="a\"b" slash="a\\b")");
    info("m", {{"tab", "a\tb"}, {"escape", "\x1b"}});
    CHECK(log.line() == R"(<6>m tab="a\tb" escape="\u001b")");
}

TEST_CASE("log: numbers of every width arrive whole") {
    Captured log{Format::journal};
    info("m", {{"a", -1}, {"b", 4'294'967'296UL}, {"c", 5LL}});
    CHECK(log.line() == "<6>m a=-1 b=4294967296 c=5");
}

}  // namespace lark_batch::log
