#include <array>
#include <stdexcept>

#include "tests/sandbox/hashing.hpp"
#include "tests/sandbox/names.hpp"
#include "tests/sandbox/render.hpp"

namespace lark_batch::sandbox {
namespace {

struct Subject {
    const Company& company;
    const View& view;
    Index index;
    const Department& department;
    std::uint64_t hash;  // of the index
    std::uint64_t name;  // of index and version
};

using Render = void (*)(JsonWriter&, const Subject&);

struct Field {
    std::string_view name;
    Render render;
};

void name(JsonWriter& json, const Subject& s) {
    json.text(versioned(department_name(s.name), s.department.name_version));
}

void i18n_name(JsonWriter& json, const Subject& s) {
    json.open('{');
    json.field("zh_cn", department_name_zh(s.name));
    json.field("ja_jp", s.hash % 3 == 0 ? "プラットフォーム部" : "");
    json.field("en_us", department_name(s.name));
    json.close('}');
}

void parent(JsonWriter& json, const Subject& s) {
    render_department_id(json, s.company, s.view, s.department.parent);
}

void custom_id(JsonWriter& json, const Subject& s) {
    s.company.ids().append_department(json.begin_text(),
                                      DepartmentIdType::department_id, s.index);
    json.end_text();
}

void open_id(JsonWriter& json, const Subject& s) {
    s.company.ids().append_department(
        json.begin_text(), DepartmentIdType::open_department_id, s.index);
    json.end_text();
}

void leader(JsonWriter& json, const Subject& s) {
    render_user_id(json, s.company, s.view, s.department.leader);
}

void chat_id(JsonWriter& json, const Subject& s) {
    std::string& out = json.begin_text();
    if (s.hash % 4 != 0) {
        out += "oc_";
        s.company.ids().append_other(out, "chat", s.index);
    }
    json.end_text();
}

void order(JsonWriter& json, const Subject& s) {
    json.text(std::to_string((s.hash % 900 + 1) * 1000));
}

void unit_ids(JsonWriter& json, const Subject& s) {
    json.open('[');
    if (s.hash % 5 == 0) {
        json.text("unit_cn");
    }
    json.close(']');
}

void member_count(JsonWriter& json, const Subject& s) {
    json.number(s.department.member_count);
}

void primary_member_count(JsonWriter& json, const Subject& s) {
    json.number(s.department.primary_count);
}

void status(JsonWriter& json, const Subject&) {
    json.raw(R"({"is_deleted":false})");
}

void leaders(JsonWriter& json, const Subject& s) {
    json.open('[');
    if (s.department.leader != k_none) {
        json.open('{').key("leaderType").number(1);
        json.key("leaderID");
        render_user_id(json, s.company, s.view, s.department.leader);
        json.close('}');
    }
    json.close(']');
}

void group_chat_employee_types(JsonWriter& json, const Subject& s) {
    json.raw(s.hash % 2 == 0 ? "[]" : "[1,2]");
}

void department_hrbps(JsonWriter& json, const Subject& s) {
    json.open('[');
    if (s.hash % 7 == 0 && !s.company.people().empty()) {
        render_user_id(json, s.company, s.view, 0);
    }
    json.close(']');
}

constexpr std::array<Field, 15> k_fields = {
    {{"name", name},
     {"i18n_name", i18n_name},
     {"parent_department_id", parent},
     {"department_id", custom_id},
     {"open_department_id", open_id},
     {"leader_user_id", leader},
     {"chat_id", chat_id},
     {"order", order},
     {"unit_ids", unit_ids},
     {"member_count", member_count},
     {"status", status},
     {"leaders", leaders},
     {"group_chat_employee_types", group_chat_employee_types},
     {"department_hrbps", department_hrbps},
     {"primary_member_count", primary_member_count}}};

}  // namespace

void render_department(JsonWriter& json, const Company& company,
                       const View& view, Index department) {
    const std::uint64_t hash = mix(company.seed() ^ 0xd0, department);
    const Department& one = company.department(department);
    const Subject subject{company, view, department,
                          one,     hash, mix(hash, one.name_version)};
    json.open('{');
    for (std::size_t at = 0; at < k_fields.size(); ++at) {
        if ((view.hidden_department >> at & 1U) == 0) {
            json.key(k_fields[at].name);
            k_fields[at].render(json, subject);
        }
    }
    if (hash % 50 == 0) {
        json.key("create_group_chat").boolean(false);
    }
    json.close('}');
}

std::uint64_t hidden_department_fields(const std::vector<std::string>& names) {
    std::uint64_t mask = 0;
    for (const std::string& wanted : names) {
        std::size_t at = 0;
        while (at < k_fields.size() && k_fields[at].name != wanted) {
            ++at;
        }
        if (at == k_fields.size() || wanted == "open_department_id") {
            throw std::invalid_argument("cannot hide field " + wanted);
        }
        mask |= std::uint64_t{1} << at;
    }
    return mask;
}

}  // namespace lark_batch::sandbox
