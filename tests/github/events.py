"""What GitHub tells a workflow: its own samples of events (npm: @octokit/webhooks-examples), about our repository."""

import copy
import json

import servers

INDEX = servers.MODULES / "@octokit/webhooks-examples/api.github.com/index.json"
FORK = "stranger/project-of-mine"


def sample(event, action=None):
    for entry in json.loads(INDEX.read_text()):
        if entry["name"] == event:
            found = [example for example in entry["examples"] if example.get("action") == action]
            return copy.deepcopy(found[0])
    raise LookupError(f"no sample of {event}")


def named(repository, full_name):
    """The sample's repository under our name."""
    owner, short = full_name.split("/")
    repository |= {"full_name": full_name, "name": short, "default_branch": "main"}
    for key in ("login", "name"):
        if key in repository["owner"]:
            repository["owner"][key] = owner
    return repository


def pull_request(repository, project, number, fork=None, action="opened"):
    event = sample("pull_request", action)
    event["number"] = event["pull_request"]["number"] = number
    named(event["repository"], repository)
    for side, home, branch, sha in [
        ("head", fork or repository, "change", project.head),
        ("base", repository, "main", project.base),
    ]:
        end = event["pull_request"][side]
        end |= {"ref": branch, "sha": sha, "label": f"{home.split('/')[0]}:{branch}"}
        named(end["repo"], home)
        end["repo"]["fork"] = home != repository
    return event


def merge_group(repository, project):
    event = sample("merge_group", "checks_requested")
    named(event["repository"], repository)
    event["merge_group"] |= {
        "head_sha": project.merge,
        "head_ref": "refs/heads/gh-readonly-queue/main/pr-7-" + project.base,
        "base_sha": project.base,
        "base_ref": "refs/heads/main",
    }
    return event


def push(repository, project):
    event = sample("push")
    named(event["repository"], repository)
    return event | {"ref": "refs/heads/main", "before": project.base, "after": project.merge}


def workflow_run(repository, project, run, fork=FORK, head=None, numbers=()):
    event = sample("workflow_run", "completed")
    named(event["repository"], repository)
    earlier = event["workflow_run"]
    earlier |= {
        "id": run,
        "run_attempt": 1,
        "event": "pull_request",
        "head_sha": head or project.head,
        "head_branch": "change",
        "conclusion": "failure",
        "status": "completed",
        "pull_requests": [{"number": number, "head": {}, "base": {}} for number in numbers],
    }
    named(earlier["repository"], repository)
    named(earlier["head_repository"], fork or repository)
    return event
