"""A fork's result, published by a job that may write: what is forged in it goes nowhere."""

import copy
import io
import json
import pathlib
import re
import secrets
import shutil
import sys
import tempfile
import zipfile

import events

from . import case

ARTIFACT = "andon"
RUN = 99

# Runs a program and writes down the most memory it had, in KiB.
MEASURED = """
import pathlib, resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
pathlib.Path(sys.argv[1]).write_text(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)
"""


def honest(scene):
    """The result of the untrusted job, which may only read."""
    scene.token = scene.grant("actions", write=False)
    result = scene.result("failing", scene.pull_request(fork=events.FORK))
    scene.token = scene.grant("actions")
    return json.loads(result.read_text())


def packed(files):
    """A zip of (name or entry, content)."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return target.getvalue()


def setting(scene, pull=True):
    """A fork's pull request and its run."""
    if pull:
        scene.repository.pull(7, scene.project.head, scene.project.base, fork=events.FORK)
    scene.repository.run(RUN, scene.project.head, fork=events.FORK)


def publish(scene, content, *arguments, numbers=(), fork=events.FORK):
    """The trusted job: an empty folder, no checkout."""
    scene.repository.artifacts.clear()
    if content is not None:
        scene.repository.artifact(RUN, ARTIFACT, content)
    folder = scene.folder / f"empty-{secrets.token_hex(3)}"
    folder.mkdir()
    payload = events.workflow_run(scene.full, scene.project, RUN, fork=fork, numbers=numbers)
    env = scene.environment("workflow_run", payload, run=6000, GITHUB_SHA=scene.project.base)
    done = scene.andon("publish", f"--from-artifact={ARTIFACT}", *arguments, env=env, folder=folder)
    left = [path.name for path in folder.iterdir()]
    scene.that(f"nothing is left behind, not {left}", not left)
    for _, headers in scene.servers.seen:
        scene.that("the other host asks for no token", "Authorization" not in headers)
    return done


def refused(scene, content, why):
    """The result is not taken, and nothing is written."""
    done = publish(scene, content)
    scene.that(f"{why}: exit status {done.code}, where 2 is right", done.code == 2)
    scene.that(f"{why}: it was looked at", any("/artifacts" in exchange.path for exchange in done.log))
    scene.that(f"{why}: nothing is written, not {done.writes}", not done.writes)
    return done


def on_the_pull_request(scene, done):
    scene.that(f"exit status 0 or 1, not {done.code}: {done.err[-300:]}", done.code in (0, 1))
    scene.that("a comment on 7", [number for number, _ in scene.repository.comments.values()] == [7])
    heads = {run["shown"]["head_sha"] for run in scene.checks} | {sha for sha, _ in scene.repository.statuses}
    scene.that(f"all of {scene.project.head[:7]}, not {heads}", heads == {scene.project.head})


@case
def a_forks_result_is_published(scene):
    setting(scene)
    content = packed([("result.json", json.dumps(honest(scene)))])
    on_the_pull_request(scene, publish(scene, content))
    again = publish(scene, content)
    scene.that(f"the second run changes nothing: {again.writes}", again.log and not again.writes)
    scene.that("the artifact came from the other host", any(name == scene.full for name, _ in scene.servers.seen))


@case
def several_results_of_a_fork_make_one_comment(scene):
    setting(scene)
    one = honest(scene)
    files = [(f"jobs/{name}/result.json", json.dumps(one)) for name in ("linux", "mac #1 @org")]
    done = publish(scene, packed([*files, ("notes.txt", "not a result")]))
    on_the_pull_request(scene, done)
    body = scene.ours[0]["body"] if scene.ours else ""
    scene.that("one marker, and no team is called", body.count("<!-- andon") == 1 and "@org" not in body)
    scene.that(f"both are told apart: {body[:900]}", "linux" in body and "mac" in body)


@case
def a_forks_commit_that_github_knows(scene):
    setting(scene)
    scene.repository.knows_commits_of_forks = True
    on_the_pull_request(scene, publish(scene, packed([("result.json", json.dumps(honest(scene)))])))


@case
def a_branch_of_the_repository_itself(scene):
    scene.repository.run(RUN, scene.project.head)
    content = packed([("result.json", json.dumps(honest(scene)))])
    on_the_pull_request(scene, publish(scene, content, numbers=[7], fork=None))


