#!/usr/bin/env python3
"""Measures andon against its peers in one run, and prints the table that docs/performance.md holds.

Usage: tests/bench/compare.py FOLDER [--runs 5]

FOLDER holds what generate.py and make_repo.py wrote. Everything is timed as a whole process, in turn with its peer, so
that a slow moment of the machine strikes both; ratios are medians over the pairs. Peers that are not installed are
left out and named. Needs a release build: cargo build --release --example bare_xml && cargo build --release
"""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
ANDON = str(TARGET / "andon")


def measure(command, cwd):
    """Wall seconds and peak resident MiB of one run."""
    start = time.perf_counter()
    child = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        sys.exit(f"{' '.join(map(str, command))} exited with {child.returncode}")
    return wall, usage.ru_maxrss / 1024


def compare(name, ours, theirs, runs, cwd):
    """A row: medians of both, the ratio over pairs, the memory of ours."""
    if theirs and not shutil.which(theirs[0]) and not pathlib.Path(theirs[0]).exists():
        return f"| {name} | {measure(ours, cwd)[0]:.3f} s | not installed: {theirs[0]} | | |"
    measure(ours, cwd)
    if theirs:
        measure(theirs, cwd)
    a, b, memory = [], [], []
    for _ in range(runs):
        wall, peak = measure(ours, cwd)
        a.append(wall)
        memory.append(peak)
        if theirs:
            b.append(measure(theirs, cwd)[0])
    row = f"| {name} | {statistics.median(a):.3f} s ({min(a):.3f}–{max(a):.3f}) |"
    if theirs:
        ratio = statistics.median(x / y for x, y in zip(a, b))
        row += f" {statistics.median(b):.3f} s ({min(b):.3f}–{max(b):.3f}) | {ratio:.2f} |"
    else:
        row += " | |"
    return row + f" {max(memory):.0f} MiB |"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    rows = [
        (
            "JUnit, 1,000,000 cases: `andon inspect` against a bare quick-xml loop",
            [ANDON, "inspect", "--format", "json", folder / "junit.xml"],
            [str(TARGET / "examples" / "bare_xml"), folder / "junit.xml"],
            folder,
        ),
        (
            "LCOV, 2 M lines and 1 M branches: `andon inspect` against `grcov -t covdir --branch`",
            [ANDON, "inspect", "--format", "json", folder / "lcov.info"],
            ["grcov", folder / "lcov.info", "-t", "covdir", "--branch", "-o", os.devnull],
            folder,
        ),
        (
            "Cobertura, 800,000 lines: `andon inspect` against `diff-cover`",
            [ANDON, "inspect", "--format", "json", folder / "cobertura.xml"],
            ["diff-cover", folder / "cobertura.xml", "--compare-branch=HEAD", "--quiet"],
            folder / "history",
        ),
        (
            "Git, 80,000 commits: `andon dora` against `git log --all --format='%H %P %ct %at %s'`",
            [ANDON, "dora", "--until", "newest", "--window", "365d", "--format", "json"],
            ["git", "log", "--all", "--format=%H %P %ct %at %s"],
            folder / "history",
        ),
        (
            "Typical repository, 20 reports, 2,000 commits: `andon check`",
            [ANDON, "check", "--format", "json"],
            None,
            folder / "typical",
        ),
        (
            "Tree of 200,000 files: `andon` looks for reports",
            [ANDON],
            None,
            folder / "tree",
        ),
    ]
    print("| what | andon | peer | ratio | peak memory |\n|---|---|---|---|---|")
    for name, ours, theirs, cwd in rows:
        if not cwd.exists():
            print(f"| {name} | {cwd.name} is missing | | | |")
            continue
        print(compare(name, ours, theirs, arguments.runs, cwd), flush=True)


if __name__ == "__main__":
    main()
