"""Runs of andon under attack: their surroundings, what they print, write and send, and what has to hold of all of it."""

import functools
import http.server
import json
import os
import pathlib
import re
import secrets
import subprocess
import sys
import threading
import time
import traceback
import xml.etree.ElementTree as tree

import hostile
import logs
import pages

HOSTS = ("https://github.com/octo/project",)
SECRETS = ("GITHUB_TOKEN", "ANDON_GITHUB_TOKEN", "GH_TOKEN", "AWS_SECRET_ACCESS_KEY", "ANDON_GITHUB_APP_KEY", "NPM_TOKEN")
OUTPUTS = {"verdict", "failed", "warned", "report", "comment-url"}
ANNOTATION = {"file", "line", "endline", "col", "endcolumn", "title"}
# What a run may take, in seconds and in KiB.
SECONDS, MEMORY = 10, 500_000
# Runs a program and writes down the most memory it had, in KiB.
WEIGH = """
import pathlib, resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
pathlib.Path(sys.argv[1]).write_text(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)
"""


class GitHub(http.server.BaseHTTPRequestHandler):
    """Says yes to all, and keeps what it was told. The checking fake is in tests/github; here the words matter."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        name = self.path.split("?")[0].rsplit("/", 1)[-1]
        head = {"sha": self.server.head, "ref": "x", "repo": None, "user": {"login": "octocat"}}
        pull = {"number": 7, "state": "open", "head": head, "base": head | {"ref": "main"}, "html_url": "https://github.com/octo/project/pull/7"}
        own = {"permissions": {}, "parents": [], "sha": self.server.head, "login": "github-actions[bot]", "id": 1, "type": "Bot"}
        empty = {"comments": [], "labels": [], "statuses": [], "check-runs": {"total_count": 0, "check_runs": []}}
        self.answer(200, empty.get(name, pull if "/pulls/" in self.path else own))

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.log.append((self.command, self.path, dict(self.headers), body))
        user = {"login": "github-actions[bot]", "id": 1, "type": "Bot"}
        said = json.loads(body or b"{}")
        labels = [{"name": label} for label in said.get("labels", [])]
        # One that was written is read again.
        made = {"id": 1, "user": user, "html_url": "https://github.com/octo/project/pull/7#c-1", "state": "success", "head_sha": self.server.head} | said
        self.answer(201, labels if self.path.endswith("/labels") else made)

    do_PATCH = do_DELETE = do_PUT = do_POST

    def answer(self, status, value):
        text = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


class Done:
    def __init__(self, code, out, err, seconds, memory, env, sent):
        self.code, self.out, self.err, self.seconds, self.memory, self.env, self.sent = code, out, err, seconds, memory, env, sent

    def file(self, variable):
        return pathlib.Path(self.env[variable]).read_bytes().decode()


def told(name, wrong):
    if wrong:
        print(f"FAILED: {name}", *[f"    {line[:600]}" for line in wrong[:6]], sep="\n", flush=True)
    return bool(wrong)


class Stage:
    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder
        self.canaries = {variable: f"Canary{secrets.token_hex(12)}" for variable in SECRETS}
        self.canaries["proxy"] = f"Canary{secrets.token_hex(12)}"
        self.repository = hostile.Repository(folder)
        self.untouched = self.look(self.repository.outside)

    def look(self, folder):
        return {str(path): (path.lstat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*") if path.is_file()}

    def outside(self):
        now = self.look(self.repository.outside)
        return [f"{path} was written" for path in now if now[path] != self.untouched.get(path)]

    def environment(self, more):
        job = self.folder / f"job-{secrets.token_hex(6)}"
        job.mkdir()
        words = " ".join(hostile.WORDS[9:21]).replace("\0", "")
        event = {"pull_request": {"number": 7, "head": {"sha": self.repository.head, "ref": words, "repo": {"full_name": "octo/project"}}}}
        event["pull_request"] |= {"title": words, "body": words, "base": {"sha": self.repository.base, "ref": "main", "repo": {"full_name": "octo/project"}}}
        (job / "event.json").write_text(json.dumps(event))
        for name in ("summary.md", "output"):
            (job / name).touch()
        env = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "TMPDIR")}
        env |= {variable: text for variable, text in self.canaries.items() if variable in SECRETS}
        env |= {
            "HOME": str(job),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_API_URL": "http://127.0.0.1:9",
            "GITHUB_REPOSITORY": "octo/project",
            "GITHUB_RUN_ID": "5000",
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_WORKFLOW": words,
            "GITHUB_JOB": words[::-1],
            "GITHUB_ACTOR": words,
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_EVENT_PATH": str(job / "event.json"),
            "GITHUB_STEP_SUMMARY": str(job / "summary.md"),
            "GITHUB_OUTPUT": str(job / "output"),
            "GITHUB_SHA": self.repository.head,
            "GITHUB_HEAD_REF": self.repository.branch,
            "GITHUB_BASE_REF": "main",
            "GITHUB_REF": "refs/pull/7/merge",
            "GITHUB_WORKSPACE": str(self.repository.root),
            "RUNNER_TEMP": str(job),
            "https_proxy": f"http://user:{self.canaries['proxy']}@127.0.0.1:9",
            "ANDON_GITHUB_DEADLINE": "5",
        }
        return {name: value for name, value in (env | more).items() if value is not None}

    def run(self, *arguments, folder=None, server=False, prefix=(), weighed=False, **more):
        """Runs andon to its end; weighed costs an interpreter more."""
        api = None
        if server:
            api = http.server.ThreadingHTTPServer(("127.0.0.1", 0), GitHub)
            api.head, api.log, api.daemon_threads = self.repository.head, [], True
            threading.Thread(target=api.serve_forever, daemon=True).start()
            more = {"GITHUB_API_URL": f"http://127.0.0.1:{api.server_address[1]}", "https_proxy": None} | more
        env = self.environment(more)
        job = pathlib.Path(env["HOME"])
        with open(job / "stdout", "wb") as out, open(job / "stderr", "wb") as err:
            begun = time.monotonic()
            weigh = [sys.executable, "-S", "-c", WEIGH, job / "peak"] if weighed else []
            command = [*weigh, *prefix, self.binary, *arguments]
            process = subprocess.Popen(command, cwd=folder or self.repository.root, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
            killer = threading.Timer(4 * SECONDS, process.kill)
            killer.start()
            code = process.wait()
            killer.cancel()
            seconds = time.monotonic() - begun
        if api:
            api.shutdown()
            api.server_close()
        text = [(job / name).read_text(encoding="utf-8", errors="surrogateescape") for name in ("stdout", "stderr")]
        memory = int((job / "peak").read_text()) if weighed and (job / "peak").exists() else 0
        return Done(code, *text, seconds, memory, env, api.log if api else [])

    def attempt(self, name, function):
        try:
            return name, list(function(self))
        except Exception:
            return name, [traceback.format_exc()[-500:]]

    # What has to hold of every run.

    def always(self, done, format="terminal", files=(), codes=(0, 1, 2)):
        """What is wrong with a run. `format` is what standard output is in."""
        if done.code not in codes:
            yield f"exit status {done.code}: {done.err[-500:]}"
            return
        if "panicked" in done.err:
            yield f"a panic: {done.err[-500:]}"
        if done.seconds > SECONDS or done.memory > MEMORY:
            yield f"{done.seconds:.1f} s and {done.memory} KiB"
        yield from self.log(done.err)
        yield from self.stdout(done.out, format)
        for path in files:
            text = pathlib.Path(path).read_text(encoding="utf-8")
            yield from self.document(text, pathlib.Path(path).name.split(".")[0])
        yield from self.document(done.file("GITHUB_STEP_SUMMARY"), "markdown")
        found = logs.outputs(done.file("GITHUB_OUTPUT"))
        if {key for key, _ in found} - OUTPUTS or len({key for key, _ in found}) != len(found):
            yield f"outputs: {found}"
        texts = [done.out, done.err, done.file("GITHUB_STEP_SUMMARY"), done.file("GITHUB_OUTPUT")]
        texts += [pathlib.Path(path).read_text(encoding="utf-8") for path in files]
        texts += [path + body.decode(errors="replace") for _, path, _, body in done.sent]
        for variable, canary in self.canaries.items():
            if any(canary in text for text in texts):
                yield f"the secret of {variable} is told"
        if any("CanaryOutside" in text for text in texts):
            yield "what stands outside is told"

    def log(self, text, own=frozenset()):
        return commands(text, frozenset(own))

    def stdout(self, text, format):
        if format == "annotations":
            yield from self.annotations(text)
        elif format == "azure":
            for at, name, properties, _ in logs.azure(text):
                if at or name not in ("task.logissue", "task.uploadsummary"):
                    yield f"a command of Azure: {name} at {at}"
                yield from self.inside(properties.get("sourcepath"))
            yield from self.log(re.sub(r"(?m)^##vso\[(?=task\.)", "", text))
        elif format == "teamcity":
            for line in text.splitlines():
                message = logs.teamcity(line)
                if not message or message[0] not in ("buildProblem", "inspectionType", "inspection", "buildStatisticValue", "message"):
                    yield f"a message of TeamCity: {line[:300]!r}"
            yield from self.log(re.sub(r"(?m)^##teamcity\[", "", text))
        else:
            yield from self.log(text)
            yield from self.document(text, format)

    def annotations(self, text):
        own = {command.line for command in logs.github(text) if command.name in ("error", "warning", "notice")}
        yield from self.log(text, own)
        for command in logs.github(text):
            if set(command.properties) - ANNOTATION:
                yield f"properties of an annotation: {command.properties}"
            yield from self.inside(command.properties.get("file"))
            shown = "".join(command.properties.values()) + command.data.replace("\n", "")
            if logs.HIDDEN.search(shown) or any(logs.strict(command.data)):
                yield f"an annotation that hides or commands something: {shown[:300]!r}"

    def inside(self, path):
        # `\` and a drive's letter count on Windows.
        if path is not None and (re.match(r"[/\\]|[a-zA-Z]:", path) or ".." in re.split(r"[/\\]", path) or not path):
            yield f"a path outside: {path!r}"

    def document(self, text, format):
        """A text in a format."""
        if not text:
            return
        if format not in ("annotations", "azure", "teamcity"):
            yield from self.log(text)
        if format in ("markdown", "buildkite", "comment"):
            yield from pages.wrong(text, HOSTS, marker=format == "comment")
        elif format in ("json", "sarif", "gitlab", "rdjson", "badge-json", "snapshot"):
            json.loads(text, object_pairs_hook=once, parse_constant=refuse)
        elif format in ("junit", "badge"):
            root = tree.fromstring(text.encode())
            if format == "badge":
                known = {"svg", "title", "linearGradient", "stop", "clipPath", "rect", "g", "text", "defs", "path"}
                for element in root.iter():
                    if element.tag.split("}")[1] not in known or any(":" in key or key.startswith("on") for key in element.attrib):
                        yield f"in the badge: {element.tag} {element.attrib}"
        elif format == "total" and not re.fullmatch(r"[\w .:%-]*\n", text):
            yield f"a total: {text[:200]!r}"

    def sent(self, done):
        """What GitHub was told."""
        for method, path, _, body in done.sent:
            if re.search(r"[^\x21-\x7e]", path) or "/../" in path:
                yield f"{method} {path[:200]!r}"
            said = json.loads(body) if body else {}
            if "body" in said:
                yield from pages.wrong(said["body"], HOSTS, marker=True)
                if len(said["body"].encode("utf-16-le")) // 2 > 65_536:
                    yield "the comment is too long"
            for page in filter(None, [said.get("output", {}).get("summary"), said.get("output", {}).get("text")]):
                yield from pages.wrong(page, HOSTS)
                if len(page) > 65_535:
                    yield "the check run is too long"
            for one in said.get("output", {}).get("annotations", []):
                yield from self.inside(one["path"])
                if len(one.get("title", "")) > 255 or len(one["message"].encode()) > 65_536:
                    yield "an annotation is too long"
            for key in ("title", "name", "context", "description"):
                text = said.get(key) or said.get("output", {}).get(key) or ""
                if len(text) > {"context": 255, "description": 140, "name": 255}.get(key, 255) or logs.HIDDEN.search(text):
                    yield f"{key}: {text[:300]!r}"
            found = logs.HIDDEN.search(json.dumps(said, ensure_ascii=False).replace("\\n", ""))
            if found:
                yield f"hidden in {method} {path}: {found!r}"


@functools.lru_cache(64)
def commands(text, own):
    """What stands in a log though it is no command of `own`, or is hidden."""
    found = []
    for command in logs.github(text):
        if command.line not in own:
            found.append(f"a command of GitHub: {command.line[:300]!r}")
    for line in logs.strict(text):
        if line.lstrip() not in own:
            found.append(f"close to a command: {line[:300]!r}")
    hidden = logs.HIDDEN.search(logs.COLOUR.sub("", text))
    if hidden:
        found.append(f"hidden: {hidden!r} in {text[max(0, hidden.start() - 60) : hidden.end() + 60]!r}")
    return found


def once(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError(f"a key twice: {keys}")
    return dict(pairs)


def refuse(word):
    raise ValueError(f"no number: {word}")
