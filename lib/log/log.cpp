#include "lib/log/log.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "lib/text/json_writer.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::log {

namespace {

Settings& settings() {
    static Settings instance;
    return instance;
}

constexpr std::array<std::string_view, 4> k_names{"debug", "info", "warning",
                                                  "error"};
// syslog(3) priorities: debug 7, info 6, warning 4, error 3.
constexpr std::array<std::string_view, 4> k_priorities{"<7>", "<6>", "<4>",
                                                       "<3>"};

std::string_view name_of(Level level) {
    return k_names[static_cast<std::size_t>(level)];
}

// Bare when it is one plain word, else quoted, so that a line stays one line
// and its fields can be told apart.
std::string plain(std::string_view text) {
    const bool simple = !text.empty() &&
                        text.find_first_of(" \"=\\") == text.npos &&
                        text::excerpt(text, text.size()) == text;
    return simple ? std::string{text} : text::json_quote(text);
}

struct PlainValue {
    std::string operator()(std::string_view text) const { return plain(text); }
    std::string operator()(long long number) const {
        return std::to_string(number);
    }
    std::string operator()(double number) const {
        return fmt::format("{:.3f}", number);
    }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
};

std::string text_of(std::string_view message, Fields fields) {
    std::string text = text::excerpt(message, message.size());
    for (const Field& field : fields) {
        text += fmt::format(" {}={}", field.key,
                            std::visit(PlainValue{}, field.value));
    }
    return text;
}

std::string text_line(Level level, std::string_view message, Fields fields) {
    return fmt::format("{} {:<7} {}",
                       clock::format_utc(settings().clock->now()),
                       name_of(level), text_of(message, fields));
}

std::string json_line(Level level, std::string_view message, Fields fields) {
    text::JsonWriter json;
    json.begin_object();
    json.field("time", clock::format_utc(settings().clock->now()));
    json.field("level", name_of(level)).field("message", message);
    for (const Field& field : fields) {
        json.key(field.key);
        std::visit([&json](const auto& value) { json.value(value); },
                   field.value);
    }
    return json.end_object().str();
}

std::string line_of(Level level, std::string_view message, Fields fields) {
    switch (settings().format) {
        case Format::json:
            return json_line(level, message, fields);
        case Format::journal:
            return std::string{k_priorities[static_cast<std::size_t>(level)]} +
                   text_of(message, fields);
        case Format::text:
            break;
    }
    return text_line(level, message, fields);
}

// One write a line: lines of processes that share a stderr do not mix. A
// stderr that is full or closed must not stop the job.
void write_line(std::string line) {
    line += '\n';
    const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
    static_cast<void>(written);
}

void emit(Level level, std::string_view message, Fields fields) {
    if (!enabled(level)) {
        return;
    }
    std::string line = line_of(level, message, fields);
    if (settings().sink) {
        settings().sink(line);
    } else {
        write_line(std::move(line));
    }
}

}  // namespace

void configure(Settings wanted) {
    settings() = std::move(wanted);
}

bool enabled(Level level) {
    return level >= settings().level;
}

Format format() {
    return settings().format;
}

void debug(std::string_view message, Fields fields) {
    emit(Level::debug, message, fields);
}

void info(std::string_view message, Fields fields) {
    emit(Level::info, message, fields);
}

void warning(std::string_view message, Fields fields) {
    emit(Level::warning, message, fields);
}

void error(std::string_view message, Fields fields) {
    emit(Level::error, message, fields);
}

}  // namespace lark_batch::log
