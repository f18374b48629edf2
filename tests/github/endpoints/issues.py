"""Issues, which pull requests are too."""

from . import PUBLIC, REPO, Refusal, find, route


def shown_issue(github, repository, issue, path, method="get", status="200"):
    """The issue in the form of the example of an endpoint."""
    example = github.example(path, method, status)
    shown = dict(example[0] if isinstance(example, list) else example)
    number = issue["number"]
    shown |= {
        "number": number,
        "id": 5000 + number,
        "title": issue["title"],
        "body": issue["body"],
        "state": issue["state"],
        "state_reason": issue.get("state_reason"),
        "user": github.account(issue["author"]),
        "html_url": f"https://github.com/{repository.name}/issues/{number}",
        "url": f"{PUBLIC}/repos/{repository.name}/issues/{number}",
    }
    label = (shown.get("labels") or [{}])[0]
    shown["labels"] = [label | {"id": 100 + at, "name": name} for at, name in enumerate(issue["labels"])]
    if not issue.get("is_pull"):
        shown.pop("pull_request", None)
    return shown


@route("GET", f"{REPO}/issues")
def issues(github, token, repository, query, **_):
    state = query.get("state", "open")
    wanted = [name for name in query.get("labels", "").split(",") if name]
    found = [issue for issue in repository.issues.values() if state in ("all", issue["state"])]
    found = [issue for issue in found if all(name in issue["labels"] for name in wanted)]
    found.sort(key=lambda issue: -issue["number"])
    shown = [shown_issue(github, repository, issue, f"{REPO}/issues") for issue in found]
    return (200, *github.page(shown, f"/repos/{repository.name}/issues", query))


@route("POST", f"{REPO}/issues")
def new_issue(github, token, repository, body, **_):
    if not body.get("title"):
        raise Refusal(422, "Validation Failed")
    issue = repository.issue(token.kind, body["title"], body.get("body", ""), body.get("labels", []))
    shown = shown_issue(github, repository, issue, f"{REPO}/issues", "post", "201")
    return 201, shown, {"Location": shown["url"]}


@route("PATCH", f"{REPO}/issues/{{issue_number}}")
def change_issue(github, token, repository, number, body, **_):
    issue = find(repository.issues, number)
    issue |= {name: body[name] for name in ("title", "body", "state", "state_reason", "labels") if name in body}
    return 200, shown_issue(github, repository, issue, f"{REPO}/issues/{{issue_number}}", "patch"), {}
