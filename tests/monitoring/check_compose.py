#!/usr/bin/env python3
"""compose/ as it lies there: what must hold for every service, every variable
and every file that is mounted. Tries its own rules on broken copies, too.

What an engine makes of the file is not asked here (tests/image/run does).
"""
import copy
import re
import sys
from pathlib import Path

try:
    import yaml
except ImportError:
    sys.exit("python3-yaml is missing: apt-get install python3-yaml")

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "compose"
PROFILES = {"base", "monitoring", "fechatter", "crypto", "demo", "all"}
BASE = {"postgresql", "pushgateway", "migrate"}
WATCHING = {"prometheus", "alertmanager", "grafana", "rabbitmq",
            "node-exporter", "postgres-exporter"}
EXPECTED = {
    "base": BASE | {"scheduler"},
    "monitoring": BASE | WATCHING | {"scheduler"},
    "fechatter": BASE | WATCHING | {"scheduler", "redis", "redis-exporter"},
    "crypto": BASE | WATCHING | {"scheduler", "redis", "redis-exporter"},
    "all": BASE | WATCHING | {"scheduler", "redis", "redis-exporter"},
    "demo": BASE | WATCHING | {"sandbox", "demo"},
}
ONE_SHOTS = {"migrate", "sync", "check-tokens", "cleanup", "healthcheck",
             "forward-alerts", "admin"}
# Capabilities that are given back, each with its reason in compose.yaml.
CAPABILITIES = {name: {"SETUID", "SETGID", "KILL"}
                for name in ("scheduler", "demo")}
# Lists in which compose looks for ${NAME}: everything that is no comment.
VARIABLE = re.compile(r"(?<!\$)\$\{([A-Z0-9_]+)")


def image_faults(service):
    image = re.sub(r"\$\{[^}]*\}", "1.0", service.get("image", ""))
    name, _, tag = image.partition(":")
    if not name or not re.search(r"\d+\.\d+", tag) or tag == "latest":
        yield f"the image '{image}' has no pinned tag"


def health_faults(service):
    health = service.get("healthcheck", {})
    if not health.get("test") or health.get("disable"):
        yield "no health check"
    for key in ("interval", "timeout", "retries", "start_period"):
        if key not in health:
            yield f"the health check has no {key}"


def resource_faults(service):
    resources = service.get("deploy", {}).get("resources", {})
    if not {"cpus", "memory"} <= set(resources.get("limits", {})):
        yield "no limits of cpus and memory"
    if "memory" not in resources.get("reservations", {}):
        yield "no reservation of memory"
    if not service.get("pids_limit"):
        yield "no limit of processes"


def privilege_faults(name, service):
    if service.get("privileged"):
        yield "privileged"
    if service.get("read_only") is not True:
        yield "the root can be written to"
    if service.get("cap_drop") != ["ALL"]:
        yield "not all capabilities are dropped"
    if set(service.get("cap_add", ())) != CAPABILITIES.get(name, set()):
        yield f"capabilities are added: {service.get('cap_add')}"
    if "no-new-privileges:true" not in service.get("security_opt", ()):
        yield "no-new-privileges is not set"
    user = str(service.get("user", ""))
    if not re.fullmatch(r"\d+:\d+", user):
        yield "the user is not named by number"
    elif user.startswith("0:") and name not in CAPABILITIES:
        yield "runs as root"


def logging_faults(service):
    logging = service.get("logging", {})
    if logging.get("driver") != "json-file":
        yield "logs are not kept by json-file"
    if not {"max-size", "max-file"} <= set(logging.get("options", {})):
        yield "logs do not rotate"


def network_faults(service):
    for port in service.get("ports", ()):
        if not re.match(r"127\.0\.0\.1:\$\{[A-Z_]+_PORT:-\d+\}:\d+$", port):
            yield f"the port '{port}' is not on the loopback, or fixed"
    if not service.get("networks") and "network_mode" not in service:
        yield "no network is named"
    if service.get("network_mode") == "host":
        yield "in the network of the host"


