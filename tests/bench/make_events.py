#!/usr/bin/env python3
"""Events of a real measurement: how long git takes for some commands on the trees of this repository's past.

Usage: make_events.py REPOSITORY [EVERY] > tests/demo/events.jsonl

Each event is dated by the commit whose tree was looked at, so that the figures have a history.
"""

import json
import subprocess
import sys
import time

COMMANDS = {
    "list": ["ls-tree", "-r", "--name-only"],
    "search": ["grep", "-c", "fn "],
    "pack": ["archive", "--format=tar"],
}


def git(*arguments):
    return subprocess.run(["git", *arguments], capture_output=True, check=True, cwd=sys.argv[1]).stdout


def main():
    number = 0
    every = int(sys.argv[2]) if len(sys.argv) > 2 else 24
    commits = git("log", "--reverse", "--format=%H %cI", "main").decode().split("\n")
    for line in list(filter(None, commits))[::every]:
        commit, date = line.split(" ", 1)
        for command, arguments in COMMANDS.items():
            for _ in range(3):
                begin = time.perf_counter()
                out = git(*arguments, commit)
                took = (time.perf_counter() - begin) * 1000
                number += 1
                print(json.dumps({
                    "id": f"{commit[:10]}-{number}",
                    "timestamp": date,
                    "source": "performance",
                    "name": "response_time",
                    "value": round(took, 2),
                    "unit": "ms",
                    "dimensions": {"command": command},
                }, separators=(",", ":")))
        print(json.dumps({
            "id": f"{commit[:10]}-size",
            "timestamp": date,
            "name": "archive_size",
            "value": len(git("archive", "--format=tar", commit)) / 1000,
            "unit": "kB",
        }, separators=(",", ":")))


main()
