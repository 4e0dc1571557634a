"""A server for one test: on a free loopback port, in a private folder, ended
by its process id."""

import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request


def program(name, package):
    found = shutil.which(name)
    if not found:
        raise AssertionError(f"{name} is missing: apt-get install {package}")
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def until(condition, what, seconds=20):
    """What `condition` gives, once that is true; the wait is for events."""
    end = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(0.02)


class PrivateServer:
    """`command` gets the port and the folder, and gives the argv."""

    def __init__(self, command, ready="/-/ready"):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="monitoring."))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = self.folder / "log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                command(self.port, self.folder), stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, cwd=self.folder)
        try:
            until(lambda: self.ready(ready), "the server is ready")
        except AssertionError as error:
            text = self.log.read_text(errors="replace")
            self.stop()
            raise AssertionError(f"{error}\n{text}") from None

    def ready(self, path):
        if self.process.poll() is not None:
            raise AssertionError("the server ended")
        return answers(self.url + path)

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
