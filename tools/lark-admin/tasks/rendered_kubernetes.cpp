// One CronJob a task. What is not of the task, docs/scaling.md explains.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lib/errors/error.hpp"
#include "lib/schedule/cron.hpp"
#include "lib/text/strings.hpp"
#include "tools/lark-admin/tasks/host_cron.hpp"
#include "tools/lark-admin/tasks/rendered.hpp"
#include "tools/lark-admin/tasks/started_as.hpp"

namespace lark_batch::admin {

namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;

// The controller looks every ten seconds: with less, no Job ever starts.
constexpr long long k_shortest_deadline = 10;
// The clock begins with the Job: images are fetched within it.
constexpr seconds k_time_to_start{60};

constexpr const char* k_schedule = R"(---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: {name}
  labels:
    app.kubernetes.io/name: lark-batch
    app.kubernetes.io/component: {component}
spec:
  schedule: "{schedule}"
  timeZone: {zone}
  suspend: {suspend}
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: {grace}
  successfulJobsHistoryLimit: 1
  failedJobsHistoryLimit: 3
  jobTemplate:
    metadata:
      labels:
        app.kubernetes.io/name: lark-batch
        app.kubernetes.io/component: {component}
    spec:
      backoffLimit: 0
{limit})";

constexpr const char* k_pod = R"(      podFailurePolicy:
        rules:
          - action: Ignore
            onPodConditions:
              - type: DisruptionTarget
                status: "True"
      template:
        metadata:
          labels:
            app.kubernetes.io/name: lark-batch
            app.kubernetes.io/component: {component}
        spec:
          restartPolicy: Never
          terminationGracePeriodSeconds: 45
          automountServiceAccountToken: false
          enableServiceLinks: false
          securityContext:
            runAsNonRoot: true
            runAsUser: 10001
            runAsGroup: 10001
            fsGroup: 10001
            fsGroupChangePolicy: OnRootMismatch
            seccompProfile:
              type: RuntimeDefault
          containers:
            - name: task
              image: localhost/lark-batch
              imagePullPolicy: IfNotPresent
              command:
                - {program}
              args:
{arguments})";

constexpr const char* k_container = R"(              env:
                - name: LARK_BATCH_CONFIG
                  value: /etc/lark-batch/lark-batch.toml
                - name: CREDENTIALS_DIRECTORY
                  value: /etc/lark-batch/credentials
                - name: STATE_DIRECTORY
                  value: /var/lib/lark-batch
              resources:
                requests:
                  cpu: 100m
                  memory: 128Mi
                limits:
                  memory: 512Mi
              securityContext:
                allowPrivilegeEscalation: false
                readOnlyRootFilesystem: true
                capabilities:
                  drop:
                    - ALL
              volumeMounts:
                - name: config
                  mountPath: /etc/lark-batch/lark-batch.toml
                  subPath: lark-batch.toml
                  readOnly: true
                - name: credentials
                  mountPath: /etc/lark-batch/credentials
                  readOnly: true
                - name: state
                  mountPath: /var/lib/lark-batch
                - name: tmp
                  mountPath: /tmp
          volumes:
            - name: config
              configMap:
                name: lark-batch
            - name: credentials
              secret:
                secretName: lark-batch-credentials
                defaultMode: 0440
            - name: state
              emptyDir:
                sizeLimit: 64Mi
            - name: tmp
              emptyDir:
                sizeLimit: 64Mi
)";

// A task without limit has no line.
std::string limit_line(const config::RunSettings& task) {
    const auto limit = service_limit(task);
    return limit.count() == 0
               ? ""
               : fmt::format(
                     "      activeDeadlineSeconds: {}\n",
                     (duration_cast<seconds>(limit) + k_time_to_start).count());
}

std::string arguments(const std::string& name) {
    std::string lines;
    for (const std::string& word :
         text::split(task_argument(name) + " --trigger=container", ' ')) {
        lines += word.empty() ? "" : "                - " + word + "\n";
    }
    return lines;
}

std::string cron_job(const std::string& name, const config::RunSettings& task) {
    using namespace fmt::literals;
    const std::string component = text::replace_all(name, '_', '-');
    const std::string schedule =
        plain_cron(schedule::CronExpression::parse(task.schedule));
    return fmt::format(
               k_schedule, "name"_a = cron_job_of(name),
               "component"_a = component, "schedule"_a = schedule,
               "zone"_a = task.task_timezone, "suspend"_a = !task.enabled,
               "grace"_a =
                   std::max(task.misfire_grace_seconds, k_shortest_deadline),
               "limit"_a = limit_line(task)) +
           fmt::format(k_pod, "component"_a = component,
                       "program"_a = program_of(name),
                       "arguments"_a = arguments(name)) +
           k_container;
}

}  // namespace

RenderedFile kubernetes_file(const config::TaskSettings& tasks) {
    RenderedFile file{"cronjobs.yaml", k_marker};
    std::set<std::string> names;
    for (const auto& [name, task] : tasks) {
        if (task.schedule.empty() || !can_be_started(name, task)) {
            continue;
        }
        if (!names.insert(cron_job_of(name)).second) {
            throw errors::Error{errors::Kind::config,
                                "two tasks would both be the CronJob '" +
                                    cron_job_of(name) + "'",
                                "rename one: '_' and '-' are the same there"};
        }
        file.content += cron_job(name, task);
    }
    return file;
}

}  // namespace lark_batch::admin
