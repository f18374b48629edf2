"""Every event a workflow may run for: what is written, where, and with whose rights."""

import events
import tokens

from . import case

ALL = "--publish=comment,check-run,status,summary"


def check(scene, policy="failing", publish=ALL, env=None, *arguments):
    return scene.andon("check", f"--config={policy}.yaml", publish, *arguments, env=env)


def published(scene, head, conclusion="failure"):
    """A check run and statuses on the commit, and on no other."""
    shown = [check["shown"] for check in scene.checks]
    scene.that("one check run", len(shown) == 1)
    scene.that(f"it is of {head[:7]}", all(check["head_sha"] == head for check in shown))
    scene.that(f"its conclusion is {conclusion}", all(check["conclusion"] == conclusion for check in shown))
    statuses = scene.repository.statuses
    scene.that("statuses", statuses and all(sha == head for sha, _ in statuses))
    worst = {"success": "success", "failure": "failure"}[conclusion]
    scene.that(f"a status is {worst}", any(status["state"] == worst for _, status in statuses))


@case
def a_pull_request_gets_everything(scene):
    done = check(scene, publish=f"{ALL},sarif")
    scene.that("exit status 1", done.code == 1)
    scene.that("one comment", len(scene.comments) == 1 and scene.comments[0]["user"]["type"] == "Bot")
    published(scene, scene.project.head)
    marks = [(mark["path"], mark["start_line"]) for run in scene.checks for mark in run["annotations"]]
    scene.that(f"the uncovered line is marked, not {marks}", ("new.py", 5) in marks)
    buttons = [button["label"] for run in scene.checks for button in run["actions"]]
    scene.that(f"a button to run it again, not {buttons}", len(buttons) == 1)
    scene.that("a job summary", "coverage" in done.summary.lower())
    sarifs = list(scene.repository.sarifs.values())
    scene.that("one upload", len(sarifs) == 1)
    for upload in sarifs:
        right = {("refs/pull/7/head", scene.project.head), ("refs/pull/7/merge", scene.project.merge)}
        scene.that("of the pull request", (upload["ref"], upload["commit"]) in right)
        scene.that("with results", any(run["results"] for run in upload["log"]["runs"]))


@case
def what_passes_is_said_to_pass(scene):
    done = check(scene, "passing")
    scene.that("exit status 0", done.code == 0)
    scene.that("one comment", len(scene.comments) == 1)
    published(scene, scene.project.head, "success")


@case
def a_fork_keeps_its_verdict(scene):
    scene.token = scene.grant("actions", write=False)
    scene.repository.pull(8, scene.project.head, scene.project.base, fork=events.FORK)
    for policy, code in [("passing", 0), ("failing", 1)]:
        done = check(scene, policy, env=scene.pull_request(8, fork=events.FORK))
        scene.that(f"exit status {code}", done.code == code)
        scene.that("a job summary", "coverage" in done.summary.lower())
        scene.that("a word on it", "fork" in done.said or "permission" in done.said or "read-only" in done.said)
    scene.that("nothing is written", not scene.comments and not scene.checks and not scene.repository.statuses)


@case
def dependabot_keeps_its_verdict(scene):
    scene.token = scene.grant("actions", write=False)
    done = check(scene, env=scene.pull_request(GITHUB_ACTOR="dependabot[bot]"))
    scene.that("exit status 1", done.code == 1)
    scene.that("nothing is written", not scene.comments and not scene.checks)
    scene.that("a job summary", "coverage" in done.summary.lower())


@case
def a_token_that_may_only_read_keeps_the_verdict(scene):
    scene.token = scene.grant("actions", write=False)
    done = check(scene)
    scene.that("exit status 1", done.code == 1)
    scene.that("what is missing is said", "permission" in done.said)
    scene.that("a job summary", "coverage" in done.summary.lower())


