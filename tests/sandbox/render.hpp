#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox/company.hpp"
#include "tests/sandbox/json_writer.hpp"

namespace lark_batch::sandbox {

// How one app sees the company in one call. Bit n of a mask hides field n of
// the tables in render_user.cpp and render_department.cpp.
struct View {
    unsigned app = 0;
    UserIdType user_ids = UserIdType::open_id;
    DepartmentIdType department_ids = DepartmentIdType::open_department_id;
    std::uint64_t hidden_user = 0;
    std::uint64_t hidden_department = 0;

    // Distinguishes cached pages; the masks are left out because a change of
    // permissions empties the cache.
    [[nodiscard]] unsigned shape() const {
        return app << 3U | static_cast<unsigned>(user_ids) << 1U |
               static_cast<unsigned>(department_ids);
    }
};

// `listed` is what find_by_department and batch answer, `single` what get
// does; `single_path` adds department_path, only for user tokens.
enum class UserShape { listed, single, single_path };

void render_user(JsonWriter& json, const Company& company, const View& view,
                 Index person, UserShape shape);
void render_department(JsonWriter& json, const Company& company,
                       const View& view, Index department);

void render_user_id(JsonWriter& json, const Company& company, const View& view,
                    Index person);
void render_department_id(JsonWriter& json, const Company& company,
                          const View& view, Index department);

// Names become bits; a field that no permission can hide (open_id, union_id,
// open_department_id) or that does not exist throws std::invalid_argument.
std::uint64_t hidden_user_fields(const std::vector<std::string>& names);
std::uint64_t hidden_department_fields(const std::vector<std::string>& names);

}  // namespace lark_batch::sandbox
