#include "tests/sandbox/company.hpp"

#include <algorithm>
#include <cmath>

#include "tests/sandbox/hashing.hpp"

namespace lark_batch::sandbox {
namespace {

// The first departments form one chain, so that every company of that size
// has a tree deeper than ten levels.
constexpr Index k_chain = 12;

void insert_sorted(std::vector<Index>& list, Index value) {
    list.insert(std::lower_bound(list.begin(), list.end(), value), value);
}

void erase_sorted(std::vector<Index>& list, Index value) {
    const auto at = std::lower_bound(list.begin(), list.end(), value);
    if (at != list.end() && *at == value) {
        list.erase(at);
    }
}

// In [0, 1), from the top bits of a hash.
double fraction(std::uint64_t hash) {
    return static_cast<double>(hash >> 11U) * 0x1.0p-53;
}

// Early departments are larger (several pages), one in 25 is empty.
Index seat(std::uint64_t hash, std::uint64_t seed, Index departments) {
    if (departments == 0) {
        return k_root;
    }
    const double skewed = std::pow(fraction(hash), 1.3);
    const auto at = static_cast<Index>(skewed * departments) + 1;
    const bool empty = departments > 25 && mix(seed, at) % 25 == 0;
    return empty ? at % departments + 1 : at;
}

}  // namespace

Company::Company(const CompanySize& size)
    : m_seed(mix(size.seed, "company")), m_ids(m_seed) {
    plant_departments(size.departments);
    seat_people(size.users);
    appoint_leaders();
    recount();
}

void Company::plant_departments(Index count) {
    const Index first_level = std::max<Index>(3, count / 50);
    m_departments.resize(count + 1);
    for (Index at = 1; at <= count; ++at) {
        Index parent = k_root;
        if (at <= k_chain) {
            parent = at - 1;
        } else if (at > k_chain + first_level) {
            parent = static_cast<Index>(mix(m_seed ^ 0xde, at) % (at - 1)) + 1;
        }
        m_departments[at].parent = parent;
        m_departments[parent].children.push_back(at);
    }
}

void Company::seat_people(Index count) {
    const auto last = static_cast<Index>(m_departments.size() - 1);
    m_people.resize(count);
    for (Index at = 0; at < count; ++at) {
        const std::uint64_t hash = mix(m_seed ^ 0x9e, at);
        Person& person = m_people[at];
        const bool root = hash % 100 == 7 || at < std::min<Index>(3, count);
        person.primary = root ? k_root : seat(hash, m_seed, last);
        m_departments[person.primary].members.push_back(at);
        const Index second = seat(mix(hash, 2), m_seed, last);
        if (mix(hash, 1) % 20 == 0 && second != person.primary) {
            person.second = second;
            m_departments[second].members.push_back(at);
        }
    }
}

void Company::appoint_leaders() {
    for (Department& department : m_departments) {
        if (!department.members.empty()) {
            department.leader = department.members.front();
        }
    }
    for (Index at = 0; at < m_people.size(); ++at) {
        const Department& home = m_departments[m_people[at].primary];
        m_people[at].leader =
            home.leader != at ? home.leader : m_departments[home.parent].leader;
        if (m_people[at].leader == at) {
            m_people[at].leader = k_none;
        }
    }
}

bool Company::has_person(Index at) const {
    return at < m_people.size() && !m_people[at].gone;
}

bool Company::has_department(Index at) const {
    return at < m_departments.size() && !m_departments[at].deleted;
}

bool Company::is_below(Index department, Index ancestor) const {
    while (department != ancestor && department != k_root) {
        department = m_departments[department].parent;
    }
    return department == ancestor;
}

std::vector<Index> Company::subtree(Index department) const {
    std::vector<Index> found = m_departments[department].children;
    for (std::size_t at = 0; at < found.size(); ++at) {
        const auto& children = m_departments[found[at]].children;
        found.insert(found.end(), children.begin(), children.end());
    }
    std::sort(found.begin(), found.end());
    return found;
}

void Company::enter(Index person, Index department) {
    insert_sorted(m_departments[department].members, person);
}

void Company::exit(Index person, Index department) {
    erase_sorted(m_departments[department].members, person);
}

Index Company::hire(Index department) {
    const auto at = static_cast<Index>(m_people.size());
    Person person;
    person.primary = department;
    person.leader = m_departments[department].leader;
    m_people.push_back(person);
    enter(at, department);
    return at;
}

void Company::leave(Index at) {
    Person& person = m_people[at];
    exit(at, person.primary);
    if (person.second != k_none) {
        exit(at, person.second);
    }
    person.second = k_none;
    person.gone = true;
}

// The vendor restores a person without departments; the sandbox gives back
// the former primary one while it exists, else the root.
void Company::put_back(Index at) {
    Person& person = m_people[at];
    person.resigned = false;
    if (!person.gone) {
        return;
    }
    person.gone = false;
    person.primary = has_department(person.primary) ? person.primary : k_root;
    enter(at, person.primary);
}

void Company::move(Index at, Index department) {
    Person& person = m_people[at];
    exit(at, person.primary);
    if (person.second == department) {
        person.second = k_none;
        exit(at, department);
    }
    person.primary = department;
    enter(at, department);
}

void Company::set_resigned(Index person, bool resigned) {
    m_people[person].resigned = resigned;
}

void Company::rename(Index person) {
    ++m_people[person].name_version;
}

void Company::retitle(Index person) {
    ++m_people[person].title_version;
}

void Company::rename_department(Index department) {
    ++m_departments[department].name_version;
}

void Company::move_department(Index at, Index parent) {
    erase_sorted(m_departments[m_departments[at].parent].children, at);
    m_departments[at].parent = parent;
    insert_sorted(m_departments[parent].children, at);
}

void Company::delete_department(Index at) {
    const Index parent = m_departments[at].parent;
    for (const Index child : std::vector(m_departments[at].children)) {
        move_department(child, parent);
    }
    for (const Index member : std::vector(m_departments[at].members)) {
        Person& person = m_people[member];
        if (person.primary == at) {
            move(member, parent);
        } else {
            exit(member, at);
            person.second = person.primary == parent ? k_none : parent;
            if (person.second != k_none) {
                enter(member, parent);
            }
        }
    }
    erase_sorted(m_departments[parent].children, at);
    m_departments[at].deleted = true;
}

std::vector<Index> Company::recount() {
    std::vector<std::pair<Index, Index>> before;
    before.reserve(m_departments.size());
    for (Department& one : m_departments) {
        before.emplace_back(one.member_count, one.primary_count);
        one.member_count = one.primary_count = 0;
    }
    std::vector<Index> counted(m_departments.size(), k_none);
    const auto climb = [&](Index person, Index at) {
        for (; counted[at] != person; at = m_departments[at].parent) {
            counted[at] = person;
            ++m_departments[at].member_count;
        }
    };
    for (Index at = 0; at < m_people.size(); ++at) {
        const Person& person = m_people[at];
        if (!person.gone) {
            ++m_departments[person.primary].primary_count;
            climb(at, person.primary);
            climb(at, person.second == k_none ? k_root : person.second);
        }
    }
    std::vector<Index> changed;
    for (Index at = 1; at < m_departments.size(); ++at) {
        const Department& one = m_departments[at];
        if (before[at] != std::pair(one.member_count, one.primary_count)) {
            changed.push_back(at);
        }
    }
    return changed;
}

}  // namespace lark_batch::sandbox
