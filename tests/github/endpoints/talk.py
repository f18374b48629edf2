"""Pull requests, their comments and labels."""

import copy
import re

from . import REPO, Refusal, find, must_know, route


@route("GET", f"{REPO}/issues/{{issue_number}}/comments")
def comments(github, token, repository, number, query, **_):
    find(repository.pulls, number)
    path = f"/repos/{repository.name}/issues/{number}/comments"
    found = [comment for at, comment in repository.comments.values() if at == int(number)]
    return (200, *github.page(found, path, query))


@route("POST", f"{REPO}/issues/{{issue_number}}/comments")
def new_comment(github, token, repository, number, body, **_):
    find(repository.pulls | repository.issues, number)
    comment = github.comment(token.kind, number, body["body"])
    repository.comments[comment["id"]] = (int(number), comment)
    return 201, comment, {"Location": comment["url"]}


@route("GET", f"{REPO}/issues/comments/{{comment_id}}")
def one_comment(github, token, repository, identity, **_):
    return 200, find(repository.comments, identity)[1], {}


@route("PATCH", f"{REPO}/issues/comments/{{comment_id}}")
def change_comment(github, token, repository, identity, body, **_):
    # A token that may write may change anybody's comment: leaving them alone is the client's to do.
    comment = find(repository.comments, identity)[1]
    comment["body"] = body["body"]
    return 200, comment, {}


@route("DELETE", f"{REPO}/issues/comments/{{comment_id}}")
def delete_comment(github, token, repository, identity, **_):
    find(repository.comments, identity)
    del repository.comments[int(identity)]
    return 204, None, {}


def shown_labels(github, names):
    example = github.example(f"{REPO}/issues/{{issue_number}}/labels")[0]
    return [example | {"id": 100 + at, "name": name, "default": False} for at, name in enumerate(names)]


@route("GET", f"{REPO}/issues/{{issue_number}}/labels")
def labels(github, token, repository, number, query, **_):
    find(repository.pulls, number)
    found = shown_labels(github, repository.labels.get(int(number), []))
    return (200, *github.page(found, f"/repos/{repository.name}/issues/{number}/labels", query))


@route("POST", f"{REPO}/issues/{{issue_number}}/labels")
def add_labels(github, token, repository, number, body, **_):
    find(repository.pulls, number)
    names = body if isinstance(body, list) else body["labels"]
    if not names or not all(isinstance(name, str) and 0 < len(name) <= 50 for name in names):
        raise Refusal(422, "Validation Failed")
    present = repository.labels.setdefault(int(number), [])
    present += [name for name in names if name.lower() not in [other.lower() for other in present]]
    return 200, shown_labels(github, present), {}


@route("DELETE", f"{REPO}/issues/{{issue_number}}/labels/{{name}}")
def remove_label(github, token, repository, number, name, **_):
    present = repository.labels.get(int(number), [])
    if name not in present:
        raise Refusal(404, "Label does not exist")
    present.remove(name)
    return 200, shown_labels(github, present), {}


def shown_pull(github, repository, pull, example):
    """The pull request in the form of `example`: the list's is shorter than the single one's."""
    shown = copy.deepcopy(example)
    fork = pull["home"] != repository.name
    shown |= {"number": pull["number"], "state": pull["state"], "id": pull["number"], "draft": False}
    shown |= {"requested_teams": []}
    shown["labels"] = shown_labels(github, repository.labels.get(pull["number"], []))
    for name, sha, branch, home in [
        ("head", pull["head"], pull["branch"], pull["home"]),
        ("base", pull["base"], "main", repository.name),
    ]:
        owner, short = home.split("/")
        side = shown[name]
        side |= {"sha": sha, "ref": branch, "label": f"{owner}:{branch}"}
        side["user"]["login"] = owner
        side["repo"] |= {"full_name": home, "name": short, "fork": fork and name == "head"}
        side["repo"]["id"] = 2 if fork and name == "head" else 1
        side["repo"]["owner"]["login"] = owner
    return shown


@route("GET", f"{REPO}/pulls/{{pull_number}}")
def one_pull(github, token, repository, number, **_):
    pull = find(repository.pulls, number)
    return 200, shown_pull(github, repository, pull, github.example(f"{REPO}/pulls/{{pull_number}}")), {}


@route("GET", f"{REPO}/pulls")
def pulls(github, token, repository, query, **_):
    state = query.get("state", "open")
    found = [pull for pull in repository.pulls.values() if state in ("all", pull["state"])]
    if "head" in query:
        label = "{0[home]}:{0[branch]}"
        found = [p for p in found if re.sub("/[^:]*", "", label.format(p), count=1) == query["head"]]
    if "base" in query:
        found = [pull for pull in found if query["base"] == "main"]
    found.sort(key=lambda pull: -pull["number"])
    example = github.example(f"{REPO}/pulls")[0]
    shown = [shown_pull(github, repository, pull, example) for pull in found]
    return (200, *github.page(shown, f"/repos/{repository.name}/pulls", query))


@route("GET", f"{REPO}/commits/{{commit_sha}}/pulls")
def pulls_of_commit(github, token, repository, sha, query, **_):
    must_know(repository, sha)
    known = [p for p in repository.pulls.values() if repository.knows_commits_of_forks or p["home"] == repository.name]
    example = github.example(f"{REPO}/commits/{{commit_sha}}/pulls")[0]
    shown = [shown_pull(github, repository, pull, example) for pull in known if pull["head"] == sha]
    return (200, *github.page(shown, f"/repos/{repository.name}/commits/{sha}/pulls", query))
