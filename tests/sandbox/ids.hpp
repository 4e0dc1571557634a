#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lark_batch::sandbox {

// Position of a person or a department in the company; department 0 is root.
using Index = std::uint32_t;

inline constexpr Index k_root = 0;
inline constexpr Index k_none = 0xffffffffU;

enum class UserIdType { open_id, union_id, user_id };
enum class DepartmentIdType { open_department_id, department_id };

// Ids are computed from the index and read back without a table: the first
// half is a hash of the index, the second half carries the index under a mask
// derived from the first.
class Ids {
public:
    explicit Ids(std::uint64_t seed) : m_seed(seed) {}

    // `app` is the app's position: open_ids differ per app, the rest not.
    void append_user(std::string& out, UserIdType type, unsigned app,
                     Index person) const;
    void append_department(std::string& out, DepartmentIdType type,
                           Index department) const;
    // Thirty-two hex digits for anything else that needs a stable id.
    void append_other(std::string& out, std::string_view kind,
                      Index index) const;

    // Nothing when the text is no id of this company; the index is not
    // checked against the size of the company.
    [[nodiscard]] std::optional<Index> user(UserIdType type, unsigned app,
                                            std::string_view text) const;
    [[nodiscard]] std::optional<Index> department(DepartmentIdType type,
                                                  std::string_view text) const;

    [[nodiscard]] std::string open_id(unsigned app, Index person) const;
    [[nodiscard]] std::string open_department_id(Index department) const;

private:
    std::uint64_t m_seed;
};

}  // namespace lark_batch::sandbox