@case
def without_a_token_the_verdict_stands(scene):
    env = scene.pull_request()
    del env["GITHUB_TOKEN"]
    done = check(scene, env=env)
    scene.that("exit status 1", done.code == 1)
    scene.that("GITHUB_TOKEN is named", "GITHUB_TOKEN" in done.said)
    scene.that("no request", not done.log)


@case
def a_token_that_is_not_accepted_keeps_the_verdict(scene):
    scene.token = "ghs_CanaryWrong"
    scene.canaries.append(scene.token)
    done = check(scene)
    scene.that("exit status 1", done.code == 1)
    scene.that("few requests", len(done.log) <= 4)


@case
def on_behalf_of_the_target_it_writes(scene):
    scene.repository.pull(8, scene.project.head, scene.project.base, fork=events.FORK)
    done = check(scene, env=scene.pull_request(8, fork=events.FORK, event="pull_request_target"))
    scene.that("exit status 1", done.code == 1)
    scene.that("one comment", [number for number, _ in scene.repository.comments.values()] == [8])


@case
def a_merge_group_has_no_comment(scene):
    env = scene.environment("merge_group", events.merge_group(scene.full, scene.project))
    done = check(scene, env=env)
    scene.that("exit status 1", done.code == 1)
    scene.that("no comment", not scene.comments)
    published(scene, scene.project.merge)


@case
def a_push_has_a_check_run(scene):
    done = check(scene, env=scene.environment("push", events.push(scene.full, scene.project)))
    scene.that("exit status 1", done.code == 1)
    scene.that("no comment", not scene.comments)
    published(scene, scene.project.merge)


@case
def people_comment_under_their_name(scene):
    scene.token = scene.grant("user")
    scene.say("octo-user", '<!-- andon key="other / job" run="1.1" -->\nof another key')
    for run in (5000, 5001):
        done = check(scene, env=scene.pull_request(run=run))
        scene.that("exit status 1", done.code == 1)
    scene.that("one comment of theirs", len(scene.comments) == 2)
    scene.that("no check run, for that needs an App", not scene.checks)


@case
def an_app_comments_under_its_name(scene):
    key = tokens.Key(scene.folder, tokens.APPS["app"][0])
    signed = tokens.Token("signed", scene.full)
    signed.key, signed.grants = key, "ghs_CanaryGranted" + scene.name
    scene.servers.github.tokens[scene.name] = signed
    scene.canaries += [signed.grants, key.path.read_text().splitlines()[3]]
    env = scene.pull_request(ANDON_GITHUB_APP_ID=key.app, ANDON_GITHUB_APP_KEY=key.path.read_text())
    for _ in range(2):
        done = check(scene, env=env)
        scene.that("exit status 1", done.code == 1)
    scene.that("one comment", [c["user"]["login"] for c in scene.comments] == ["quality-gate[bot]"])
    scene.that("one check run", [run["shown"]["app"]["slug"] for run in scene.checks] == ["quality-gate"])


@case
def a_github_of_ones_own_has_a_path(scene):
    scene.api = scene.servers.enterprise
    for number in range(120):
        scene.say("octocat", f"comment {number}")
    for run in (5000, 5001):
        done = check(scene, "failing" if run == 5000 else "passing", env=scene.pull_request(run=run))
        scene.that(
            "under the path", done.log and all(x.path.startswith(("/api/v3/", "/api/graphql")) for x in done.log)
        )
    scene.that("one comment", len(scene.ours) == 1)


@case
def publish_takes_a_result(scene):
    result = scene.result()
    done = scene.andon("publish", result)
    scene.that(f"exit status 0 or 1, not {done.code}", done.code in (0, 1))
    scene.that("one comment", len(scene.ours) == 1)
    published(scene, scene.project.head)


@case
def several_results_make_one_comment(scene):
    one, other = scene.result("failing"), scene.result("many")
    done = scene.andon("publish", one, other)
    scene.that(f"exit status 0 or 1, not {done.code}", done.code in (0, 1))
    scene.that("one comment", len(scene.ours) == 1)
    text = scene.ours[0]["body"] if scene.ours else ""
    scene.that("with both", "coverage" in text.lower() and "complexity" in text.lower())
    again = scene.andon("publish", one, other)
    scene.that(f"the second run changes nothing: {again.writes}", not again.writes)


