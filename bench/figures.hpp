// Each measures its figures and tells on the way how far its runs lie apart.
#pragma once

#include <vector>

#include "bench/figure.hpp"
#include "bench/options.hpp"
#include "bench/workplace.hpp"

namespace lark_batch::bench {

// 1 and 2, and of 3 what falls off.
std::vector<Figure> cold_figures(Workplace& place, const Options& options);

// 3
std::vector<Figure> memory_figures(Workplace& place, const Options& options);

// 4
std::vector<Figure> rate_figures(Workplace& place);

// 5
std::vector<Figure> start_figures(const Workplace& place,
                                  const Options& options);

// 6
std::vector<Figure> cleanup_figures(Workplace& place, const Options& options);

// 7
std::vector<Figure> token_read_figures(Workplace& place,
                                       const Options& options);

// 8
std::vector<Figure> token_refresh_figures(Workplace& place);

// 9
std::vector<Figure> check_figures(const Workplace& place,
                                  const Options& options);

// 10
std::vector<Figure> wrapping_figures(Workplace& place, const Options& options);

// A line about a measurement, at once.
void tell(const std::string& line);

}  // namespace lark_batch::bench
