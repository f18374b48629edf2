"""Checks the checkers: every endpoint of the fake once, both directions through the proxy, and what it must refuse."""

import base64
import gzip
import http.client
import json
import tempfile
import urllib.parse
from pathlib import Path

import front
import tokens

NAME = "octo/self"
HEAD, BASE, FORK = "a" * 40, "b" * 40, "c" * 40


class Asker:
    """A client of the front door that says what came back."""

    def __init__(self, servers):
        self.servers = servers
        self.failures = []

    def ask(self, method, path, body=None, token="ghs_self", root=None):
        """Status, headers and body of an answer."""
        root = urllib.parse.urlsplit(root or self.servers.api)
        connection = http.client.HTTPConnection(root.hostname, root.port, timeout=20)
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token}",
            "User-Agent": "self-check",
            "Content-Type": "application/json",
        }
        path = path if path.startswith("/") else f"/repos/{NAME}/{path}"
        text = json.dumps(body) if body is not None else None
        connection.request(method, root.path + path, text, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        # A stranger's answer need not be JSON.
        told = json.loads(content) if b"json" in answer.headers.get("Content-Type", "").encode() and content else None
        return answer.status, answer.headers, told

    def expect(self, wanted, method, path, body=None, **how):
        status, headers, told = self.ask(method, path, body, **how)
        if status != wanted:
            self.failures.append(f"{method} {path}: {status} where {wanted} is right: {reason(told)}")
        return headers, told

    def that(self, what, condition):
        if not condition:
            self.failures.append(what)


def reason(told):
    """What the proxy, or the fake, objects to."""
    if isinstance(told, dict) and "validation" in told:
        return "; ".join(f"{'.'.join(item['location'])}: {item['message']}" for item in told["validation"])[:600]
    return str(told)[:300]


def setting(servers):
    github = servers.github
    repository = github.repository(NAME)
    repository.pull(7, HEAD, BASE)
    repository.pull(8, FORK, BASE, fork="stranger/self", branch="patch-1")
    repository.run(99, FORK, fork="stranger/self", branch="patch-1")
    repository.artifact(99, "andon", b"PK")
    github.tokens["ghs_self"] = tokens.Token("actions", NAME)
    github.tokens["ghs_read"] = tokens.Token("actions", NAME, write=False)
    github.tokens["ghp_user"] = tokens.Token("user", NAME)
    return repository


def every_endpoint(asker, repository):
    expect = asker.expect
    expect(200, "GET", "/rate_limit")
    expect(200, "GET", f"/repos/{NAME}")
    expect(200, "GET", "/user", token="ghp_user")
    expect(403, "GET", "/user")
    expect(401, "GET", "/user", token="nobody")
    for path in ["pulls/7", "pulls/8", "pulls?state=all&per_page=100", f"commits/{HEAD}", f"commits/{HEAD}/pulls"]:
        expect(200, "GET", path)
    _, found = expect(200, "GET", f"commits/{FORK}/pulls")
    asker.that("a fork's commit is unknown", found == [])
    _, found = expect(200, "GET", "pulls?head=stranger:patch-1")
    asker.that("a fork's branch is known", [pull["number"] for pull in found] == [8])
    expect(404, "GET", "pulls/9")
    comments(asker)
    checks(asker)
    expect(201, "POST", f"statuses/{HEAD}", {"state": "success", "context": "andon", "description": "x" * 140})
    expect(422, "POST", f"statuses/{HEAD}", {"state": "success", "description": "x" * 141})
    expect(422, "POST", f"statuses/{HEAD}", {"state": "passed"})
    for path in ["status", "statuses"]:
        expect(200, "GET", f"commits/{HEAD}/{path}")
    expect(200, "POST", "issues/7/labels", {"labels": ["andon: fails", "b"]})
    expect(422, "POST", "issues/7/labels", {"labels": ["x" * 51]})
    _, found = expect(200, "GET", "issues/7/labels")
    asker.that("two labels", [label["name"] for label in found] == ["andon: fails", "b"])
    expect(200, "DELETE", "issues/7/labels/andon%3A%20fails")
    expect(404, "DELETE", "issues/7/labels/andon%3A%20fails")
    log = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": []}]}
    packed = base64.b64encode(gzip.compress(json.dumps(log).encode())).decode()
    upload = {"commit_sha": HEAD, "ref": "refs/pull/7/head", "sarif": packed}
    _, told = expect(202, "POST", "code-scanning/sarifs", upload)
    expect(200, "GET", f"code-scanning/sarifs/{told['id']}")
    expect(400, "POST", "code-scanning/sarifs", upload | {"sarif": "x"})
    expect(422, "POST", "code-scanning/sarifs", upload | {"ref": "main"})
    expect(200, "GET", "actions/runs/99")
    _, found = expect(200, "GET", "actions/runs/99/artifacts?name=andon")
    asker.that("one artifact", found["total_count"] == 1)
    headers, _ = expect(302, "GET", "actions/artifacts/1/zip")
    asker.that("the artifact is elsewhere", headers.get("Location", "").startswith(asker.servers.github.storage))
    application(asker)


def comments(asker):
    expect = asker.expect
    _, one = expect(201, "POST", "issues/7/comments", {"body": "x" * 65_536})
    expect(422, "POST", "issues/7/comments", {"body": "x" * 65_537})
    expect(422, "POST", "issues/7/comments", {"body": "x", "text": "y"})
    expect(403, "POST", "issues/7/comments", {"body": "x"}, token="ghs_read")
    expect(200, "GET", f"issues/comments/{one['id']}")
    expect(200, "PATCH", f"issues/comments/{one['id']}", {"body": "y"})
    expect(201, "POST", "issues/7/comments", {"body": "z"})
    headers, found = expect(200, "GET", "issues/7/comments?per_page=1")
    asker.that("the first is first", found[0]["body"] == "y" and found[0]["user"]["login"] == "github-actions[bot]")
    link = headers.get("Link", "").split(">")[0].strip("<")
    asker.that("a next page", link.startswith(asker.servers.api) and 'rel="next"' in headers["Link"])
    asker.that("rates", headers["x-ratelimit-limit"] == "1000")
    headers, found = expect(200, "GET", link.removeprefix(asker.servers.api))
    asker.that("the second page", [comment["body"] for comment in found] == ["z"] and "Link" not in headers)
    expect(204, "DELETE", f"issues/comments/{one['id']}")
    expect(404, "GET", f"issues/comments/{one['id']}")
    enterprise = asker.servers.enterprise
    expect(201, "POST", "issues/8/comments", {"body": "z"}, root=enterprise)
    expect(201, "POST", "issues/8/comments", {"body": "z"}, root=enterprise)
    headers, _ = expect(200, "GET", "issues/8/comments?per_page=1", root=enterprise)
    asker.that("the next page is under the same root", headers["Link"].startswith(f"<{enterprise}/repos/"))
    expect(404, "GET", "issues/8/comments", root=enterprise.removesuffix("/api/v3") + "/api")


def checks(asker):
    expect = asker.expect
    place = {"path": "a", "start_line": 1, "end_line": 1, "annotation_level": "warning", "message": "m"}
    new = {"name": "andon", "head_sha": HEAD, "status": "in_progress"}
    output = {"title": "t", "summary": "s", "annotations": [place] * 50}
    _, one = expect(201, "POST", "check-runs", new | {"output": output})
    done = {"status": "completed", "conclusion": "failure", "completed_at": "2026-01-01T00:00:00Z"}
    expect(200, "PATCH", f"check-runs/{one['id']}", done | {"output": output | {"annotations": [place]}})
    _, found = expect(200, "GET", f"check-runs/{one['id']}/annotations?per_page=100")
    asker.that("annotations add up", len(found) == 51)
    _, found = expect(200, "GET", f"commits/{HEAD}/check-runs?check_name=andon&app_id=15368")
    asker.that("one check run", found["total_count"] == 1 and found["check_runs"][0]["conclusion"] == "failure")
    expect(200, "GET", f"check-runs/{one['id']}")
    wrong = [
        {"status": "completed"},
        {"conclusion": "fine"},
        {"output": output | {"annotations": [place] * 51}},
        {"output": output | {"title": "t" * 256}},
        {"output": output | {"summary": "s" * 65_536}},
        {"output": {"title": "t"}},
        {"output": output | {"annotations": [place | {"start_line": 0}]}},
        {"output": output | {"annotations": [place | {"end_line": 2, "start_column": 1}]}},
        {"head_sha": "d" * 40},
        {"colour": "red"},
        {"actions": [{"label": "x" * 21, "description": "d", "identifier": "i"}]},
    ]
    for body in wrong:
        expect(422, "POST", "check-runs", new | body)
    expect(403, "POST", "check-runs", new, token="ghp_user")


def application(asker):
    """An App's key: its signature, its installation, its token."""
    with tempfile.TemporaryDirectory() as folder:
        key = tokens.Key(Path(folder), tokens.APPS["app"][0])
        known = tokens.Token("signed", NAME)
        known.key, known.grants = key, "ghs_granted"
        asker.servers.github.tokens["key"] = known
        web = key.sign()
        asker.expect(200, "GET", "/app", token=web)
        asker.expect(401, "GET", "/app", token=web[:-8] + "AAAAAAAA")
        _, found = asker.expect(200, "GET", f"/repos/{NAME}/installation", token=web)
        asker.expect(201, "POST", f"/app/installations/{found['id']}/access_tokens", {}, token=web)
        asker.expect(200, "GET", f"/repos/{NAME}", token="ghs_granted")
        del asker.servers.github.tokens["key"]


def faults(asker):
    """Each fault once: what a client of it sees."""
    servers, path = asker.servers, f"/repos/{NAME}/issues/7/comments"
    log = servers.doors.fronts[NAME]
    log.faults = [front.Answers("GET", "comments", 503, b"<html>", {"Retry-After": "1", "Content-Type": "text/html"})]
    headers, _ = asker.expect(503, "GET", path)
    asker.that("when to come back", headers["Retry-After"] == "1")
    asker.expect(200, "GET", path)
    before = len(servers.github.repository(NAME).comments)
    log.faults = [front.Resets("POST", "comments"), front.Resets("GET", "comments", early=True)]
    for method, body in [("POST", {"body": "kept"}), ("GET", None)]:
        try:
            asker.ask(method, path, body)
            asker.that(f"{method} is cut off", False)
        except (ConnectionError, http.client.IncompleteRead, http.client.RemoteDisconnected):
            pass
    asker.that("it was carried out", len(servers.github.repository(NAME).comments) == before + 1)
    log.faults = [front.Answers("POST", "comments", 502, late=True)]
    asker.expect(502, "POST", path, {"body": "kept too"})
    asker.that("it was carried out too", len(servers.github.repository(NAME).comments) == before + 2)
    token = servers.github.tokens["ghs_self"]
    token.left = 0
    headers, _ = asker.expect(403, "GET", path)
    asker.that("nothing left", headers["x-ratelimit-remaining"] == "0")
    token.left = 1000


def violations(asker):
    """The proxy notices a fake that answers what GitHub would not."""
    repository = asker.servers.github.repository(NAME)
    identity, (number, comment) = next(iter(repository.comments.items()))
    repository.comments[identity] = (number, comment | {"id": "not a number"})
    asker.expect(500, "GET", f"issues/comments/{identity}")
    seen = asker.servers.doors.fronts[NAME].log
    asker.that("it is written down", "VIOLATIONS" in (seen[-1].violation or ""))
    repository.comments[identity] = (number, comment)


def run(servers):
    """What is wrong, a line each."""
    asker = Asker(servers)
    repository = setting(servers)
    try:
        every_endpoint(asker, repository)
        faults(asker)
        violations(asker)
    except (TypeError, KeyError) as error:
        asker.failures.append(f"an answer of another shape: {error!r}")
    unexpected = [e for e in servers.doors.fronts[NAME].log if e.violation and e.status not in (404, 422, 500)]
    asker.failures += [f"{exchange}: {exchange.violation[:600]}" for exchange in unexpected]
    return asker.failures
