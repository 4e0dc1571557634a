"""Values as Grafana writes them: 2.40 s, 12.5%, 1.2 MiB, 3 days ago."""

import datetime

SUFFIX = {"reqps": "req/s", "ops": "ops/s", "mps": "mps", "cps": "c/s",
          "cpm": "cpm", "opm": "ops/m", "wps": "wr/s", "rps": "rd/s",
          "rpm": "req/m", "iops": "io/s", "d": "days"}
SPANS = [(604800, "weeks"), (86400, "days"), (3600, "hours"), (60, "mins")]


def written(value, unit, decimals=None, now=0):
    if value != value:
        return "NaN"
    if unit in ("percentunit", "percent"):
        share = value * 100 if unit == "percentunit" else value
        return f"{plain(share, decimals)}%"
    if unit == "s":
        return seconds(value, decimals)
    if unit == "d":
        return f"{plain(value, decimals)} days"
    if unit in ("bytes", "decbytes"):
        return scaled(value, decimals, 1024 if unit == "bytes" else 1000,
                      ["B", "KiB", "MiB", "GiB"] if unit == "bytes"
                      else ["B", "kB", "MB", "GB"])
    if unit == "dtdurations":
        return parts(value)
    if unit == "dateTimeFromNow":
        return ago(now - value / 1000)
    if unit == "dateTimeAsIso":
        moment = datetime.datetime.fromtimestamp(value / 1000,
                                                 datetime.timezone.utc)
        return moment.strftime("%Y-%m-%d %H:%M:%S")
    if unit == "locale":
        return f"{value:,.{decimals or 0}f}"
    if unit in ("none", "string"):
        return plain(value, decimals)
    text = scaled(value, decimals, 1000, ["", "K", "Mil", "Bil"])
    return f"{text} {SUFFIX[unit]}" if unit in SUFFIX else text


def plain(value, decimals=None):
    if decimals is None:
        size = abs(value)
        decimals = (0 if value == round(value) or size >= 100 else
                    1 if size >= 10 else 2 if size >= 1 else
                    3 if size >= 0.01 else 5)
        text = f"{value:.{decimals}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{value:.{decimals}f}"


def scaled(value, decimals, base, names):
    for name in names[:-1]:
        if abs(value) < base:
            break
        value /= base
    else:
        name = names[-1]
    return f"{plain(value, decimals)} {name}".strip()


def seconds(value, decimals):
    size = abs(value)
    if 0 < size < 0.001:
        return f"{plain(value * 1e6, decimals)} µs"
    if 0 < size < 1:
        return f"{plain(value * 1e3, decimals)} ms"
    for span, name in SPANS:
        if size >= span:
            return f"{plain(value / span, decimals)} {name}"
    return f"{plain(value, decimals)} s"


def parts(value):
    texts = []
    for span, name in [*SPANS[1:], (1, "s")]:
        count, value = divmod(int(value), span)
        if count and len(texts) < 2:
            texts.append(f"{count} {name}")
    return ", ".join(texts) or "0 s"


def ago(passed):
    for span, name in SPANS:
        if passed >= span * 1.5:
            return f"{passed / span:.0f} {name} ago"
    return f"{passed:.0f} s ago"
