"""Who a token stands for, what it may do, and how many requests it has left."""

import base64
import hashlib
import json
import subprocess
import time

# Login, number and kind of the account that a token acts as.
ACCOUNTS = {
    "actions": ("github-actions[bot]", 41898282, "Bot"),
    "app": ("quality-gate[bot]", 4711001, "Bot"),
    "user": ("octo-user", 4712001, "User"),
}
# Number and name of the GitHub App behind an account.
APPS = {"actions": (15368, "github-actions"), "app": (4711, "quality-gate")}


class Token:
    def __init__(self, kind, repository, write=True, left=1000):
        self.kind, self.repository, self.write = kind, repository, write
        self.left, self.limit, self.reset = left, 1000, int(time.time()) + 3600
        # The installation's token that an App's own may ask for.
        self.grants = None

    def sees(self, repository):
        return self.repository == repository

    def spend(self, refusal):
        if time.time() >= self.reset:
            self.left, self.reset = self.limit, int(time.time()) + 3600
        if self.left <= 0:
            raise refusal(403, "API rate limit exceeded for installation ID 1.")
        self.left -= 1

    def rate(self):
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.left),
            "X-RateLimit-Used": str(self.limit - self.left),
            "X-RateLimit-Reset": str(self.reset),
            "X-RateLimit-Resource": "core",
        }

    def must_be_signed(self, refusal):
        if self.kind != "signed":
            raise refusal(401, "A JSON web token could not be decoded")


def decode(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def encode(content):
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def signed(text, known):
    """The App whose key signed the JSON web token, if its times are as GitHub wants them."""
    try:
        head, claims, signature = text.split(".")
        head_text, told = json.loads(decode(head)), json.loads(decode(claims))
        number = int.from_bytes(decode(signature), "big")
    except (ValueError, KeyError):
        return None
    now = time.time()
    timely = told.get("iat", now + 99) <= now + 60 and now < told.get("exp", 0) <= now + 600
    if head_text.get("alg") != "RS256" or not timely:
        return None
    for token in known.values():
        key = getattr(token, "key", None)
        if key and str(told.get("iss")) == key.app and key.verifies(f"{head}.{claims}".encode(), number):
            return token
    return None


def find(known, authorization):
    scheme, _, text = authorization.partition(" ")
    if scheme.lower() not in ("bearer", "token"):
        return None
    return known.get(text) or signed(text, known)


class Key:
    """An App's private key in a file, and the check of what it signed (PKCS #1 v1.5 with SHA-256)."""

    PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")

    def __init__(self, folder, app):
        self.app, self.path = str(app), folder / "app.pem"
        command = ["openssl", "genrsa", "-traditional", "-out", str(self.path), "2048"]
        subprocess.run(command, check=True, capture_output=True)
        shown = ["openssl", "rsa", "-in", str(self.path), "-noout", "-modulus"]
        self.modulus = int(subprocess.check_output(shown, text=True, stderr=subprocess.DEVNULL).split("=")[1], 16)

    def sign(self):
        """A JSON web token as GitHub wants it."""
        now = int(time.time())
        parts = [{"alg": "RS256", "typ": "JWT"}, {"iat": now - 30, "exp": now + 300, "iss": self.app}]
        text = ".".join(encode(json.dumps(part).encode()) for part in parts)
        command = ["openssl", "dgst", "-sha256", "-sign", str(self.path)]
        return f"{text}.{encode(subprocess.check_output(command, input=text.encode()))}"

    def verifies(self, text, signature):
        padded = b"\0\1".ljust(256 - 52, b"\xff") + b"\0" + self.PREFIX + hashlib.sha256(text).digest()
        return pow(signature, 65537, self.modulus) == int.from_bytes(padded, "big")
