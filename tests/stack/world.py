"""What the proof watches: a company, its tokens, our programs and their runs."""

import json
import os
import ssl
import subprocess
import threading
import urllib.parse
import urllib.request

import servers

BIN = os.environ.get("BIN") or os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "../../build/release/bin")
APP = "cli_sandbox0000000"
OAUTH = ("/open-apis/authen/v2/oauth/token", "/oauth/v3/token")

CONFIGURATION = """\
state_directory = "{folder}/state"

[database]
url = "{database}"

[pushgateway]
url = "{pushgateway}"

[healthcheck]
prometheus_url = "{prometheus}"
alertmanager_url = "{alertmanager}"

[alertmanager]
urls = ["{alertmanager}"]

[forward_alerts]
resolve_after = "1s"

[notify]
reminder = ["group", "desk"]
urgent = ["group", "desk"]
critical = ["group", "desk"]

[[channel]]
name = "group"
kind = "lark_webhook"
url_file = "{folder}/group-url"

[[channel]]
name = "desk"
kind = "webhook"
url_file = "{folder}/desk-url"

[[token_key]]
id = "stack"
secret_file = "{folder}/token-key"

[[app]]
name = "stack"
app_id = "{app}"
app_secret_file = "{folder}/app-secret"
base_url = "{lark}"
rate_per_second = 0
rate_per_minute = 0

[tasks.backup]
command = ["{folder}/backup"]
schedule = "30 2 * * *"
success_max_age = "26h"
timeout = "4h"

[tasks.cleanup]
success_max_age = "{cleanup_max_age}"

[[check]]
name = "database"
kind = "postgres"
groups = ["stack"]
connections_crit = "90%"

[[check]]
name = "rabbitmq"
kind = "amqp"
groups = ["stack", "broker"]
address = "127.0.0.1:{rabbitmq_port}"
user = "guest"
password_file = "{folder}/rabbitmq-password"
vhost = "/"
timeout = "5s"

[[check]]
name = "rabbitmq metrics"
kind = "metrics"
groups = ["stack", "broker"]
url = "{rabbitmq_metrics}/metrics"
series = ["rabbitmq_identity_info"]
depends_on = ["rabbitmq"]

[[check]]
name = "pushgateway"
kind = "pushgateway"
groups = ["monitoring"]

[[check]]
name = "prometheus"
kind = "http"
groups = ["monitoring"]
url = "{prometheus}/-/ready"

[[check]]
name = "certificate"
kind = "tls"
groups = ["web"]
address = "127.0.0.1:{tls_port}"
server_name = "stack.test"
ca_file = "{folder}/certificate.pem"

[[check]]
name = "lark api"
kind = "lark_api"
groups = ["lark"]
for_app = "stack"

[[check]]
name = "our tasks"
kind = "tasks"
groups = ["tasks"]
depends_on = ["database"]
"""

# Also when the person at the keyboard has settings of their own.
CLEAN = {name: value for name, value in os.environ.items()
         if not name.startswith(("LARK_BATCH_", "PG"))}


