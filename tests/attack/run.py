#!/usr/bin/env python3
"""Attacks andon with hostile names, texts, paths, policies and sizes, and looks at all it prints, writes and sends.

Usage: tests/attack/run.py ANDON_BINARY [WORD…]     only the runs whose names contain one of WORD

Needs PyPI's cmarkgfm, and uses strace where it is there. What is right is told by the readers in logs.py and pages.py,
which follow the sources of others.
"""

import concurrent.futures
import os
import pathlib
import sys
import tempfile

import attacks
import sizes
import stage


def main():
    binary, words = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:]
    failures, count = 0, 0
    with tempfile.TemporaryDirectory(prefix="andon-attack-") as folder:
        one = stage.Stage(binary, pathlib.Path(folder))
        runs = [run for run in attacks.every(one) if not words or any(word in run[0] for word in words)]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
            for name, wrong in pool.map(lambda run: one.attempt(*run), runs):
                count += 1
                failures += stage.told(name, wrong)
        alone = [run for run in sizes.every(one) if not words or any(word in run[0] for word in words)]
        for name, wrong in (one.attempt(*run) for run in alone):
            count += 1
            failures += stage.told(name, wrong)
        failures += stage.told("nothing outside was touched", one.outside())
    print(f"{count - failures} of {count} attacks repelled")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
