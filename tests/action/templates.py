#!/usr/bin/env python3
"""Runs the scripts of the templates in docs/ci as their systems would, on a project that passes and one that fails.

Usage: tests/action/templates.py ANDON_BINARY

Needs PyYAML. `curl` and `buildkite-agent` are stand-ins; the archive that is downloaded holds the binary under test.
"""

import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAME = "andon-v0.1.0-x86_64-unknown-linux-musl"
CURL = '#!/bin/sh\nwhile [ $# -gt 0 ]; do [ "$1" = --output ] && out=$2; shift; done\ncp "$SERVED" "$out"\n'
AGENT = '#!/bin/sh\n[ "$1" != annotate ] || { echo "$*"; cat; } > annotated\n'


def gitlab(text):
    job = yaml.safe_load(text)["andon"]
    reports = job["artifacts"]["reports"].values()
    return ["\n".join(job["before_script"] + job["script"])], "bash -eo pipefail", [*job["artifacts"]["paths"], *reports]


def azure(text):
    steps = yaml.safe_load(text)["steps"]
    results = [step["inputs"]["testResultsFiles"] for step in steps if "inputs" in step]
    return [s["bash"] for s in steps if "bash" in s], "bash", results + [s["publish"] for s in steps if "publish" in s]


def buildkite(text):
    step = yaml.safe_load(text)["steps"][-1]
    return [step["command"].replace("$$", "$")], "bash -e", [*step["artifact_paths"], "annotated"]


def circleci(text):
    steps = yaml.safe_load(text)["jobs"]["gate"]["steps"]
    scripts = [step["run"]["command"] for step in steps if "run" in step]
    return scripts, "bash -eo pipefail", ["results/andon/junit.xml", "results/andon.json"]


def jenkins(text):
    scripts = [script.replace("\\\\", "\\") for script in re.findall(r"sh '''(.*?)'''", text, re.S)]
    named = re.findall(r"(?:testResults:|artifacts:|pattern:) '(.*?)'", text)
    return scripts, "sh -e", named


TEMPLATES = {
    "gitlab.yml": gitlab,
    "azure-pipelines.yml": azure,
    "buildkite.yml": buildkite,
    "circleci.yml": circleci,
    "Jenkinsfile": jenkins,
}


def run(read, text, archive, policy, total):
    """The exit status of the first script that fails, or 0; what of the promised files is missing; what was said."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        work = root / "work"
        shutil.copytree(ROOT / "tests" / "demo" / "python", work)
        (work / "andon.yaml").write_text((work / policy).read_text())
        for arguments in [["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "x"], ["update-ref", "refs/remotes/origin/main", "HEAD"]]:
            subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", work, *arguments], check=True)
        (root / "bin").mkdir()
        for name, script in [("curl", CURL), ("buildkite-agent", AGENT)]:
            (root / "bin" / name).write_text(script)
            (root / "bin" / name).chmod(0o755)
        scripts, shell, promised = read(text)
        variables = {"QUALITY_GATE_URL": "https://example.org/x", "QUALITY_GATE_SHA256": total, "SERVED": archive}
        keep = {name: os.environ[name] for name in ["HOME"] if name in os.environ}
        environment = keep | variables | {"PATH": f"{root / 'bin'}:{os.environ['PATH']}"}
        said = ""
        status = 0
        for script in scripts:
            # What the template puts into /tmp is this run's own.
            command = [*shell.split(), "-c", script.replace("/tmp/", f"{folder}/")]
            done = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, timeout=120)
            said += done.stdout + done.stderr
            status = done.returncode
            if status:
                break
        missing = [name for name in promised if not (work / name).is_file() and not (root / name).is_file()]
        return status, missing, said


def main():
    binary = pathlib.Path(sys.argv[1]).resolve()
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        archive = pathlib.Path(folder, "andon.tar.gz")
        with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
            tar.add(binary, f"{NAME}/andon")
        total = hashlib.sha256(archive.read_bytes()).hexdigest()
        for name, read in TEMPLATES.items():
            text = (ROOT / "docs" / "ci" / name).read_text()
            for policy, expected in [("andon.yaml", 0), ("strict.yaml", 1)]:
                status, missing, said = run(read, text, archive, policy, total)
                if status != expected or missing:
                    wrong.append(f"{name} with {policy}: exit status {status}, no {missing}\n{said[-1500:]}")
                if name == "gitlab.yml" and not re.search(yaml.safe_load(text)["andon"]["coverage"].strip("/"), said, re.M):
                    wrong.append(f"{name}: its expression finds no coverage in\n{said[-1500:]}")
            status, missing, said = run(read, text, archive, "andon.yaml", "0" * 64)
            if status == 0 or not missing or "coverage" in said.lower():
                wrong.append(f"{name} installs what is not summed\n{said[-1500:]}")
    print(f"templates: {len(TEMPLATES)} run, {len(wrong)} wrong", *wrong, sep="\n" if wrong else "")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
