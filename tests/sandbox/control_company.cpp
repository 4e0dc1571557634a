#include <algorithm>
#include <stdexcept>

#include "tests/sandbox/changes.hpp"
#include "tests/sandbox/control_parts.hpp"

namespace lark_batch::sandbox {
namespace {

// `{"open_ids":[..]}` or `{"open_id":".."}`, the same for departments.
std::vector<Index> named(World& world, const json& step, bool departments) {
    const std::string one = departments ? "open_department_id" : "open_id";
    json ids = json::array();
    if (step.contains(one)) {
        ids.push_back(step.at(one));
    } else if (step.contains(one + "s")) {
        ids = step.at(one + "s");
    }
    return departments ? departments_of(world, ids) : people_of(world, ids);
}

Change read_change(World& world, const json& step) {
    const auto kind = change_kind(step.at("do").get<std::string>());
    if (!kind) {
        throw std::invalid_argument("unknown step: " + step.at("do").dump());
    }
    Change change;
    change.kind = *kind;
    change.count = step.value("count", Index{1});
    change.named = named(world, step, changes_departments(*kind));
    if (step.contains("to")) {
        change.target =
            departments_of(world, json::array({step.at("to")})).front();
    }
    return change;
}

json ids_of(const World& world, const std::vector<Index>& list,
            bool departments) {
    json ids = json::array();
    for (const Index at : list) {
        ids.push_back(departments ? world.company.ids().open_department_id(at)
                                  : world.company.ids().open_id(0, at));
    }
    return ids;
}

void forget_pages(World& world, const std::unordered_set<Index>& touched,
                  bool everything) {
    world.subtrees.clear();
    if (everything) {
        world.pages.clear();
    }
    for (const Index at : touched) {
        world.pages.drop(at);
    }
}

// Department pages hang on the ancestors whose subtree shows the change.
void add_ancestors(const Company& company, const std::vector<Index>& changed,
                   std::unordered_set<Index>& touched) {
    touched.insert(k_root);
    for (Index at : changed) {
        for (; at != k_root; at = company.department(at).parent) {
            touched.insert(at);
        }
    }
}

void prune_scopes(World& world) {
    for (const App& app : world.apps.all()) {
        Scope& scope = world.apps.at(app.position).scope;
        std::erase_if(scope.departments, [&](Index at) {
            return !world.company.has_department(at);
        });
        std::erase_if(scope.users,
                      [&](Index at) { return !world.company.has_person(at); });
    }
}

json apply_step(World& world, ChangeRun& run, const json& step,
                bool& everything) {
    const Change change = read_change(world, step);
    const auto affected = run.apply(change);
    const bool departments = changes_departments(change.kind);
    everything =
        everything || departments || change.kind == ChangeKind::touch_avatars;
    return {{"do", step.at("do")},
            {"count", affected.size()},
            {departments ? "open_department_ids" : "open_ids",
             ids_of(world, affected, departments)}};
}

json department_entry(const Company& company, Index at) {
    const Department& one = company.department(at);
    return {{"open_department_id", company.ids().open_department_id(at)},
            {"parent", company.ids().open_department_id(one.parent)},
            {"members", one.members.size()}};
}

json person_entry(const Company& company, Index at) {
    const Person& one = company.person(at);
    json departments =
        json::array({company.ids().open_department_id(one.primary)});
    if (one.second != k_none) {
        departments.push_back(company.ids().open_department_id(one.second));
    }
    return {{"open_id", company.ids().open_id(0, at)},
            {"departments", departments},
            {"resigned", one.resigned}};
}

}  // namespace

json change_company(World& world, const json& body) {
    ChangeRun run(world.company, ++world.changes);
    bool everything = false;
    json steps = json::array();
    for (const auto& step : body.at("steps")) {
        steps.push_back(apply_step(world, run, step, everything));
    }
    std::vector<Index> counts = world.company.recount();
    auto touched = run.touched();
    add_ancestors(world.company, counts, touched);
    forget_pages(world, touched, everything);
    prune_scopes(world);
    counts.insert(counts.end(), run.altered().begin(), run.altered().end());
    std::erase_if(counts, [&](Index at) {
        return at == k_root || !world.company.has_department(at);
    });
    std::sort(counts.begin(), counts.end());
    counts.erase(std::unique(counts.begin(), counts.end()), counts.end());
    return {{"steps", steps},
            {"departments_changed", ids_of(world, counts, true)}};
}

json describe_company(World& world, const Request& request) {
    const Company& company = world.company;
    const std::string* const list = request.find("list");
    const bool departments = list != nullptr && *list == "departments";
    const bool users = list != nullptr && *list == "users";
    std::size_t people = 0;
    std::size_t memberships = 0;
    json entries = json::array();
    for (Index at = 0; at < company.people().size(); ++at) {
        if (company.has_person(at)) {
            ++people;
            memberships += company.person(at).second == k_none ? 1 : 2;
            if (users) {
                entries.push_back(person_entry(company, at));
            }
        }
    }
    std::size_t alive = 0;
    for (Index at = 0; at < company.departments().size(); ++at) {
        if (company.has_department(at)) {
            alive += at == k_root ? 0 : 1;
            if (departments) {
                entries.push_back(department_entry(company, at));
            }
        }
    }
    json answer = {{"users", people},
                   {"departments", alive},
                   {"memberships", memberships}};
    if (users || departments) {
        answer["list"] = entries;
    }
    return answer;
}

// What a faultless read through this app's scope must find.
json tell_truth(World& world, const Request& request) {
    json named_app = json::object();
    if (const std::string* const id = request.find("app")) {
        named_app["app"] = *id;
    }
    const Company& company = world.company;
    const Scope& scope = app_of(world, named_app).scope;
    std::vector<bool> visible(company.departments().size());
    std::size_t departments = 0;
    for (Index at = 0; at < visible.size(); ++at) {
        visible[at] =
            company.has_department(at) && sees_department(company, scope, at);
        departments += at != k_root && visible[at] ? 1U : 0U;
    }
    std::size_t users = 0;
    std::size_t listed = 0;
    std::size_t named_memberships = 0;
    std::size_t resigned = 0;
    for (Index at = 0; at < company.people().size(); ++at) {
        if (!company.has_person(at) || !sees_person(company, scope, at)) {
            continue;
        }
        const Person& one = company.person(at);
        const bool two = one.second != k_none;
        ++users;
        resigned += one.resigned ? 1U : 0U;
        named_memberships += two ? 2U : 1U;
        listed += visible[one.primary] ? 1U : 0U;
        listed += two && visible[one.second] ? 1U : 0U;
    }
    return {{"users", users},        {"departments", departments},
            {"memberships", listed}, {"memberships_named", named_memberships},
            {"resigned", resigned},  {"all_staff", scope.all}};
}

}  // namespace lark_batch::sandbox
