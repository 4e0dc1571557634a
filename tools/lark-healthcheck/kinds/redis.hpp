// The kind `redis`: a server that lets us in and answers, its memory, its
// role, and the length of its queues.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tools/lark-healthcheck/wire/redis_dialogue.hpp"
#include "tools/lark-healthcheck/wire/tls_options.hpp"

namespace lark_batch::healthcheck {

class Redis : public BlockingKind {
public:
    void declare(config::OptionSet& set, const Check& check) override;
    std::string_view target() const override { return "address"; }
    std::string describe() const override;
    Finding probe(const Surroundings& around,
                  const clock::Deadline& deadline) const override;

private:
    using Facts = std::map<std::string, std::string>;

    void declare_login(config::OptionSet& set, const Check& check);
    void declare_limits(config::OptionSet& set);
    void log_in(RedisDialogue& dialogue) const;
    void judge_memory(const Facts& facts, Finding& finding) const;
    void judge_role(const Facts& facts, Finding& finding) const;
    void judge_lengths(RedisDialogue& dialogue, Finding& finding) const;

    std::string m_address;
    std::string m_ip_version = "any";
    std::string m_user;
    text::Secret m_password;
    bool m_encrypted = false;
    TlsOptions m_tls;
    std::string m_role = "any";
    long long m_database = 0;
    std::vector<std::string> m_keys;
    ThresholdText m_length;
    ThresholdText m_memory;
    ThresholdText m_clients;
    ThresholdText m_replicas;
};

}  // namespace lark_batch::healthcheck
