#include <array>
#include <stdexcept>

#include "tests/sandbox/hashing.hpp"
#include "tests/sandbox/names.hpp"
#include "tests/sandbox/render.hpp"
#include "tests/sandbox/render_user_parts.hpp"

namespace lark_batch::sandbox {
namespace {

using Render = void (*)(JsonWriter&, const Subject&);
enum class Where { both, listed, single };

struct Field {
    std::string_view name;
    Render render;
    Where where = Where::both;
};

template <UserIdType Type>
void id(JsonWriter& json, const Subject& s) {
    s.company.ids().append_user(json.begin_text(), Type, s.view.app, s.index);
    json.end_text();
}

// A value that never changes, chosen by hash, is one line of the table.
template <unsigned Salt, unsigned Range>
unsigned roll(const Subject& s) {
    return static_cast<unsigned>(mix(s.hash, Salt) % Range);
}

void name(JsonWriter& json, const Subject& s) {
    json.text(versioned(person_name(s.name), s.person.name_version));
}

void en_name(JsonWriter& json, const Subject& s) {
    std::string text(given_name(s.name));
    text += ' ';
    text += family_name(s.name);
    json.text(roll<20, 4>(s) == 0 ? "" : text);
}

void nickname(JsonWriter& json, const Subject& s) {
    json.text(roll<21, 3>(s) == 0 ? given_name(s.hash) : "");
}

void mail(JsonWriter& json, const Subject& s, std::string_view domain) {
    std::string& out = json.begin_text();
    out += given_name(s.hash);
    out += '.';
    out += family_name(s.hash);
    out += std::to_string(s.index);
    out += domain;
    json.end_text();
}

void email(JsonWriter& json, const Subject& s) {
    mail(json, s, "@example.com");
}

void enterprise_email(JsonWriter& json, const Subject& s) {
    mail(json, s, "@corp.example.com");
}

void mobile(JsonWriter& json, const Subject& s) {
    const std::string digits = std::to_string(100000000 + s.index);
    const unsigned kind = roll<22, 10>(s);
    json.text(kind == 0   ? ""
              : kind == 1 ? "+491" + digits
              : kind == 2 ? "13" + digits
                          : "+8613" + digits);
}

void mobile_visible(JsonWriter& json, const Subject& s) {
    json.boolean(roll<23, 8>(s) != 0);
}

void gender(JsonWriter& json, const Subject& s) {
    json.number(roll<24, 4>(s));
}

void status(JsonWriter& json, const Subject& s) {
    json.open('{');
    json.key("is_frozen").boolean(roll<25, 97>(s) == 0);
    json.key("is_resigned").boolean(s.person.resigned);
    json.key("is_activated").boolean(roll<26, 10>(s) != 0);
    json.key("is_exited").boolean(false);
    json.key("is_unjoin").boolean(roll<26, 10>(s) == 0);
    json.close('}');
}

void is_frozen(JsonWriter& json, const Subject& s) {
    json.boolean(roll<25, 97>(s) == 0);
}

void department_ids(JsonWriter& json, const Subject& s) {
    json.open('[');
    render_department_id(json, s.company, s.view, s.person.primary);
    if (s.person.second != k_none) {
        render_department_id(json, s.company, s.view, s.person.second);
    }
    json.close(']');
}

void leader(JsonWriter& json, const Subject& s) {
    render_user_id(json, s.company, s.view, s.person.leader);
}

void city_name(JsonWriter& json, const Subject& s) {
    json.text(city(mix(s.hash, 27)));
}

void country(JsonWriter& json, const Subject& s) {
    json.text(roll<28, 4>(s) == 0 ? "SG" : "CN");
}

void work_station(JsonWriter& json, const Subject& s) {
    json.text("N-H" + std::to_string(roll<29, 500>(s)));
}

void join_time(JsonWriter& json, const Subject& s) {
    json.number(1400000000 + roll<30, 350000000>(s));
}

void is_tenant_manager(JsonWriter& json, const Subject& s) {
    json.boolean(s.index == 0);
}

void employee_no(JsonWriter& json, const Subject& s) {
    json.text(std::to_string(1000 + s.index));
}

// Tenant-defined types start above five.
void employee_type(JsonWriter& json, const Subject& s) {
    const unsigned kind = roll<31, 20>(s);
    json.number(kind < 14 ? 1 : kind - 12);
}

void job(JsonWriter& json, const Subject& s) {
    json.text(job_title(mix(s.hash, 100) / 2 + s.person.title_version));
}

void geo(JsonWriter& json, const Subject& s) {
    json.text(roll<28, 4>(s) == 0 ? "sg" : "cn");
}

void job_level(JsonWriter& json, const Subject& s) {
    json.text(roll<32, 3>(s) == 0 ? "" : "mga5oa8ayjlp9rb");
}

void job_family(JsonWriter& json, const Subject& s) {
    json.text(roll<33, 3>(s) == 0 ? "" : "mga5oa8ayjlpkzy");
}

void subscriptions(JsonWriter& json, const Subject&) {
    json.raw(R"(["7079609167680782300"])");
}

void dotted_line_leaders(JsonWriter& json, const Subject& s) {
    json.open('[');
    if (roll<34, 15>(s) == 0 && s.index != 1) {
        render_user_id(json, s.company, s.view, 1);
    }
    json.close(']');
}

constexpr std::array<Field, 33> k_fields = {
    {{"union_id", id<UserIdType::union_id>},
     {"user_id", id<UserIdType::user_id>},
     {"open_id", id<UserIdType::open_id>},
     {"name", name},
     {"en_name", en_name},
     {"nickname", nickname},
     {"email", email},
     {"mobile", mobile},
     {"mobile_visible", mobile_visible},
     {"gender", gender},
     {"avatar", render_avatar},
     {"status", status},
     {"department_ids", department_ids},
     {"leader_user_id", leader},
     {"city", city_name},
     {"country", country},
     {"work_station", work_station},
     {"join_time", join_time},
     {"is_tenant_manager", is_tenant_manager},
     {"employee_no", employee_no},
     {"employee_type", employee_type},
     {"orders", render_orders},
     {"custom_attrs", render_custom_attrs},
     {"enterprise_email", enterprise_email},
     {"job_title", job},
     {"is_frozen", is_frozen, Where::listed},
     {"geo", geo},
     {"job_level_id", job_level},
     {"job_family_id", job_family},
     {"subscription_ids", subscriptions},
     {"assign_info", render_assign_info, Where::single},
     {"department_path", render_department_path, Where::single},
     {"dotted_line_leader_user_ids", dotted_line_leaders}}};

bool shown(const Field& field, UserShape shape) {
    if (field.name == "department_path") {
        return shape == UserShape::single_path;
    }
    return field.where == Where::both ||
           (field.where == Where::listed) == (shape == UserShape::listed);
}

}  // namespace

void render_user(JsonWriter& json, const Company& company, const View& view,
                 Index person, UserShape shape) {
    const std::uint64_t hash = mix(company.seed() ^ 0xaa, person);
    const Person& one = company.person(person);
    const Subject subject{company, view, person,
                          one,     hash, mix(hash, one.name_version)};
    json.open('{');
    for (std::size_t at = 0; at < k_fields.size(); ++at) {
        const Field& field = k_fields[at];
        if ((view.hidden_user >> at & 1U) == 0 && shown(field, shape)) {
            json.key(field.name);
            field.render(json, subject);
        }
    }
    if (hash % 64 == 0) {  // keys that no document lists do occur
        json.field("time_zone", "Asia/Shanghai");
        json.key("notification_option").raw(R"({"channels":[]})");
    }
    json.close('}');
}

void render_user_id(JsonWriter& json, const Company& company, const View& view,
                    Index person) {
    std::string& out = json.begin_text();
    if (person != k_none) {
        company.ids().append_user(out, view.user_ids, view.app, person);
    }
    json.end_text();
}

void render_department_id(JsonWriter& json, const Company& company,
                          const View& view, Index department) {
    company.ids().append_department(json.begin_text(), view.department_ids,
                                    department);
    json.end_text();
}

std::uint64_t hidden_user_fields(const std::vector<std::string>& names) {
    std::uint64_t mask = 0;
    for (const std::string& wanted : names) {
        std::size_t at = 0;
        while (at < k_fields.size() && k_fields[at].name != wanted) {
            ++at;
        }
        if (at == k_fields.size() || wanted == "open_id" ||
            wanted == "union_id") {
            throw std::invalid_argument("cannot hide field " + wanted);
        }
        mask |= std::uint64_t{1} << at;
    }
    return mask;
}

}  // namespace lark_batch::sandbox