def dependency_faults(service, services):
    wanted = service.get("depends_on", {})
    if not isinstance(wanted, dict):
        yield "depends_on without conditions"
        return
    for name, how in wanted.items():
        fitting = ("service_completed_successfully" if name in ONE_SHOTS
                   else "service_healthy")
        if how.get("condition") != fitting:
            yield f"waits for {name} without {fitting}"
        missing = (set(service["profiles"])
                   - set(services.get(name, {}).get("profiles", ())))
        if missing:
            yield f"{name} is not in the profiles {sorted(missing)}"


def secret_faults(service, secrets):
    mounted = service.get("secrets", ())
    for secret in mounted:
        name = secret["source"] if isinstance(secret, dict) else secret
        if name not in secrets:
            yield f"the secret {name} is not declared"
    if mounted and not service.get("group_add"):
        yield "has secrets, but not their group"
    for key, value in service.get("environment", {}).items():
        if re.search(r"PASSWORD|SECRET|TOKEN", key) and not str(
                value).startswith("/run/secrets/"):
            yield f"a secret in the variable {key}"


def volume_faults(service, volumes):
    for volume in service.get("volumes", ()):
        source, _, rest = volume.partition(":")
        if source.startswith((".", "/")):
            if not rest.split(":")[-1].startswith("ro"):
                yield f"{source} can be written to"
            if not source.startswith(("./secrets/", "/")) and not (
                    COMPOSE / source).exists():
                yield f"{source} does not exist"
        elif source not in volumes:
            yield f"the volume {source} is not declared"


def faults(stack):
    services = stack["services"]
    for name, service in services.items():
        found = [
            *image_faults(service), *health_faults(service),
            *resource_faults(service), *privilege_faults(name, service),
            *logging_faults(service), *network_faults(service),
            *dependency_faults(service, services),
            *secret_faults(service, stack["secrets"]),
            *volume_faults(service, stack["volumes"])]
        yield from (f"{name}: {fault}" for fault in found)
        yield from process_faults(name, service)
        yield from address_faults(name, service)
    yield from alertmanager_faults(services["alertmanager"])
    yield from stack_faults(services)


def stack_faults(services):
    for profile, wanted in EXPECTED.items():
        got = {name for name, service in services.items()
               if profile in service["profiles"]}
        if got != wanted:
            yield f"profile {profile}: {sorted(got ^ wanted)} differ"
    for name in ONE_SHOTS:
        if services[name].get("restart") != "no":
            yield f"{name}: restarts, but is to run once"
    shared = (set(services["grafana"]["networks"])
              & set(services["postgresql"]["networks"]))
    if shared:
        yield f"grafana and postgresql share {sorted(shared)}"


def variables(text):
    lines = (line for line in text.splitlines()
             if not line.lstrip().startswith("#"))
    return set(VARIABLE.findall("\n".join(lines)))


def settings(path):
    return set(re.findall(r"^([A-Z0-9_]+)=", path.read_text(), re.M))


def environment_faults(text):
    # Compose takes this one itself.
    known_to_compose = {"COMPOSE_PROJECT_NAME"}
    for name in ("env.example", "staging.env.template"):
        given = settings(COMPOSE / name)
        for variable in variables(text) - given:
            yield f"{name}: {variable} of compose.yaml is missing"
        for variable in given - variables(text) - known_to_compose:
            yield f"{name}: {variable} is used by nobody"


def port_faults():
    for name in ("env.example", "staging.env.template"):
        ports = re.findall(r"^[A-Z_]+_PORT=(\d+)$",
                           (COMPOSE / name).read_text(), re.M)
        if len(set(ports)) != len(ports):
            yield f"{name}: two services have the same port"


def shell_script(service):
    """What a service's own shell runs, if it has one."""
    words = [*service.get("entrypoint", ()), *service.get("command", ())]
    return words[2] if words[1:2] == ["-ceu"] else None


