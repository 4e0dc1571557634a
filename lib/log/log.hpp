// Messages for operators, on stderr, one line each. Library code logs at
// debug only: it throws or returns, and the run reports.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "lib/clock/clock.hpp"

namespace lark_batch::log {

enum class Level { debug, info, warning, error };

// text: "2026-11-22T02:15:40.123Z info    message key=value"; json: one object
// a line; journal: "<6>message key=value", sd-daemon(3)'s priority prefix.
enum class Format { text, json, journal };

struct Field {
    std::string_view key;
    std::variant<std::string_view, long long, double, bool> value;

    Field(std::string_view name, std::string_view text)
        : key(name), value(text) {}
    Field(std::string_view name, const std::string& text)
        : key(name), value(std::string_view{text}) {}
    Field(std::string_view name, const char* text)
        : key(name), value(std::string_view{text}) {}
    Field(std::string_view name, long long number) : key(name), value(number) {}
    Field(std::string_view name, long number)
        : key(name), value(static_cast<long long>(number)) {}
    Field(std::string_view name, int number)
        : key(name), value(static_cast<long long>(number)) {}
    Field(std::string_view name, unsigned long number)
        : key(name), value(static_cast<long long>(number)) {}
    Field(std::string_view name, double number) : key(name), value(number) {}
    Field(std::string_view name, bool flag) : key(name), value(flag) {}
};

using Fields = std::initializer_list<Field>;

struct Settings {
    Level level = Level::info;
    Format format = Format::text;
    // Set in tests; otherwise each line is one write(2) to stderr.
    std::function<void(std::string_view line)> sink;
    clock::Clock* clock = &clock::system_clock();
};

// Process-wide, set once by lib/run before any thread starts.
void configure(Settings wanted);
bool enabled(Level level);
Format format();

void debug(std::string_view message, Fields fields = {});
void info(std::string_view message, Fields fields = {});
void warning(std::string_view message, Fields fields = {});
void error(std::string_view message, Fields fields = {});

}  // namespace lark_batch::log
