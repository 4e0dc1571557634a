#include "tests/healthcheck/watched.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace lark_batch::test {

namespace {

// As TOML and JSON have it.
std::string quoted(const std::string& text) {
    return json(text).dump();
}

}  // namespace

const json& Looked::check(const std::string& name) const {
    for (const json& one : result.at("checks")) {
        if (one.at("name") == name) {
            return one;
        }
    }
    throw std::runtime_error("no check '" + name + "' in the result");
}

std::string Looked::state(const std::string& name) const {
    return check(name).at("state").get<std::string>();
}

std::string Looked::message(const std::string& name) const {
    return check(name).at("message").get<std::string>();
}

int Looked::said(const std::string& text) const {
    int times = 0;
    for (std::size_t at = err.find(text); at != std::string::npos;
         at = err.find(text, at + 1)) {
        ++times;
    }
    return times;
}

Watched::Watched(const std::string& gateway_url)
    : World(gateway_url), m_services([this](const HttpRequest& request) {
          const std::lock_guard lock{m_mutex};
          const auto found = m_replies.find(request.target);
          return found == m_replies.end() ? Reply{} : found->second;
      }) {}

std::string Watched::path_of(const std::string& name) const {
    const auto found = std::find(m_names.begin(), m_names.end(), name);
    return "/" + std::to_string(found - m_names.begin());
}

void Watched::set(const std::string& name, const Reply& reply) {
    const std::lock_guard lock{m_mutex};
    m_replies[path_of(name)] = reply;
}

void Watched::write_configuration() {
    set_more(m_sections + m_checks);
}

void Watched::add(const std::string& name, const std::string& more) {
    m_names.push_back(name);
    m_checks += "[[check]]\nname = " + quoted(name) +
                "\nkind = \"http\"\nurl = \"" + m_services.url() +
                path_of(name) + "\"\n" + more + "\n";
    write_configuration();
}

void Watched::set_sections(const std::string& toml) {
    m_sections = toml;
    write_configuration();
}

void Watched::fail(const std::string& name) {
    set(name, {503, {}, ""});
}

void Watched::mend(const std::string& name) {
    set(name, {});
}

void Watched::hang(const std::string& name) {
    Reply silent;
    silent.behaviour = Behaviour::hang;
    set(name, silent);
}

int Watched::asked(const std::string& name) const {
    const auto all = m_services.requests();
    return static_cast<int>(
        std::count_if(all.begin(), all.end(), [&](const HttpRequest& request) {
            return request.target == path_of(name);
        }));
}

Command Watched::health(const Arguments& arguments) const {
    return command("lark-healthcheck", arguments);
}

Looked Watched::look(const Arguments& arguments) const {
    Arguments all{"--json"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return looked(run(health(all)));
}

Looked Watched::look_to(int exit_code, const Arguments& arguments) const {
    Looked one = look(arguments);
    CAPTURE(one.err);
    CHECK(one.exit_code == exit_code);
    return one;
}

std::string Watched::kept(const std::string& name) const {
    return sql(
        "SELECT state, consecutive FROM lark_batch.check_states"
        " WHERE check_name = '" +
        name + "'");
}

std::string Watched::results() const {
    return sql(
        "SELECT check_name, state FROM lark_batch.check_results"
        " ORDER BY checked_at, check_name");
}

Looked looked(const Finished& finished) {
    return {finished.exit_code, finished.err,
            json::parse(finished.out, nullptr, false)};
}

}  // namespace lark_batch::test
