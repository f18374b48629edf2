"""The action in workflows, run by act on this machine as GitHub would: `uses: ./` and a token, nothing else."""

import json
import os
import re
import subprocess

import events
import projects
import servers

from . import case, forged
from .happenings import published

ROOT = servers.HERE.parents[1]
FOLDER = servers.HERE / "workflows"


def act(scene, workflow, event, payload, policy="failing", *more):
    """One run of a workflow, of ours or at a path; whether it succeeded."""
    path = scene.folder / f"{event}.json"
    path.write_text(json.dumps(payload))
    command = [
        "act",
        event,
        "--directory",
        scene.project.root,
        "--workflows",
        FOLDER / workflow,
        "--eventpath",
        path,
        "--platform",
        "ubuntu-latest=-self-hosted",
        "--no-recurse",
        "--pull=false",
        "--action-offline-mode",
        "--env",
        f"GITHUB_API_URL={scene.api}",
        "--secret",
        "GITHUB_TOKEN",
        "--actor",
        "octocat",
        "--var",
        f"ANDON_TEST_VERSION=path:{scene.binary}",
        "--var",
        f"ANDON_TEST_POLICY={policy}.yaml",
        # What act keeps between runs is each case's own.
        "--action-cache-path",
        scene.folder / "cache",
    ]
    command += more
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "ANDON_"))}
    done = subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        timeout=200,
        env=kept | {"GITHUB_TOKEN": scene.token},
    )
    scene.said = done.stdout + done.stderr
    return done.returncode == 0


def set_up(scene):
    """A repository of the case's own, with the action in it."""
    project = projects.Project(scene.folder / "project", name=scene.full, action=ROOT)
    scene.project = project
    project.told(scene.repository)
    scene.repository.pull(7, project.head, project.base)
    return project


def wanted(scene, condition, what="the workflow's conclusion"):
    if not condition:
        scene.that(f"{what}\n{scene.said[-6000:]}", False)


@case
def workflow_of_a_pull_request(scene):
    project = set_up(scene)
    payload = events.pull_request(scene.full, project, 7)
    wanted(scene, not act(scene, "gate.yml", "pull_request", payload))
    wanted(scene, len(scene.ours) == 1, "one comment")
    published(scene, project.head)
    before = len(scene.front.log)
    wanted(scene, not act(scene, "gate.yml", "pull_request", payload))
    again = [exchange for exchange in scene.front.log[before:] if exchange.writes]
    wanted(scene, len(scene.front.log) > before and not again, f"the second run changes nothing: {again}")
    wanted(scene, act(scene, "gate.yml", "pull_request", payload, "passing"), "it passes")


@case
def workflow_of_a_forks_pull_request(scene):
    project = set_up(scene)
    scene.token = scene.grant("actions", write=False)
    scene.repository.pull(7, project.head, project.base, fork=events.FORK)
    payload = events.pull_request(scene.full, project, 7, events.FORK)
    wanted(scene, not act(scene, "gate.yml", "pull_request", payload))
    wanted(scene, act(scene, "gate.yml", "pull_request", payload, "passing"))
    wanted(scene, not scene.comments and not scene.checks, "nothing is written")


@case
def workflow_of_a_merge_group(scene):
    project = set_up(scene)
    wanted(scene, not act(scene, "gate.yml", "merge_group", events.merge_group(scene.full, project)))
    wanted(scene, not scene.comments, "no comment")
    published(scene, project.merge)


@case
def workflow_of_a_push(scene):
    project = set_up(scene)
    wanted(scene, act(scene, "gate.yml", "push", events.push(scene.full, project), "passing"))
    wanted(scene, not scene.comments, "no comment")
    published(scene, project.merge, "success")


@case
def workflow_after_a_forks_workflow(scene):
    project = set_up(scene)
    content = forged.packed([("result.json", json.dumps(forged.honest(scene)))])
    forged.setting(scene)
    scene.repository.artifact(forged.RUN, forged.ARTIFACT, content)
    payload = events.workflow_run(scene.full, project, forged.RUN)
    act(scene, "publish.yml", "workflow_run", payload)
    wanted(scene, [number for number, _ in scene.repository.comments.values()] == [7], "a comment on 7")
    published(scene, project.head)


@case
def workflows_that_init_writes(scene):
    """Both steps for forks, as `andon init` writes them: what the first leaves is what the second takes."""
    project = set_up(scene)
    scene.andon("init", "--ci=github", "--forks", f"--config={project.root / 'unused.yaml'}")
    written = project.root / ".github" / "workflows"
    kept = scene.folder / "kept"
    kept.mkdir()
    # A folder of its own, since act copies the whole of it.
    action = scene.folder / "action"
    projects.action_into(action, ROOT)
    ready = f"          version: path:{scene.binary}\n"
    local = []
    extra = {"andon.yml": ready + "          policy: failing.yaml\n", "andon-publish.yml": ready}
    for name, line in [
        ("andon.yml", '          publish: "false"\n'),
        ("andon-publish.yml", "          from-artifact: andon\n"),
    ]:
        text = (written / name).read_text()
        scene.that(f"{line.strip()} in {name}", text.count(line) == 1)
        (written / name).write_text(text.replace(line, line + extra[name]))
        for used in re.findall(r"uses: (\S+)", text):
            if "/andon@" in used:
                local += ["--local-repository", f"{used}={action}"]
            elif "/upload-artifact@" in used:
                local += ["--local-repository", f"{used}={FOLDER / 'upload'}"]
    local += ["--env", f"TEST_KEPT={kept}"]
    scene.repository.pull(7, project.head, project.base, fork=events.FORK)
    scene.token = scene.grant("actions", write=False)
    payload = events.pull_request(scene.full, project, 7, events.FORK)
    wanted(scene, not act(scene, written / "andon.yml", "pull_request", payload, "failing", *local), "the gate fails")
    wanted(scene, not scene.front.log, "the first step asks GitHub nothing")
    left = [(path.name, path.read_text()) for path in kept.glob("andon/*")]
    wanted(scene, len(left) == 1, "the first step leaves its result")
    forged.setting(scene)
    scene.repository.artifact(forged.RUN, "andon", forged.packed(left))
    scene.token = scene.grant("actions")
    payload = events.workflow_run(scene.full, project, forged.RUN)
    wanted(scene, act(scene, written / "andon-publish.yml", "workflow_run", payload, "", *local), "it is published")
    wanted(scene, [number for number, _ in scene.repository.comments.values()] == [7], "a comment on 7")
    published(scene, project.head)
