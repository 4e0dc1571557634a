#include "tests/sandbox/render_user_parts.hpp"

#include <algorithm>
#include <vector>

#include "tests/sandbox/hashing.hpp"
#include "tests/sandbox/names.hpp"

namespace lark_batch::sandbox {
namespace {

void avatar_url(JsonWriter& json, const Subject& s, std::string_view size) {
    std::string key("avatar_");
    key += size;
    std::string& out = json.key(key).begin_text();
    out += "https://s1.example.com/static/v2_";
    append_hex(out, mix(s.hash, 40U + s.company.avatar_version()));
    out += "g~";
    out += size;
    out += ".png";
    json.end_text();
}

void order(JsonWriter& json, const Subject& s, Index department, bool primary) {
    json.open('{').key("department_id");
    render_department_id(json, s.company, s.view, department);
    json.field("user_order", static_cast<int>(s.hash % 5) * 100);
    json.field("department_order", primary ? 1 : 0);
    json.key("is_primary_dept").boolean(primary);
    json.close('}');
}

JsonWriter& attribute(JsonWriter& json, std::string_view type, unsigned id) {
    json.open('{').field("type", type);
    json.field("id", "C-684000000000000000" + std::to_string(id));
    return json.key("value").open('{');
}

void end_attribute(JsonWriter& json) {
    json.close('}').close('}');
}

// One person in fifty carries a text of two to four kilobytes.
void text_attribute(JsonWriter& json, const Subject& s) {
    attribute(json, "TEXT", 1);
    std::string text = s.hash % 3 == 0 ? "" : "blue badge";
    if (s.hash % 50 == 0) {
        while (text.size() < 2000 + s.hash % 2000) {
            text += "long note \"with quotes\", \\ and 中文\t; ";
        }
    }
    json.field("text", text);
    end_attribute(json);
}

void link_attribute(JsonWriter& json) {
    attribute(json, "HREF", 2);
    json.field("text", "profile");
    json.field("url", "https://wiki.example.com/p?a=1&b=2");
    json.field("pc_url", "");
    end_attribute(json);
}

void choice_attribute(JsonWriter& json, const Subject& s) {
    attribute(json, "ENUMERATION", 3);
    json.field("option_id", "edcvfrtg");
    json.field("option_value", s.hash % 2 == 0 ? "Remote" : "Office");
    end_attribute(json);
}

void picture_attribute(JsonWriter& json) {
    attribute(json, "PICTURE_ENUM", 4);
    json.field("option_id", "dfgvbh12");
    json.field("name", "star");
    json.field("picture_url", "https://s1.example.com/star.png");
    end_attribute(json);
}

void person_attribute(JsonWriter& json) {
    attribute(json, "GENERIC_USER", 5);
    json.key("generic_user").raw(R"({"id":"9b2fabg5","type":1})");
    end_attribute(json);
}

void path_name(JsonWriter& json, const std::string& text) {
    json.open('{').field("name", text);
    json.key("i18n_name").open('{').field("zh_cn", "");
    json.field("ja_jp", "");
    json.field("en_us", text);
    json.close('}').close('}');
}

std::string name_of(const Company& company, Index department) {
    const std::uint64_t hash = mix(company.seed() ^ 0xd0, department);
    const auto version = company.department(department).name_version;
    return versioned(department_name(mix(hash, version)), version);
}

}  // namespace

void render_avatar(JsonWriter& json, const Subject& s) {
    json.open('{');
    for (const char* size : {"72", "240", "640", "origin"}) {
        avatar_url(json, s, size);
    }
    json.close('}');
}

void render_orders(JsonWriter& json, const Subject& s) {
    json.open('[');
    order(json, s, s.person.primary, true);
    if (s.person.second != k_none) {
        order(json, s, s.person.second, false);
    }
    json.close(']');
}

void render_custom_attrs(JsonWriter& json, const Subject& s) {
    json.open('[');
    if (s.hash % 4 != 1) {
        text_attribute(json, s);
    }
    if (s.hash % 7 == 0) {
        link_attribute(json);
    }
    if (s.hash % 3 == 0) {
        choice_attribute(json, s);
    }
    if (s.hash % 11 == 0) {
        picture_attribute(json);
    }
    if (s.hash % 5 == 0) {
        person_attribute(json);
    }
    json.close(']');
}

void render_assign_info(JsonWriter& json, const Subject&) {
    json.raw(R"([{"subscription_id":"7079609167680782300",)"
             R"("license_plan_key":"suite_enterprise_e5",)"
             R"("product_name":"Enterprise E5",)"
             R"("i18n_name":{"zh_cn":"旗舰版 E5","ja_jp":"E5",)"
             R"("en_us":"Enterprise E5"},)"
             R"("start_time":"1674981000","end_time":"1706517000"}])");
}

void render_department_path(JsonWriter& json, const Subject& s) {
    std::vector<Index> path;
    std::string joined;
    for (Index at = s.person.primary; at != k_root;
         at = s.company.department(at).parent) {
        path.push_back(at);
        const std::string tail = joined.empty() ? "" : "/" + joined;
        joined = name_of(s.company, at) + tail;
    }
    std::reverse(path.begin(), path.end());
    json.open('[').open('{').key("department_id");
    render_department_id(json, s.company, s.view, s.person.primary);
    json.key("department_name");
    path_name(json, name_of(s.company, s.person.primary));
    json.key("department_path").open('{').key("department_ids").open('[');
    for (const Index at : path) {
        render_department_id(json, s.company, s.view, at);
    }
    json.close(']').key("department_path_name");
    path_name(json, joined);
    json.close('}').close('}').close(']');
}

}  // namespace lark_batch::sandbox
