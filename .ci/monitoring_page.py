#!/usr/bin/env python3
"""The tables of docs/monitoring.md that follow from other files.

monitoring_page.py [--check]: writes what stands between the markers
`<!-- made: NAME -->` and `<!-- end -->`, or fails when it is stale. Alerts and
recorded series come from compose/prometheus/rules, what an alert means from
its section in docs/runbooks.md, dashboards from compose/grafana/dashboards.
"""
import json
import pathlib
import re
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/monitoring.md"
MADE = re.compile(r"(<!-- made: (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
SECTION = re.compile(r"^### (\w+)\n+(.*?)(?=\n\n|\Z)",
                     re.DOTALL | re.MULTILINE)
SENTENCE = re.compile(r".+?[.?!](?=\s|$)")
TEMPLATE = re.compile(r"\{\{.*?\}\}")


def rules(kind):
    for path in sorted((ROOT / "compose/prometheus/rules").glob("*.yml")):
        for group in yaml.safe_load(path.read_text())["groups"]:
            for rule in group["rules"]:
                if kind in rule:
                    yield path, rule


def meanings():
    """The first sentence of each alert's section."""
    text = (ROOT / "docs/runbooks.md").read_text()
    found = {}
    for name, paragraph in SECTION.findall(text):
        plain = " ".join(paragraph.replace("**What it means.**", "").split())
        sentence = SENTENCE.match(plain)
        found[name] = sentence[0] if sentence else plain
    return found


def cell(text):
    return " ".join(text.split()).replace("|", "\\|")


def seconds(duration):
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    return sum(int(number) * units[unit] for number, unit in
               re.findall(r"(\d+)([smhd])", duration))


def row(name, same, meaning):
    """Of the rules of one name, as for each task or each severity."""
    lasts = sorted({rule.get("for", "0s") for rule in same}, key=seconds)
    severities = sorted({rule["labels"]["severity"] for rule in same})
    system = same[0]["labels"]["system"]
    return "| " + " | ".join([
        f"[{name}](runbooks.md#{name.lower()})", ", ".join(severities),
        "that of the target" if "{{" in system else system,
        lasts[0] if len(lasts) == 1 else f"{lasts[0]} to {lasts[-1]}",
        cell(meaning)]) + " |"


def alerts():
    known, files = meanings(), {}
    for path, rule in rules("alert"):
        same = files.setdefault(path.name, {})
        same.setdefault(rule["alert"], []).append(rule)
    lines = []
    for file, names in files.items():
        lines += ["", f"**`{file}`**", "",
                  "| alert | severity | system | for | fires when |",
                  "|---|---|---|---|---|"]
        for name, same in names.items():
            summary = TEMPLATE.sub("…", same[0]["annotations"]["summary"])
            lines.append(row(name, same, known.get(name, summary)))
    return lines + [""]


def recorded():
    lines = ["", "| series | is |", "|---|---|"]
    for _, rule in rules("record"):
        lines.append(f"| `{rule['record']}` | `{cell(rule['expr'])}` |")
    return lines + [""]


def dashboards():
    lines = [""]
    folder = ROOT / "compose/grafana/dashboards"
    for path in sorted(folder.glob("*/*.json"),
                       key=lambda path: (path.parent.name != "lark", path)):
        board = json.loads(path.read_text())
        uid = board["uid"]
        lines += [f"### {board['title']}", "",
                  f"`{uid}`, folder `{path.parent.name}`, last "
                  f"{board['time']['from'].removeprefix('now-')}, every "
                  f"{board['refresh']}. {board['description']}", ""]
        if (ROOT / f"docs/pictures/{uid}.png").exists():
            lines += [f"![{board['title']}](pictures/{uid}.png)", ""]
    return lines


MAKERS = {"alerts": alerts, "recorded": recorded, "dashboards": dashboards}


def made(text):
    return MADE.sub(
        lambda part: part[1] + "\n".join(MAKERS[part[2]]()) + "\n" + part[4],
        text)


def main(arguments):
    old = PAGE.read_text()
    new = made(old)
    if arguments == ["--check"]:
        if new != old:
            print("docs/monitoring.md is stale: run make docs",
                  file=sys.stderr)
            return 1
    elif new != old:
        PAGE.write_text(new)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
