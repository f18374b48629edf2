"""One case: a repository on the fake GitHub, runs of andon about it, and what has to hold of every run."""

import json
import os
import pathlib
import re
import secrets
import subprocess
import time

import events
import front
import tokens

# What a run may take, in seconds: none of the cases asks for more patience than this.
PATIENCE = 60


# What andon may tell the runner.
OWN_COMMANDS = {"error", "warning", "notice"}


def commands(log):
    """The lines of a log that the runner would take for commands, but for annotations, by its two parsers' rules."""
    for line in re.split(r"\r\n|\r|\n", log):
        # At the start, whatever white space is before it: `::name properties::data`.
        named = re.match(r"\s*::([^\s:]+)[^:]*(?::(?!:)[^:]*)*::", line)
        # The older form, anywhere: `##[name properties]data`.
        if named and named[1].lower() not in OWN_COMMANDS or re.search(r"##\[[^\]\s]", line):
            yield line


class Done:
    """What a run did: exit status, outputs, job summary, requests."""

    def __init__(self, process, summary, log):
        self.code, self.out, self.err = process.returncode, process.stdout, process.stderr
        self.summary, self.log = summary, log

    @property
    def writes(self):
        return [exchange for exchange in self.log if exchange.writes]

    @property
    def said(self):
        return self.out + self.err


