#include "tests/sandbox/changes.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "tests/sandbox/hashing.hpp"

namespace lark_batch::sandbox {
namespace {

constexpr std::array<std::string_view, 10> k_kinds = {"hire",
                                                      "leave",
                                                      "resign",
                                                      "return",
                                                      "move",
                                                      "rename",
                                                      "rename_department",
                                                      "delete_department",
                                                      "move_department",
                                                      "touch_avatars"};

bool leads(const Company& company, Index person) {
    const Person& one = company.person(person);
    return company.department(one.primary).leader == person ||
           (one.second != k_none &&
            company.department(one.second).leader == person);
}

// A walk over all indexes in an order that the start and an odd step decide.
template <typename Fits>
std::vector<Index> draw(std::size_t size, Index count, std::uint64_t start,
                        const Fits& fits) {
    std::vector<Index> chosen;
    std::vector<Index> order(size);
    for (std::size_t at = 0; at < size; ++at) {
        order[at] = static_cast<Index>(at);
    }
    for (std::size_t at = 0; at < size && chosen.size() < count; ++at) {
        const std::size_t other = at + mix(start, at) % (size - at);
        std::swap(order[at], order[other]);
        if (fits(order[at])) {
            chosen.push_back(order[at]);
        }
    }
    return chosen;
}

}  // namespace

std::optional<ChangeKind> change_kind(std::string_view name) {
    const auto* const found = std::find(k_kinds.begin(), k_kinds.end(), name);
    if (found == k_kinds.end()) {
        return std::nullopt;
    }
    return static_cast<ChangeKind>(found - k_kinds.begin());
}

bool changes_departments(ChangeKind kind) {
    return kind == ChangeKind::rename_department ||
           kind == ChangeKind::delete_department ||
           kind == ChangeKind::move_department;
}

std::uint64_t ChangeRun::next() {
    return mix(mix(m_company.seed() ^ 0xc4, m_salt), ++m_draws);
}

bool ChangeRun::fits(ChangeKind kind, Index person) const {
    const Person& one = m_company.person(person);
    if (m_people.contains(person)) {
        return false;
    }
    if (kind == ChangeKind::come_back) {
        return one.gone || one.resigned;
    }
    return !one.gone && !one.resigned && !leads(m_company, person);
}

std::vector<Index> ChangeRun::choose_people(const Change& change) {
    if (!change.named.empty()) {
        return change.named;
    }
    return draw(m_company.people().size(), change.count, next(),
                [&](Index at) { return fits(change.kind, at); });
}

std::vector<Index> ChangeRun::choose_departments(const Change& change) {
    if (!change.named.empty()) {
        return change.named;
    }
    return draw(m_company.departments().size(), change.count, next(),
                [&](Index at) {
                    return at != k_root && m_company.has_department(at) &&
                           !m_departments.contains(at);
                });
}

// Any living department outside the subtree; the root when there is none.
Index ChangeRun::any_department(Index not_below) {
    const auto found =
        draw(m_company.departments().size(), 1, next(), [&](Index at) {
            return at != k_root && m_company.has_department(at) &&
                   (not_below == k_root || !m_company.is_below(at, not_below));
        });
    return found.empty() ? k_root : found.front();
}

void ChangeRun::touch(Index person) {
    const Person& one = m_company.person(person);
    m_touched.insert(one.primary);
    if (one.second != k_none) {
        m_touched.insert(one.second);
    }
}

void ChangeRun::change_person(const Change& change, Index at) {
    touch(at);
    switch (change.kind) {
        case ChangeKind::leave:
            m_company.leave(at);
            break;
        case ChangeKind::resign:
            m_company.set_resigned(at, true);
            break;
        case ChangeKind::come_back:
            m_company.put_back(at);
            break;
        case ChangeKind::move: {
            Index to = change.target.value_or(k_root);
            for (int tries = 0; tries < 8 && !change.target; ++tries) {
                to = any_department(k_root);
                if (to != m_company.person(at).primary) {
                    break;
                }
            }
            m_company.move(at, to);
            break;
        }
        default:
            if (next() % 2 == 0) {
                m_company.rename(at);
            } else {
                m_company.retitle(at);
            }
            break;
    }
    touch(at);
}

void ChangeRun::change_department(const Change& change, Index at) {
    m_altered.insert(at);
    m_touched.insert(at);
    const Department& one = m_company.department(at);
    m_touched.insert(one.parent);
    if (change.kind == ChangeKind::rename_department) {
        m_company.rename_department(at);
    } else if (change.kind == ChangeKind::move_department) {
        const Index to = change.target.value_or(any_department(at));
        if (m_company.is_below(to, at)) {
            throw std::invalid_argument(
                "a department cannot move below itself");
        }
        m_company.move_department(at, to);
    } else {
        m_altered.insert(one.children.begin(), one.children.end());
        const std::vector<Index> members = one.members;
        std::for_each(members.begin(), members.end(),
                      [&](Index member) { touch(member); });
        m_company.delete_department(at);
        m_altered.erase(at);
    }
}

std::vector<Index> ChangeRun::apply(const Change& change) {
    if (change.kind == ChangeKind::touch_avatars) {
        m_company.touch_avatars();
        return {};
    }
    std::vector<Index> affected;
    if (change.kind == ChangeKind::hire) {
        for (Index done = 0; done < change.count; ++done) {
            const Index into =
                change.target ? *change.target : any_department(k_root);
            affected.push_back(m_company.hire(into));
            m_touched.insert(into);
        }
        m_people.insert(affected.begin(), affected.end());
        return affected;
    }
    const bool departments = changes_departments(change.kind);
    affected = departments ? choose_departments(change) : choose_people(change);
    auto& used = departments ? m_departments : m_people;
    for (const Index at : affected) {
        used.insert(at);
        departments ? change_department(change, at) : change_person(change, at);
    }
    return affected;
}

}  // namespace lark_batch::sandbox
