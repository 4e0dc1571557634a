// The cleanup's part of names.hpp: what lies past its retention, by class.
#pragma once

#include "lib/metrics/family.hpp"

namespace lark_batch::metrics {

inline constexpr Family k_cleanup_backlog{
    "lark_cleanup_backlog", Type::gauge,
    "Rows, files or groups past their retention that were still there when "
    "the last run ended; 0 when it keeps up.",
    parts::k_class};
inline constexpr Family k_cleanup_held{
    "lark_cleanup_held", Type::gauge,
    "Rows past their retention that a legal hold keeps.", parts::k_class};
inline constexpr Family k_cleanup_deleted{
    "lark_cleanup_deleted_total",
    Type::counter,
    "Rows, files or groups deleted, by class.",
    parts::k_class,
    {},
    true};

}  // namespace lark_batch::metrics