def ask(url, data=None):
    """The JSON of an answer; `data`, unless none, is posted as JSON."""
    body = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(
        url, data=body, headers={"Content-Type": "application/json"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=20) as answer:
        return json.loads(answer.read() or b"null")


class World:
    """PostgreSQL, RabbitMQ, the Pushgateway, the sandbox, and our programs."""

    def __init__(self, shop):
        self.shop = shop
        names = ["postgres", "rabbitmq", "rabbitmq_metrics", "epmd", "node",
                 "pushgateway", "sandbox", "tls", "prometheus", "alertmanager",
                 "hook", "smtp"]
        self.port = dict(zip(names, servers.free_ports(len(names))))
        self.cleanup_max_age = "26h"
        self.database = (f"postgresql://stack@127.0.0.1:"
                         f"{self.port['postgres']}/lark_batch")

    def address(self, name):
        return f"http://127.0.0.1:{self.port[name]}"

    def start(self):
        self.start_rabbitmq()
        servers.start_pushgateway(self.shop, self.port["pushgateway"])
        servers.start_postgres(self.shop, self.port["postgres"])
        servers.start_sandbox(
            self.shop, self.port["sandbox"], os.path.join(BIN, "lark-sandbox"),
            "--users", "400", "--departments", "20")
        self.start_tls()
        self.write_secrets()
        self.configure()
        self.sql("CREATE DATABASE lark_batch", database="postgres")
        self.run("lark-admin", "migrate")
        self.grant_tokens()

    def start_rabbitmq(self):
        servers.start_rabbitmq(
            self.shop, self.port["rabbitmq"], self.port["rabbitmq_metrics"],
            self.port["epmd"], self.port["node"])

    def await_rabbitmq(self):
        self.shop.ready("rabbitmq", lambda: all(
            servers.answers(self.port[name])
            for name in ("rabbitmq", "rabbitmq_metrics")))

    def start_tls(self):
        """A server whose certificate ends in 90 days."""
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:prime256v1", "-nodes", "-days", "90",
             "-subj", "/CN=stack.test", "-addext",
             "subjectAltName=DNS:stack.test", "-keyout",
             self.shop.path("certificate.key"), "-out",
             self.shop.path("certificate.pem")],
            check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.shop.path("certificate.pem"),
                                self.shop.path("certificate.key"))
        listener = servers.socket.create_server(
            ("127.0.0.1", self.port["tls"]))
        threading.Thread(target=greet, args=(listener, context),
                         daemon=True).start()

    def write_secrets(self):
        for name, text in (
                ("app-secret", "sandbox-secret"),
                ("rabbitmq-password", "guest"),
                ("group-url", self.address("sandbox") +
                 "/open-apis/bot/v2/hook/sandbox-ops"),
                ("desk-url", self.address("hook") + "/desk"),
                ("token-key", self.run("lark-admin", "--config", "/dev/null",
                                       "keys", "generate"))):
            self.shop.write(name, text.strip() + "\n", 0o600)
        self.backup_succeeds(True)

    def configure(self):
        os.makedirs(self.shop.path("state"), exist_ok=True)
        self.shop.write("lark-batch.toml", CONFIGURATION.format(
            folder=self.shop.folder, database=self.database, app=APP,
            lark=self.address("sandbox"), rabbitmq_port=self.port["rabbitmq"],
            rabbitmq_metrics=self.address("rabbitmq_metrics"),
            tls_port=self.port["tls"], cleanup_max_age=self.cleanup_max_age,
            **{name: self.address(name) for name in
               ("pushgateway", "prometheus", "alertmanager")}))

    # --- our programs -----------------------------------------------------

    def run(self, program, *arguments, codes=(0,), text=None):
        """Its standard output; another exit code is a failure of the proof."""
        done = subprocess.run(
            [os.path.join(BIN, program), *arguments], input=text or "",
            capture_output=True, text=True, timeout=60, check=False,
            cwd=self.shop.folder,
            env={**CLEAN, "LARK_BATCH_CONFIG": self.shop.path(
                "lark-batch.toml")})
        if done.returncode not in codes:
            raise servers.Failed(
                f"{program} {' '.join(arguments)} ended with "
                f"{done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def sync(self, *arguments, codes=(0,)):
        return self.run("lark-sync-users", *arguments, codes=codes)

    def check_tokens(self, codes=(0,)):
        return self.run("lark-check-tokens", codes=codes)

    def cleanup(self):
        return self.run("lark-cleanup")

    def healthcheck(self, codes=(0,)):
        return self.run("lark-healthcheck", codes=codes)

    def forward_alerts(self):
        return self.run("lark-forward-alerts")

    def backup(self, codes=(0,)):
        return self.run("lark-run", "--task", "backup", codes=codes)

    def backup_succeeds(self, well):
        self.shop.write("backup", f"#!/bin/sh\nexit {0 if well else 2}\n",
                        0o755)

    # --- the company and the API ------------------------------------------

    def control(self, path, data):
        return ask(f"{self.address('sandbox')}/_sandbox/{path}", data)

    def change(self, **counts):
        self.control("change", {"steps": [
            {"do": do, "count": count} for do, count in counts.items()]})

    def fault(self, path, times=1, after=0, **action):
        self.control("faults", {"match": {"path": path}, "times": times,
                                "after": after, "action": action})

    def refresh_fault(self, **action):
        for path in OAUTH:
            self.fault(path, **action)

    def grant_tokens(self, count=6, first=0):
        grants = self.control("grants", {
            "count": count, "first": first, "scope": "offline_access"})
        lines = [json.dumps({
            "open_id": grant["open_id"], "expires_in": 7200,
            "access_token": grant["access_token"],
            "refresh_token": grant["refresh_token"],
            "refresh_token_expires_in": 604800, "scope": "offline_access"})
            for grant in grants["grants"]]
        self.run("lark-admin", "token", "import", "--app", "stack",
                 text="\n".join(lines) + "\n")

    # --- the database -----------------------------------------------------

    def sql(self, command, database="lark_batch"):
        url = self.database.rpartition("/")[0] + "/" + database
        return subprocess.run(
            [servers.postgres_program("psql"), "-X", "-q", "-A", "-t",
             "-v", "ON_ERROR_STOP=1", "-d", url, "-c", command],
            env=CLEAN, check=True, capture_output=True,
            text=True).stdout.strip()


def greet(listener, context):
    while True:
        connection, _ = listener.accept()
        try:
            context.wrap_socket(connection, server_side=True).close()
        except OSError:
            connection.close()
