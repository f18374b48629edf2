"""Who asks, and what for: tokens, Apps, repositories."""

import tokens

from . import REPO, Refusal, route


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


@route("GET", REPO)
def one_repository(github, token, repository, **_):
    owner, short = repository.name.split("/")
    shown = github.example(REPO) | {"full_name": repository.name, "name": short}
    shown["owner"]["login"] = owner
    for one in (shown, shown.get("source"), shown.get("parent"), shown.get("template_repository")):
        if one:
            one.setdefault("language", None)
    return 200, shown, {}