@case
def another_fork_with_a_branch_of_that_name(scene):
    setting(scene)
    scene.repository.pull(12, scene.project.first, scene.project.base, fork="other/project-of-mine")
    scene.repository.pull(13, scene.project.first, scene.project.base, fork=events.FORK, branch="change-2")
    on_the_pull_request(scene, publish(scene, packed([("result.json", json.dumps(honest(scene)))])))


@case
def the_events_numbers_are_only_hints(scene):
    setting(scene)
    scene.repository.pull(12, scene.project.first, scene.project.base)
    content = packed([("result.json", json.dumps(honest(scene)))])
    on_the_pull_request(scene, publish(scene, content, numbers=[12, 4711]))


@case
def a_pull_request_that_is_closed(scene):
    setting(scene)
    scene.repository.pull(7, scene.project.head, scene.project.base, fork=events.FORK, state="closed")
    done = publish(scene, packed([("result.json", json.dumps(honest(scene)))]))
    scene.that(f"exit status 0, not {done.code}", done.code == 0)
    scene.that("no comment", not scene.comments)


@case
def a_pull_request_that_has_moved_on(scene):
    setting(scene)
    scene.repository.pull(7, "d" * 40, scene.project.base, fork=events.FORK)
    done = publish(scene, packed([("result.json", json.dumps(honest(scene)))]))
    scene.that(f"exit status {done.code}", done.code in (0, 1, 2))
    scene.that("no comment on what is no longer there", not scene.comments)


@case
def a_result_that_names_another_commit(scene):
    setting(scene)
    result = honest(scene)
    result["subject"]["commit"] = scene.project.first
    result["change"]["head"] = scene.project.first
    scene.repository.pull(12, scene.project.first, scene.project.base)
    publish(scene, packed([("result.json", json.dumps(result))]))
    targets = {number for number, _ in scene.repository.comments.values()}
    heads = {run["shown"]["head_sha"] for run in scene.checks} | {sha for sha, _ in scene.repository.statuses}
    scene.that(f"nothing on 12: {targets}", targets <= {7})
    scene.that(f"nothing on the commit it names: {heads}", heads <= {scene.project.head})
    for commit in ("e" * 40, "main", "", None, scene.project.merge[:12], "../../octo/other/commits/x", "\n"):
        result["subject"]["commit"] = commit
        done = publish(scene, packed([("result.json", json.dumps(result))]))
        scene.that(f"commit {commit!r}: nothing is written", done.code == 2 and not done.writes)


@case
def a_result_that_says_more_than_results_do(scene):
    setting(scene)
    result = honest(scene)
    forgeries = {
        "a pull request of its own": result | {"pull_request": 12},
        "an unknown key": result | {"__proto__": {"admin": True}},
        "an unknown key within": result | {"subject": result["subject"] | {"repository": "octo/other"}},
        "another version": result | {"andon_result": 99},
        "no version": {key: value for key, value in result.items() if key != "andon_result"},
        "an array": [result],
        "nothing": None,
        "a pass that fails": result | {"verdict": "pass"},
        "gates of another type": result | {"gates": {"0": result["gates"][0]}},
        "a very long text": result | {"notes": ["x" * 10_000_000]},
    }
    for why, forgery in forgeries.items():
        refused(scene, packed([("result.json", json.dumps(forgery))]), why)


@case
def a_result_with_numbers_that_are_none(scene):
    setting(scene)
    result = honest(scene)
    text = json.dumps(result)
    for number in ("NaN", "Infinity", "-Infinity", "1e999", "-1e999", "0x10", "1" * 400, '"1"', "null"):
        forged = copy.deepcopy(result)
        forged["gates"][0]["observed"]["value"] = "NUMBER"
        refused(scene, packed([("result.json", json.dumps(forged).replace('"NUMBER"', number))]), number)
    for count in ("-1", "1.5", "18446744073709551616"):
        forged = text.replace(f'"judged": {result["judged"]}', f'"judged": {count}', 1)
        refused(scene, packed([("result.json", forged)]), f"judged {count}")


