"""What the dashboards of served systems have in common.

Of these systems the sum over all instances counts, by job. Their quantiles
are of one process each: the worst is shown, none is averaged.
"""

from model import limits, query, state_timeline, timeseries, values

NONE_IS_GOOD = limits("green", ("red", 1))
NONE_IS_USUAL = limits("green", ("orange", 1))
FAILING = limits("green", ("orange", 0.01), ("red", 0.1))
CHECK_STATES = values({0: ("OK", "green"), 1: ("WARNING", "yellow"),
                       2: ("CRITICAL", "red"), 3: ("UNKNOWN", "purple"),
                       4: ("skipped", "blue")})
UP = values({0: ("DOWN", "red"), 1: ("up", "green")})
IS_UP = limits("red", ("green", 1))
ON_CHECK = "on (job, check)"


def of(name, matchers=""):
    """The series of `name` of the jobs that are chosen."""
    return name + '{job=~"$job"' + (f", {matchers}" if matchers else "") + "}"


def total(name, by="", matchers="", per="rate"):
    """How fast a counter grows, summed; `per` may be increase."""
    return (f"sum by ({by}) ({per}({of(name, matchers)}"
            "[$__rate_interval]))")


def in_window(name, by="", matchers=""):
    """How much a counter grew in the window that is chosen."""
    return f"sum by ({by}) (increase({of(name, matchers)}[$window]))"


def share(part, whole, by=""):
    """Part of whole, 0 where the part has not been counted yet."""
    return (f"({part} or 0 * {whole}) / on ({by}) ({whole} > 0)")


def worst(name, quantile, by, matchers=""):
    chosen = f'quantile="{quantile}"' + (f", {matchers}" if matchers else "")
    return f"max by ({by}) ({of(name, chosen)})"


def rates(title, description, name, by, unit, *, matchers="", more=(),
          legend=None, **layout):
    """Curves of a counter, one for each value of its labels `by`."""
    shown = legend or " ".join(
        "{{" + label.strip() + "}}" for label in by.split(","))
    return timeseries(title, description,
                      [query(total(name, by, matchers), shown), *more], unit,
                      minimum=0, **layout)


def failures(title, description, name, by, **layout):
    """Curves of what went wrong: few, so by the minute."""
    shown = " ".join("{{" + label.strip() + "}}" for label in by.split(","))
    return timeseries(title, description,
                      [query(total(name, by) + " * 60", shown)], "cpm",
                      minimum=0, limits=NONE_IS_GOOD, **layout)


def tails(title, description, name, by="", quantiles=("0.95",), unit="s",
          **layout):
    """Curves of a summary's quantiles, as the process computed them."""
    shown = " ".join("{{" + label.strip() + "}}"
                     for label in by.split(",") if label)
    return timeseries(
        title, description,
        [query(worst(name, each, by), f"{shown} P{float(each) * 100:g}"
               .strip()) for each in quantiles], unit, minimum=0, **layout)


def check_info(system, group=".+"):
    """The health checks of a system, and of a group of them."""
    return (f'lark_healthcheck_info{{labels=~"(.*,)?system={system}(,.*)?", '
            f'groups=~"(.*,)?{group}(,.*)?"}}')


def check_states(system, group=".+"):
    """State by check; 4 is skipped, which has no state of its own."""
    info = check_info(system, group)
    return (f"max by (check) (lark_healthcheck_state and {ON_CHECK} {info}) "
            f"or max by (check) ({info} unless {ON_CHECK} "
            "lark_healthcheck_state) * 4")


def measured(system, measure, group=".+"):
    """What the checks of a group measured, by check."""
    return (f'max by (check) (lark_healthcheck_value{{measure="{measure}"}} '
            f"and {ON_CHECK} {check_info(system, group)})")


def health(system, group=".+", height=8):
    return state_timeline(
        "Health checks",
        "What lark-healthcheck found from outside, whichever job is chosen. "
        "Blue: skipped because what it depends on was down. Lark Health "
        "Checks has the details; empty: no check is configured.",
        [query(check_states(system, group), "{{check}}")],
        mappings=CHECK_STATES, height=height)
