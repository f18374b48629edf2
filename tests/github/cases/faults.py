"""A GitHub that fails: whatever it does, the verdict stands, nothing is written twice, and the run ends in time."""

import time

from front import Answers, Resets, Slow

from . import case
from .happenings import check

ANY = "GET|POST|PATCH|DELETE"
LIST = r"issues/7/comments\?|issues/7/comments$"
SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}


def one_comment(scene, done, code=1):
    scene.that(f"exit status {code}, not {done.code}", done.code == code)
    scene.that(f"one comment, not {len(scene.ours)}; {done.log}", len(scene.ours) == 1)


def gives_up(scene, done, within):
    scene.that(f"exit status 1, not {done.code}", done.code == 1)
    scene.that(f"within {within} s, not {done.seconds:.1f}", done.seconds < within)
    scene.that("a word on it", "warning" in done.err.lower() or "::warning" in done.out)


def comment(scene, *faults, deadline=20, publish="--publish=comment"):
    scene.fault(*faults)
    return check(scene, publish=publish, env=scene.pull_request(ANDON_GITHUB_DEADLINE=deadline))


@case
def unavailable_once(scene):
    for status in (500, 502, 503, 504):
        scene.repository.comments.clear()
        one_comment(scene, comment(scene, Answers("GET", LIST, status, b"<html>", {"Content-Type": "text/html"})))


@case
def unavailable_for_good(scene):
    done = comment(scene, Answers(ANY, ".", 503, times=999), deadline=6, publish="--publish")
    gives_up(scene, done, 12)
    scene.that(f"few requests, not {len(done.log)}", len(done.log) <= 12)
    scene.that("a job summary", "coverage" in done.summary.lower())


@case
def too_many_requests_with_a_time(scene):
    done = comment(scene, Answers("GET", LIST, 429, headers={"Retry-After": "2"}))
    one_comment(scene, done)
    scene.that("it waited", done.seconds >= 2)


@case
def times_that_are_none(scene):
    for text in ("soon", "-5", "99999999999999999999", "", "1e3"):
        done = comment(scene, Answers("GET", LIST, 429, headers={"Retry-After": text}), deadline=6)
        scene.that(f"{text!r}: exit status 1, not {done.code}", done.code == 1)
        reset = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": text}
        done = comment(scene, Answers("GET", LIST, 403, headers=reset), deadline=6)
        scene.that(f"{text!r}: exit status 1, not {done.code}", done.code == 1)


@case
def too_many_requests_without_a_time(scene):
    one_comment(scene, comment(scene, Answers("GET", LIST, 429)))


@case
def too_many_writes_with_a_time(scene):
    done = comment(scene, Answers("POST", LIST, 403, SECONDARY, {"Retry-After": "1"}))
    one_comment(scene, done)
    scene.that("it waited", done.seconds >= 1)


@case
def too_many_writes_without_a_time(scene):
    done = comment(scene, Answers("POST", LIST, 403, SECONDARY, times=999), deadline=6)
    gives_up(scene, done, 12)
    scene.that(f"few requests, not {len(done.log)}", len(done.log) <= 8)


@case
def a_wait_beyond_the_deadline_is_not_begun(scene):
    done = comment(scene, Answers(ANY, ".", 429, headers={"Retry-After": "3600"}, times=999), deadline=20)
    gives_up(scene, done, 8)


@case
def nothing_left_for_a_moment(scene):
    token = scene.servers.github.tokens[scene.token]
    token.left, token.reset = 0, int(time.time()) + 3
    done = comment(scene)
    one_comment(scene, done)
    scene.that(f"few requests, not {len(done.log)}", len(done.log) <= 8)


@case
def nothing_left_for_an_hour(scene):
    scene.servers.github.tokens[scene.token].left = 0
    gives_up(scene, comment(scene), 8)


@case
def forbidden(scene):
    refused = {"message": "Resource not accessible by integration"}
    done = comment(scene, Answers("POST", LIST, 403, refused, times=9), publish="--publish=comment,check-run")
    gives_up(scene, done, 8)
    asked = [write for write in done.writes if "comments" in write.path]
    scene.that("asked once", len(asked) == 1)
    scene.that("the check run is there all the same", len(scene.checks) == 1)


@case
def who_asks_is_not_told(scene):
    kind = {"Content-Type": "application/json"}
    errors = b'{"errors": [{"message": "no"}]}'
    for status, body, times in [(403, b"{}", 9), (404, b"<html>", 9), (200, errors, 9), (200, b"[", 9), (502, b"", 1)]:
        scene.repository.comments.clear()
        for _ in range(2):
            one_comment(scene, comment(scene, Answers("POST", "/graphql$", status, body, kind, times=times)))


@case
def not_processable(scene):
    done = comment(
        scene,
        Answers("POST", LIST, 422, {"message": "Validation Failed"}, times=9),
        publish="--publish=comment,check-run",
    )
    gives_up(scene, done, 8)
    asked = [write for write in done.writes if "comments" in write.path]
    scene.that("asked once", len(asked) == 1)
    scene.that("the check run is there all the same", len(scene.checks) == 1)


@case
def a_list_is_cut_off(scene):
    one_comment(scene, comment(scene, Resets("GET", LIST)))
    scene.repository.comments.clear()
    one_comment(scene, comment(scene, Resets("GET", LIST, early=True)))


@case
def the_answer_to_a_new_comment_is_lost(scene):
    for fault in (Resets("POST", LIST), Answers("POST", LIST, 502, late=True), Answers("POST", LIST, 500, late=True)):
        scene.repository.comments.clear()
        one_comment(scene, comment(scene, fault))


