"""More than one run: the same again, newer and older ones, several at once, and what others have written."""

import json
import re

from front import Meets

from . import case
from .happenings import check

MARKER = '<!-- andon key="ci / gate" run="1.1" -->\n'


@case
def the_second_run_changes_nothing(scene):
    check(scene)
    before = (scene.comments[0]["body"], len(scene.checks), len(scene.repository.statuses)) if scene.comments else None
    again = check(scene)
    scene.that(f"no write, not {again.writes}", again.log and not again.writes)
    scene.that("a comment was there", before is not None)


@case
def a_newer_run_of_the_same_words_counts_as_newer(scene):
    """Its page is another, so that the comment changes; and a run between the two comes too late."""
    check(scene)
    again = check(scene, env=scene.pull_request(run=5002))
    writes = [write for write in again.writes if "comments" in write.path]
    scene.that(f"the comment is changed at most once: {writes}", len(writes) <= 1)
    body = scene.ours[0]["body"]
    late = check(scene, "passing", env=scene.pull_request(run=5001))
    scene.that("the one between keeps its verdict", late.code == 0)
    scene.that("what the newest wrote stays", [comment["body"] for comment in scene.ours] == [body])
    states = {status["context"]: status["state"] for _, status in reversed(scene.repository.statuses)}
    scene.that(f"its statuses too: {states}", "failure" in states.values())
    scene.that("its check run too", scene.checks[-1]["shown"]["conclusion"] == "failure")


@case
def a_newer_run_updates_in_place(scene):
    check(scene)
    first = [comment["id"] for comment in scene.ours]
    check(scene, "passing", env=scene.pull_request(run=5001))
    scene.that("the same comment", [comment["id"] for comment in scene.ours] == first)
    scene.that("the newer words", "Passed" in scene.ours[0]["body"] or "passed" in scene.ours[0]["body"])
    latest = scene.checks[-1]["shown"]["conclusion"] if scene.checks else None
    scene.that(f"the latest check run is a success, not {latest}", latest == "success")


@case
def an_older_run_overwrites_nothing(scene):
    for newer, older in [((5001, 1), (5000, 1)), ((5002, 2), (5002, 1)), ((10_000, 1), (9_999, 3))]:
        check(scene, "passing", env=scene.pull_request(run=newer[0], attempt=newer[1]))
        body = scene.ours[0]["body"]
        states = dict((status["context"], status["state"]) for _, status in reversed(scene.repository.statuses))
        done = check(scene, "failing", env=scene.pull_request(run=older[0], attempt=older[1]))
        scene.that("the older one keeps its verdict", done.code == 1)
        scene.that("the newer comment stays", [comment["body"] for comment in scene.ours] == [body])
        runs = [run["shown"] for run in scene.checks]
        scene.that("the newer check run stays", runs and runs[-1]["conclusion"] == "success")
        now = dict((status["context"], status["state"]) for _, status in reversed(scene.repository.statuses))
        scene.that(f"the newer statuses stay: {states} → {now}", states == now)


def at_once(scene, *fault):
    """Two runs of the same job at the same time, the newer one with other words."""
    scene.fault(*fault)
    env = [scene.pull_request(run=6000), scene.pull_request(run=6001)]
    policies = ["failing", "passing"]
    begun = [
        scene.begin("check", f"--config={policy}.yaml", "--publish=comment,check-run", env=one)
        for policy, one in zip(policies, env, strict=True)
    ]
    codes = [scene.end(run).code for run in begun]
    scene.that(f"both keep their verdicts, not {codes}", codes == [1, 0])
    scene.that(f"one comment, not {len(scene.ours)}", len(scene.ours) == 1)
    scene.that("of the newer run", all('run="6001.1"' in comment["body"] for comment in scene.ours))


@case
def two_runs_at_once_leave_one_comment(scene):
    for _ in range(10):
        scene.repository.comments.clear()
        # Both have looked, and found nothing, before either writes.
        at_once(scene, Meets("POST", "issues/7/comments"))


@case
def two_runs_that_just_happen_to_meet_leave_one_comment(scene):
    for _ in range(5):
        scene.repository.comments.clear()
        at_once(scene)


@case
def two_runs_at_once_bring_one_comment_up_to_date(scene):
    for _ in range(3):
        scene.repository.comments.clear()
        scene.say("github-actions[bot]", MARKER + "old")["user"] |= {"type": "Bot", "id": 41898282}
        at_once(scene, Meets("PATCH", "issues/comments/"))


@case
def three_hundred_comments_hide_nothing(scene):
    for number in range(250):
        scene.say("octocat", f"comment {number}")
    check(scene, publish="--publish=comment")
    for number in range(60):
        scene.say("octocat", f"comment {number}")
    check(scene, "passing", "--publish=comment", env=scene.pull_request(run=5001))
    scene.that("one comment of ours", len(scene.ours) == 1)
    scene.that("nobody else's is touched", len(scene.comments) == 311)


