#include "tools/lark-sync-users/reading.hpp"

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "lib/text/hash.hpp"

namespace lark_batch::sync_users {

namespace {

namespace dom = simdjson::dom;

constexpr const char* k_root = "0";
constexpr int k_page_size = 50;         // the contact API's largest
constexpr int k_scope_page_size = 100;  // of contact/v3/scopes
constexpr std::size_t k_ids_per_call = 50;
// Enough to keep 64 connections, the most that can be configured, busy.
constexpr std::size_t k_member_chains = 96;

constexpr const char* k_scopes = "/open-apis/contact/v3/scopes";
constexpr const char* k_children =
    "/open-apis/contact/v3/departments/:department_id/children";
constexpr const char* k_departments = "/open-apis/contact/v3/departments/batch";
constexpr const char* k_members =
    "/open-apis/contact/v3/users/find_by_department";
constexpr const char* k_users = "/open-apis/contact/v3/users/batch";
constexpr const char* k_user = "/open-apis/contact/v3/users/:user_id";
constexpr const char* k_department =
    "/open-apis/contact/v3/departments/:department_id";
const std::string k_user_path = "/open-apis/contact/v3/users/";
const std::string k_department_path = "/open-apis/contact/v3/departments/";

// Without these parameters the ids would be of another kind.
std::vector<std::pair<std::string, std::string>> id_types() {
    return {{"user_id_type", "open_id"},
            {"department_id_type", "open_department_id"}};
}

lark::Call call(const char* api, std::string path) {
    return {api, std::move(path), id_types()};
}

std::vector<std::string> strings_of(dom::element data, const char* key) {
    std::vector<std::string> strings;
    dom::array values;
    if (data[key].get(values) == simdjson::SUCCESS) {
        for (const dom::element value : values) {
            std::string_view text;
            if (value.get(text) == simdjson::SUCCESS) {
                strings.emplace_back(text);
            }
        }
    }
    return strings;
}

template <typename Take>
void for_each_item(dom::element data, Take take) {
    dom::array items;
    if (data["items"].get(items) == simdjson::SUCCESS) {
        for (const dom::element item : items) {
            dom::object object;
            if (item.get(object) == simdjson::SUCCESS) {
                take(object);
            }
        }
    }
}

void append(std::vector<std::string>& all, std::vector<std::string> more) {
    std::move(more.begin(), more.end(), std::back_inserter(all));
}

void sort_unique(std::vector<std::string>& values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

// Lark's codes, lark-api "Contact error codes".
bool is_without_authority(long long code) {
    return code == 40004 || code == 40014;
}
bool is_recursion_refused(long long code) {
    return code == 43010 || code == 40162;
}
bool is_vanished(long long code) {
    return code == 40008 || code == 40015;
}

constexpr long long k_no_user_authority = 41050;

// There is no such person or department (any more).
bool is_unknown(long long code) {
    return is_vanished(code) || code == 41012 || code == 42006;
}

// The tenant's quota is used up: no further call can be answered.
bool is_quota(long long code) {
    return code == 99991403 || code == 99991406;
}

// A refusal of this kind concerns the app, not one department.
bool concerns_app(const lark::Failure& failure) {
    return is_quota(failure.code) ||
           (failure.error.kind() == errors::Kind::denied &&
            !is_without_authority(failure.code) &&
            failure.code != k_no_user_authority);
}

// Splits into calls of at most 50 ids, as repeated parameters.
std::vector<std::vector<std::string>> in_calls(
    const std::vector<std::string>& ids) {
    std::vector<std::vector<std::string>> calls;
    for (std::size_t at = 0; at < ids.size(); at += k_ids_per_call) {
        const auto begin = ids.begin() + static_cast<std::ptrdiff_t>(at);
        const auto count = std::min(k_ids_per_call, ids.size() - at);
        calls.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(count));
    }
    return calls;
}

lark::Call batch_call(const char* api, const char* parameter,
                      const std::vector<std::string>& ids) {
    lark::Call wanted = call(api, api);
    for (const std::string& id : ids) {
        wanted.query.emplace_back(parameter, id);
    }
    return wanted;
}

}  // namespace

Reading::Reading(lark::Client& client, Staging& staging, Tick tick)
    : m_client(&client), m_staging(&staging), m_tick(std::move(tick)) {}

void Reading::run() {
    m_client->run(m_tick);
    if (m_refusal) {
        throw errors::Error{*m_refusal};
    }
}

Scope Reading::read_scope() {
    Scope scope;
    m_client->get_pages(
        call(k_scopes, k_scopes), k_scope_page_size,
        [&scope](lark::Client::Data page) {
            append(scope.departments, strings_of(page, "department_ids"));
            append(scope.users, strings_of(page, "user_ids"));
        },
        [this](const std::optional<lark::Failure>& failure) {
            if (failure) {
                m_refusal = failure->error;
            }
        });
    run();
    sort_unique(scope.departments);
    sort_unique(scope.users);
    return scope;
}

void Reading::read_directory(Scope& scope) {
    read_from_root(scope);
    if (!scope.all_staff && scope.departments.empty() && scope.users.empty()) {
        throw errors::Error{
            errors::Kind::denied,
            "the app's contact scope names no department and no person",
            "give the app a contact scope in Lark's developer console; what "
            "is stored was left as it is"};
    }
    if (!scope.all_staff) {
        read_scope_departments(scope);
        read_people(scope.users);
    }
}

// Whether the app sees all staff is told by nothing but the root's answer.
void Reading::read_from_root(Scope& scope) {
    m_root_refused = false;
    read_children(k_root, Below::everything);
    run();
    scope.all_staff = !m_root_refused;
}

// The list of children leaves out the department that is asked, so those of
// the scope are fetched by id.
void Reading::read_scope_departments(const Scope& scope) {
    for (const auto& ids : in_calls(scope.departments)) {
        m_client->get(
            batch_call(k_departments, "department_ids", ids),
            [this](lark::Client::Data data) {
                take_departments(data, Below::everything);
            },
            [this, ids](const lark::Failure& failure) {
                for (const std::string& id : ids) {
                    note_gap(id, failure.error.what());
                }
            });
    }
    for (const std::string& id : scope.departments) {
        read_children(id, Below::everything);
    }
    run();
}

void Reading::read_people(const std::vector<std::string>& open_ids) {
    for (const auto& ids : in_calls(open_ids)) {
        m_client->get(
            batch_call(k_users, "user_ids", ids),
            [this](lark::Client::Data data) {
                for_each_item(data, [this](dom::object user) {
                    m_staging->person(user);
                });
            },
            [this, ids](const lark::Failure& failure) {
                if (concerns_app(failure)) {
                    m_refusal = failure.error;
                    return;
                }
                m_warnings.emplace_back(failure.error.what());
                for (const std::string& id : ids) {
                    m_staging->uncertain(id);
                }
            });
    }
    run();
}

// Both "no authority" and "no such id" keep an absent one out of every list;
// asked for alone, Lark tells them apart ("Contact error codes").
void Reading::ask_whether_beyond(Asked kind,
                                 const std::vector<std::string>& ids) {
    const bool person = kind == Asked::person;
    for (const std::string& id : ids) {
        m_client->get(
            call(person ? k_user : k_department,
                 (person ? k_user_path : k_department_path) + id),
            [this, id](lark::Client::Data) { m_staging->uncertain(id); },
            [this, id](const lark::Failure& failure) {
                if (is_without_authority(failure.code) ||
                    failure.code == k_no_user_authority) {
                    m_staging->beyond_scope(id);
                } else if (!is_unknown(failure.code)) {
                    m_warnings.emplace_back(failure.error.what());
                    m_staging->uncertain(id);
                }
            });
    }
    run();
}

void Reading::read_children(const std::string& department, Below below) {
    ++m_child_chains;
    lark::Call wanted = call(k_children, "/open-apis/contact/v3/departments/" +
                                             department + "/children");
    wanted.query.emplace_back("fetch_child",
                              below == Below::everything ? "true" : "false");
    m_client->get_pages(
        std::move(wanted), k_page_size,
        [this, below](lark::Client::Data page) {
            take_departments(page, below);
        },
        [this, department, below](const std::optional<lark::Failure>& failure) {
            end_of_children(department, below, failure);
        });
}

void Reading::end_of_children(const std::string& department, Below below,
                              const std::optional<lark::Failure>& failure) {
    --m_child_chains;
    m_progress.all_found = m_child_chains == 0;
    const bool root = department == k_root;
    if (!failure) {
        if (root) {
            queue_members(k_root);
        }
        return;
    }
    if (root && is_without_authority(failure->code)) {
        m_root_refused = true;
    } else if (below == Below::everything &&
               is_recursion_refused(failure->code)) {
        read_children(department, Below::one_level);
    } else if (concerns_app(*failure)) {
        m_refusal = failure->error;
    } else if (!is_vanished(failure->code)) {
        note_gap(department, failure->error.what());
    }
}

void Reading::take_departments(lark::Client::Data page, Below below) {
    for_each_item(page, [this, below](dom::object department) {
        if (!m_staging->department(department)) {
            note_gap(k_root, "a department came without open_department_id");
            return;
        }
        const std::string id{
            std::string_view{department["open_department_id"]}};
        // Page chains may repeat, and a scope may name a department that
        // lies below another one.
        if (!m_seen.insert(static_cast<std::int64_t>(text::hash64(id)))) {
            return;
        }
        ++m_progress.departments_found;
        queue_members(id);
        if (below == Below::one_level) {
            read_children(id, Below::one_level);
        }
    });
}

void Reading::queue_members(std::string department) {
    m_waiting.push_back(std::move(department));
    start_members();
}

void Reading::start_members() {
    while (!m_refusal && !m_waiting.empty() &&
           m_member_chains < k_member_chains) {
        ++m_member_chains;
        read_members(m_waiting.front());
        m_waiting.pop_front();
    }
}

void Reading::read_members(const std::string& department) {
    lark::Call wanted = call(k_members, k_members);
    wanted.query.emplace_back("department_id", department);
    const auto listed = std::make_shared<Listed>();
    m_client->get_pages(
        std::move(wanted), k_page_size,
        [this, department, listed](lark::Client::Data page) {
            take_members(department, *listed, page);
        },
        [this, department](const std::optional<lark::Failure>& failure) {
            end_of_members(department, failure);
        });
}

void Reading::take_members(const std::string& department, Listed& listed,
                           lark::Client::Data page) {
    for_each_item(page, [this, &department, &listed](dom::object user) {
        std::string_view open_id;
        if (user["open_id"].get(open_id) != simdjson::SUCCESS ||
            open_id.empty()) {
            note_gap(department, "a person came without open_id");
        } else if (listed.insert(text::hash64(open_id)).second) {
            m_staging->member(user, department);
        } else {
            m_staging->person(user);
        }
    });
}

void Reading::end_of_members(const std::string& department,
                             const std::optional<lark::Failure>& failure) {
    ++m_progress.departments_done;
    --m_member_chains;
    if (!failure) {
        ++m_progress.lists_proven;
        m_staging->proven(department);
    } else if (concerns_app(*failure)) {
        m_refusal = failure->error;
    } else {
        // A department that vanished since it was listed is a gap as well:
        // the next run will not list it any more.
        note_gap(department, failure->error.what());
    }
    start_members();
}

void Reading::note_gap(const std::string& department, const std::string& why) {
    m_staging->gap(department);
    m_warnings.push_back("department '" + department + "': " + why);
}

}  // namespace lark_batch::sync_users