@case
def a_new_comment_never_arrives(scene):
    for fault in (Resets("POST", LIST, early=True), Answers("POST", LIST, 503)):
        scene.repository.comments.clear()
        one_comment(scene, comment(scene, fault))


@case
def the_answer_to_a_changed_comment_is_lost(scene):
    check(scene, publish="--publish=comment")
    first = [one["id"] for one in scene.ours]
    scene.fault(Resets("PATCH", "issues/comments/"))
    done = check(scene, "passing", "--publish=comment", env=scene.pull_request(run=5001))
    one_comment(scene, done, 0)
    scene.that("the same comment", [one["id"] for one in scene.ours] == first)


@case
def the_answer_to_a_new_check_run_is_lost(scene):
    for fault in (Resets("POST", "check-runs"), Answers("POST", "check-runs", 502, late=True)):
        scene.repository.checks.clear()
        done = comment(scene, fault, publish="--publish=check-run")
        scene.that("exit status 1", done.code == 1)
        scene.that(f"one check run, not {len(scene.checks)}", len(scene.checks) == 1)
        scene.that("completed", all(run["shown"]["conclusion"] == "failure" for run in scene.checks))


@case(lines=131)
def the_answer_to_a_batch_is_lost(scene):
    scene.fault(Resets("PATCH", "check-runs"))
    scene.andon("check", "--config=many.yaml", "--publish=check-run")
    marks = [mark["start_line"] for run in scene.checks for mark in run["annotations"]]
    scene.that(f"no place twice: {len(marks)}", len(marks) == len(set(marks)))
    scene.that("one check run", len(scene.checks) == 1)
    scene.that("completed", all(run["shown"]["conclusion"] == "failure" for run in scene.checks))


@case
def slow_answers_are_waited_for(scene):
    one_comment(scene, comment(scene, Slow(ANY, ".", 1, times=99)))


@case
def an_answer_that_never_comes_is_not_waited_for(scene):
    gives_up(scene, comment(scene, Slow(ANY, ".", 30, times=99), deadline=4), 12)


@case
def the_verdict_is_said_before_anything_is_sent(scene):
    scene.fault(Slow(ANY, ".", 4, times=1))
    begun = scene.begin(
        "check",
        "--config=failing.yaml",
        "--format=terminal",
        "--publish=comment",
        env=scene.pull_request(ANDON_GITHUB_DEADLINE=20),
    )
    seen = ""
    while line := begun[0].stdout.readline():
        seen += line
        if "FAIL" in line.upper():
            break
    early = not any(exchange.status for exchange in scene.front.log)
    done = scene.end(begun)
    scene.that("the verdict comes first", early and "FAIL" in seen.upper())
    one_comment(scene, done)


@case
def an_answer_of_another_kind(scene):
    for status, body, kind in [
        (200, b"<html>log in first</html>", "text/html"),
        (200, b'{"a": [', "application/json"),
        (200, b"[{}]", "application/json"),
        (200, b"\xff\xfe\0", "application/json"),
        (204, b"", "application/json"),
    ]:
        done = comment(scene, Answers(ANY, ".", status, body, {"Content-Type": kind}, times=99), deadline=6)
        scene.that(f"exit status 1, not {done.code}", done.code == 1)
        scene.that(f"in time, not {done.seconds:.1f}", done.seconds < 12)


@case
def an_endless_answer_is_not_read(scene):
    gives_up(scene, comment(scene, Answers("GET", ".", 200, b"[" + b" " * 300_000_000, times=2), deadline=6), 15)


@case
def pages_without_end_are_not_followed(scene):
    link = {"Link": f'<{scene.api}/repos/{scene.full}/issues/7/comments?page=2>; rel="next"'}
    done = comment(scene, Answers("GET", LIST, 200, b"[]", link, times=100_000), deadline=6)
    scene.that(f"exit status 1, not {done.code}", done.code == 1)
    scene.that(f"bounded, not {len(done.log)}", len(done.log) < 2000 and done.seconds < 15)


@case
def the_token_stays_with_its_host(scene):
    elsewhere = f"{scene.servers.github.storage}/{scene.full}/1"
    scene.repository.artifact(1, "x", b"[]")
    for fault in [
        Answers("GET", LIST, 200, b"[]", {"Link": f'<{elsewhere}>; rel="next"'}, times=9),
        Answers("GET", ".", 302, headers={"Location": elsewhere}, times=9),
        Answers("POST", ".", 307, headers={"Location": elsewhere}, times=9),
    ]:
        done = comment(scene, fault, deadline=6)
        scene.that(f"exit status 1, not {done.code}", done.code == 1)


@case
def a_repository_that_was_renamed(scene):
    """GitHub sends readers and writers to the new place, on the same host; there the token is wanted."""
    here = f"{scene.api}/repos/{scene.full}/issues/7/comments"
    for method, status in [("GET", 301), ("GET", 302), ("GET", 307), ("POST", 307), ("POST", 308)]:
        scene.repository.comments.clear()
        done = comment(scene, Answers(method, LIST, status, headers={"Location": here}))
        one_comment(scene, done)


@case
def code_scanning_is_off(scene):
    scene.repository.code_scanning = False
    done = check(scene, publish="--publish=sarif,comment")
    one_comment(scene, done)
    scene.that("it is said", "ode scanning" in done.said)


@case
def nobody_is_there(scene):
    scene.api = "http://127.0.0.1:9"
    done = comment(scene, deadline=6, publish="--publish")
    gives_up(scene, done, 12)
    scene.that("a job summary", "coverage" in done.summary.lower())
