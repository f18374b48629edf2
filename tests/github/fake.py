"""A GitHub that remembers: what andon uses of it, with the refusals that GitHub is known for.

It stands behind a proxy that checks both sides against GitHub's description of its API, so that neither certifies
itself. Its answers are the description's own examples with the state filled in.
"""

import base64
import binascii
import copy
import gzip
import hashlib
import json
import re
import threading
import urllib.parse
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import tokens

PUBLIC = "http://public.invalid"
REPO = "/repos/{owner}/{repo}"


class Refusal(Exception):
    """An answer that is not the wanted one."""

    def __init__(self, status, message, **headers):
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers


class Repository:
    """What one repository holds."""

    def __init__(self, name):
        self.name = name
        self.commits = set()
        self.pulls, self.runs, self.artifacts = {}, {}, {}
        self.comments, self.checks, self.statuses, self.sarifs = {}, {}, [], {}
        # The labels of each pull request.
        self.labels = {}
        self.code_scanning = True
        # GitHub does not associate a commit that only a fork has with its pull request.
        self.knows_commits_of_forks = False

    def pull(self, number, head, base, fork=None, branch="change", state="open"):
        """Opens a pull request; `fork` is the full name of the repository that the branch is in."""
        self.pulls[number] = {
            "number": number, "head": head, "base": base, "state": state, "branch": branch, "home": fork or self.name,
        }
        self.commits |= {head, base}

    def run(self, number, head, branch="change", fork=None, event="pull_request"):
        self.runs[number] = {"head": head, "branch": branch, "home": fork or self.name, "event": event}

    def artifact(self, run, name, content):
        self.artifacts[len(self.artifacts) + 1] = {"run": run, "name": name, "content": content, "expired": False}


