#!/usr/bin/env python3
"""Every query of every dashboard is answered by a Prometheus that holds a day
of made-up metrics: no name or label is misspelt, no join is empty.

    tests/stack/served_panels.py [UID...]
"""

import pathlib
import sys

import plausible
from panel_queries import dashboards, queries_of

# Nothing to show is right here, and why.
EMPTY = {}


def unanswered(server, path):
    for query in queries_of(path, rate="10m", window="2h", span="2h"):
        found = server.ask(query.expr)
        if not found and (query.dashboard, query.panel) not in EMPTY:
            yield f"{query.dashboard}: {query.panel}: {query.letter}"


def main(uids):
    paths = [path for path in dashboards()
             if not uids or path.stem in uids]
    with plausible.Prometheus(hours=3) as server:
        left = [text for path in paths for text in unanswered(server, path)]
    for text in left:
        print(f"no data for {text}")
    queries = sum(len(queries_of(path)) for path in map(
        pathlib.Path, paths))
    print(f"{len(paths)} dashboards: {queries} queries, "
          f"{len(left)} without data")
    return 1 if left or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
