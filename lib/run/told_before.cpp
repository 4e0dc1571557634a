#include "lib/run/told_before.hpp"

#include <fmt/format.h>

#include <optional>
#include <system_error>

#include "lib/errors/error.hpp"
#include "lib/files/files.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::run {

namespace {

// "LEVEL MILLISECONDS CHANNEL"; a channel's name may hold blanks.
std::optional<ToldBefore> parse(const std::string& line) {
    const auto first = line.find(' ');
    const auto second = first == line.npos ? first : line.find(' ', first + 1);
    if (second == line.npos) {
        return {};
    }
    const auto level = text::parse_integer(line.substr(0, first));
    const auto at =
        text::parse_integer(line.substr(first + 1, second - first - 1));
    if (!level || *level < 1 || *level > 3 || !at) {
        return {};
    }
    return ToldBefore{line.substr(second + 1), static_cast<int>(*level),
                      clock::WallTime{clock::Duration{*at}}};
}

}  // namespace

ToldFile::ToldFile(const std::filesystem::path& folder,
                   const std::string& topic)
    : m_path(folder / (text::percent_encode(topic) + ".told")) {}

std::vector<ToldBefore> ToldFile::read() const {
    std::vector<ToldBefore> told;
    std::error_code unreadable;
    if (!std::filesystem::exists(m_path, unreadable)) {
        return told;
    }
    for (const std::string& line : text::split(files::read(m_path), '\n')) {
        if (auto one = parse(line)) {
            told.push_back(std::move(*one));
        }
    }
    return told;
}

void ToldFile::write(const std::vector<ToldBefore>& told) const {
    std::string content;
    for (const ToldBefore& one : told) {
        content += fmt::format("{} {} {}\n", one.level,
                               one.at.time_since_epoch().count(), one.channel);
    }
    std::error_code ignored;  // the write says what is wrong
    std::filesystem::create_directories(m_path.parent_path(), ignored);
    files::replace(m_path, content);
}

void ToldFile::forget() const {
    std::error_code ignored;  // most of the time there is none
    std::filesystem::remove(m_path, ignored);
}

}  // namespace lark_batch::run
