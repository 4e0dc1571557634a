#include "tests/sync/lark_reader.hpp"

#include <doctest/doctest.h>

#include "tests/support/http_get.hpp"

namespace lark_batch::test {

namespace {

class Reader {
public:
    explicit Reader(const Company& company) : m_url(company.lark().url()) {
        const json asked = {{"app_id", "cli_first_app"},
                            {"app_secret", AppEntry{}.secret}};
        const json answer = json::parse(company.lark().post(
            "/open-apis/auth/v3/tenant_access_token/internal", asked.dump()));
        m_bearer =
            "Bearer " + answer.at("tenant_access_token").get<std::string>();
    }

    // All items of a listing.
    json list(const std::string& path) const {
        json items = json::array();
        std::string token;
        for (;;) {
            const json data = get(path +
                                  "&user_id_type=open_id&page_size=50"
                                  "&department_id_type="
                                  "open_department_id" +
                                  token);
            for (const json& item : data.value("items", json::array())) {
                items.push_back(item);
            }
            if (!data.at("has_more").get<bool>()) {
                return items;
            }
            token = "&page_token=" +
                    url_encode(data.at("page_token").get<std::string>());
        }
    }

private:
    json get(const std::string& path) const {
        const HttpAnswer answer = http_request("GET", m_url + path, {},
                                               {{"Authorization", m_bearer}});
        REQUIRE(answer.status == 200);
        return json::parse(answer.body).at("data");
    }

    std::string m_url;
    std::string m_bearer;
};

}  // namespace

Directory read_lark(const Company& company) {
    const Reader reader{company};
    Directory found;
    const std::string contact = "/open-apis/contact/v3/";
    const json departments =
        reader.list(contact + "departments/0/children?fetch_child=true");
    Ids ids{"0"};
    for (const json& one : departments) {
        ids.push_back(one.at("open_department_id"));
        found.departments[ids.back()] = one;
    }
    for (const std::string& id : ids) {
        const json members = reader.list(
            contact + "users/find_by_department?department_id=" + id);
        for (const json& one : members) {
            found.people[one.at("open_id")] = one;
        }
    }
    return found;
}

}  // namespace lark_batch::test