@case
def each_key_has_its_comment(scene):
    result = scene.result()
    for key in ("linux", 'mac -- os/">', "linux"):
        scene.andon("publish", result, "--to=comment", f"--key={key}")
    scene.that("two comments", len(scene.ours) == 2)


@case
def labels_follow_the_verdict(scene):
    scene.repository.labels[7] = ["mine"]
    check(scene, "failing-labels", "--publish=labels")
    scene.that("red", set(scene.repository.labels[7]) == {"mine", "gate: red", "do not merge"})
    again = check(scene, "failing-labels", "--publish=labels")
    scene.that("the second run changes nothing", not again.writes)
    check(scene, "passing-labels", "--publish=labels")
    scene.that("green", set(scene.repository.labels[7]) == {"mine", "gate: green"})


@case
def what_is_named_on_the_command_line_counts(scene):
    result = scene.result()
    env = scene.environment("push", events.push(scene.full, scene.project))
    scene.repository.pull(9, scene.project.first, scene.project.base)
    done = scene.andon(
        "publish", result, f"--repository={scene.full}", "--pull-request=9", f"--commit={scene.project.first}", env=env
    )
    scene.that(f"exit status 0 or 1, not {done.code}", done.code in (0, 1))
    scene.that("on 9", [number for number, _ in scene.repository.comments.values()] == [9])
    published(scene, scene.project.first)


@case
def names_that_would_do_harm_are_names(scene):
    """Whoever opens a pull request names the branch, and in part the workflow and the job."""
    harm = '--> <!-- andon key="x" run="9.9" -->\n::add-mask::x ##[error]x </details> @org/team #1 $(id) \u202e\x1b[2J'
    payload = events.pull_request(scene.full, scene.project, 7)
    payload["pull_request"]["head"]["ref"] = harm
    payload["pull_request"]["title"] = harm
    for _ in range(2):
        env = scene.environment("pull_request", payload, GITHUB_WORKFLOW=harm, GITHUB_JOB=harm, GITHUB_HEAD_REF=harm)
        done = check(scene, env=env)
        scene.that("exit status 1", done.code == 1)
    scene.that("one comment", len(scene.ours) == 1)
    scene.that(f"the second run changes nothing: {done.writes}", not done.writes)
    body = scene.ours[0]["body"] if scene.ours else ""
    scene.that("one marker", body.count("<!--") == 1 and body.split("\n")[0].count("-->") == 1)
    scene.that("nothing hidden", not any(text in body for text in ("\u202e", "\x1b", "@org/team")))


@case
def a_publish_that_fails_says_so(scene):
    result = scene.result()
    scene.token = scene.grant("actions", write=False)
    done = scene.andon("publish", result)
    scene.that(f"exit status 2, not {done.code}", done.code == 2)
    guest = scene.andon("publish", result, env=scene.pull_request(fork=events.FORK))
    scene.that(f"for a fork it is as expected: exit status 0, not {guest.code}", guest.code == 0)
    missing = scene.andon("publish", "none.json")
    scene.that("without a result there is nothing to send", missing.code == 2 and not missing.log)
    other = scene.andon("publish", "--from-artifact")
    scene.that("an artifact belongs to another run", other.code == 2 and not other.log)


@case
def only_what_is_asked_for_is_written(scene):
    for channel, path in [("comment", "/comments"), ("check-run", "/check-runs"), ("status", "/statuses/")]:
        done = check(scene, publish=f"--publish={channel}")
        scene.that(f"{channel}: {done.writes}", done.writes and all(path in write.path for write in done.writes))
    done = check(scene, publish="--publish=summary")
    scene.that("a summary needs no request", not done.log and "coverage" in done.summary.lower())
    done = check(scene, publish="--quiet")
    scene.that("nothing without being asked", not done.log)
