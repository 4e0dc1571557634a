#include "tests/sandbox/names.hpp"

#include <array>

#include "tests/sandbox/hashing.hpp"

namespace lark_batch::sandbox {
namespace {

using namespace std::string_view_literals;

constexpr std::array k_given = {
    "Wei"sv,   "Fang"sv,  "Min"sv,     "Jing"sv,   "Lei"sv,   "Yan"sv,
    "Anna"sv,  "Omar"sv,  "Priya"sv,   "Mateo"sv,  "Hana"sv,  "Kenji"sv,
    "Sofia"sv, "Liam"sv,  "Chidi"sv,   "Ingrid"sv, "Yusuf"sv, "Elena"sv,
    "Tomas"sv, "Aisha"sv, "Nikolai"sv, "Grace"sv,  "Bao"sv,   "Noor"sv};
constexpr std::array k_family = {
    "Zhang"sv, "Wang"sv,   "Li"sv,     "Chen"sv,      "Liu"sv,   "Huang"sv,
    "Sato"sv,  "Suzuki"sv, "Garcia"sv, "Novak"sv,     "Okoye"sv, "Khan"sv,
    "Patel"sv, "Nguyen"sv, "Muller"sv, "Johansson"sv, "Rossi"sv, "Smith"sv};
constexpr std::array k_chinese = {
    "张伟"sv, "王芳"sv,     "李娜"sv,     "刘洋"sv, "陈静"sv,
    "杨磊"sv, "欧阳娜娜"sv, "司马相如"sv, "黄敏"sv, "周杰"sv};
constexpr std::array k_awkward = {"Dwayne \"The Rock\" O'Neill"sv,
                                  "Tab\tSeparated Name"sv,
                                  "Back\\slash \\N Null"sv,
                                  "Line\nBreak Person"sv,
                                  "Zoë 🦊 Fox 👩🏽‍💻"sv,
                                  "佐藤 さくら"sv,
                                  "𠮷野家 太郎"sv,
                                  "José Ñandú"sv,
                                  "עברית שלום"sv,
                                  "Robert'); DROP TABLE users;--"sv,
                                  "<b>Bold</b> & Sons"sv,
                                  "{\"json\":[1,2]}"sv,
                                  "  leading and trailing  "sv,
                                  "Carriage\r\nReturn"sv,
                                  "Bell\x07 and \x1f unit"sv,
                                  "Комма, точка; \"кавычки\""sv};
constexpr std::array k_titles = {"Engineer"sv,
                                 "Senior Engineer"sv,
                                 "Accountant"sv,
                                 "销售经理"sv,
                                 "Product Manager"sv,
                                 "Data Analyst"sv,
                                 "HR Partner"sv,
                                 "法务"sv,
                                 "Support \"L2\" Agent"sv,
                                 "Site Lead"sv,
                                 "Nurse\tPractitioner"sv,
                                 "R&D Director"sv,
                                 ""sv};
constexpr std::array k_cities = {"Hangzhou"sv,  "Beijing"sv,   "Shenzhen"sv,
                                 "Singapore"sv, "Tokyo"sv,     "Berlin"sv,
                                 "上海"sv,      "São Paulo"sv, ""sv};
constexpr std::array k_areas = {
    "Platform"sv, "Payments"sv, "Logistics"sv,  "Research"sv, "Retail"sv,
    "Cloud"sv,    "Security"sv, "People"sv,     "Finance"sv,  "Legal"sv,
    "R&D"sv,      "\"Blue\""sv, "Ops\\Night"sv, "华东"sv,     "🚀 Growth"sv};
constexpr std::array k_kinds = {"Engineering"sv, "Team"sv,     "Group"sv,
                                "Department"sv,  "Office"sv,   "Lab"sv,
                                "Centre"sv,      "Division"sv, "部"sv};
constexpr std::array k_chinese_units = {
    "平台工程部"sv, "支付部"sv, "物流部"sv,   "研发中心"sv, "人力资源部"sv,
    "财务部"sv,     "法务部"sv, "云计算部"sv, ""sv};

template <std::size_t N>
std::string_view pick(const std::array<std::string_view, N>& from,
                      std::uint64_t hash) {
    return from[hash % N];
}

}  // namespace

std::string_view given_name(std::uint64_t hash) {
    return pick(k_given, mix(hash, 1));
}

std::string_view family_name(std::uint64_t hash) {
    return pick(k_family, mix(hash, 2));
}

std::string person_name(std::uint64_t hash) {
    const std::uint64_t kind = mix(hash, 3) % 12;
    if (kind == 0) {
        return std::string(pick(k_awkward, mix(hash, 4)));
    }
    if (kind < 5) {
        return std::string(pick(k_chinese, mix(hash, 5)));
    }
    return std::string(given_name(hash)) + ' ' + std::string(family_name(hash));
}

std::string_view job_title(std::uint64_t hash) {
    return pick(k_titles, hash);
}

std::string_view city(std::uint64_t hash) {
    return pick(k_cities, hash);
}

std::string department_name(std::uint64_t hash) {
    return std::string(pick(k_areas, mix(hash, 6))) + ' ' +
           std::string(pick(k_kinds, mix(hash, 7))) + ' ' +
           std::to_string(mix(hash, 8) % 1000);
}

std::string_view department_name_zh(std::uint64_t hash) {
    return pick(k_chinese_units, mix(hash, 9));
}

std::string versioned(std::string text, unsigned version) {
    return version == 0 ? text : text + ' ' + std::to_string(version + 1);
}

}  // namespace lark_batch::sandbox
