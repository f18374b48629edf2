"""The runs under attack: every command that prints, in every format, on hostile words."""

import itertools
import json
import pathlib
import shutil
import sys

import hostile

FORMATS = "terminal markdown json annotations sarif junit gitlab total rdjson badge badge-json buildkite azure teamcity".split()
PLAIN = ["--base", "main"]
ELSEWHERE = {
    "gitlab": {"GITLAB_CI": "true", "CI_COMMIT_REF_NAME": "W", "CI_JOB_NAME": "W", "CI_PROJECT_URL": "https://gitlab.com/W"},
    "azure": {"TF_BUILD": "True", "BUILD_SOURCEBRANCH": "W", "SYSTEM_PULLREQUEST_SOURCEBRANCH": "W", "BUILD_REPOSITORY_URI": "W"},
    "buildkite": {"BUILDKITE": "true", "BUILDKITE_BRANCH": "W", "BUILDKITE_PULL_REQUEST": "W", "BUILDKITE_BUILD_URL": "W"},
    "jenkins": {"JENKINS_URL": "W", "BRANCH_NAME": "W", "CHANGE_TARGET": "W", "BUILD_URL": "W", "JOB_NAME": "W"},
    "circle": {"CIRCLECI": "true", "CIRCLE_BRANCH": "W", "CIRCLE_PULL_REQUEST": "W", "CIRCLE_BUILD_URL": "W", "CIRCLE_JOB": "W"},
}
SAID = {name: None for name in ("GITHUB_ACTIONS", "GITHUB_EVENT_NAME", "GITHUB_EVENT_PATH", "GITHUB_REPOSITORY", "GITHUB_SHA", "GITHUB_REF")}


def policies(stage):
    return sorted(stage.repository.root.glob("policy-*.json"))


def out(stage):
    folder = stage.folder / f"out-{hostile.os.urandom(5).hex()}"
    folder.mkdir()
    return folder


def every(stage):
    """(name, what yields what is wrong)."""
    for policy in policies(stage):
        for format in FORMATS:
            yield f"check {policy.stem} {format}", lambda s, p=policy, f=format: check(s, p, f)
        yield f"check {policy.stem} files", lambda s, p=policy: files(s, p)
        yield f"publish {policy.stem}", lambda s, p=policy: publish(s, p)
        yield f"mistaken {policy.stem}", lambda s, p=policy: mistaken(s, p)
    yield "check in colour", lambda s: s.always(s.run("--color=always", "--config=policy-0.json", "check", *PLAIN))
    for name, env in ELSEWHERE.items():
        yield f"check in {name}", lambda s, e=env: elsewhere(s, e)
    for format in ("terminal", "json"):
        yield f"inspect {format}", lambda s, f=format: inspect(s, f)
    for format in ("terminal", "markdown", "json"):
        yield f"diff {format}", lambda s, f=format: diff(s, f)
        yield f"dora {format}", lambda s, f=format: s.always(s.run("dora", "--all-tags", "--window=30000d", "--format", f), f, codes=(0,))
    yield "collect", lambda s: s.always(s.run("--config=policy-1.json", "collect"), "snapshot", codes=(0,))
    yield "explain", lambda s: itertools.chain(*(s.always(s.run(f"--config={p}", "explain", *m)) for p in policies(s)[:4] for m in ([], ["evil.metric"])))
    yield "formats", lambda s: s.always(s.run("formats"), codes=(0,))
    yield "init", lambda s: s.always(s.run("init", "--dry-run"))
    yield "no command", lambda s: s.always(s.run())
    yield "history", history
    for index in range(0, len(hostile.WORDS), 6):
        yield f"wrong use {index}", lambda s, w=hostile.WORDS[index : index + 6]: wrong_use(s, w)
    yield "links that lead out", links
    yield "a draft that is a link", draft
    yield "no connection, no file elsewhere", offline
    yield "odd addresses", addresses
    yield "odd keys", keys
    yield "odd events", events


