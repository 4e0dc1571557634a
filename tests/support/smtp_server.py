"""A mail server that records what it accepts and refuses what it is told to.

Prints "ready" once it listens. Each accepted mail becomes FOLDER/N.mail: the
envelope in a few lines, an empty line, the content as it came.
"""

import argparse
import base64
import os
import socket
import socketserver
import ssl
import sys
import threading
import time


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--tls", choices=("none", "starttls", "smtps"))
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--user", default="")
    parser.add_argument("--password", default="")
    parser.add_argument("--mechanism", default="PLAIN")
    # STEP:CODE[:TIMES], the step being mail, rcpt, data or auth.
    parser.add_argument("--refuse", action="append", default=[])
    parser.add_argument("--silent", action="store_true")
    # Has every mail, leaves FOLDER/held, and answers once FOLDER/go is there.
    parser.add_argument("--hold", action="store_true")
    return parser.parse_args()


class Refusals:
    def __init__(self, texts):
        self.lock = threading.Lock()
        self.left = {}
        for text in texts:
            step, code, *times = text.split(":")
            self.left[step] = [code, int(times[0]) if times else -1]

    def code(self, step):
        with self.lock:
            refusal = self.left.get(step)
            if refusal is None or refusal[1] == 0:
                return None
            refusal[1] -= 1
            return refusal[0]


class Session(socketserver.StreamRequestHandler):
    def handle(self):
        self.options = self.server.options
        self.encrypted = self.options.tls == "smtps"
        self.user = ""
        self.start_mail()
        try:
            if self.encrypted:
                self.encrypt()
            if self.options.silent:
                self.rfile.read()
                return
            self.say("220 mail.test ESMTP")
            while self.step(self.rfile.readline(2000).decode("latin-1")):
                pass
        except (OSError, ValueError):
            pass  # the client went away, or did not trust us

    def encrypt(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.options.certificate, self.options.key)
        self.connection = context.wrap_socket(self.request, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)
        self.encrypted = True

    def start_mail(self):
        self.sender, self.receivers = "", []

    def say(self, *lines):
        text = "".join(line + "\r\n" for line in lines)
        self.wfile.write(text.encode("latin-1"))

    def refused(self, step):
        code = self.server.refusals.code(step)
        if code:
            self.say(f"{code} refused, says the test to {self.sender or 'you'}")
        return code is not None

    def step(self, line):
        if not line:
            return False
        verb = line.split(None, 1)[0].upper() if line.strip() else ""
        method = getattr(self, "do_" + verb.lower(), None)
        if method is None:
            self.say("502 unknown")
            return True
        return method(line.strip()) is not False

    def do_ehlo(self, _line):
        lines = ["mail.test", "8BITMIME"]
        if self.options.tls == "starttls" and not self.encrypted:
            lines.append("STARTTLS")
        if self.options.user:
            lines.append("AUTH " + self.options.mechanism)
        self.say(*(f"250-{each}" for each in lines[:-1]), f"250 {lines[-1]}")

    def do_starttls(self, _line):
        self.say("220 go ahead")
        self.encrypt()

    def do_auth(self, line):
        parts = line.split()
        if len(parts) < 3:
            self.say("334 ")
            parts.append(self.rfile.readline(2000).decode().strip())
        _, user, password = base64.b64decode(parts[2]).decode().split("\0")
        right = (user, password) == (self.options.user, self.options.password)
        if self.refused("auth"):
            return
        self.say("235 welcome" if right else "535 who are you")
        self.user = user if right else ""

    def do_mail(self, line):
        self.sender = line[len("MAIL FROM:"):].split()[0]
        if not self.refused("mail"):
            self.say("250 ok")

    def do_rcpt(self, line):
        if not self.refused("rcpt"):
            self.receivers.append(line[len("RCPT TO:"):].split()[0])
            self.say("250 ok")

    def do_data(self, _line):
        self.say("354 go on")
        lines = []
        while True:
            line = self.rfile.readline(4000)
            if line in (b".\r\n", b""):
                break
            lines.append(line[1:] if line.startswith(b"..") else line)
        if self.options.hold:
            self.hold()
        if not self.refused("data"):
            self.server.record(self, b"".join(lines))
            self.say("250 taken")
        self.start_mail()

    def hold(self):
        with open(os.path.join(self.options.folder, "held"), "wb"):
            pass
        while not os.path.exists(os.path.join(self.options.folder, "go")):
            time.sleep(0.01)

    def do_quit(self, _line):
        self.say("221 bye")
        return False


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    address_family = socket.AF_INET

    def __init__(self, options):
        self.options = options
        self.refusals = Refusals(options.refuse)
        self.lock = threading.Lock()
        self.count = 0
        super().__init__(("127.0.0.1", options.port), Session)

    def record(self, session, content):
        envelope = (f"sender: {session.sender}\n"
                    f"receivers: {' '.join(session.receivers)}\n"
                    f"user: {session.user}\n"
                    f"encrypted: {session.encrypted}\n\n")
        with self.lock:
            self.count += 1
            path = os.path.join(self.options.folder, f"{self.count}.mail")
            with open(path + ".new", "wb") as file:
                file.write(envelope.encode("latin-1") + content)
            os.rename(path + ".new", path)


def main():
    with Server(arguments()) as server:
        print("ready", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
