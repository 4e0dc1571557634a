#!/usr/bin/env python3
"""What must hold for every object below kubernetes/, whoever wrote it.

invariants.py [FILE...]: YAML files, or standard input. Without complaints it
prints how many objects it saw. As a test (--tree DIR) it reads every file of
the tree, and tries its own rules on broken copies.
"""
import copy
import pathlib
import sys

try:
    import yaml
except ImportError:
    sys.exit("python3-yaml is missing: apt-get install python3-yaml")

SCHEDULED = ("concurrencyPolicy", "timeZone", "startingDeadlineSeconds",
             "suspend", "successfulJobsHistoryLimit", "failedJobsHistoryLimit")
KINDS = {"CronJob", "Job", "NetworkPolicy", "ConfigMap",
         "PersistentVolumeClaim", "Kustomization"}


def pod_of(item):
    spec = item["spec"]
    job = spec["jobTemplate"]["spec"] if item["kind"] == "CronJob" else spec
    return job, job["template"]["spec"]


def container_faults(container):
    context = container.get("securityContext", {})
    if context.get("readOnlyRootFilesystem") is not True:
        yield "the root file system can be written to"
    if context.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation is not false"
    if context.get("capabilities", {}).get("drop") != ["ALL"]:
        yield "not all capabilities are dropped"
    resources = container.get("resources", {})
    if not {"cpu", "memory"} <= set(resources.get("requests", {})):
        yield "no requests of cpu and memory"
    if "memory" not in resources.get("limits", {}):
        yield "no limit of memory"
    for variable in container.get("env", []):
        if "valueFrom" in variable or "SECRET" in variable["name"]:
            yield f"a secret in the variable {variable['name']}"


def pod_faults(pod):
    context = pod.get("securityContext", {})
    if context.get("runAsNonRoot") is not True or not context.get("runAsUser"):
        yield "may run as root"
    if not context.get("fsGroup"):
        yield "no fsGroup: secret files of mode 0440 cannot be read"
    if context.get("seccompProfile") != {"type": "RuntimeDefault"}:
        yield "no seccomp profile"
    if pod.get("automountServiceAccountToken") is not False:
        yield "a service account's token is mounted"
    if pod.get("terminationGracePeriodSeconds", 0) < 45:
        yield "less than 45 s to end in (a run takes up to 30)"
    if pod.get("restartPolicy") != "Never":
        yield "restarts by itself: a failure would not be seen"
    for volume in pod.get("volumes", []):
        # JSON has no octal numbers: 0440 is 288 there.
        if "secret" in volume and volume["secret"].get("defaultMode") != 0o440:
            yield "a secret's files are not of mode 0440"
        if "emptyDir" in volume and "sizeLimit" not in volume["emptyDir"]:
            yield f"the volume {volume['name']} has no size limit"
        if "hostPath" in volume:
            yield "a folder of the node is mounted"
    for container in pod["containers"]:
        yield from container_faults(container)


def job_faults(item):
    job, pod = pod_of(item)
    if "activeDeadlineSeconds" not in job:
        yield "no activeDeadlineSeconds"
    if item["kind"] == "CronJob" and job.get("backoffLimit") != 0:
        yield "a failed run is repeated: backoffLimit is not 0"
    yield from pod_faults(pod)


def cron_job_faults(item):
    spec = item["spec"]
    for key in SCHEDULED:
        if key not in spec:
            yield f"no {key}"
    if spec.get("concurrencyPolicy") != "Forbid":
        yield "runs may overlap: concurrencyPolicy is not Forbid"
    # The controller looks every 10 s: with less, nothing ever starts.
    if spec.get("startingDeadlineSeconds", 0) < 10:
        yield "startingDeadlineSeconds is less than 10"
    if len(item["metadata"]["name"]) > 52:
        yield "a name of more than 52 characters"


def network_faults(item):
    spec = item["spec"]
    if "Egress" not in spec.get("policyTypes", []) or not spec.get("egress"):
        yield "does not limit what is called"
    if spec.get("ingress"):
        yield "lets somebody in"
    if any("ports" not in rule for rule in spec.get("egress", [])):
        yield "allows every port"


def faults(item):
    kind = item.get("kind")
    if kind not in KINDS:
        yield f"a {kind} has no business here"
    if kind in ("CronJob", "Job"):
        yield from job_faults(item)
    if kind == "CronJob":
        yield from cron_job_faults(item)
    if kind == "NetworkPolicy":
        yield from network_faults(item)


def complaints(items):
    for item in items:
        name = item.get("metadata", {}).get("name", "?")
        for fault in faults(item):
            yield f"{item.get('kind')} {name}: {fault}"


def breakages(cron_job):
    """Broken copies of a good CronJob, each of which must be found."""
    def broken(change):
        item = copy.deepcopy(cron_job)
        change(item["spec"], *pod_of(item))
        return item

    yield broken(lambda spec, job, pod: spec.update(concurrencyPolicy="Allow"))
    yield broken(lambda spec, job, pod: spec.pop("timeZone"))
    yield broken(lambda spec, job, pod: spec.update(startingDeadlineSeconds=9))
    yield broken(lambda spec, job, pod: job.update(backoffLimit=6))
    yield broken(lambda spec, job, pod: pod.pop("securityContext"))
    yield broken(lambda spec, job, pod: pod["containers"][0].pop("resources"))
    yield broken(lambda spec, job, pod: pod["containers"][0].pop(
        "securityContext"))
    yield broken(lambda spec, job, pod: pod["volumes"][1]["secret"].update(
        defaultMode=0o444))


def overlooked(items):
    for item in items:
        if item["kind"] == "CronJob":
            for number, copied in enumerate(breakages(item)):
                if not list(complaints([copied])):
                    yield f"{item['metadata']['name']}: breakage {number} passes"


def read(text):
    return [item for item in yaml.safe_load_all(text) if item]


def main():
    names = sys.argv[1:]
    tree = names[:1] == ["--tree"]
    if tree:
        names = sorted(map(str, pathlib.Path(names[1]).rglob("*.yaml")))
    texts = [pathlib.Path(name).read_text() for name in names]
    items = [item for text in texts or [sys.stdin.read()]
             for item in read(text)]
    wrong = list(complaints(items))
    if tree:
        wrong += overlooked(items)
    for line in wrong:
        print(line, file=sys.stderr)
    if not items:
        sys.exit("no object at all")
    print(f"{len(items)} objects")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
