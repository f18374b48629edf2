#!/usr/bin/env python3
"""Writes events, the same each time: runs of 50, one on each line, spread over the year before today.

Usage: tests/bench/make_history.py EVENTS [SERIES [ids]] > events.jsonl

They are of 100 metrics, and of so many series each (1,000); `ids` gives each event an id of its own.
"""

import datetime
import random
import sys

METRICS, RUN = 100, 50
YEAR = 365 * 86_400_000


def main():
    events = int(sys.argv[1])
    series = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    ids = "ids" in sys.argv[3:]
    today = datetime.datetime.now(datetime.timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    runs = events // RUN
    first, step = int(today.timestamp() * 1000) - YEAR, YEAR / runs
    chance = random.Random(7)
    bits, write = chance.getrandbits, sys.stdout.write
    for run in range(runs):
        begin = first + int(run * step)
        lines = []
        for n in range(RUN):
            draw = bits(48)
            metric, one, value = draw % METRICS, (draw >> 8) % series, (draw >> 28) % 100_000
            own = f'"id":"{run:x}-{n:x}",' if ids else ""
            lines.append(
                f'{{{own}"timestamp":{begin + int(n * step / RUN)},"name":"metric_{metric:02}","value":{value / 10_000},'
                f'"unit":"s","dimensions":{{"command":"command-{one // 2}","backend":"{"native" if one % 2 else "remote"}"}}}}'
            )
        write(
            f'{{"context":{{"repository":"owner/name","commit":"{bits(160):040x}","branch":"main","run":"{run}.1.build",'
            f'"runner":"linux-x64"}},"events":[{",".join(lines)}]}}\n'
        )


main()
