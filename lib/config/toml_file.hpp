// A TOML file as plain data with places: toml++ stays in one source file.
#pragma once

#include <string>
#include <vector>

namespace lark_batch::config {

struct FileNode {
    enum class Kind { text, integer, number, flag, list, table, date };

    Kind kind = Kind::table;
    std::string text;  // of a scalar: 42, true, or the string itself
    unsigned line = 0;
    unsigned column = 0;
    std::string key;  // in its table, with its own place
    unsigned key_line = 0;
    unsigned key_column = 0;
    std::vector<FileNode> children;  // of a list or table, as written

    // "an integer", for messages.
    std::string kind_name() const;
};

// Throws Problems with the place of the first syntax error. `file` is its
// name in messages; the content never is.
FileNode parse_toml(const std::string& content, const std::string& file);

}  // namespace lark_batch::config
