#include "lib/run/token_surroundings.hpp"

#include <unistd.h>

#include "lib/run/host.hpp"

namespace lark_batch::run {

std::filesystem::path token_spool(const std::string& state_directory) {
    return std::filesystem::path{state_directory} / "tokens.spool";
}

db::Worker this_worker() {
    return {host_name(), static_cast<int>(getpid())};
}

}  // namespace lark_batch::run