def check(stage, policy, format):
    """To standard output and to a file."""
    target = out(stage) / f"{format}.x"
    wanted = ["--format", format, "--output", target, "--format", format]
    done = stage.run(f"--config={policy}", "check", *PLAIN, *wanted)
    yield from stage.always(done, format, [target], codes=(0, 1))
    if format == "terminal" and "missing" not in done.out and "fail" not in done.out.lower():
        yield "nothing failed"


def files(stage, policy):
    """Each of a result's formats from the result; names of files that are words."""
    folder = out(stage)
    result = folder / "json.json"
    stage.run(f"--config={policy}", "check", *PLAIN, "--format=json", "--output", result)
    count = json.loads(result.read_text())
    if len(count["gates"]) < 5 or len(count["inputs"]) < 4:
        yield f"the attack does not arrive: {len(count['gates'])} gates, {len(count['inputs'])} inputs"
    for format in FORMATS:
        yield from stage.always(stage.run("report", result, "--format", format), format, codes=(0,))
    odd = [folder / hostile.name(word) for word in json.loads(policy.read_text())["waivers"][2]["tests"]]
    for path in odd:
        shutil.copy(result, path)
        yield from stage.always(stage.run("report", path), codes=(0,))
        yield from stage.always(stage.run("publish", path, result, "--dry-run"), "markdown", codes=(0,))
        done = stage.run(f"--config={policy}", "check", *PLAIN, "--format=json", "--output", f"{path}.x", "--format=markdown", "--output", f"{path}.md", "--format=azure", TF_BUILD="True")
        yield from stage.always(done, "azure")


def publish(stage, policy):
    """What is sent, of one result and of two."""
    done = stage.run(f"--config={policy}", "check", *PLAIN, "--publish=comment,check-run,status,labels,summary", server=True)
    yield from stage.always(done, codes=(0, 1))
    yield from stage.sent(done)
    kinds = [path.rsplit("/", 1)[-1] for _, path, _, _ in done.sent]
    if "comments" not in kinds or "check-runs" not in kinds or done.env["GITHUB_SHA"] not in kinds:
        yield f"not all was sent: {kinds} {done.err[-500:]}"
    if "not published" in done.err:
        yield done.err[-500:]
    folder = out(stage)
    results = [folder / name for name in ("one.json", "two.json")]
    for result in results:
        stage.run(f"--config={policy}", "check", *PLAIN, "--format=json", "--output", result)
    key = json.loads(policy.read_text())["waivers"][0]["reason"]
    done = stage.run(f"--config={policy}", "publish", *results, f"--key={key}", server=True)
    yield from stage.always(done, codes=(0,))
    yield from stage.sent(done)
    # Nobody there, and nobody to answer: it is said, and no more.
    yield from stage.always(stage.run("publish", results[0], GITHUB_API_URL="https://127.0.0.1:9"), codes=(2,))


def mistaken(stage, policy):
    """Policies that are refused, with an excerpt of what is hostile."""
    sound = json.loads(policy.read_text())
    text = sound["waivers"][0]["reason"]
    folder = out(stage)
    raw = text.replace("\0", "")
    mistakes = {
        "unknown key": json.dumps(sound | {text: 1}, ensure_ascii=False),
        "unknown metric": json.dumps(sound | {"gates": [{"metric": text, "require": ">= 1"}]}, ensure_ascii=False),
        "bad condition": json.dumps(sound | {"gates": [{"metric": "coverage.line", "require": text}]}, ensure_ascii=False),
        "bad formula": json.dumps(sound | {"metrics": {"evil.metric": sound["metrics"]["evil.metric"] | {"formula": text}}}),
        "bad name": json.dumps(sound | {"metrics": {text: sound["metrics"]["evil.metric"]}}, ensure_ascii=False),
        "bad preset": json.dumps({"version": 1, "extends": [text]}, ensure_ascii=False),
        "bad date": json.dumps(sound | {"waivers": [{"gate": text, "reason": text, "owner": text, "expires": text}]}),
        "bad version": json.dumps({"version": text}),
        "bad scope": json.dumps(sound | {"gates": [{"metric": "coverage.line", "scope": text, "require": ">= 1"}]}),
        "bad report": json.dumps(sound | {"reports": [{"path": text, "format": text}]}),
        "bad label": hostile.yaml(sound | {"publish": {"labels": {"fail": [text * 9]}}}),
        "plain": raw,
        "yaml": f"version: 1\ngates:\n  - metric: {raw}\n    require: '>= 1'\n{raw}: x\n",
        "yaml key": f"version: 1\n? {raw}\n: {raw}\n",
    }
    for name, content in mistakes.items():
        path = folder / f"{name}.yaml"
        path.write_text(content, encoding="utf-8", errors="replace")
        yield from stage.always(stage.run(f"--config={path}", "check", *PLAIN), codes=(1, 2) if name in ("bad report", "plain") else (2,))


