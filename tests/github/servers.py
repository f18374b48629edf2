"""Everything that has to run: the fake GitHub, the checking proxy before it, the front doors, the artifacts' host."""

import contextlib
import json
import pathlib
import socket
import subprocess
import threading
import time

import fake
import front
import trim

HERE = pathlib.Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
DESCRIPTION = MODULES / "@octokit/openapi/generated/api.github.com.json"


class Servers:
    """The running servers; `api` is the API's root, `enterprise` the same under a path as on a GitHub of one's own."""

    def __init__(self, folder):
        description = trim.trim(DESCRIPTION)
        (folder / "description.json").write_text(json.dumps(description))
        self.seen = []
        self.github = fake.GitHub(trim.examples(description), "")
        storage = self.start(front.storage(self.github, self.seen))
        self.github.storage = f"http://localhost:{storage}"
        backend = self.start(fake.backend(self.github))
        proxy = free_port()
        self.log = open(folder / "prism.log", "w+")
        command = ["node", MODULES / "@stoplight/prism-cli/dist/index.js", "proxy", "--errors", "--host", "127.0.0.1"]
        command += ["--port", str(proxy), folder / "description.json", f"http://127.0.0.1:{backend}"]
        self.prism = subprocess.Popen([str(word) for word in command], stdout=self.log, stderr=self.log)
        self.doors = front.Doors(self.github, proxy)
        self.api = f"http://127.0.0.1:{self.start(front.door(self.doors))}"
        self.enterprise = f"http://127.0.0.1:{self.start(front.door(self.doors, '/api/v3'))}/api/v3"
        self.wait(proxy)

    def start(self, server):
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server.server_address[1]

    def wait(self, port):
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return
            if self.prism.poll() is not None:
                break
            time.sleep(0.1)
        self.log.seek(0)
        raise SystemExit(f"the proxy does not start:\n{self.log.read()[-3000:]}")

    def stop(self):
        self.prism.terminate()
        self.prism.wait(10)
        self.log.close()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
