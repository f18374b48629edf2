#!/usr/bin/env python3
"""Make a change and the coverage of its files, to time how changed lines are judged; the same bytes on every run.

    make_change.py FOLDER [--files 5000] [--changed 200000] [--covered 1000000]

FOLDER/repository has two commits, `base` and `main`: every file is rewritten in several places, each of which replaces
three lines by five. FOLDER/cobertura.xml and FOLDER/lcov.info cover the files of `main`.
"""

import argparse
import pathlib
import random
import subprocess

from generate import cobertura, lcov
from make_repo import environment

# A passage of a change: lines that it removes and lines that it puts there.
OLD, NEW = 3, 5
# Lines at the end of a file of which no report speaks.
UNMEASURED = 20


def versions(rand, lines, passages):
    """A file before and after the change; after it, the file has this many lines."""
    line = lambda: f"    value_{rand.randrange(10**6)} = compute(first, second, {rand.randrange(10**6)})\n"
    after = [line() for _ in range(lines)]
    before = list(after)
    distance = lines // passages
    # From the end, so that the places before stay where they are.
    for passage in reversed(range(passages)):
        at = passage * distance
        before[at:at + NEW] = [line() for _ in range(OLD)]
    return "".join(before), "".join(after)


def stream(options, sources):
    """The fast-import stream of the two commits."""
    rand = random.Random(20260102)
    lines = options.covered // options.files + UNMEASURED
    passages = options.changed // options.files // NEW
    texts = {source: versions(rand, lines, passages) for source in sources}
    for mark, branch in enumerate(["base", "main"]):
        yield f"commit refs/heads/{branch}\nmark :{mark + 1}\n"
        yield f"committer Carl Committer <carl@example.org> 150000000{mark} +0000\n"
        yield f"data {len(branch)}\n{branch}\n" + (f"from :{mark}\n" if mark else "")
        for source, text in texts.items():
            yield f"M 100644 inline {source}\ndata {len(text[mark])}\n{text[mark]}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--files", type=int, default=5_000)
    parser.add_argument("--changed", type=int, default=200_000, help="lines that are added or rewritten")
    parser.add_argument("--covered", type=int, default=1_000_000, help="lines of which the reports speak")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    sources = [f"src/module{index % 50}/file{index}.py" for index in range(options.files)]
    cobertura(options.folder / "cobertura.xml", options.covered, sources)
    lcov(options.folder / "lcov.info", options.covered, 0, sources)
    repository, env = options.folder / "repository", environment()
    subprocess.run(["git", "init", "-q", "-b", "main", repository], check=True, env=env)
    command = ["git", "-C", repository, "fast-import", "--quiet", "--force"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=env) as importer:
        for text in stream(options, sources):
            importer.stdin.write(text.encode())
        importer.stdin.close()
    if importer.returncode:
        raise SystemExit(importer.returncode)
    subprocess.run(["git", "-C", repository, "repack", "-adfq", "--threads=2"], check=True, env=env)
    subprocess.run(["git", "-C", repository, "reset", "-q", "--hard", "main"], check=True, env=env)


if __name__ == "__main__":
    main()
