// One line of the table: what was measured, beside what, and what is wanted.
#pragma once

#include <string>
#include <vector>

namespace lark_batch::bench {

enum class Verdict { ok, over, not_measured };

struct Figure {
    std::string name{};
    std::string measured{};
    std::string reference{};
    std::string ratio{};
    std::string wanted{};
    Verdict verdict = Verdict::not_measured;
};

struct Amount {
    double value = 0;
    std::string unit{};
};

enum class Wanted { at_most, at_least };

// Of measured / reference; an aim is shown only.
struct Bound {
    double bound = 0;
    double aim = 0;
    Wanted direction = Wanted::at_most;
};
Figure ratio_figure(const std::string& name, const Amount& measured,
                    const Amount& reference, const Bound& wanted);

Figure limit_figure(const std::string& name, const Amount& measured,
                    Wanted direction, double limit);

Figure not_measured(const std::string& name, const std::string& why);

std::string table(const std::vector<Figure>& figures);

bool all_within(const std::vector<Figure>& figures);

// Of an odd number the middle one, else the lower of the two.
double median(std::vector<double> values);

// "5 runs, 0.31 to 0.44 s": how far the runs lie apart.
std::string spread(const std::string& what, const std::vector<double>& seconds);

}  // namespace lark_batch::bench
