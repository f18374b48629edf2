"""Commits, workflow runs and what they leave behind."""

import hashlib

from . import PUBLIC, REPO, Refusal, find, must_know, route


@route("GET", f"{REPO}/commits/{{ref}}")
def one_commit(github, token, repository, ref, **_):
    must_know(repository, ref)
    shown = github.example(f"{REPO}/commits/{{ref}}")
    parent = shown["parents"][0]
    return 200, shown | {"sha": ref, "parents": [parent | {"sha": sha} for sha in repository.commits[ref]]}, {}


@route("GET", f"{REPO}/actions/runs/{{run_id}}")
def one_run(github, token, repository, identity, **_):
    run = find(repository.runs, identity)
    shown = github.example(f"{REPO}/actions/runs/{{run_id}}")
    shown |= {"id": int(identity), "head_sha": run["head"], "head_branch": run["branch"], "event": run["event"]}
    owner, short = run["home"].split("/")
    shown["head_repository"] |= {"full_name": run["home"], "name": short, "fork": run["home"] != repository.name}
    shown["head_repository"]["owner"]["login"] = owner
    return 200, shown | {"pull_requests": []}, {}


@route("GET", f"{REPO}/actions/runs/{{run_id}}/artifacts")
def artifacts(github, token, repository, identity, query, **_):
    run = find(repository.runs, identity)
    example = github.example(f"{REPO}/actions/runs/{{run_id}}/artifacts")["artifacts"][0]
    found = []
    for number, artifact in repository.artifacts.items():
        if artifact["run"] == int(identity) and query.get("name", artifact["name"]) == artifact["name"]:
            url = f"{PUBLIC}/repos/{repository.name}/actions/artifacts/{number}"
            size = artifact.get("size", len(artifact["content"]))
            found.append(
                example
                | {
                    "id": number,
                    "name": artifact["name"],
                    "size_in_bytes": size,
                    "expired": artifact["expired"],
                    "url": url,
                    "archive_download_url": f"{url}/zip",
                    "digest": f"sha256:{digest(artifact['content'])}",
                    "workflow_run": {
                        "id": int(identity),
                        "repository_id": 1,
                        "head_repository_id": 1,
                        "head_branch": run["branch"],
                        "head_sha": run["head"],
                    },
                }
            )
    items, headers = github.page(found, f"/repos/{repository.name}/actions/runs/{identity}/artifacts", query)
    return 200, {"total_count": len(found), "artifacts": items}, headers


@route("GET", f"{REPO}/actions/artifacts/{{artifact_id}}/{{archive_format}}")
def artifact(github, token, repository, identity, form, **_):
    found = find(repository.artifacts, identity)
    if found["expired"]:
        raise Refusal(410, "Artifact has expired")
    # Under another name, since the proxy would follow it itself; the front door restores it.
    return 302, None, {"X-Location": f"{github.storage}/{repository.name}/{identity}?signature=x"}


def digest(content):
    return hashlib.sha256(content).hexdigest()
