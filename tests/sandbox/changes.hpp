#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "tests/sandbox/company.hpp"

namespace lark_batch::sandbox {

enum class ChangeKind {
    hire,
    leave,
    resign,
    come_back,
    move,
    rename,
    rename_department,
    delete_department,
    move_department,
    touch_avatars,
};

std::optional<ChangeKind> change_kind(std::string_view name);
bool changes_departments(ChangeKind kind);

struct Change {
    ChangeKind kind = ChangeKind::hire;
    Index count = 1;
    std::vector<Index> named;     // people or departments, instead of count
    std::optional<Index> target;  // department to hire into or move to
};

// Applies the steps of one request. Choices depend only on the seed, the
// number of the request and the step; nobody is chosen twice, and nobody who
// leads a department is, because others carry a leader's id.
class ChangeRun {
public:
    ChangeRun(Company& company, std::uint64_t salt)
        : m_company(company), m_salt(salt) {}

    // The people or departments affected.
    std::vector<Index> apply(const Change& change);
    // Departments whose member lists or objects changed, for the page cache.
    [[nodiscard]] const std::unordered_set<Index>& touched() const {
        return m_touched;
    }
    // Departments whose own object changed apart from its counts.
    [[nodiscard]] const std::unordered_set<Index>& altered() const {
        return m_altered;
    }

private:
    std::vector<Index> choose_people(const Change& change);
    std::vector<Index> choose_departments(const Change& change);
    [[nodiscard]] bool fits(ChangeKind kind, Index person) const;
    Index any_department(Index not_below);
    void change_person(const Change& change, Index person);
    void change_department(const Change& change, Index department);
    void touch(Index person);
    std::uint64_t next();

    Company& m_company;
    std::uint64_t m_salt;
    std::uint64_t m_draws = 0;
    std::unordered_set<Index> m_people;
    std::unordered_set<Index> m_departments;
    std::unordered_set<Index> m_touched;
    std::unordered_set<Index> m_altered;
};

}  // namespace lark_batch::sandbox
