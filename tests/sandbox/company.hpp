#pragma once

#include <cstdint>
#include <vector>

#include "tests/sandbox/ids.hpp"

// The company played by the sandbox. Only what can change is stored; names,
// mobiles, custom attributes and the like are hashes of seed, index and
// version, computed when a page is rendered (render.hpp). A person costs 20
// bytes, so that 200,000 of them fit beside their rendered pages.
namespace lark_batch::sandbox {

struct CompanySize {
    Index users = 2000;
    Index departments = 100;
    std::uint64_t seed = 1;
};

struct Person {
    Index primary = k_root;
    Index second = k_none;
    Index leader = k_none;
    std::uint16_t name_version = 0;
    std::uint16_t title_version = 0;
    bool gone = false;      // left: appears nowhere (mode A)
    bool resigned = false;  // stays listed with status.is_resigned (mode B)
};

struct Department {
    Index parent = k_root;
    Index leader = k_none;
    Index member_count = 0;  // whole subtree, each person once
    Index primary_count = 0;
    std::uint16_t name_version = 0;
    bool deleted = false;
    std::vector<Index> children;  // both sorted by index
    std::vector<Index> members;
};

class Company {
public:
    explicit Company(const CompanySize& size);

    [[nodiscard]] const Ids& ids() const { return m_ids; }
    [[nodiscard]] std::uint64_t seed() const { return m_seed; }
    [[nodiscard]] unsigned avatar_version() const { return m_avatars; }

    [[nodiscard]] const std::vector<Person>& people() const { return m_people; }
    [[nodiscard]] const std::vector<Department>& departments() const {
        return m_departments;
    }
    [[nodiscard]] const Person& person(Index at) const { return m_people[at]; }
    [[nodiscard]] const Department& department(Index at) const {
        return m_departments[at];
    }
    // False for an index that never existed, left or was deleted.
    [[nodiscard]] bool has_person(Index at) const;
    [[nodiscard]] bool has_department(Index at) const;
    // True also for the department itself; everything is below the root.
    [[nodiscard]] bool is_below(Index department, Index ancestor) const;
    // All departments under one, sorted by index, without itself.
    [[nodiscard]] std::vector<Index> subtree(Index department) const;

    Index hire(Index department);
    void leave(Index person);
    void put_back(Index person);
    void move(Index person, Index department);
    void set_resigned(Index person, bool resigned);
    void rename(Index person);
    void retitle(Index person);
    void rename_department(Index department);
    void move_department(Index department, Index parent);
    // People and sub-departments move to the parent.
    void delete_department(Index department);
    void touch_avatars() { ++m_avatars; }

    // Must follow a batch of changes: renews the counts of all departments
    // and returns those whose counts differ from before.
    std::vector<Index> recount();

private:
    void plant_departments(Index count);
    void seat_people(Index count);
    void appoint_leaders();
    void enter(Index person, Index department);
    void exit(Index person, Index department);

    std::uint64_t m_seed;
    Ids m_ids;
    unsigned m_avatars = 0;
    std::vector<Person> m_people;
    std::vector<Department> m_departments;
};

}  // namespace lark_batch::sandbox