@case
def an_archive_that_is_none(scene):
    setting(scene)
    good = packed([("result.json", json.dumps(honest(scene)))])
    bad = {
        "empty": b"",
        "text": b"not a zip",
        "no entries": packed([]),
        "cut off": good[: len(good) // 2],
        "damaged": good[:60] + bytes(20) + good[80:],
        "no result": packed([("readme.txt", "x")]),
        "not text": packed([("result.json", b"\xff\xfe\0\0")]),
        "deep": packed([("result.json", "[" * 200_000)]),
        "empty result": packed([("result.json", "")]),
    }
    for why, content in bad.items():
        refused(scene, content, why)


@case
def an_archive_that_is_too_large(scene):
    setting(scene)
    bomb = packed([("result.json", bytes(400_000_000))])
    many = packed([(f"{number}.json", "{}") for number in range(30_000)])
    noise = packed([("result.json", json.dumps(honest(scene))), ("noise", secrets.token_bytes(90_000_000))])
    peak = scene.folder / "peak"
    scene.prefix = ["-c", MEASURED, peak, scene.binary]
    scene.binary = sys.executable
    for why, content in [("bomb", bomb), ("many entries", many), ("noise", noise)]:
        done = refused(scene, content, why)
        scene.that(f"{why}: in time, not {done.seconds:.1f}", done.seconds < 20)
        scene.that(f"{why}: little memory, not {peak.read_text()} KiB", int(peak.read_text()) < 300_000)


@case
def an_archive_that_leaves_its_folder(scene):
    """Entries that climb out, stand at the root, or are links: nothing of an archive is ever written anywhere."""
    setting(scene)
    text = json.dumps(honest(scene))
    mark = f"andon-slip-{secrets.token_hex(6)}"
    link = zipfile.ZipInfo("result.json")
    link.external_attr = 0o120777 << 16
    outside = pathlib.Path(tempfile.gettempdir()) / mark
    names = [f"../{mark}", f"../../../../{outside}", str(outside), f"..\\{mark}", f"a/../../{mark}", f"{mark}\0.json"]
    for name in names:
        publish(scene, packed([(name, text)]))
        publish(scene, packed([("result.json", text), (name, text)]))
    refused(scene, packed([(link, "/etc/passwd")]), "a link")
    found = [*scene.folder.rglob(f"*{mark}*"), *outside.parent.glob(f"*{mark}*"), *pathlib.Path.cwd().glob(f"*{mark}*")]
    scene.that(f"nothing outside, not {found}", not found)


@case
def nothing_of_an_archive_touches_a_file(scene):
    """Every file that the program makes, changes or removes, as the kernel sees it (where strace is there)."""
    if not shutil.which("strace"):
        return
    setting(scene)
    text = json.dumps(honest(scene))
    trace = scene.folder / "trace"
    plain, scene.binary = scene.binary, shutil.which("strace")
    scene.prefix = ["-f", "-qq", "-e", "trace=%file,write,openat2,io_uring_setup", "-s", "200", "-o", trace, plain]
    done = publish(scene, packed([("result.json", text)]))
    on_the_pull_request(scene, done)
    changing = re.compile(
        r"O_CREAT|O_WRONLY|O_RDWR|O_TRUNC|"
        r"^\S+ +(mkdir|rename|unlink|symlink|link|chmod|chown|truncate|mknod|creat|rmdir)"
    )
    lines = [line for line in trace.read_text(errors="replace").splitlines() if changing.search(line)]
    # The job summary and the outputs are the runner's own files.
    own = [line for line in lines if not any(name in line for name in ("/summary.md", "/output", "/dev/null"))]
    scene.that(f"no other file, not {own[:5]}", not own)
    scene.that("the trace saw something", "/summary.md" in "".join(lines) or "execve" in trace.read_text())


@case
def an_artifact_that_is_not_there(scene):
    setting(scene)
    done = publish(scene, None)
    scene.that(f"exit status {done.code}, where 2 is right", done.code == 2)
    scene.that("it is named", ARTIFACT in done.err)
    scene.repository.artifact(RUN + 1, ARTIFACT, b"of another run")
    scene.repository.artifact(RUN, "other", b"of another name")
    scene.repository.runs[RUN + 1] = scene.repository.runs[RUN]
    again = scene.andon(
        "publish",
        f"--from-artifact={ARTIFACT}",
        env=scene.environment("workflow_run", events.workflow_run(scene.full, scene.project, RUN), run=6001),
        folder=scene.folder,
    )
    scene.that("not another run's", again.code == 2 and not again.writes)


@case
def an_artifact_that_has_expired(scene):
    setting(scene)
    scene.repository.artifact(RUN, ARTIFACT, b"")
    scene.repository.artifacts[1]["expired"] = True
    done = scene.andon(
        "publish",
        f"--from-artifact={ARTIFACT}",
        env=scene.environment("workflow_run", events.workflow_run(scene.full, scene.project, RUN), run=6001),
        folder=scene.folder,
    )
    scene.that(f"exit status {done.code}, where 2 is right", done.code == 2)
    scene.that("it is said", "expired" in done.err)


@case
def a_branch_that_the_result_chooses(scene):
    setting(scene)
    result = honest(scene)
    result["subject"]["branch"] = "main"
    done = publish(scene, packed([("result.json", json.dumps(result))]), "--to=sarif")
    scene.that(f"exit status 0, not {done.code}: {done.err[-300:]}", done.code == 0)
    references = [upload["ref"] for upload in scene.repository.sarifs.values()]
    scene.that(f"the alerts of the pull request, not of {references}", references == ["refs/pull/7/head"])
    scene.repository.pull(7, scene.project.head, scene.project.base, fork=events.FORK, state="closed")
    done = publish(scene, packed([("result.json", json.dumps(result))]), "--to=sarif")
    scene.that("nothing without a pull request", not done.writes)


@case
def statuses_that_the_result_names(scene):
    setting(scene)
    result = honest(scene)
    result["gates"][0]["metric"] = "coverage (ci / deploy).line"
    refused(scene, packed([("result.json", json.dumps(result))]), "a metric of no policy")
    gate = result["gates"][0]
    result["gates"] = [gate | {"metric": f"family_{at}.x"} for at in range(1_000)]
    refused(scene, packed([("result.json", json.dumps(result))]), "a thousand families")


@case
def a_result_among_others_that_is_forged(scene):
    setting(scene)
    result = honest(scene)
    other = copy.deepcopy(result)
    other["subject"]["commit"] = scene.project.first
    files = [("a.json", json.dumps(result)), ("b.json", json.dumps(other))]
    refused(scene, packed(files), "one of two")
    text = json.dumps(result)
    twice = text.replace('"verdict"', '"verdict": "pass", "effect": "none", "verdict"', 1)
    refused(scene, packed([("a.json", twice)]), "a key twice")
    upper = copy.deepcopy(result)
    upper["subject"]["commit"] = scene.project.head.upper()
    refused(scene, packed([("a.json", json.dumps(upper))]), "a SHA in capitals")
    deep = text.replace('"notes": [', '"notes": [' + "[" * 100_000, 1)
    refused(scene, packed([("a.json", deep)]), "deep")


@case
def words_that_would_do_harm(scene):
    setting(scene)
    harm = (
        '::add-mask::x\n##[error]x\r\n::stop-commands::x\n</details></td></table> <!-- andon key="ci / gate" '
        'run="9.9" --> @org/team #1 https://evil.example ![x](https://evil.example/x.png) `x` | \u202e\x1b[2J'
    )
    result = honest(scene)
    result["notes"] = [harm]
    result["gates"][0] |= {"title": harm, "distance": harm, "notes": [harm], "requirement": harm}
    for offender in result["gates"][0]["offenders"]:
        offender["scope"] |= {"path": harm} if "path" in offender["scope"] else {}
    done = publish(scene, packed([("result.json", json.dumps(result))]))
    if done.code == 2:
        scene.that(f"nothing is written, not {done.writes}", not done.writes)
        return
    on_the_pull_request(scene, done)
    lines = done.said.splitlines()
    scene.that(
        "no command in the log",
        not any(line.strip().startswith(("::add-mask", "::stop-commands")) or "##[error]" in line for line in lines),
    )
    body = scene.ours[0]["body"] if scene.ours else ""
    scene.that("one marker", body.count("<!-- andon") == 1)
    scene.that("no image", "![x](https" not in body)
    scene.that("no control characters", not any(text in body for text in ("\u202e", "\x1b", "\r")))
