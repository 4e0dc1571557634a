// The kind `file_age`: files that must be young, large or numerous enough: a
// backup, a heartbeat, a queue folder.
#pragma once

#include "tools/lark-healthcheck/check.hpp"
#include "tools/lark-healthcheck/kind.hpp"

namespace lark_batch::healthcheck {

class FileAge : public BlockingKind {
public:
    void declare(config::OptionSet& set, const Check& check) override;
    std::string_view target() const override { return "path"; }
    MainValue main_value() const override { return MainValue::own; }
    std::string describe() const override;
    Finding probe(const Surroundings& around,
                  const clock::Deadline& deadline) const override;

private:
    const Check* m_check = nullptr;
    std::string m_path;
    std::string m_which = "newest";
    bool m_recursive = false;
    std::string m_when_missing = "critical";
    ThresholdText m_size;
    ThresholdText m_count;
};

}  // namespace lark_batch::healthcheck
