"""A GitHub that remembers: what andon uses of it, with the refusals that GitHub is known for.

It stands behind a proxy that checks both sides against GitHub's description of its API, so that neither certifies
itself. Its answers are the description's own examples with the state filled in.
"""

import copy
import json
import re
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import tokens
from endpoints import PUBLIC, REPO, ROUTES, Refusal


class Repository:
    """What one repository holds."""

    def __init__(self, name):
        self.name = name
        # Each with its parents.
        self.commits = {}
        self.pulls, self.runs, self.artifacts = {}, {}, {}
        self.comments, self.checks, self.statuses, self.sarifs = {}, {}, [], {}
        # Those that are no pull requests.
        self.issues = {}
        # The labels of each pull request.
        self.labels = {}
        self.code_scanning = True
        # GitHub does not associate a commit that only a fork has with its pull request.
        self.knows_commits_of_forks = False

    def pull(self, number, head, base, fork=None, branch="change", state="open"):
        """Opens a pull request; `fork` is the full name of the repository that the branch is in."""
        self.pulls[number] = {
            "number": number,
            "head": head,
            "base": base,
            "state": state,
            "branch": branch,
            "home": fork or self.name,
        }
        self.knows(head, base)

    def issue(self, author, title, body, labels):
        """Opens an issue; numbers are shared with pull requests."""
        number = 100 + len(self.issues)
        issue = {"number": number, "author": author, "title": title, "body": body, "labels": labels, "state": "open"}
        self.issues[number] = issue
        return issue

    def knows(self, *commits, parents=()):
        for sha in commits:
            self.commits.setdefault(sha, list(parents))

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
            "id": identity,
            "node_id": f"C{identity}",
            "body": body,
            "user": self.account(author),
            "performed_via_github_app": self.app(author) if author in tokens.APPS else None,
            "issue_url": f"https://api.github.com/repos/octo/x/issues/{number}",
        }
        return comment

    def account(self, who):
        login, identity, kind = tokens.ACCOUNTS.get(who, (who, 7, "User"))
        return self.example(f"{REPO}/issues/comments/{{comment_id}}")["user"] | {
            "login": login,
            "id": identity,
            "type": kind,
        }

    def app(self, who):
        identity, slug = tokens.APPS[who]
        return self.example("/app") | {"id": identity, "slug": slug, "name": slug}


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