def elsewhere(stage, env):
    for word in ("\n".join(hostile.WORDS[:6]), " ".join(hostile.WORDS[9:30])):
        said = {name: value.replace("W", word) for name, value in env.items()}
        yield from stage.always(stage.run("--config=policy-3.json", "check", **SAID | said))
        yield from stage.always(stage.run("--config=policy-3.json", "check", *PLAIN, "--format=markdown", **SAID | said), codes=(0, 1, 2))


def inspect(stage, format):
    for path in sorted((stage.repository.root / "reports").iterdir()):
        yield from stage.always(stage.run("inspect", path, "--format", format), format)


def diff(stage, format):
    folder = out(stage)
    one, two = folder / f"one {hostile.name(hostile.WORDS[15])}", folder / "two.json"
    stage.run("--config=policy-1.json", "collect", "--output", one)
    two.write_text(one.read_text().replace('"count": 4', '"count": 3').replace("failed", "passed"))
    yield from stage.always(stage.run("diff", one, two, "--format", format), format, codes=(0,))


def history(stage):
    place = out(stage) / hostile.name(hostile.WORDS[0] + hostile.WORDS[9] + hostile.WORDS[15] + hostile.WORDS[22])
    for policy in policies(stage)[:3]:
        yield from stage.always(stage.run(f"--config={policy}", "check", *PLAIN, f"--history={place}", "--record"), codes=(0, 1))
    for arguments in (["list"], ["show"], ["show", "main"], ["show", hostile.WORDS[9]], ["verify"], ["prune", "--keep-last=1"], ["list"]):
        yield from stage.always(stage.run("history", f"--history={place}", *arguments), "history")
    for path in place.rglob("*"):
        if path.is_file():
            path.write_text("\n".join(hostile.WORDS), errors="replace")
    for arguments in (["list"], ["show"], ["verify"]):
        yield from stage.always(stage.run("history", f"--history={place}", *arguments), "history")


def wrong_use(stage, words):
    """What is typed comes back in a complaint."""
    for turn, word in enumerate(words):
        word = word.replace("\0", "")
        places = (
            [word],
            ["check", f"--{word}"],
            ["check", f"--format={word}"],
            ["check", *PLAIN, "--", word],
            ["check", f"--base={word}"],
            ["check", f"--head={word}"],
            ["check", f"--diff={word}"],
            ["check", f"--baseline={word}"],
            ["check", f"--history={word}"],
            ["check", f"--publish={word}"],
            ["--config", word, "check"],
            ["-C", word, "check"],
            ["report", f"./{word}"],
            ["inspect", f"./{word}"],
            ["diff", word, word],
            ["explain", word],
            ["dora", f"--tag-pattern={word}"],
            ["dora", f"--window={word}"],
            ["publish", f"./{word}"],
            ["publish", f"--repository={word}", "x.json"],
            ["publish", f"--commit={word}", f"--from-artifact={word}"],
            ["history", "show", word],
        )
        # Each word in a third of the places, each place with a third of the words.
        for arguments in places[turn % 3 :: 3]:
            yield from stage.always(stage.run(*arguments), codes=(0, 1, 2))


