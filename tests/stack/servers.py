"""Private servers for one proof: free loopback ports, one folder, no trace.

Every process that is started works in the folder. A guard waits for the end
of this process, whatever it dies of, ends what works there and removes it.
"""

import argparse
import email
import email.policy
import http.server
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
import smtp_server  # noqa: E402

RABBITMQ = "/usr/lib/rabbitmq/bin/rabbitmq-server"
PACKAGES = {
    "alertmanager": "prometheus-alertmanager",
    "epmd": "erlang-base",
    "pushgateway": "prometheus-pushgateway",
    "rabbitmq": "rabbitmq-server",
}


class Failed(Exception):
    """Something of the proof's own did not come about."""


def until(what, condition, seconds=30, pause=0.05):
    """The condition's first true answer; asks again, but not for ever."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Failed(f"not within {seconds} s: {what}")
        time.sleep(pause)


def free_ports(count):
    """Below the range from which the kernel gives ports to clients, and above
    the one of the demo, which may run beside: some are used a while later."""
    found = []
    for port in random.sample(range(30000, 32700), 2000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise Failed(f"there are no {count} free ports")


def answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False


def works_in(folder, pid):
    try:
        place = os.readlink(f"/proc/{pid}/cwd")
    except OSError:
        return False
    return place == folder or place.startswith(folder + "/")


def workers(folder):
    return [int(pid) for pid in os.listdir("/proc")
            if pid.isdigit() and int(pid) != os.getpid()
            and works_in(folder, pid)]


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def guard(folder):
    """Waits until standard input ends, and then clears up."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    sys.stdin.read()
    for _ in range(100):
        left = [pid for pid in workers(folder) if alive(pid)]
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        if not left:
            break
        time.sleep(0.05)
    shutil.rmtree(folder, ignore_errors=True)


