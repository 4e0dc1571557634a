// What channels were told of a task while the database was down: a file of
// the state directory, so that they are not told again in every run, and so
// that the database knows of it later.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lib/clock/clock.hpp"

namespace lark_batch::run {

struct ToldBefore {
    std::string channel;
    int level = 0;  // as in lib/db/notices.hpp
    clock::WallTime at;
};

class ToldFile {
public:
    // `topic` may hold any characters.
    ToldFile(const std::filesystem::path& folder, const std::string& topic);

    // Empty without a file; lines that make no sense are left out.
    std::vector<ToldBefore> read() const;
    // Makes the folder. Throws Error(unavailable).
    void write(const std::vector<ToldBefore>& told) const;
    void forget() const;

private:
    std::filesystem::path m_path;
};

}  // namespace lark_batch::run