def links(stage):
    """A report, a policy, an output and a history that are links to the outside."""
    root = out(stage) / "work"
    shutil.copytree(stage.repository.root, root, symlinks=True)
    outside = stage.repository.outside
    for path, to in {"reports/out.info": "secret.info", "andon.yaml": "secret.info", "out.json": "secret.info", "past": ""}.items():
        (root / path).symlink_to(outside / to)
    (root / "linked.json").write_text(json.dumps({"version": 1, "reports": [{"path": "reports/out.info"}], "gates": [{"metric": "coverage.line", "require": ">= 1%"}]}))
    for arguments in (["--config=linked.json", "check"], ["check"], ["--config=policy-0.json", "check", "--output=out.json"]):
        yield from stage.always(stage.run(*arguments, folder=root, GITHUB_WORKSPACE=str(root)))
    (root / "past.json").write_text(json.dumps({"version": 1, "history": {"in": "file", "path": "past"}, "gates": [{"metric": "coverage.line", "require": ">= 1%"}]}))
    yield from stage.always(stage.run("--config=past.json", "check", "--record", folder=root, GITHUB_WORKSPACE=str(root)))
    for path in ("../../outside/x", str(outside / "y")):
        (root / "past.json").write_text(json.dumps({"version": 1, "history": {"in": "file", "path": path}, "gates": [{"metric": "coverage.line", "require": ">= 1%"}]}))
        yield from stage.always(stage.run("--config=past.json", "check", "--record", folder=root, GITHUB_WORKSPACE=str(root)))
    yield from stage.outside()
    found = {path.name for path in outside.iterdir()} - {"secret.info"}
    if found:
        yield f"made outside: {found}"


def draft(stage):
    """The name of a draft can be guessed: links wait under all that the program may take."""
    root = out(stage)
    script = "import os, pathlib, sys\npid = os.getpid()\n"
    script += "link = pathlib.Path(sys.argv[1], f'.out.json.{pid}.tmp')\nlink.symlink_to(sys.argv[2])\nos.execv(sys.argv[3], sys.argv[3:])\n"
    victim = stage.repository.outside / "secret.info"
    done = stage.run("--config=policy-0.json", "check", *PLAIN, f"--output={root}/out.json", prefix=[sys.executable, "-c", script, root, victim])
    yield from stage.always(done, codes=(0, 1))
    yield from stage.outside()
    if (root / "out.json").is_symlink() or not (root / "out.json").is_file():
        yield "the output is a link, or is not there"


def offline(stage):
    """As the kernel sees it."""
    strace = shutil.which("strace")
    if not strace:
        return
    for arguments in (["check", *PLAIN], ["report", "r.json"], ["collect"], ["publish", "r.json", "--dry-run"], ["diff", "main", "HEAD"], ["dora"], ["init", "--dry-run"]):
        folder = out(stage)
        if "r.json" in arguments:
            stage.run("--config=policy-0.json", "check", *PLAIN, f"--output={folder}/r.json")
            arguments = [str(folder / word) if word == "r.json" else word for word in arguments]
        trace = folder / "trace"
        stage.run("--config=policy-0.json", *arguments, prefix=[strace, "-f", "-qq", "-e", "trace=%network,openat,open,creat,rename,renameat2,unlink,symlink,mkdir,execve", "-o", trace])
        lines = trace.read_text(errors="replace").splitlines()
        if not any("execve" in line for line in lines):
            yield "the trace saw nothing"
        for line in lines:
            if any(f"{call}(" in line for call in ("connect", "sendto", "bind")) and "AF_UNIX" not in line:
                yield f"{arguments[0]}: {line[:200]}"
            changes = "O_CREAT" in line or "O_WRONLY" in line or "O_RDWR" in line or " rename" in line or " unlink" in line or " mkdir" in line
            if changes and str(stage.folder) not in line and "/dev/null" not in line and "/tmp/" not in line:
                yield f"{arguments[0]}: {line[:200]}"


