// PostgreSQL's text[] from and to C++.
#pragma once

#include <pqxx/pqxx>
#include <string>
#include <vector>

namespace lark_batch::db {

// The array's literal, for a parameter cast to text[].
std::string text_array(const std::vector<std::string>& values);

std::vector<std::string> text_array_of(const pqxx::field& field);

}  // namespace lark_batch::db