class Scene:
    """A repository of its own, so that cases run side by side; pull request 7 is open in it."""

    def __init__(self, servers, binary, project, folder, name):
        self.servers, self.binary, self.project, self.folder, self.name = servers, binary, project, folder, name
        self.full = f"octo/{name.replace('_', '-')}"
        self.repository = servers.github.repository(self.full)
        project.told(self.repository)
        self.repository.pull(7, project.head, project.base)
        self.front = servers.doors.fronts.setdefault(self.full, front.Front())
        self.api = servers.api
        self.wrong, self.runs = [], []
        self.canaries, self.prefix = [], []
        self.token = self.grant("actions")
        folder.mkdir()

    def grant(self, kind, write=True):
        """A token for the repository; its text must never be seen anywhere."""
        prefix = {"user": "ghp_", "actions": "ghs_", "app": "ghs_"}[kind]
        text = f"{prefix}Canary{secrets.token_hex(12)}"
        self.servers.github.tokens[text] = tokens.Token(kind, self.full, write)
        self.canaries.append(text)
        return text

    def that(self, what, condition):
        if not condition:
            self.wrong.append(what)

    def fault(self, *faults):
        self.front.faults = list(faults)

    # The surroundings of a run.

    def environment(self, event, payload, run=5000, attempt=1, **more):
        """The variables of a job, as GitHub's runner sets them."""
        folder = self.folder / f"job-{len(self.runs)}-{secrets.token_hex(2)}"
        folder.mkdir()
        (folder / "event.json").write_text(json.dumps(payload))
        (folder / "summary.md").touch()
        (folder / "output").touch()
        variables = {name: value for name, value in os.environ.items() if name in ("PATH", "TMPDIR", "LANG")}
        variables |= {
            "HOME": str(folder),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.api,
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": self.full,
            "GITHUB_RUN_ID": str(run),
            "GITHUB_RUN_ATTEMPT": str(attempt),
            "GITHUB_WORKFLOW": "ci",
            "GITHUB_JOB": "gate",
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(folder / "event.json"),
            "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
            "GITHUB_OUTPUT": str(folder / "output"),
            "GITHUB_SHA": self.project.merge,
            "GITHUB_ACTOR": "octocat",
            "GITHUB_TOKEN": self.token,
            "GITHUB_WORKSPACE": str(self.project.root),
            "RUNNER_TEMP": str(folder),
            "ANDON_GITHUB_DEADLINE": "20",
        }
        if event.startswith("pull_request"):
            ref = "refs/heads/main" if event == "pull_request_target" else "refs/pull/7/merge"
            variables |= {"GITHUB_BASE_REF": "main", "GITHUB_HEAD_REF": "change", "GITHUB_REF": ref}
        elif event in ("push", "workflow_run"):
            variables |= {"GITHUB_REF": "refs/heads/main"}
        else:
            variables |= {"GITHUB_REF": payload["merge_group"]["head_ref"]}
        return variables | {name: str(value) for name, value in more.items()}

    def pull_request(self, number=7, fork=None, event="pull_request", **how):
        payload = events.pull_request(self.full, self.project, number, fork)
        return self.environment(event, payload, **how)

    # Runs.

    def andon(self, *arguments, env=None, folder=None):
        """Runs andon to its end."""
        return self.end(self.begin(*arguments, env=env, folder=folder))

    def begin(self, *arguments, env=None, folder=None):
        env = env or self.pull_request()
        command = [self.binary, *map(str, [*self.prefix, *arguments])]
        process = subprocess.Popen(
            command,
            cwd=folder or self.project.root,
            env=env,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )
        return process, env, len(self.front.log), time.monotonic()

    def end(self, begun):
        process, env, start, since = begun
        try:
            process.stdout_text, process.stderr_text = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.stdout_text, process.stderr_text = process.communicate()
            self.that(f"it ends within {PATIENCE} s", False)
        finished = subprocess.CompletedProcess(
            process.args, process.returncode, process.stdout_text, process.stderr_text
        )
        summary = pathlib.Path(env["GITHUB_STEP_SUMMARY"]).read_text() if "GITHUB_STEP_SUMMARY" in env else ""
        done = Done(finished, summary, self.front.log[start:])
        done.seconds = time.monotonic() - since
        self.runs.append(done)
        return done

    def result(self, policy="failing", env=None, *arguments, folder=None):
        """The result document of a check that publishes nothing."""
        target = self.folder / f"result-{len(self.runs)}.json"
        wanted = ["--format=json", f"--output={target}"]
        self.andon("check", f"--config={policy}.yaml", *wanted, *arguments, env=env, folder=folder)
        return target

    # What there is afterwards.

    @property
    def comments(self):
        return [comment for _, comment in self.repository.comments.values()]

    @property
    def ours(self):
        """What is said on pull requests; the last word on an issue has no marker."""
        written = [comment for number, comment in self.repository.comments.values() if number in self.repository.pulls]
        return [comment for comment in written if comment["user"]["login"] == "github-actions[bot]"]

    @property
    def checks(self):
        return list(self.repository.checks.values())

    def say(self, author, body, number=7):
        """A comment by somebody else."""
        comment = self.servers.github.comment(author, number, body)
        self.repository.comments[comment["id"]] = (number, comment)
        return comment

    def always(self):
        """What has to hold of every case."""
        for exchange in self.front.log:
            if exchange.violation:
                self.wrong.append(f"{exchange} breaks the contract: {exchange.violation[:500]}")
            if any(canary.encode() in exchange.body or canary in exchange.path for canary in self.canaries):
                self.wrong.append(f"the token is in {exchange}")
            if "authorization" not in exchange.headers:
                self.wrong.append(f"{exchange} is not authorised")
        for repository, headers in self.servers.seen:
            if repository == self.full and any(c in str(headers) for c in (*self.canaries, "Authorization")):
                self.wrong.append("the other host got the token")
        for done in self.runs:
            if done.code not in (0, 1, 2) or "panicked" in done.err:
                self.wrong.append(f"exit status {done.code}")
            self.wrong += [f"a command in the log: {line[:120]!r}" for line in commands(done.said)]
            if any(canary in text for canary in self.canaries for text in (done.said, done.summary)):
                self.wrong.append("the token is said")
        for comment in self.ours:
            if not comment["body"].startswith("<!-- andon key="):
                self.wrong.append(f"a comment without the marker first: {comment['body'][:80]!r}")
        return self.wrong
