"""What a PromQL expression selects, without evaluating it.

    selectors('sum by (job) (rate(a_total{b="c"}[5m]))')
    -> [Selector("a_total", [("b", "=", "c")], "5m", ["rate", "sum"])]
    groupings(...)  -> [("by", ["job"])]

Variables of Grafana may stand inside strings and ranges. Whether the
expression is valid at all is promtool's to say.
"""

import collections
import re

Selector = collections.namedtuple(
    "Selector", "name matchers range functions")

GROUPING = {"by", "without", "on", "ignoring", "group_left", "group_right"}
WORDS = {"and", "or", "unless", "bool", "offset", "atan2"}
NUMBERS = {"inf", "nan"}
TOKEN = re.compile(r"""
    (?P<space>\s+|\#[^\n]*)
  | (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)
  | (?P<range>\[[^\]]*\])
  | (?P<number>\d[\w.+]*)
  | (?P<name>[a-zA-Z_:][\w:]*)
  | (?P<variable>\$\{[^}]*\}|\$\w+)
  | (?P<sign>=~|!~|!=|==|<=|>=|.)
""", re.VERBOSE)


def tokens(expr):
    return [(match.lastgroup, match.group())
            for match in TOKEN.finditer(expr)
            if match.lastgroup != "space"]


class _Reader:
    """One pass over the tokens; `stack` holds the functions around."""

    def __init__(self, expr):
        self.tokens = tokens(expr)
        self.place = 0
        self.stack = []
        self.pending = ""
        self.selectors = []
        self.groupings = []

    def peek(self, ahead=0):
        at = self.place + ahead
        return self.tokens[at][1] if at < len(self.tokens) else ""

    def read(self):
        while self.place < len(self.tokens):
            kind, text = self.tokens[self.place]
            if kind == "name":
                self.name(text)
            elif text == "{":
                self.select("")
            else:
                self.sign(text)
        return self

    def sign(self, text):
        self.place += 1
        if text == "(":
            self.stack.append(self.pending)
            self.pending = ""
        elif text == ")" and self.stack:
            self.stack.pop()

    def name(self, text):
        word = text.lower()
        if word in GROUPING:
            self.place += 1
            self.group(word)
        elif word in WORDS or word in NUMBERS:
            self.place += 1
        elif self.peek(1) == "(" or self.peek(1).lower() in GROUPING:
            self.pending = text
            self.place += 1
        else:
            self.place += 1
            self.select(text)

    def group(self, word):
        if self.peek() != "(":
            return
        labels = []
        while self.peek() not in (")", ""):
            self.place += 1
            labels += ([self.peek()] if re.match(r"[a-zA-Z_]", self.peek())
                       else [])
        self.place += 1
        self.groupings.append((word, labels))

    def select(self, name):
        matchers = self.matchers() if self.peek() == "{" else []
        span = None
        if self.peek().startswith("["):
            span = self.peek()[1:-1]
            self.place += 1
        self.selectors.append(Selector(
            name, matchers, span, [f for f in reversed(self.stack) if f]))

    def matchers(self):
        found = []
        while self.peek() not in ("}", ""):
            self.place += 1
            if re.match(r"[a-zA-Z_]", self.peek()):
                found.append((self.peek(), self.peek(1), self.peek(2)[1:-1]))
                self.place += 2
        self.place += 1
        return found


def selectors(expr):
    return _Reader(expr).read().selectors


def groupings(expr):
    return _Reader(expr).read().groupings
