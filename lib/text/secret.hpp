// A secret is a type without a printer: it cannot reach a log line, an error,
// a metric or --print-config by accident, because nothing formats it.
#pragma once

#include <string>
#include <utility>

namespace lark_batch::text {

class Secret {
public:
    Secret() = default;
    explicit Secret(std::string value) : m_value(std::move(value)) {}
    ~Secret() { wipe(); }
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept : m_value(std::move(other.m_value)) {
        other.wipe();
    }
    Secret& operator=(const Secret& other) {
        if (this != &other) {
            wipe();
            m_value = other.m_value;
        }
        return *this;
    }
    Secret& operator=(Secret&& other) noexcept {
        if (this != &other) {
            wipe();
            m_value = std::move(other.m_value);
            other.wipe();
        }
        return *this;
    }

    bool empty() const { return m_value.empty(); }

    // The plain value, only for the place that sends it to its owner.
    const std::string& reveal() const { return m_value; }

private:
    // explicit_bzero is not optimised away, as memset before free would be.
    void wipe() noexcept;

    std::string m_value;
};

}  // namespace lark_batch::text
