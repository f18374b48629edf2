#!/usr/bin/env python3
"""Make a repository of many commits for timing `andon dora` against `git log`, the same bytes on every run.

    make_repo.py FOLDER [--commits 80000] [--tags 400] [--merges 0.2] [--reverts 0.01] [--files 50] [--path src/{file}.txt]

The history has a main branch, side branches that are merged back, annotated and lightweight release tags, pre-releases
and reverts. It is written by `git fast-import`, packed as a server would send it, and checked out.
"""

import argparse
import os
import random
import subprocess

START = 1_500_000_000
WORDS = "add fix drop move read write check parse index tag merge cache limit test name path line count".split()


def environment():
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return kept | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


def stream(options):
    """The fast-import stream, piece by piece."""
    rand = random.Random(20260101)
    every = max(1, options.commits // max(1, options.tags))
    time, main, side, minor, number = START, None, None, 0, 0
    subjects = []

    def commit(branch, subject, parent, merged=None):
        nonlocal number, time
        number += 1
        time += rand.randint(60, 7200)
        body = " ".join(rand.choices(WORDS, k=rand.randint(10, 90)))
        message = f"{subject}\n\n{body}\n".encode()
        file = number % options.files
        path = options.path.format(file=file, tens=file // 10, ones=file % 10)
        content = f"{number}\n".encode()
        author = time - rand.randint(0, 86_400)
        parts = [
            f"commit refs/heads/{branch}\nmark :{number}\n"
            f"author Ann Author{number % 40} <ann{number % 40}@example.org> {author} +0000\n"
            f"committer Carl Committer <carl@example.org> {time} +0000\n"
            f"data {len(message)}\n".encode(),
            message,
            f"from :{parent}\n".encode() if parent else b"",
            f"merge :{merged}\n".encode() if merged else b"",
            f"M 100644 inline {path}\ndata {len(content)}\n".encode(),
            content,
            b"\n",
        ]
        return number, b"".join(parts)

    while number < options.commits:
        roll = rand.random()
        if side is None and main and roll < options.merges:
            side = main
        if side is not None:
            for _ in range(rand.randint(1, 4)):
                side, text = commit("side", f"{rand.choice(WORDS).title()} on the side, part {number}", side)
                yield text
            main, text = commit("main", f"Merge pull request #{number} from ann/side", main, side)
            side = None
        elif subjects and roll > 1 - options.reverts:
            main, text = commit("main", f'Revert "{subjects.pop(rand.randrange(len(subjects)))}" (#{number})', main)
        else:
            subject = f"{' '.join(rand.choices(WORDS, k=5)).capitalize()} {number}"
            subjects = [*subjects[-99:], subject]
            main, text = commit("main", f"{subject} (#{number})", main)
        yield text
        if number // every > minor:
            minor = number // every
            name = f"v{minor // 100}.{minor % 100}.0" + ("-rc.1" if minor % 7 == 3 else "")
            if minor % 2:
                yield f"reset refs/tags/{name}\nfrom :{main}\n\n".encode()
            else:
                yield (
                    f"tag {name}\nfrom :{main}\ntagger Carl Committer <carl@example.org> {time + 600} +0000\n"
                    f"data {len(name)}\n{name}\n"
                ).encode()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--commits", type=int, default=80_000)
    parser.add_argument("--tags", type=int, default=400)
    parser.add_argument("--merges", type=float, default=0.2)
    parser.add_argument("--reverts", type=float, default=0.01)
    parser.add_argument("--files", type=int, default=50)
    parser.add_argument("--path", default="src/{file}.txt", help="of a file, by its number: {file}, {tens}, {ones}")
    options = parser.parse_args()
    env = environment()
    subprocess.run(["git", "init", "-q", "-b", "main", options.folder], check=True, env=env)
    command = ["git", "-C", options.folder, "fast-import", "--quiet", "--force"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=env) as importer:
        for text in stream(options):
            importer.stdin.write(text)
        importer.stdin.close()
    if importer.returncode:
        raise SystemExit(importer.returncode)
    subprocess.run(["git", "-C", options.folder, "update-ref", "-d", "refs/heads/side"], check=True, env=env)
    subprocess.run(["git", "-C", options.folder, "repack", "-adfq", "--threads=2"], check=True, env=env)
    subprocess.run(["git", "-C", options.folder, "reset", "-q", "--hard", "main"], check=True, env=env)


if __name__ == "__main__":
    main()
