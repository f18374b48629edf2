"""The git repositories that are judged, and what andon makes of them.

Each has a pull request of one commit; what is checked out is the merge commit that GitHub makes for its checks.
"""

import json
import os
import pathlib
import shutil
import subprocess

POLICIES = {
    "passing": "gates: [{ metric: coverage.line, scope: changed, require: '>= 60%' }]\n",
    "failing": "gates: [{ metric: coverage.line, scope: changed, require: '>= 99%' }]\n",
    # Each function that the change adds is a place.
    "many": "gates: [{ metric: complexity.cyclomatic, scope: each function, require: '<= 1' }]\n",
}
LABELS = "publish: { labels: { fail: ['gate: red', 'do not merge'], pass: ['gate: green'] } }\n"


def git(folder, *arguments):
    """Runs git without the machine's settings; what it prints."""
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for who in ("AUTHOR", "COMMITTER"):
        settings |= {f"GIT_{who}_NAME": "x", f"GIT_{who}_EMAIL": "x@example.org", f"GIT_{who}_DATE": "1700000000 +0000"}
    return subprocess.check_output(["git", "-C", folder, *arguments], text=True, env=os.environ | settings).strip()


def lcov(**covered):
    """A coverage report: of each file, which lines there are and how many of them are covered."""
    text = ""
    for name, (count, hit) in covered.items():
        hits = "".join(f"DA:{line},{int(line <= hit)}\n" for line in range(1, count + 1))
        text += f"SF:{name}.py\n{hits}LF:{count}\nLH:{hit}\nend_of_record\n"
    return text


def radon(count):
    """A complexity report of new.py with so many functions that are too complex."""
    functions = [
        {
            "type": "function",
            "rank": "A",
            "name": f"f{at}",
            "complexity": 2,
            "lineno": at,
            "endline": at,
            "col_offset": 0,
            "closures": [],
        }
        for at in range(1, count + 1)
    ]
    return {"new.py": functions}


def action_into(folder, checkout):
    """The action where its own repository has it, so that a workflow can say `uses: ./`."""
    shutil.copytree(checkout / ".github" / "action", folder / ".github" / "action")
    shutil.copy(checkout / "action.yml", folder)


class Project:
    """A repository with a pull request of `lines` new lines, all but the last of them covered."""

    def __init__(self, folder, lines=5, name="octo/project", action=None):
        self.root = pathlib.Path(folder)
        self.root.mkdir(parents=True, exist_ok=True)
        git(self.root, "init", "--quiet", "--initial-branch=main")
        git(self.root, "remote", "add", "origin", f"https://github.com/{name}.git")
        if action:
            action_into(self.root, action)
        for name, text in POLICIES.items():
            (self.root / f"{name}.yaml").write_text(text)
            (self.root / f"{name}-labels.yaml").write_text(text + LABELS)
        (self.root / "lcov.info").write_text(lcov(old=(10, 5)))
        self.write("old.py", 10)
        self.first = self.commit("first")
        git(self.root, "checkout", "--quiet", "-b", "change")
        (self.root / "lcov.info").write_text(lcov(old=(10, 5), new=(lines, lines - 1)))
        (self.root / "radon-cc.json").write_text(json.dumps(radon(lines)))
        self.write("new.py", lines)
        self.head = self.commit("change")
        git(self.root, "checkout", "--quiet", "main")
        self.write("other.py", 3)
        self.base = self.commit("other")
        git(self.root, "merge", "--quiet", "--no-ff", "-m", "merge", "change")
        self.merge = git(self.root, "rev-parse", "HEAD")
        git(self.root, "checkout", "--quiet", "--detach")
        git(self.root, "branch", "--force", "main", self.base)

    def told(self, repository):
        """Lets the fake GitHub know the commits."""
        repository.knows(self.first)
        repository.knows(self.base, self.head, parents=[self.first])
        repository.knows(self.merge, parents=[self.base, self.head])

    def write(self, name, lines):
        (self.root / name).write_text("pass\n" * lines)

    def commit(self, message):
        git(self.root, "add", ".")
        git(self.root, "commit", "--quiet", "-m", message)
        return git(self.root, "rev-parse", "HEAD")
