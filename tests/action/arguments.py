#!/usr/bin/env python3
"""What the action's inputs become: runs .github/action/check.sh and publish.sh with a binary that notes how it was called."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOTES = """#!/usr/bin/env python3
import json, os, sys
json.dump(sys.argv[1:], open(os.environ["NOTED"], "w"))
"""
HOSTILE = "$(touch pwned) `touch pwned` ; touch pwned\n--exit-zero\n\"'"


def defaults():
    """The inputs' defaults as action.yml has them."""
    text = (ROOT / "action.yml").read_text().split("\noutputs:")[0]
    found = dict(re.findall(r'^  ([a-z-]+):\n    description: .*\n    default: (.*)$', text, re.M))
    return {name: json.loads(value) if value.startswith('"') else value for name, value in found.items()}


def run(script, inputs, **more):
    """How the program was called, where the result goes, and what happened."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder).resolve()
        (root / "temp").mkdir()
        (root / "andon").write_text(NOTES)
        (root / "andon").chmod(0o755)
        names = {"working-directory": "DIRECTORY", "from-artifact": "ARTIFACT"}
        variables = {names.get(k, k.upper().replace("-", "_")): v for k, v in (defaults() | inputs).items()}
        environment = {f"INPUT_{name}": value for name, value in variables.items()} | {
            "PATH": os.environ["PATH"],
            "INPUT_BINARY": str(root / "andon"),
            "INPUT_MATRIX": "null",  # what toJSON makes of no matrix
            "RUNNER_TEMP": str(root / "temp"),
            "GITHUB_WORKFLOW": "ci",
            "GITHUB_JOB": "test",
            "NOTED": str(root / "noted"),
        } | more
        done = subprocess.run(
            ["bash", ROOT / ".github" / "action" / f"{script}.sh"],
            cwd=root, env=environment, capture_output=True, text=True, timeout=30,
        )
        noted = root / "noted"
        arguments = json.loads(noted.read_text()) if noted.exists() else None
        harmed = bool(list(root.rglob("pwned")))
        if arguments:
            arguments = [re.sub(r"andon-result\.\w+\.json$", "RESULT", a.replace(folder, "")) for a in arguments]
        return arguments, done.returncode, harmed


BASE = ["-C", ".", "check", "--format", "terminal", "--format", "json", "--output=/temp/RESULT"]
MARKED = [*BASE[:5], "--format", "annotations", *BASE[5:]]

# Inputs, and what `andon check` is called with; None where it must not be called.
CHECKS = [
    ({}, [*BASE, "--publish", "--"]),
    ({"publish": "false", "key": "k"}, [*MARKED, "--"]),
    ({"publish": "comment,summary", "key": "k"}, [*MARKED, "--publish=comment,summary", "--key=k", "--"]),
    ({"publish": "status,check-run,summary"}, [*BASE, "--publish=status,check-run,summary", "--"]),
    ({"annotations": "false", "publish": "false"}, [*BASE, "--"]),
    ({"annotations": "true"}, [*MARKED, "--publish", "--"]),
    ({"fail-on": "warn", "publish": "false"}, [*MARKED, "--fail-on=warn", "--"]),
    ({"fail-on": "never", "publish": "false"}, [*MARKED, "--exit-zero", "--"]),
    ({"fail-on": "Fail"}, None),
    ({"record": "yes"}, None),
    ({"annotations": ""}, None),
    ({"json": "out/r.json", "publish": "false", "working-directory": "sub"}, ["-C", "sub", *MARKED[2:9], "--output=/sub/out/r.json", "--"]),
    ({"json": "/abs/r.json", "publish": "false"}, [*MARKED[:9], "--output=/abs/r.json", "--"]),
    (
        {"markdown": "a.md", "sarif": "a.sarif", "publish": "false"},
        [*MARKED, "--format", "markdown", "--output=a.md", "--format", "sarif", "--output=a.sarif", "--"],
    ),
    (
        {"policy": "p.yaml", "policy-from": "base", "baseline": "b.json", "base": "main", "history": "git", "record": "true"},
        ["-C", ".", "--config=p.yaml", *BASE[2:], "--policy-from=base", "--baseline=b.json", "--base=main", "--history=git", "--record", "--publish", "--"],
    ),
    ({"reports": "a b.xml\r\n\n--exit-zero\n", "args": "--offline\n", "publish": "false"}, [*MARKED, "--offline", "--", "a b.xml", "--exit-zero"]),
    ({"policy": HOSTILE, "base": HOSTILE, "key": HOSTILE}, ["-C", ".", f"--config={HOSTILE}", *BASE[2:], f"--base={HOSTILE}", "--publish", f"--key={HOSTILE}", "--"]),
]

PUBLISHES = [
    ({"from-artifact": "andon"}, ["publish", "--from-artifact=andon", "--"]),
    ({"from-artifact": HOSTILE, "key": "k", "args": "--x"}, ["publish", f"--from-artifact={HOSTILE}", "--key=k", "--x", "--"]),
    ({"from-artifact": "andon", "publish": "comment"}, ["publish", "--from-artifact=andon", "--to=comment", "--"]),
    ({"from-artifact": "andon", "policy": "p.yaml"}, ["--config=p.yaml", "publish", "--from-artifact=andon", "--"]),
    ({"from-artifact": "andon", "publish": "false"}, None),
    ({"results": "and*\nte[m]p\n/not/there*.json"}, ["publish", "--", "andon", "temp", "/not/there*.json"]),
    ({"results": "-x\n$(touch pwned)"}, ["publish", "--", "-x", "$(touch pwned)"]),
]

# A matrix as toJSON writes it, and the key that its job gets.
MATRICES = [
    ({"os": "linux", "python": 3.12}, "ci / test (os: linux, python: 3.12)"),
    ({"os": "$(touch pwned)"}, "ci / test (os: $(touch pwned))"),
    ({"include": {"os": "linux", "features": ["a", "b"]}}, "ci / test (include: os: linux, features: [ a, b ] )"),
    ({}, None),
    (None, None),
]


def main():
    wrong = []
    for script, cases in [("check", CHECKS), ("publish", PUBLISHES)]:
        for inputs, expected in cases:
            called, code, harmed = run(script, inputs)
            if called != expected or harmed or (code == 0) != (expected is not None):
                wrong.append((script, inputs, called, code, harmed))
    for matrix, key in MATRICES:
        called, _, harmed = run("check", {}, INPUT_MATRIX=json.dumps(matrix, indent=2))
        expected = [*BASE, "--publish", *([f"--key={key}"] if key else []), "--"]
        if called != expected or harmed:
            wrong.append((matrix, called))
    long = [run("check", {}, INPUT_MATRIX=json.dumps({"x": "y" * 500 + end}))[0][-2] for end in "ab"]
    if long[0] == long[1] or max(map(len, long)) > 150:
        wrong.append(("long matrices", long))
    total = len(CHECKS) + len(PUBLISHES) + len(MATRICES) + 1
    print(f"arguments: {total - len(wrong)} passed, {len(wrong)} failed", *wrong, sep="\n  " if wrong else "")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
