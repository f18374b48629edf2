"""The front door of the fake GitHub: what the program talks to.

It hands each request to the checking proxy and writes both sides down. Faults happen here, where no description can
object: answers that never reach the state, and answers that get lost after the state has changed.
"""

import http.client
import json
import re
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import tokens
from endpoints import PUBLIC


class Exchange:
    """A request and what came of it."""

    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body
        self.status, self.violation, self.at = None, None, time.monotonic()

    @property
    def writes(self):
        return self.method != "GET" and not self.path.endswith("/graphql")

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.method} {self.path} → {self.status}"


class Fault:
    """What goes wrong with requests that match, the next `times` of them, after `after` that are left alone."""

    def __init__(self, method, path, times=1, after=0):
        self.method, self.path, self.times, self.after = method, path, times, after

    def takes(self, exchange):
        if not re.fullmatch(self.method, exchange.method) or not re.search(self.path, exchange.path):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        self.times -= 1
        return self.times >= 0


class Answers(Fault):
    """Another answer; with `late`, once the request has been carried out."""

    def __init__(self, method, path, status, body=None, headers=None, late=False, **how):
        super().__init__(method, path, **how)
        self.status, self.headers, self.late = status, headers or {}, late
        self.body = body if isinstance(body, bytes) else json.dumps(body or {"message": "fault"}).encode()

    def serve(self, door, exchange):
        if self.late:
            door.forward(exchange)
        exchange.status = self.status
        door.reply(self.status, {"Content-Type": "application/json; charset=utf-8"} | self.headers, self.body)


class Resets(Fault):
    """The connection is reset: within the answer, or (`early`) before the request has been carried out."""

    def __init__(self, method, path, early=False, **how):
        super().__init__(method, path, **how)
        self.early = early

    def serve(self, door, exchange):
        if not self.early:
            status, headers, body = door.forward(exchange)
            door.reply(status, headers, body, most=len(body) // 2)
            door.wfile.flush()
            time.sleep(0.05)
        exchange.status = "reset"
        door.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        door.close_connection = True
        door.connection.close()


class Slow(Fault):
    """The answer takes its time."""

    def __init__(self, method, path, seconds, **how):
        super().__init__(method, path, **how)
        self.seconds = seconds

    def serve(self, door, exchange):
        time.sleep(self.seconds)
        door.reply(*door.forward(exchange))


class Meets(Fault):
    """Several requests wait for one another, so that neither of two runs sees what the other is about to write."""

    def __init__(self, method, path, count=2, **how):
        super().__init__(method, path, times=count, **how)
        self.barrier = threading.Barrier(count)

    def serve(self, door, exchange):
        try:
            self.barrier.wait(5)
        except threading.BrokenBarrierError:
            exchange.violation = "the other run never came"
        door.reply(*door.forward(exchange))


class Front:
    """The log and the faults of one repository."""

    def __init__(self):
        self.log, self.faults = [], []


class Doors:
    """Which repository a request is about, told by its path or its token."""

    def __init__(self, github, proxy):
        self.github, self.proxy, self.fronts, self.lock = github, proxy, {}, threading.Lock()

    def front(self, exchange):
        token = tokens.find(self.github.tokens, exchange.headers.get("authorization", ""))
        named = re.search("/repos/([^/]+/[^/?]+)", exchange.path)
        name = named[1] if named else token.repository if token else ""
        return self.fronts.setdefault(name, Front())

    def viewer(self, exchange):
        """Who asks: the one question that only GraphQL answers for an App; the description knows nothing of it."""
        token = tokens.find(self.github.tokens, exchange.headers.get("authorization", ""))
        asked = re.sub(r"\s|^query", "", exchange.json["query"]) == "{viewer{login}}"
        exchange.status, exchange.violation = 200, None if token and asked else "not {viewer{login}}, or no token"
        login = tokens.ACCOUNTS[token.kind][0] if token else ""
        return json.dumps({"data": {"viewer": {"login": login}}}).encode()


def door(doors, prefix=""):
    """The server that the program talks to; its paths begin with `prefix`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def handle_one_request(self):
            try:
                super().handle_one_request()
            except ConnectionError:
                self.close_connection = True

        def serve(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            exchange = Exchange(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            with doors.lock:
                front = doors.front(exchange)
                front.log.append(exchange)
                fault = next((fault for fault in front.faults if fault.takes(exchange)), None)
            graphql = self.path == prefix.removesuffix("/v3") + "/graphql"
            if not (graphql or self.path.startswith(f"{prefix}/")) or "User-Agent" not in self.headers:
                exchange.violation = "outside of the API's root, or without a User-Agent"
                exchange.status = 404
                return self.reply(404, {}, b"<html>nothing here</html>")
            if fault:
                return fault.serve(self, exchange)
            self.reply(*self.forward(exchange))

        def forward(self, exchange):
            """What the proxy answers: status, headers, body."""
            if exchange.path.endswith("/graphql"):
                return 200, {"Content-Type": "application/json"}, doors.viewer(exchange)
            connection = http.client.HTTPConnection("127.0.0.1", doors.proxy, timeout=30)
            headers = {k: v for k, v in exchange.headers.items() if k not in ("host", "connection", "content-length")}
            headers |= {"Accept-Encoding": "identity"}
            connection.request(exchange.method, exchange.path.removeprefix(prefix), exchange.body or None, headers)
            answer = connection.getresponse()
            body = answer.read()
            connection.close()
            exchange.status = answer.status
            if "problem+json" in answer.headers.get("Content-Type", ""):
                exchange.violation = body.decode()
            root = f"http://{self.headers['Host']}{prefix}"
            given = {}
            for name, value in answer.headers.items():
                if name.lower() not in ("connection", "transfer-encoding", "content-length", "date", "keep-alive"):
                    given["Location" if name.lower() == "x-location" else name] = value.replace(PUBLIC, root)
            return answer.status, given, body.replace(PUBLIC.encode(), root.encode())

        def reply(self, status, headers, body, most=None):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body if most is None else body[:most])

        do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = do_HEAD = serve

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)


def storage(github, seen):
    """The other host that artifacts come from; nobody's authorisation belongs here."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            owner, name, number = self.path.partition("?")[0].strip("/").split("/")
            seen.append((f"{owner}/{name}", dict(self.headers.items())))
            if self.headers.get("Authorization"):
                self.send_response(400)
                return self.end_headers()
            content = github.repositories[f"{owner}/{name}"].artifacts[int(number)]["content"]
            self.send_response(200)
            self.send_header("Content-Type", "application/zip")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            try:
                self.wfile.write(content)
            except ConnectionError:
                pass

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)
