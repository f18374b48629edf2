#!/usr/bin/env python3
"""Measures andon against its peers in one run, and prints the table that docs/performance.md holds.

Usage: tests/bench/compare.py FOLDER [--runs 7]

What is missing in FOLDER is made first (see generate.py, make_repo.py and make_change.py). Everything is timed as a whole process, in
turn with its peer, so that a slow moment of the machine strikes both; ratios are medians over the pairs. Peers that are
not installed are named. Needs a build of the profile `dist`; run.sh makes one and runs this.
"""

import argparse
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "dist"
ANDON = str(TARGET / "andon")
LOG = ["git", "log", "--all", "--format=%H %P %ct %at %s"]


class Case:
    """One row: a command, what it is held against, and the target, which is a bound on one of the figures."""

    def __init__(self, name, ours, folder, *, peer=None, ratio=None, seconds=None, memory=None):
        self.name, self.ours, self.folder, self.peer = name, [ANDON, *map(str, ours)], folder, peer
        self.ratio, self.seconds, self.memory = ratio, seconds, memory

    def target(self):
        parts = []
        if self.ratio:
            parts.append(f"≤ {self.ratio} ×" if self.ratio >= 1 else f"{1 / self.ratio:.0f} × faster")
        if self.seconds:
            parts.append(f"< {self.seconds * 1000:.0f} ms")
        if self.memory:
            parts.append(f"< {self.memory} MB")
        return ", ".join(parts)

    def holds(self, ratio, seconds, memory):
        if self.ratio and ratio is None:
            return "not measured"
        bounds = [(self.ratio, ratio), (self.seconds, seconds), (self.memory, memory)]
        return "yes" if all(value <= bound for bound, value in bounds if bound) else "**no**"


def cases(folder):
    inspect = ["inspect", "--format", "json"]
    bare = str(TARGET / "examples" / "bare_xml")
    return [
        Case("JUnit, 1,000,000 cases, 215 MB: `andon inspect` against a bare quick-xml loop",
             [*inspect, folder / "junit.xml"], folder,
             peer=[bare, folder / "junit.xml"], ratio=1.5, memory=50),
        Case("LCOV, 2 M lines and 1 M branches, 34 MB: `andon inspect` against `grcov -t covdir --branch`",
             [*inspect, folder / "lcov.info"], folder,
             peer=["grcov", folder / "lcov.info", "-t", "covdir", "--branch", "-o", os.devnull], ratio=1 / 3, memory=100),
        # In a folder of its own: without git the sources are looked for on disk, and FOLDER holds 200,000 files.
        Case("The same LCOV file, judged: `andon check` against the same",
             ["check", "--exit-zero", "--format", "json", folder / "lcov.info"], folder / "alone",
             peer=["grcov", folder / "lcov.info", "-t", "covdir", "--branch", "-o", os.devnull], ratio=1 / 3, memory=100),
        Case("Cobertura, 800,000 lines, 29 MB: `andon inspect` against `diff-cover`",
             [*inspect, folder / "cobertura.xml"], folder / "history",
             peer=["diff-cover", folder / "cobertura.xml", "--compare-branch=HEAD", "--quiet"], ratio=1 / 5),
        *(
            Case(f"A change of 5,000 files and 200,000 lines, 1 M lines of {title}: `andon check` against `diff-cover`",
                 ["check", "--exit-zero", "--base", "base", "--format", "json", folder / "change" / report],
                 folder / "change" / "repository", ratio=1 / 10, seconds=1,
                 peer=["diff-cover", folder / "change" / report, "--compare-branch=base", "--quiet",
                       f"--format=json:{os.devnull}"])
            for title, report in [("Cobertura, 36 MB", "cobertura.xml"), ("LCOV, 9 MB", "lcov.info")]
        ),
        Case("Git, 80,000 commits: `andon dora` against `git log --all --format='%H %P %ct %at %s'`",
             ["dora", "--until", "newest", "--window", "365d", "--format", "json"], folder / "history",
             peer=LOG, ratio=1),
        Case("Typical repository, 20 reports, 2,000 commits: `andon check`",
             ["check", "--exit-zero"], folder / "typical", seconds=0.1),
        Case("Tree of 200,000 files: `andon` looks for reports",
             [], folder / "tree", seconds=1),
        Case("Tree of 200,000 files: `andon check` looks for reports and judges them",
             ["check", "--exit-zero"], folder / "tree", seconds=1),
    ]


