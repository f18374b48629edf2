#!/usr/bin/env python3
"""Prints the peak memory that andon takes to read each large report: tests/bench/memory.py ANDON FOLDER

The figure is that of a whole process (`andon inspect FILE`), in MB of 10⁶ bytes.
"""

import os
import pathlib
import subprocess
import sys


def peak(command):
    """Of this child alone, unlike `getrusage`, which knows only the largest of all children."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, usage.ru_maxrss * 1024 / 1e6


def main():
    andon, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    print("| report | size | peak memory | exit code |")
    print("|:--|--:|--:|--:|")
    for file in sorted(folder.iterdir()):
        code, memory = peak([andon, "inspect", "--format", "json", file])
        print(f"| `{file.stem}` | {file.stat().st_size / 1e6:.0f} MB | {memory:.0f} MB | {code} |")


main()
