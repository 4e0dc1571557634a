#include "tests/sandbox/control.hpp"

#include <stdexcept>

#include "tests/sandbox/control_parts.hpp"

namespace lark_batch::sandbox {
namespace {

json body_of(const Request& request) {
    if (request.body.empty()) {
        return json::object();
    }
    return json::parse(request.body);
}

json clear(World& world, std::string_view what) {
    if (what == "faults") {
        world.faults.clear();
    } else if (what == "stats") {
        world.rates.reset();
        world.connections = 0;
    } else if (what == "requests") {
        world.journal.clear();
    } else {
        throw std::out_of_range("nothing to delete here");
    }
    return {{"ok", true}};
}

json show(World& world, std::string_view what, const Request& request) {
    if (what == "stats") {
        return show_stats(world);
    }
    if (what == "requests") {
        return show_requests(world, request);
    }
    if (what == "company") {
        return describe_company(world, request);
    }
    if (what == "grants") {
        return show_grants(world, request);
    }
    if (what == "truth") {
        return tell_truth(world, request);
    }
    throw std::out_of_range("no such control call");
}

json act(World& world, std::string_view what, const json& body) {
    if (what == "change") {
        return change_company(world, body);
    }
    if (what == "scope") {
        return set_scope(world, body);
    }
    if (what == "permissions") {
        return set_permissions(world, body);
    }
    if (what == "authorize") {
        return authorize(world, body);
    }
    if (what == "grants") {
        return add_grants(world, body);
    }
    if (what == "settings") {
        return change_settings(world, body);
    }
    if (what == "faults") {
        return add_fault(world, body);
    }
    throw std::out_of_range("no such control call");
}

json dispatch(World& world, const Request& request) {
    constexpr std::string_view k_prefix = "/_sandbox/";
    const auto what = std::string_view(request.path).substr(k_prefix.size());
    if (request.method == "DELETE") {
        return clear(world, what);
    }
    if (request.method == "GET") {
        return show(world, what, request);
    }
    return act(world, what, body_of(request));
}

}  // namespace

Reply answer_control(World& world, const Request& request) {
    const auto failure = [](int status, const std::exception& error) {
        return json_reply(json{{"error", error.what()}}.dump(), status);
    };
    try {
        return json_reply(dispatch(world, request).dump());
    } catch (const std::out_of_range& error) {
        return failure(404, error);
    } catch (const std::exception& error) {
        return failure(400, error);
    }
}

App& app_of(World& world, const json& body) {
    if (!body.contains("app")) {
        return world.apps.at(0);
    }
    App* const app = world.apps.find(body.at("app").get<std::string>());
    if (app == nullptr) {
        throw std::invalid_argument("no such app");
    }
    return *app;
}

// open_ids of any app are understood.
std::vector<Index> people_of(World& world, const json& ids) {
    std::vector<Index> found;
    for (const auto& id : ids) {
        std::optional<Index> at;
        for (const App& app : world.apps.all()) {
            if (!at) {
                at = world.company.ids().user(UserIdType::open_id, app.position,
                                              id.get<std::string>());
            }
        }
        if (!at || *at >= world.company.people().size()) {
            throw std::invalid_argument("no such person: " + id.dump());
        }
        found.push_back(*at);
    }
    return found;
}

std::vector<Index> departments_of(World& world, const json& ids) {
    std::vector<Index> found;
    for (const auto& id : ids) {
        const auto at = world.company.ids().department(
            DepartmentIdType::open_department_id, id.get<std::string>());
        if (!at || !world.company.has_department(*at)) {
            throw std::invalid_argument("no such department: " + id.dump());
        }
        found.push_back(*at);
    }
    return found;
}

}  // namespace lark_batch::sandbox