def prepare(folder):
    """Makes the inputs that are missing."""
    (folder / "alone").mkdir(exist_ok=True)
    def run(script, *arguments):
        print(f"making {' '.join(map(str, arguments))}", file=sys.stderr)
        subprocess.run([sys.executable, HERE / script, *map(str, arguments)], check=True)

    if not all((folder / name).exists() for name in ["junit.xml", "lcov.info", "cobertura.xml", "tree", "typical"]):
        run("generate.py", folder)
    if not (folder / "history" / ".git").exists():
        run("make_repo.py", folder / "history")
    if not (folder / "change" / "repository" / ".git").exists():
        run("make_change.py", folder / "change")
    if not (folder / "typical" / ".git").exists():
        run("make_repo.py", folder / "typical", "--commits", 2000, "--tags", 50, "--files", 200,
            "--path", "module{ones}/src/file{tens}.c")


def once(command, cwd):
    """Wall seconds, processor seconds and peak resident MB of one run."""
    start = time.perf_counter()
    child = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} exited with {child.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6


def spread(values):
    return f"{statistics.median(values):.3f} s ({min(values):.3f}–{max(values):.3f})"


def row(case, runs):
    """Times a case; one row of the table."""
    peer = case.peer if case.peer and shutil.which(case.peer[0]) else None
    commands = [case.ours, *([peer] if peer else [])]
    for command in commands:
        once(command, case.folder)
    rounds = [[once(command, case.folder) for command in commands] for _ in range(runs)]
    ours = [round[0] for round in rounds]
    memory = max(peak for _, _, peak in ours)
    wall = [wall for wall, _, _ in ours]
    cells = [case.name, spread(wall)]
    ratio = None
    if peer:
        theirs = [round[1] for round in rounds]
        ratio = statistics.median(mine[0] / other[0] for mine, other in zip(ours, theirs))
        busy = statistics.median(mine[1] / other[1] for mine, other in zip(ours, theirs))
        cells += [spread([wall for wall, _, _ in theirs]), f"{ratio:.2f}", f"{busy:.2f}"]
    else:
        cells += ["not installed" if case.peer else "", "", ""]
    cells += [f"{memory:.0f} MB", case.target(), case.holds(ratio, statistics.median(wall), memory)]
    return f"| {' | '.join(cells)} |"


def version(command):
    if not shutil.which(command[0]):
        return f"{command[0]}: not installed"
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return (told.splitlines() or [command[0]])[0]


def versions():
    lock = (ROOT / "Cargo.lock").read_text()
    quick_xml = re.search(r'name = "quick-xml"\nversion = "(.+?)"', lock)
    libgit2 = re.search(r'name = "libgit2-sys"\nversion = "(.+?)"', lock)
    return [
        version([ANDON, "--version"]),
        f"quick-xml {quick_xml[1] if quick_xml else '?'}",
        f"libgit2-sys {libgit2[1] if libgit2 else '?'}",
        *(version([tool, "--version"]) for tool in ["grcov", "diff-cover", "git", "rustc"]),
        f"Python {platform.python_version()}",
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--only", default="", help="the rows whose names contain this")
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    if not shutil.which(ANDON):
        sys.exit(f"there is no build at {ANDON}; tests/bench/run.sh makes one")
    prepare(folder)
    print(f"{platform.system()} on {platform.machine()}, {os.cpu_count()} processors; medians of {arguments.runs} runs\n")
    print("\n".join(f"- {line}" for line in versions()), end="\n\n")
    print("| what | andon | peer | ratio | ratio of processor time | peak memory | target | holds |")
    print("|---|---|---|---|---|---|---|---|")
    for case in cases(folder):
        if arguments.only not in case.name:
            continue
        print(row(case, arguments.runs), flush=True)


if __name__ == "__main__":
    main()
