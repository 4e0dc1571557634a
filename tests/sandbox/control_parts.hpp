#pragma once

#include <nlohmann/json.hpp>

#include "tests/sandbox/world.hpp"

// The control calls, by concept. All throw std::invalid_argument or a JSON
// exception for a request they do not understand.
namespace lark_batch::sandbox {

using nlohmann::json;

// control_company.cpp
json change_company(World& world, const json& body);
json describe_company(World& world, const Request& request);
json tell_truth(World& world, const Request& request);

// control_access.cpp
json set_scope(World& world, const json& body);
json set_permissions(World& world, const json& body);

// control_grants.cpp
json authorize(World& world, const json& body);
json add_grants(World& world, const json& body);
json show_grants(World& world, const Request& request);

// control_settings.cpp
json change_settings(World& world, const json& body);
json add_fault(World& world, const json& body);

// control_stats.cpp
json show_stats(World& world);
json show_requests(World& world, const Request& request);

// The first app when the name is missing.
App& app_of(World& world, const json& body);
std::vector<Index> people_of(World& world, const json& ids);
std::vector<Index> departments_of(World& world, const json& ids);

}  // namespace lark_batch::sandbox
