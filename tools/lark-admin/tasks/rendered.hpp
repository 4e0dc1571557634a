// The registry in the languages of the clocks: files for systemd, cron and
// Kubernetes. Pure: who writes them is render.hpp.
#pragma once

#include <string>
#include <vector>

#include "lib/config/shared_options.hpp"
#include "lib/schedule/zone.hpp"

namespace lark_batch::admin {

// Begins every file that is rendered, and tells them from a person's own.
inline constexpr const char* k_marker =
    "# Made by lark-admin tasks render; changes are lost\n";

struct RenderedFile {
    std::string path;  // below the folder that was asked for
    std::string content;
};

// Whether there is something to run. Somebody else's units and crontabs may
// name the command of a task that has none in the registry.
bool can_be_started(const std::string& name, const config::RunSettings& task);

// How long a service may take: the run's own limit and what it takes to end
// after that. Zero: no limit.
text::Milliseconds service_limit(const config::RunSettings& task);

// Drop-ins of the units that are shipped, or of lark-task@NAME. Of a task
// without schedule only its service has one.
std::vector<RenderedFile> systemd_files(const config::TaskSettings& tasks);

struct CronSurroundings {
    std::vector<schedule::Zone> zones;  // of the hosts
    bool has_cron_tz = false;  // the cron knows CRON_TZ: zones do not matter
    std::string programs;      // the folder that they are in
};

// For /etc/cron.d. `now` is when the lines begin to hold, for five years.
RenderedFile cron_file(const config::TaskSettings& tasks,
                       const CronSurroundings& surroundings,
                       clock::WallTime now);

// Throws Error(config) for names that Kubernetes does not take.
RenderedFile kubernetes_file(const config::TaskSettings& tasks);

}  // namespace lark_batch::admin
