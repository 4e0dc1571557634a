#!/usr/bin/env python3
"""The dashboards as a TypeScript program, for the compiler to judge.

    as_typescript.py FOLDER-OF-DASHBOARDS >check.ts
"""

import json
import pathlib
import sys

PANELS = {"timeseries": "TimeSeries", "stat": "Stat", "gauge": "Gauge",
          "bargauge": "BarGauge", "table": "Table", "text": "Text",
          "state-timeline": "StateTimeline"}
# Of these panels the type knows the settings of a field.
FIELDS = {"timeseries", "table", "state-timeline"}
FROM = "./node_modules/@grafana/schema/dist/esm/raw/composable"

# Enumerations as the words that JSON has for them.
PLAIN = """type Plain<T> = T extends string ? `${T}`
  : T extends number | boolean | null | undefined ? T
  : T extends (infer U)[] ? Plain<U>[]
  : { [K in keyof T]: Plain<T[K]> };"""


def imports():
    yield "import type { Dashboard } from '@grafana/schema';"
    for kind, name in PANELS.items():
        module = kind.replace("-", "")
        yield (f"import type * as {module} from '{FROM}/{module}/panelcfg/"
               f"x/{name}PanelCfg_types.gen';")


def constant(number, kind, value):
    return f"export const c{number}: Plain<{kind}> = {json.dumps(value)};"


def parts(model):
    yield "Dashboard", model
    for panel in model["panels"]:
        if panel["type"] == "row":
            continue
        module = panel["type"].replace("-", "")
        yield f"{module}.Options", panel["options"]
        if panel["type"] in FIELDS:
            yield (f"Partial<{module}.FieldConfig>",
                   panel["fieldConfig"]["defaults"]["custom"])


def main(folder):
    print("\n".join([*imports(), PLAIN]))
    number = 0
    for path in sorted(pathlib.Path(folder).glob("*/*.json")):
        print(f"// {path.name}")
        for kind, value in parts(json.loads(path.read_text("utf-8"))):
            number += 1
            print(constant(number, kind, value))


if __name__ == "__main__":
    main(*sys.argv[1:])
