"""A made-up day: its hours, its rise and fall, its faults."""

import math
import zlib

DAY = 86400
END = 1772467200  # 2026-03-02 16:00 UTC

# Each fault: so many hours before the end it begins, and ends.
STORY = {"redis is full": (2.2, 1.4), "exchange refuses": (1.6, -1),
         "subscription lost": (3.0, 2.6), "sync fails": (9.0, 7.5),
         "pair stands still": (0.9, -1), "database is away": (5.0, 4.6),
         "chat fails": (0.6, -1)}


def chance(*words):
    """From 0 to 1, always the same for the same words."""
    return zlib.crc32(repr(words).encode()) / 2**32


def swing(moment, seed):
    """About 1: a day's course, and a ripple of its own."""
    return (1 + 0.45 * math.sin(2 * math.pi * (moment / DAY - 0.35))
            + 0.12 * math.sin(moment / (700 + 500 * seed) + 9 * seed))


def grown(moment, rate, seed):
    """What a counter that grows by `rate` reaches; it never falls."""
    since = moment - (END - 2 * DAY)
    wave = DAY / (2 * math.pi)
    return rate * (since - 0.45 * wave * (
        math.cos(2 * math.pi * (moment / DAY - 0.35)) + 1) + wave
        + 30 * math.sin(moment / 800 + 9 * seed))


def began(every, moment):
    return moment - moment % every


def story(fault, moment):
    """Whether the fault is there."""
    hours = (END - moment) / 3600
    begins, ends = STORY[fault]
    return ends < hours <= begins


def number(value):
    return "+Inf" if value == math.inf else f"{value:g}"