class GitHub:
    """The state, and the answer to each request."""

    def __init__(self, examples, storage):
        self.examples, self.storage = examples, storage
        self.repositories, self.tokens = {}, {}
        self.lock = threading.RLock()
        self.last = 1000

    def repository(self, name):
        return self.repositories.setdefault(name, Repository(name))

    def next(self):
        self.last += 1
        return self.last

    def example(self, path, method="get", status="200"):
        return copy.deepcopy(self.examples[path, method, status])

    def answer(self, method, path, query, headers, body):
        """Status, body and headers."""
        with self.lock:
            token = tokens.find(self.tokens, headers.get("Authorization", ""))
            if not token:
                raise Refusal(401, "Bad credentials")
            token.spend(Refusal)
            for wanted, pattern, function in ROUTES:
                match = re.fullmatch(pattern, path)
                if match and wanted == method:
                    parts = [urllib.parse.unquote(part) for part in match.groups()]
                    if not pattern.startswith("/repos/"):
                        return function(self, token, *parts, body=body, query=query)
                    name = f"{parts[0]}/{parts[1]}"
                    if name not in self.repositories or not token.sees(name):
                        raise Refusal(404, "Not Found")
                    if method != "GET" and not token.write:
                        raise Refusal(403, "Resource not accessible by integration")
                    repository = self.repositories[name]
                    return function(self, token, repository, *parts[2:], body=body, query=query)
            raise Refusal(404, "Not Found")

    def page(self, items, path, query):
        """One page, and the link to the next, as GitHub gives it."""
        size = min(int(query.get("per_page", 30)), 100)
        number = int(query.get("page", 1))
        pages = max((len(items) + size - 1) // size, 1)
        links = []
        if number < pages:
            for name, target in [("next", number + 1), ("last", pages)]:
                text = urllib.parse.urlencode(query | {"page": target})
                links.append(f'<{PUBLIC}{path}?{text}>; rel="{name}"')
        headers = {"Link": ", ".join(links)} if links else {}
        return items[(number - 1) * size : number * size], headers

    def comment(self, author, number, body):
        """A comment by `author` (a kind of token, or a login)."""
        comment = self.example(f"{REPO}/issues/comments/{{comment_id}}")
        identity = self.next()
        comment |= {
            "id": identity, "node_id": f"C{identity}", "body": body, "user": self.account(author),
            "performed_via_github_app": self.app(author) if author in tokens.APPS else None,
            "issue_url": f"https://api.github.com/repos/octo/x/issues/{number}",
        }
        return comment

    def account(self, who):
        login, identity, kind = tokens.ACCOUNTS.get(who, (who, 7, "User"))
        return self.example(f"{REPO}/issues/comments/{{comment_id}}")["user"] | {
            "login": login, "id": identity, "type": kind,
        }

    def app(self, who):
        identity, slug = tokens.APPS[who]
        return self.example("/app") | {"id": identity, "slug": slug, "name": slug}


ROUTES = []


def route(method, path):
    """An endpoint, under the description's own name of its path."""

    def register(function):
        ROUTES.append((method, re.sub(r"\{\w+\}", "([^/]+)", path), function))
        return function

    return register


def find(items, key):
    found = items.get(int(key)) if str(key).isdigit() else None
    if found is None:
        raise Refusal(404, "Not Found")
    return found


@route("GET", "/rate_limit")
def rate_limit(github, token, **_):
    return 200, github.example("/rate_limit"), {}


@route("GET", "/user")
def user(github, token, **_):
    if token.kind != "user":
        raise Refusal(403, "Resource not accessible by integration")
    return 200, github.example("/user") | github.account("user"), {}


@route("GET", "/app")
def app(github, token, **_):
    token.must_be_signed(Refusal)
    return 200, github.app("app"), {}


@route("GET", f"{REPO}/installation")
def installation(github, token, repository, **_):
    token.must_be_signed(Refusal)
    return 200, github.example(f"{REPO}/installation") | {"id": 77, "app_id": tokens.APPS["app"][0]}, {}


@route("POST", "/app/installations/{installation_id}/access_tokens")
def access_token(github, token, identity, body, **_):
    token.must_be_signed(Refusal)
    if identity != "77":
        raise Refusal(404, "Not Found")
    made = tokens.Token("app", token.repository)
    name = token.grants
    github.tokens[name] = made
    example = github.example("/app/installations/{installation_id}/access_tokens", "post", "201")
    return 201, example | {"token": name, "expires_at": "2099-01-01T00:00:00Z"}, {}


@route("GET", f"{REPO}/issues/{{issue_number}}/comments")
def comments(github, token, repository, number, query, **_):
    find(repository.pulls, number)
    path = f"/repos/{repository.name}/issues/{number}/comments"
    found = [comment for at, comment in repository.comments.values() if at == int(number)]
    return (200, *github.page(found, path, query))


@route("POST", f"{REPO}/issues/{{issue_number}}/comments")
def new_comment(github, token, repository, number, body, **_):
    find(repository.pulls, number)
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


def digest(content):
    return hashlib.sha256(content).hexdigest()


def must_know(repository, sha):
    if sha not in repository.commits:
        raise Refusal(422, f"No commit found for SHA: {sha}")


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
        "id": identity, "head_sha": body["head_sha"], "external_id": "", "status": "queued", "conclusion": None,
        "completed_at": None, "details_url": None, "app": github.app(token.kind), "pull_requests": [],
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


@route("GET", f"{REPO}/commits/{{ref}}")
def one_commit(github, token, repository, ref, **_):
    must_know(repository, ref)
    return 200, github.example(f"{REPO}/commits/{{ref}}") | {"sha": ref}, {}


@route("GET", REPO)
def one_repository(github, token, repository, **_):
    owner, short = repository.name.split("/")
    shown = github.example(REPO) | {"full_name": repository.name, "name": short}
    shown["owner"]["login"] = owner
    for one in (shown, shown.get("source"), shown.get("parent"), shown.get("template_repository")):
        if one:
            one.setdefault("language", None)
    return 200, shown, {}


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
            found.append(example | {
                "id": number, "name": artifact["name"], "size_in_bytes": size, "expired": artifact["expired"],
                "url": url, "archive_download_url": f"{url}/zip", "digest": f"sha256:{digest(artifact['content'])}",
                "workflow_run": {"id": int(identity), "repository_id": 1, "head_repository_id": 1,
                                 "head_branch": run["branch"], "head_sha": run["head"]},
            })
    items, headers = github.page(found, f"/repos/{repository.name}/actions/runs/{identity}/artifacts", query)
    return 200, {"total_count": len(found), "artifacts": items}, headers


@route("GET", f"{REPO}/actions/artifacts/{{artifact_id}}/{{archive_format}}")
def artifact(github, token, repository, identity, form, **_):
    found = find(repository.artifacts, identity)
    if found["expired"]:
        raise Refusal(410, "Artifact has expired")
    # Under another name, since the proxy would follow it itself; the front door restores it.
    return 302, None, {"X-Location": f"{github.storage}/{repository.name}/{identity}?signature=x"}


def backend(github):
    """The server behind the proxy."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def serve(self):
            path, _, query = self.path.partition("?")
            query = dict(urllib.parse.parse_qsl(query))
            text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                body = json.loads(text) if text else {}
                status, answer, headers = github.answer(self.command, path, query, self.headers, body)
            except Refusal as refusal:
                status, headers = refusal.status, refusal.headers
                answer = {"message": str(refusal), "documentation_url": "https://docs.github.com/rest"}
            token = tokens.find(github.tokens, self.headers.get("Authorization", ""))
            headers = {name.replace("_", "-"): value for name, value in headers.items()}
            headers |= token.rate() if token else {}
            content = json.dumps(answer).encode() if answer is not None else b""
            self.send_response(status)
            if content:
                self.send_header("Content-Type", "application/json; charset=utf-8")
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = serve

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)
