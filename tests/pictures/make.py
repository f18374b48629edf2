#!/usr/bin/env python3
"""Makes docs/comment-light.png and docs/comment-dark.png: the comment on a pull request against the demo in
tests/demo/python, from a run of its real tools and of andon.

Usage: make.py target/release/andon

Needs git, Chromium and the packages of requirements.txt beside this file:

    python3 -m venv target/pictures && target/pictures/bin/pip install -r tests/pictures/requirements.txt
    target/pictures/bin/python tests/pictures/make.py target/release/andon
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from page import picture

ROOT = Path(__file__).resolve().parents[2]

POLICY = """\
version: 1
history: git
gates:
  - metric: coverage.line
    scope: changed
    require: ">= 80%"
  - metric: coverage.line
    versus: base
    max_drop: 0.5pp
  - metric: complexity.cyclomatic
    scope: each function
    require: "<= 5"
    only: new
  - metric: tests.failed
    require: "== 0"
  - metric: coverage.branch
    require: ">= 50%"
"""

# The change: reductions for regular customers that no test covers, and a reduction applied twice.
LOYALTY = '''

def loyalty(orders: int, amount: int) -> int:
    """What a regular customer saves, in cents."""
    if orders >= 50:
        share = 12
    elif orders >= 20:
        share = 8
    elif orders >= 10:
        share = 5
    elif orders >= 5:
        share = 3
    else:
        return 0
    return min(amount * share // 100, 2500)
'''
BEFORE = "amount -= amount * discount.value // 100"
AFTER = "amount -= 2 * amount * discount.value // 100"


def main(andon):
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(folder) / "shop"
        shutil.copytree(ROOT / "tests/demo/python", demo, ignore=shutil.ignore_patterns("reports", "*.yaml"))
        # Nothing of this machine's git or CI counts.
        env = {"PATH": os.environ["PATH"], "HOME": folder, "GIT_CONFIG_NOSYSTEM": "1", "PYTHONPATH": "src",
               "GIT_AUTHOR_DATE": "2026-03-02T09:00:00Z", "GIT_COMMITTER_DATE": "2026-03-02T09:00:00Z"}
        for role in ("AUTHOR", "COMMITTER"):
            env |= {f"GIT_{role}_NAME": "Ada", f"GIT_{role}_EMAIL": "ada@example.org"}

        def run(*command, codes=(0,), **more):
            done = subprocess.run(command, cwd=demo, env=env | more, capture_output=True, text=True, timeout=120)
            if done.returncode not in codes:
                sys.exit(f"{command[0]} ended with {done.returncode}: {done.stdout}{done.stderr}")
            return done.stdout

        def measure():
            (demo / "reports").mkdir(exist_ok=True)
            run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--cov=src", "--cov-branch",
                "--cov-report=json:reports/coverage.json", "--junitxml=reports/junit.xml", codes=(0, 1))
            (demo / "reports/radon.json").write_text(run(sys.executable, "-m", "radon", "cc", "-j", "src"))

        def commit(message):
            run("git", "add", "-A")
            run("git", "commit", "-qm", message)

        (demo / "andon.yaml").write_text(POLICY)
        (demo / ".gitignore").write_text("reports/\n.coverage\n__pycache__/\n")
        run("git", "init", "-qb", "main")
        commit("The shop")
        measure()
        run(andon, "check", "--record", codes=(0, 1))

        run("git", "switch", "-qc", "loyalty")
        pricing = demo / "src/cart/pricing.py"
        text = pricing.read_text()
        assert BEFORE in text
        pricing.write_text(text.replace(BEFORE, AFTER) + LOYALTY)
        commit("Reductions for regular customers")
        measure()
        project = {"GITHUB_ACTIONS": "true", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "example/shop"}
        page = run(andon, "check", "--base", "main", "--format", "markdown", codes=(1,), **project)
    for theme in ("light", "dark"):
        path = ROOT / f"docs/comment-{theme}.png"
        picture(page, path, theme, width=780, scale=2)
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(str(Path(sys.argv[1]).resolve()))