def addresses(stage):
    """Where the token could be sent to."""
    folder = out(stage)
    stage.run("--config=policy-0.json", "check", *PLAIN, f"--output={folder}/r.json")
    secret = stage.canaries["proxy"]
    for address in (
        f"https://user:{secret}@127.0.0.1:9", "file:///etc/passwd", "http://evil.example", "https://127.0.0.1:9/?x=", "https://127.0.0.1:9/#x",
        "", " ", "//evil.example", "https://", "https://127.0.0.1:9/../..", "https://127.0.0.1:99999", "javascript:x", "https://[::1", "\n::error::x",
    ):
        done = stage.run("publish", f"{folder}/r.json", GITHUB_API_URL=address, https_proxy=None)
        yield from stage.always(done, codes=(2,))
    for proxy in (f"http://u:{secret}@:x", f"socks5://u:{secret}@127.0.0.1:9", f"u:{secret}", "\n::add-mask::x"):
        yield from stage.always(stage.run("publish", f"{folder}/r.json", GITHUB_API_URL="https://127.0.0.1:9", https_proxy=proxy), codes=(2,))


def keys(stage):
    folder = out(stage)
    stage.run("--config=policy-0.json", "check", *PLAIN, f"--output={folder}/r.json")
    markers = {}
    for key in ['"', '" run="9.9" -->', "\n", "-->", "--", "ci / gate", "ci / gаte", "ci /  gate", "CI / gate", "x" * 10_000, "x" * 10_001, "", "\u202e", "é", "e\u0301", "%41", "A", "~", "\0x"[1:]]:
        done = stage.run("publish", f"{folder}/r.json", f"--key={key}", server=True)
        yield from stage.always(done, codes=(0,))
        yield from stage.sent(done)
        bodies = [json.loads(body)["body"] for _, path, _, body in done.sent if path.endswith("/comments")]
        for body in bodies:
            first = body.split("\n")[0]
            if markers.setdefault(first, key) != key:
                yield f"{key[:20]!r} and {markers[first][:20]!r} have one marker"


def events(stage):
    """Events as nobody sends them."""
    folder = out(stage)
    stage.run("--config=policy-0.json", "check", *PLAIN, f"--output={folder}/r.json")
    word = " ".join(hostile.WORDS[:12])
    for index, event in enumerate(
        [
            "", "null", "[]", '"x"', "{", "[" * 100_000, '{"pull_request": []}', '{"pull_request": {"number": -1}}', '{"pull_request": {"number": 1e99}}',
            json.dumps({"pull_request": {"number": 7, "head": {"sha": word}, "base": {"sha": word}}}),
            json.dumps({"pull_request": {"number": "7", "head": {"sha": "../../x"}, "base": {"ref": word}}}),
            json.dumps({"pull_request": {"number": 7, "title": word * 40_000, "head": {"sha": stage.repository.head}}}),
            json.dumps({"workflow_run": {"id": 1, "head_sha": word, "head_branch": word, "pull_requests": [{"number": index} for index in range(10_000)]}}),
        ]
    ):
        path = folder / f"event-{index}.json"
        path.write_text(event, errors="replace")
        for kind in ("pull_request", "pull_request_target", "workflow_run", word.replace("\0", "")):
            yield from stage.always(stage.run("check", "--config=policy-0.json", GITHUB_EVENT_PATH=str(path), GITHUB_EVENT_NAME=kind))
        yield from stage.always(stage.run("publish", "--from-artifact", GITHUB_EVENT_PATH=str(path), GITHUB_EVENT_NAME="workflow_run", server=True), codes=(2,))
        yield from stage.always(stage.run("publish", f"{folder}/r.json", GITHUB_EVENT_PATH=str(path), server=True), codes=(0, 2))