@case
def the_marker_of_others_is_theirs(scene):
    theirs = [scene.say(author, MARKER + "mine, not yours") for author in ("mallory", "github-actions")]
    bodies = [comment["body"] for comment in theirs]
    quoting = scene.say("mallory", "as it says:\n" + MARKER)
    for run in (5000, 5001):
        check(scene, "failing" if run == 5000 else "passing", env=scene.pull_request(run=run))
    scene.that("they are as they were", [comment["body"] for comment in theirs] == bodies)
    scene.that("the quotation too", quoting["body"].startswith("as it says"))
    scene.that("one of ours", len(scene.ours) == 1 and len(scene.comments) == 4)


@case
def the_marker_of_another_bot_is_its_own(scene):
    other = scene.say("renovate[bot]", MARKER + "what a pull request's author made me say")
    other["user"] |= {"type": "Bot"}
    other["performed_via_github_app"] = scene.servers.github.app("app")
    check(scene, publish="--publish=comment")
    scene.that("it is as it was", other["body"].endswith("made me say"))
    scene.that("one of ours", len(scene.ours) == 1)


@case
def line_ends_that_a_browser_changed_are_no_change(scene):
    check(scene, publish="--publish=comment")
    for comment in scene.ours:
        comment["body"] = comment["body"].replace("\n", "\r\n").rstrip()
    again = check(scene, publish="--publish=comment")
    scene.that(f"no write, not {again.writes}", again.log and not again.writes)


@case
def what_somebody_deletes_comes_back(scene):
    check(scene, publish="--publish=comment")
    scene.repository.comments.clear()
    check(scene, publish="--publish=comment")
    scene.that("one comment", len(scene.ours) == 1)


@case(lines=131)
def a_hundred_places_come_in_batches(scene):
    done = scene.andon("check", "--config=many.yaml", "--publish=check-run")
    scene.that("exit status 1", done.code == 1)
    scene.that("one check run", len(scene.checks) == 1)
    sizes = [len((write.json.get("output") or {}).get("annotations") or []) for write in done.writes]
    marks = [mark["start_line"] for run in scene.checks for mark in run["annotations"]]
    scene.that(f"each place once, not {len(marks)} in {sizes}", sorted(marks) == list(range(1, 132)))
    scene.that("it is completed", scene.checks and scene.checks[0]["shown"]["conclusion"] == "failure")
    again = scene.andon("check", "--config=many.yaml", "--publish=check-run")
    scene.that(f"the second run changes nothing: {again.writes}", not again.writes)


@case(lines=6000)
def a_huge_result_fits(scene):
    done = scene.andon("check", "--config=many.yaml", "--publish=comment,check-run,status,summary,sarif")
    scene.that("exit status 1", done.code == 1)
    body = scene.ours[0]["body"] if scene.ours else ""
    scene.that(f"a comment that fits, not {len(body)}", 1000 < len(body) <= 65_536)
    scene.that("a summary that fits", 0 < len(done.summary.encode()) < 1_000_000)
    scene.that("a check run", len(scene.checks) == 1 and scene.checks[0]["shown"]["conclusion"] == "failure")
    scene.that(f"not too many writes: {len(done.writes)}", len(done.writes) < 60)


@case(lines=131)
def more_gates_than_a_comment_can_hold(scene):
    """Two results of five hundred failing gates each: what is left out is said."""
    result = json.loads(scene.result("many").read_text())
    gate, names = result["gates"][0], []
    for name in ("one", "two"):
        title = f" of {name}, 世界" * 8
        result["gates"] = [gate | {"id": f"{name}-{at}", "title": f"Gate {at}{title}"} for at in range(500)]
        names.append(scene.folder / f"{name}.json")
        names[-1].write_text(json.dumps(result | {"judged": 500}))
    for files, key in [(names[:1], "alone"), (names, "together")]:
        done = scene.andon("publish", *files, "--to=comment,check-run,summary,sarif,status", f"--key={key}")
        scene.that(f"exit status 0, not {done.code}", done.code == 0)
        scene.that(f"a summary that fits, not {len(done.summary)}", 0 < len(done.summary.encode()) < 1_000_000)
    sizes = [len(comment["body"]) for comment in scene.ours]
    scene.that(f"two comments that fit and are full, not {sizes}", len(sizes) == 2 and min(sizes) > 30_000)
    texts = [comment["body"] for comment in scene.ours] + [run["shown"]["output"]["summary"] for run in scene.checks]
    scene.that("what is left out is said", all(re.search(r"more|left out|not shown|shortened", text) for text in texts))
    scene.that("the verdict is there", all("Failed" in text for text in texts))
