#pragma once

#include <cstdint>

#include "tests/sandbox/render.hpp"

// The nested members of a user object; render_user.cpp holds the table of
// all fields.
namespace lark_batch::sandbox {

struct Subject {
    const Company& company;
    const View& view;
    Index index;
    const Person& person;
    std::uint64_t hash;  // of the index
    std::uint64_t name;  // of index and version
};

void render_avatar(JsonWriter& json, const Subject& subject);
void render_orders(JsonWriter& json, const Subject& subject);
void render_custom_attrs(JsonWriter& json, const Subject& subject);
void render_assign_info(JsonWriter& json, const Subject& subject);
void render_department_path(JsonWriter& json, const Subject& subject);

}  // namespace lark_batch::sandbox
