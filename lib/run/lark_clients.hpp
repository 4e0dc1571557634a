// One API client for each app that is asked for, made when it is needed.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "lib/lark/client.hpp"
#include "lib/notify/courier.hpp"
#include "lib/run/api_counter.hpp"
#include "lib/run/context.hpp"

namespace lark_batch::run {

class LarkClients {
public:
    // The context must outlive it.
    explicit LarkClients(Context& context);
    // With less time than the run has; it must outlive them.
    LarkClients(Context& context, const clock::Deadline& deadline);

    // Throws Error(config) for a name that no [[app]] has.
    lark::Client& get(const std::string& app);

    // For notices: sends through this run's HTTP client and apps.
    notify::Courier courier();

private:
    Context* m_context;
    const clock::Deadline* m_deadline;
    ApiCounter m_counter;
    std::map<std::string, std::unique_ptr<lark::Client>> m_clients;
};

}  // namespace lark_batch::run
