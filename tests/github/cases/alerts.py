"""Alerts as issues: opened once, kept up to date, closed when they are over."""

import events

from . import case

POLICY = """version: 1
metrics: {{ error_rate: {{ unit: "%", better: lower }} }}
alerts: [{{ name: errors, when: "{when}", owner: "@octo/api", runbook: docs/errors.md }}]
"""


def record(scene, percent):
    """Records a rate of errors on the default branch."""
    words = ["record", "--name=error_rate", f"--value={percent}", "--unit=%"]
    done = scene.andon(*words, *settings(scene), env=pushed(scene))
    scene.that(f"{percent} % are recorded", done.code == 0)


def settings(scene, when="error_rate > 5%"):
    policy = scene.folder / "alerts.yaml"
    policy.write_text(POLICY.format(when=when))
    return [f"--config={policy}", f"--history={scene.folder / 'history'}"]


def pushed(scene, run=5000):
    return scene.environment("push", events.push(scene.full, scene.project), run=run)


def tell(scene, *more, when="error_rate > 5%", run=5000):
    return scene.andon("alerts", "--send=issue", *settings(scene, when), *more, env=pushed(scene, run))


def states(scene):
    return [issue["state"] for issue in scene.repository.issues.values()]


@case
def an_alert_has_one_issue_while_it_fires(scene):
    record(scene, 9)
    done = tell(scene)
    scene.that(f"it tells, with exit status {done.code}", done.code == 0 and "issue opened" in done.err)
    scene.that(f"one issue is open, not {states(scene)}", states(scene) == ["open"])
    issue = scene.repository.issues[100]
    scene.that("it bears the label", issue["labels"] == ["andon"])
    scene.that(f"it says what fires: {issue['title']!r}", "errors" in issue["title"])
    scene.that("and to whom it belongs", "docs/errors.md" in issue["body"])
    again = tell(scene, run=5001)
    scene.that(f"the same is not written again: {again.writes}", again.log and not again.writes)
    record(scene, 12)
    worse = tell(scene, run=5002)
    scene.that(f"it is changed in place: {worse.writes}", [write.method for write in worse.writes] == ["PATCH"])
    scene.that("one issue still", states(scene) == ["open"] and "12" in issue["body"])


@case
def the_issue_is_closed_when_the_alert_is_over_and_a_new_one_opened_when_it_is_back(scene):
    record(scene, 9)
    tell(scene)
    record(scene, 1)
    done = tell(scene, run=5001)
    scene.that(f"it is closed: {done.err}", states(scene) == ["closed"] and "issue closed" in done.err)
    words = [comment["body"] for number, comment in scene.repository.comments.values() if number == 100]
    scene.that(f"with a last word: {words}", len(words) == 1)
    quiet = tell(scene, run=5002)
    scene.that(f"once: {quiet.writes}", not quiet.writes)
    record(scene, 8)
    tell(scene, run=5003)
    scene.that(f"a new one, not {states(scene)}", states(scene) == ["closed", "open"])


@case
def what_cannot_be_told_closes_no_issue(scene):
    record(scene, 9)
    tell(scene)
    done = tell(scene, when="error_rate > 5% and requests > 100", run=5001)
    scene.that(f"it is said: {done.out}", "insufficient data" in done.out)
    scene.that(f"nothing is written: {done.writes}", not done.writes and states(scene) == ["open"])


@case
def a_dry_run_shows_the_issue_and_asks_nobody(scene):
    record(scene, 9)
    done = tell(scene, "--dry-run")
    scene.that(f"it is shown, with exit status {done.code}", done.code == 0 and "docs/errors.md" in done.out)
    scene.that(f"no request: {done.log}", not done.log and not scene.repository.issues)


@case
def the_issues_of_others_are_left_alone(scene):
    record(scene, 9)
    tell(scene)
    ours = scene.repository.issues.pop(100)
    # Somebody copied it, marker and label included.
    copied = scene.repository.issue("mallory", ours["title"], ours["body"], ["andon"])
    before = dict(copied)
    tell(scene, run=5001)
    scene.that("the copy stays", copied == before)
    scene.that(f"ours is another, not {states(scene)}", states(scene) == ["open", "open"])
    record(scene, 1)
    tell(scene, run=5002)
    scene.that(f"ours alone is closed: {states(scene)}", states(scene) == ["open", "closed"])


@case
def an_older_run_changes_no_issue(scene):
    record(scene, 9)
    tell(scene, run=5005)
    record(scene, 12)
    done = tell(scene, run=5004)
    scene.that(f"nothing is written: {done.writes}", not done.writes)


@case
def a_token_that_may_only_read_is_told(scene):
    record(scene, 9)
    scene.token = scene.grant("actions", write=False)
    done = tell(scene)
    scene.that(f"exit status 2, not {done.code}", done.code == 2)
    scene.that(f"it is said what is needed: {done.err}", "issue: not told" in done.err)
    scene.that("no issue is there", not scene.repository.issues)
