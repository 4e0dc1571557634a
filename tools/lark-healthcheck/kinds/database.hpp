// Which database a check asks: its keys `url` and `password`.
#pragma once

#include <string>

#include "lib/db/bounded_session.hpp"
#include "tools/lark-healthcheck/kind.hpp"

namespace lark_batch::healthcheck {

class DatabaseTarget {
public:
    void declare(config::OptionSet& set, const Check& check);

    // "our own database", or the URL, which holds no password.
    std::string told() const;

    // Throws as db::BoundedSession does.
    db::BoundedSession connect(const Surroundings& around,
                               const clock::Deadline& deadline) const;

private:
    std::string m_url = "own";
    text::Secret m_password;
};

// The key `query` of the kinds that compare what a query says.
void declare_query(config::OptionSet& set, std::string& query,
                   const std::string& help);

// What a check of a query says when there is nothing to compare.
void declare_when_empty(config::OptionSet& set, std::string& state,
                        const std::string& help);

// A field as a number; nothing when it is none.
std::optional<double> number_in(const std::string& field);

}  // namespace lark_batch::healthcheck
