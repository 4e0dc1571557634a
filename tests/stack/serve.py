#!/usr/bin/env python3
"""The monitoring stack, left running to be looked at.

    tests/stack/serve.py                 until Ctrl-C
    tests/stack/serve.py -- COMMAND...   until the command has ended; in it
                                         {prometheus} is the address of that

Two days of history lie behind it (history.py says what of it is real), a
task has just failed and a token has just ended. --plain: without all this,
after two rounds of runs.
"""

import argparse
import signal
import subprocess
import sys

import history
import servers
import story


def prepare(stack, plain):
    stack.start()
    if plain:
        stack.round()
        stack.change(hire=3, move=2, leave=1)
        stack.round()
        return
    history.fill(stack)
    stack.round()
    stack.fail_backup()
    stack.expire_token()
    stack.healthcheck(codes=(0, 1, 2))
    servers.until("the alerts fire", lambda: {
        ("TokenExpired", "firing"), ("ScheduledTaskLastRunFailed", "firing")
    } <= stack.alerts(), 120)
    stack.await_evaluation()


def describe(stack):
    print(f"""
Prometheus     {stack.address('prometheus')}
Alertmanager   {stack.address('alertmanager')}
Pushgateway    {stack.address('pushgateway')}
The data       psql {stack.database}
Configuration  {stack.shop.path('lark-batch.toml')}

Ctrl-C stops everything and removes it.""", flush=True)
    signal.sigwait({signal.SIGINT, signal.SIGTERM})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plain", action="store_true",
                        help="two rounds of runs instead of two days")
    parser.add_argument("command", nargs="*")
    options = parser.parse_args()
    with servers.Workshop() as shop:
        stack = story.Story(shop, every="2s")
        prepare(stack, options.plain)
        if not options.command:
            signal.pthread_sigmask(signal.SIG_BLOCK,
                                   {signal.SIGINT, signal.SIGTERM})
            describe(stack)
            return 0
        return subprocess.run(
            [word.replace("{prometheus}", stack.address("prometheus"))
             for word in options.command], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
