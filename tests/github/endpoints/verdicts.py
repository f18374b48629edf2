"""What is said of a commit: check runs, statuses, code scanning."""

import base64
import binascii
import gzip
import json
import re
import uuid

import tokens

from . import REPO, Refusal, find, must_know, route


def fill_check(check, body):
    """What a request says of a check run, by the rules that the description leaves to its prose."""
    output = body.get("output") or {}
    if body.get("status") == "completed" and not body.get("conclusion"):
        raise Refusal(422, "Invalid request.\n\nMissing required property: conclusion.")
    if body.get("conclusion") == "stale":
        raise Refusal(422, "Invalid request.\n\nstale is not for a client to set.")
    for annotation in output.get("annotations") or []:
        if annotation["end_line"] < annotation["start_line"]:
            raise Refusal(422, "Invalid request.\n\nend_line is before start_line.")
        if "start_column" in annotation and annotation["start_line"] != annotation["end_line"]:
            raise Refusal(422, "Invalid request.\n\nstart_column needs a single line.")
        check["annotations"].append(annotation)
    shown = check["shown"]
    shown |= {name: body[name] for name in ("name", "external_id", "details_url", "started_at") if name in body}
    if "status" in body or "conclusion" in body:
        done = "conclusion" in body
        shown["status"] = "completed" if done else body["status"]
        shown["conclusion"] = body.get("conclusion")
        shown["completed_at"] = body.get("completed_at", "2026-01-01T00:00:00Z") if done else None
    for name in ("title", "summary", "text"):
        if name in output:
            shown["output"][name] = output[name]
    shown["output"]["annotations_count"] = len(check["annotations"])
    check["actions"] = body.get("actions", check.get("actions", []))


@route("POST", f"{REPO}/check-runs")
def new_check(github, token, repository, body, **_):
    if token.kind not in tokens.APPS:
        raise Refusal(403, "You must authenticate via a GitHub App.")
    must_know(repository, body["head_sha"])
    shown = github.example(f"{REPO}/check-runs/{{check_run_id}}")
    identity = github.next()
    shown |= {
        "id": identity,
        "head_sha": body["head_sha"],
        "external_id": "",
        "status": "queued",
        "conclusion": None,
        "completed_at": None,
        "details_url": None,
        "app": github.app(token.kind),
        "pull_requests": [],
    }
    shown["output"] |= {"title": None, "summary": None, "text": None}
    check = {"shown": shown, "annotations": [], "kind": token.kind}
    fill_check(check, body)
    repository.checks[identity] = check
    return 201, shown, {}


@route("PATCH", f"{REPO}/check-runs/{{check_run_id}}")
def change_check(github, token, repository, identity, body, **_):
    check = find(repository.checks, identity)
    if check["kind"] != token.kind:
        raise Refusal(403, "Invalid app_id `0` - check run can only be modified by the GitHub App that created it.")
    fill_check(check, body)
    return 200, check["shown"], {}


@route("GET", f"{REPO}/check-runs/{{check_run_id}}")
def one_check(github, token, repository, identity, **_):
    return 200, find(repository.checks, identity)["shown"], {}


@route("GET", f"{REPO}/check-runs/{{check_run_id}}/annotations")
def annotations(github, token, repository, identity, query, **_):
    nothing = {"start_column": None, "end_column": None, "title": None, "raw_details": None, "blob_href": ""}
    found = [nothing | item for item in find(repository.checks, identity)["annotations"]]
    return (200, *github.page(found, f"/repos/{repository.name}/check-runs/{identity}/annotations", query))


@route("GET", f"{REPO}/commits/{{ref}}/check-runs")
def checks(github, token, repository, ref, query, **_):
    must_know(repository, ref)
    found = [check["shown"] for check in repository.checks.values() if check["shown"]["head_sha"] == ref]
    for name, of in [("check_name", lambda check: check["name"]), ("app_id", lambda check: str(check["app"]["id"]))]:
        found = [check for check in found if query.get(name, of(check)) == of(check)]
    found.reverse()
    if query.get("filter", "latest") == "latest":
        latest = {}
        for check in found:
            latest.setdefault((check["app"]["id"], check["name"]), check)
        found = list(latest.values())
    items, headers = github.page(found, f"/repos/{repository.name}/commits/{ref}/check-runs", query)
    return 200, {"total_count": len(found), "check_runs": items}, headers


@route("POST", f"{REPO}/statuses/{{sha}}")
def new_status(github, token, repository, sha, body, **_):
    must_know(repository, sha)
    status = github.example(f"{REPO}/statuses/{{sha}}", "post", "201")
    status |= {"id": github.next(), "context": "default", "description": None, "target_url": None} | body
    if not re.match(r"https?://", status["target_url"] or "https://"):
        raise Refusal(422, "Validation Failed: target_url must use http(s) scheme")
    status["creator"] = github.account(token.kind)
    repository.statuses.insert(0, (sha, status))
    return 201, status, {}


@route("GET", f"{REPO}/commits/{{ref}}/statuses")
def statuses(github, token, repository, ref, query, **_):
    found = [status for sha, status in repository.statuses if sha == ref]
    return (200, *github.page(found, f"/repos/{repository.name}/commits/{ref}/statuses", query))


@route("GET", f"{REPO}/commits/{{ref}}/status")
def combined_status(github, token, repository, ref, query, **_):
    latest = {}
    for sha, status in repository.statuses:
        if sha == ref:
            latest.setdefault(status["context"], status)
    example = github.example(f"{REPO}/commits/{{ref}}/status")
    simple = set(example["statuses"][0])
    found = [{name: value for name, value in status.items() if name in simple} for status in latest.values()]
    items, headers = github.page(found, f"/repos/{repository.name}/commits/{ref}/status", query)
    return 200, example | {"sha": ref, "statuses": items, "total_count": len(found)}, headers


@route("POST", f"{REPO}/code-scanning/sarifs")
def new_sarif(github, token, repository, body, **_):
    if not repository.code_scanning:
        raise Refusal(403, "Code scanning is not enabled for this repository. Please enable code scanning.")
    must_know(repository, body["commit_sha"])
    try:
        log = json.loads(gzip.decompress(base64.b64decode(body["sarif"], validate=True)))
        tool = [run["tool"]["driver"]["name"] for run in log["runs"]]
    except (binascii.Error, OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise Refusal(400, f"Invalid SARIF: {error}") from error
    if log.get("version") != "2.1.0" or not tool:
        raise Refusal(400, "Invalid SARIF: version or runs")
    identity = str(uuid.uuid4())
    repository.sarifs[identity] = {"log": log, "commit": body["commit_sha"], "ref": body["ref"]}
    return 202, {"id": identity, "url": f"https://api.github.com/sarifs/{identity}"}, {}


@route("GET", f"{REPO}/code-scanning/sarifs/{{sarif_id}}")
def one_sarif(github, token, repository, identity, **_):
    if identity not in repository.sarifs:
        raise Refusal(404, "Not Found")
    return 200, github.example(f"{REPO}/code-scanning/sarifs/{{sarif_id}}"), {}
