// The kind `disk`: how full file systems are.
#pragma once

#include "tools/lark-healthcheck/check.hpp"
#include "tools/lark-healthcheck/kind.hpp"

namespace lark_batch::healthcheck {

class Disk : public BlockingKind {
public:
    void declare(config::OptionSet& set, const Check& check) override;
    std::string_view target() const override { return "paths"; }
    MainValue main_value() const override { return MainValue::own; }
    std::string describe() const override;
    Finding probe(const Surroundings& around,
                  const clock::Deadline& deadline) const override;

private:
    struct Space {
        std::string path;
        double used = 0;    // percent of what everybody may use, as df counts
        double free = 0;    // bytes for everybody
        double inodes = 0;  // percent; 0 where there is no limit
    };

    std::vector<std::string> chosen() const;
    void check_mounted(const std::vector<std::string>& paths,
                       Finding& finding) const;
    static std::optional<Space> look(const std::string& path, Finding& finding);
    void judge(const Space& space, bool alone, Finding& finding) const;
    void sum_up(const std::vector<Space>& spaces, Finding& finding) const;
    Threshold used_limits() const;

    const Check* m_check = nullptr;
    std::vector<std::string> m_paths{"all"};
    std::vector<std::string> m_exclude;
    bool m_mounted = false;
    ThresholdText m_free;
    ThresholdText m_inodes{"90", "95"};
};

}  // namespace lark_batch::healthcheck