def process_faults(name, service):
    # As the first process a shell hears no SIGTERM, and hands none on.
    script = shell_script(service)
    if script and not re.search(r"^exec ", script, re.M):
        yield f"{name}: the shell stays, so nobody hears SIGTERM"


def address_faults(name, service):
    # Else they move below the path of the address that people use, and
    # neither health checks nor those who ask them find them.
    words = service.get("command", ())
    if (any(word.startswith("--web.external-url=") for word in words)
            and "--web.route-prefix=/" not in words):
        yield f"{name}: moves with its address"


def alertmanager_faults(service):
    """What its files ask the environment for is given to it."""
    given = set(service["environment"])
    for path in (COMPOSE / "alertmanager").rglob("a*.*"):
        text = path.read_text()
        asked = set(re.findall(r"\$\{(ALERT_[A-Z_]+)", text))
        for line in re.findall(r"# if (.*)", text):
            asked |= set(re.findall(r"ALERT_[A-Z_]+", line))
        for variable in asked:
            if not {variable, f"{variable}_FILE"} & given:
                yield f"alertmanager: {path.name} asks for {variable}"


def context_patterns():
    """What the image's build is given, and what it copies of that."""
    ignored = (ROOT / ".dockerignore").read_text()
    given = re.findall(r"^!(\S+)", ignored, re.M)
    copied = [source for line in re.findall(
        r"^COPY (?!--from)(.*) \S+$", (COMPOSE / "Dockerfile").read_text(),
        re.M) for source in line.split()]
    return given, copied


def build_faults(cmake):
    """What CMake includes must be there in the image's build, too."""
    for path in re.findall(r"include\((\S+/\S+)\)", cmake):
        for patterns in context_patterns():
            if not any(Path(path).match(pattern)
                       or path.startswith(f"{pattern}/")
                       for pattern in patterns):
                yield f"the image is built without {path}"


def broken_copies(stack):
    """Copies of the stack, each with what a rule must find."""
    def broken(name, **change):
        other = copy.deepcopy(stack)
        other["services"][name].update(change)
        return other
    yield "pinned", broken("redis", image="redis:latest")
    yield "health", broken("redis", healthcheck={})
    yield "limits", broken("redis", deploy={})
    yield "capabilities", broken("redis", cap_add=["NET_ADMIN"])
    yield "privileged", broken("redis", privileged=True)
    yield "loopback", broken("redis", ports=["6379:6379"])
    yield "share", broken("grafana", networks=["data", "dashboards"])
    yield "without service_healthy", broken(
        "grafana", depends_on={"prometheus": {"condition": "service_started"}})
    yield "not in the profiles", broken("alertmanager", profiles=["all"])
    yield "does not exist", broken("redis", volumes=["./nothing:/x:ro"])
    yield "runs as root", broken("redis", user="0:0")
    yield "nobody hears SIGTERM", broken(
        "redis", command=["sh", "-ceu", "cat x | exec redis-server -"])
    yield "asks for ALERT_MAIL_TO", broken("alertmanager", environment={})
    yield "secret in the variable", broken(
        "grafana", environment={"GF_SECURITY_ADMIN_PASSWORD": "admin"})


def main():
    text = (COMPOSE / "compose.yaml").read_text()
    stack = yaml.safe_load(text)
    found = [*faults(stack), *environment_faults(text), *port_faults(),
             *build_faults((ROOT / "CMakeLists.txt").read_text())]
    if not list(build_faults("include(.ci/none/x.cmake)")):
        found.append("this test: a file that is not copied is not found")
    for word, copied in broken_copies(stack):
        if not any(word in fault for fault in faults(copied)):
            found.append(f"this test: '{word}' is not found in a broken copy")
    print("\n".join(found) or f"{len(stack['services'])} services, "
          f"{len(variables(text))} variables")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