class Workshop:
    """The folder, and the processes that work in it."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="lark-batch-stack.")
        # Servers that run as another user must get through.
        os.chmod(self.folder, 0o711)
        self.processes = {}
        self._guard = subprocess.Popen(
            [sys.executable, os.path.abspath(__file__), self.folder],
            stdin=subprocess.PIPE, start_new_session=True)

    def close(self):
        self._guard.stdin.close()
        self._guard.wait()
        for process in self.processes.values():
            process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, text, mode=0o644):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def own_folder(self, name, user):
        path = self.path(name)
        os.makedirs(path, exist_ok=True)
        if os.geteuid() == 0 and user:
            shutil.chown(path, user)
        return path

    def start(self, name, argv, user=None, env=None):
        """In a session of its own; what it says goes to NAME.log."""
        if os.geteuid() == 0 and user:
            argv = ["setpriv", f"--reuid={user}", "--regid=" + group(user),
                    "--clear-groups", "--no-new-privs", *argv]
        try:
            with open(self.path(name + ".log"), "ab") as log:
                self.processes[name] = subprocess.Popen(
                    argv, cwd=self.folder, env={**os.environ, **(env or {})},
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                    start_new_session=True)
        except FileNotFoundError as error:
            raise Failed(f"no {argv[0]} "
                         f"(install {PACKAGES.get(name, name)})") from error
        return self.processes[name]

    def kill(self, name):
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def ready(self, name, condition, seconds=60):
        def settled():
            if self.processes[name].poll() is not None:
                raise Failed(f"{name} ended: {self.log(name)}")
            return condition()
        until(f"{name} is ready", settled, seconds)

    def none_failed(self):
        """One that ended by itself, for example as its port was taken."""
        for name, process in self.processes.items():
            if process.poll():
                raise Failed(f"{name} ended: {self.log(name)}")

    def log(self, name):
        with open(self.path(name + ".log"), errors="replace",
                  encoding="utf-8") as file:
            return file.read()[-2000:]


def group(user):
    return {"nobody": "nogroup"}.get(user, user)


def postgres_program(name):
    folders = "/usr/lib/postgresql"
    found = [os.path.join(folders, version, "bin", name)
             for version in (os.listdir(folders)
                             if os.path.isdir(folders) else [])]
    found = [path for path in found if os.access(path, os.X_OK)]
    if not found:
        raise Failed(f"no {name} (install postgresql)")
    return max(found, key=lambda path: float(path.split("/")[4]))


def start_postgres(shop, port):
    data = shop.own_folder("postgres", "nobody")
    made = shop.start("initdb", [
        postgres_program("initdb"), "-D", data, "-U", "stack", "-A", "trust",
        "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"],
        user="nobody")
    if made.wait() != 0:
        raise Failed("initdb: " + shop.log("initdb"))
    shop.start("postgres", [
        postgres_program("postgres"), "-D", data, "-p", str(port),
        "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
        "-c", "fsync=off", "-c", "shared_buffers=32MB"], user="nobody")
    ready = [postgres_program("pg_isready"), "-q", "-h", "127.0.0.1",
             "-p", str(port)]
    shop.ready("postgres",
               lambda: subprocess.run(ready, check=False).returncode == 0)


def start_rabbitmq(shop, port, metrics_port, mapper, node):
    """All are free ports; the last two are of Erlang's own."""
    home = shop.own_folder("rabbitmq", "rabbitmq")
    shop.write("rabbitmq.conf", f"""
listeners.tcp.1 = 127.0.0.1:{port}
prometheus.tcp.ip = 127.0.0.1
prometheus.tcp.port = {metrics_port}
log.console = true
log.file = false
vm_memory_high_watermark.absolute = 512MB
""")
    shop.write("enabled_plugins", "[rabbitmq_prometheus].\n")
    # Without it Erlang starts a resolver of its own.
    shop.write("inetrc",
               '{lookup,[file]}.\n{host,{127,0,0,1},["localhost"]}.\n')
    if "epmd" not in shop.processes:
        shop.start("epmd", ["epmd", "-port", str(mapper),
                            "-address", "127.0.0.1"], user="rabbitmq")
        shop.ready("epmd", lambda: answers(mapper))
    shop.start("rabbitmq", [RABBITMQ], user="rabbitmq", env={
        "HOME": home, "RABBITMQ_NODENAME": f"stack{port}@localhost",
        "RABBITMQ_CONFIG_FILE": shop.path("rabbitmq.conf"),
        "RABBITMQ_MNESIA_BASE": home + "/mnesia",
        "RABBITMQ_LOG_BASE": home + "/log",
        "RABBITMQ_ENABLED_PLUGINS_FILE": shop.path("enabled_plugins"),
        "RABBITMQ_PID_FILE": home + "/pid",
        "RABBITMQ_CONF_ENV_FILE": home + "/none.conf",
        "RABBITMQ_DIST_PORT": str(node), "ERL_EPMD_PORT": str(mapper),
        "ERL_EPMD_ADDRESS": "127.0.0.1", "ERL_INETRC": shop.path("inetrc"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS":
            "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1"})


def start_pushgateway(shop, port):
    # Debian's default persistence would bring in the groups of strangers.
    shop.start("pushgateway", [
        "prometheus-pushgateway", f"--web.listen-address=127.0.0.1:{port}",
        "--persistence.file=" + shop.path("pushgateway.groups"),
        "--persistence.interval=1s"])


def start_prometheus(shop, port, configuration, data, *flags):
    shop.start("prometheus", [
        "prometheus", "--config.file=" + configuration,
        "--storage.tsdb.path=" + data,
        f"--web.listen-address=127.0.0.1:{port}", *flags])


def start_alertmanager(shop, port, configuration):
    # Without the last flag it looks for its like on 9094.
    shop.start("alertmanager", [
        "prometheus-alertmanager", "--config.file=" + configuration,
        "--storage.path=" + shop.path("alertmanager"),
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address="])


def start_sandbox(shop, port, program, *arguments):
    shop.start("sandbox", [program, "--port", str(port), *arguments])
    shop.ready("sandbox", lambda: "listening" in shop.log("sandbox"))


class Inbox:
    """What receivers got, in the order in which it came."""

    def __init__(self):
        self._changed = threading.Condition()
        self._notes = []

    def put(self, **note):
        with self._changed:
            self._notes.append({"time": time.time(), **note})
            self._changed.notify_all()

    def notes(self):
        with self._changed:
            return list(self._notes)

    def wait(self, what, wanted, seconds):
        """The first note that is wanted, also of those already there."""
        def first():
            return next((n for n in self._notes if wanted(n)), None)
        with self._changed:
            if not self._changed.wait_for(first, seconds):
                raise Failed(f"not received within {seconds} s: {what}")
            return first()


class Hook(http.server.BaseHTTPRequestHandler):
    """Takes what is posted; of an Alertmanager, a note for each alert."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        posted = json.loads(body)
        if "receiver" not in posted:
            self.server.inbox.put(way="notice", posted=posted)
        for alert in posted.get("alerts", []):
            self.server.inbox.put(
                way="webhook", path=self.path, receiver=posted["receiver"],
                name=alert["labels"]["alertname"], status=alert["status"],
                alert=alert)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def start_hook(inbox, port):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Hook)
    server.daemon_threads = True
    server.inbox = inbox
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class MailServer(smtp_server.Server):
    """Takes mail without encryption; notes the envelope and the message."""

    def record(self, session, content):
        message = email.message_from_bytes(content,
                                           policy=email.policy.default)
        self.inbox.put(way="mail", receivers=[
            receiver.strip("<>") for receiver in session.receivers],
                       subject=message["Subject"], message=message)


def start_mail(inbox, port):
    server = MailServer(argparse.Namespace(
        port=port, folder="", tls="none", user="", password="", refuse=[],
        silent=False, hold=False))
    server.inbox = inbox
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


if __name__ == "__main__":
    guard(sys.argv[1])
