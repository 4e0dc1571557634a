// Lines kept on disk until somebody can take them: one record a line, fsynced
// before the caller goes on, safe against a crash in the middle of a write
// and against writers on the side.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lark_batch::files {

class Spool {
public:
    explicit Spool(std::filesystem::path path) : m_path(std::move(path)) {}

    // Adds one record, which must not contain a newline. Throws
    // Error(unavailable) when the disk is full or the folder cannot be made;
    // the file then holds what it held before.
    void append(std::string_view record) const;

    // Sets all whole records aside and returns them; records appended later
    // stay in the spool. What is set aside is returned again by the next
    // claim until discard_claimed() is called, so a crash in between repeats
    // records and loses none: the taker must know them by an id.
    std::vector<std::string> claim() const;

    // Forgets what claim() gave, after its effect was committed.
    void discard_claimed() const;

    // The same for spools of any size: sets all aside, and gives it to `take`
    // in pieces of about so many bytes, the newest first. A piece is forgotten
    // when `take` returns true for it; false, and what it throws, leave it and
    // all before it for the next time.
    using Taker = std::function<bool(const std::vector<std::string>&)>;
    void drain(std::size_t piece, const Taker& take) const;

    // Whole records waiting, claimed ones included.
    std::size_t size() const;

private:
    std::filesystem::path claimed_path() const;
    void set_aside() const;

    std::filesystem::path m_path;
};

}  // namespace lark_batch::files
