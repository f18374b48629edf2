"""Cuts GitHub's description of its API to what andon uses, and makes it as strict as GitHub itself is.

The description (npm: @octokit/openapi) leaves some things unsaid that GitHub does. Each of them is added here, once:
limits that only the prose states, the errors that any path may answer, and the media types that GitHub takes for JSON.
A request may carry nothing that the description does not know, so that a misspelt member is found.
"""

import json

COMMENT = 65_536

PATHS = {
    "/app",
    "/app/installations/{installation_id}",
    "/app/installations/{installation_id}/access_tokens",
    "/rate_limit",
    "/repos/{owner}/{repo}",
    "/repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}",
    "/repos/{owner}/{repo}/actions/runs/{run_id}",
    "/repos/{owner}/{repo}/actions/runs/{run_id}/artifacts",
    "/repos/{owner}/{repo}/check-runs",
    "/repos/{owner}/{repo}/check-runs/{check_run_id}",
    "/repos/{owner}/{repo}/check-runs/{check_run_id}/annotations",
    "/repos/{owner}/{repo}/code-scanning/sarifs",
    "/repos/{owner}/{repo}/code-scanning/sarifs/{sarif_id}",
    "/repos/{owner}/{repo}/commits/{commit_sha}/pulls",
    "/repos/{owner}/{repo}/commits/{ref}",
    "/repos/{owner}/{repo}/commits/{ref}/check-runs",
    "/repos/{owner}/{repo}/commits/{ref}/status",
    "/repos/{owner}/{repo}/commits/{ref}/statuses",
    "/repos/{owner}/{repo}/installation",
    "/repos/{owner}/{repo}/issues",
    "/repos/{owner}/{repo}/issues/comments/{comment_id}",
    "/repos/{owner}/{repo}/issues/{issue_number}",
    "/repos/{owner}/{repo}/issues/{issue_number}/comments",
    "/repos/{owner}/{repo}/issues/{issue_number}/labels",
    "/repos/{owner}/{repo}/issues/{issue_number}/labels/{name}",
    "/repos/{owner}/{repo}/labels",
    "/repos/{owner}/{repo}/pulls",
    "/repos/{owner}/{repo}/pulls/{pull_number}",
    "/repos/{owner}/{repo}/statuses/{sha}",
    "/user",
}
ERRORS = ["400", "401", "403", "404", "410", "422", "429", "500", "502", "503"]
JSON = "application/json"
ALIASES = ["application/vnd.github+json", "application/vnd.github.v3+json"]


def resolve(whole, item):
    """The item, or what it refers to."""
    while isinstance(item, dict) and "$ref" in item:
        target = whole
        for key in item["$ref"][2:].split("/"):
            target = target[key]
        item = target
    return item


def operations(description):
    for path, item in description["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "responses" in operation:
                yield path, method, operation


def close(schema):
    """No members but those that the schema names."""
    if isinstance(schema, dict):
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
        for value in schema.values():
            close(value)
    elif isinstance(schema, list):
        for value in schema:
            close(value)


def output_limits(schema):
    """The longest texts of a check run's output: the title's and the annotations' limits stand in the prose alone."""
    output = schema["properties"]["output"]["properties"]
    output["title"] |= {"maxLength": 255, "minLength": 1}
    annotation = output["annotations"]["items"]["properties"]
    annotation["path"] |= {"minLength": 1}
    annotation["message"] |= {"maxLength": 65_536, "minLength": 1}
    annotation["title"] |= {"maxLength": 255}
    annotation["raw_details"] |= {"maxLength": 65_536}
    for name in ("start_line", "end_line", "start_column", "end_column"):
        annotation[name] |= {"minimum": 1}


def body(operation):
    return operation["requestBody"]["content"][JSON]["schema"]


def tighten(description):
    paths = description["paths"]
    repository = "/repos/{owner}/{repo}"
    for path, method in [("issues/{issue_number}/comments", "post"), ("issues/comments/{comment_id}", "patch")]:
        text = body(paths[f"{repository}/{path}"][method])["properties"]["body"]
        text |= {"maxLength": COMMENT, "minLength": 1}
    for path, method in [("check-runs", "post"), ("check-runs/{check_run_id}", "patch")]:
        output_limits(body(paths[f"{repository}/{path}"][method]))
    body(paths[f"{repository}/statuses/{{sha}}"]["post"])["properties"]["description"]["maxLength"] = 140
    for _, _, operation in operations(description):
        schema = operation.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema")
        if isinstance(schema, dict):
            # The two kinds of a check run differ in what is required, and would each refuse the other's members.
            schema.pop("discriminator", None)
            schema.pop("oneOf", None)
            schema.pop("anyOf", None)
            close(schema)


def complete(description):
    """The errors and media types that any answer may have."""
    error = {"content": {JSON: {"schema": {"$ref": "#/components/schemas/basic-error"}}}, "description": "An error"}
    for _, _, operation in operations(description):
        responses = operation["responses"]
        for status in ERRORS:
            if not resolve(description, responses.get(status, {})).get("content"):
                responses[status] = json.loads(json.dumps(error))
        for response in responses.values():
            content = resolve(description, response).get("content", {})
            for alias in ALIASES if JSON in content else []:
                content[alias] = content[JSON]


def referred(whole, item, seen):
    """The components that the item refers to, whatever the depth."""
    if isinstance(item, dict):
        name = item.get("$ref")
        if isinstance(name, str) and name.startswith("#/components/") and name not in seen:
            seen.add(name)
            referred(whole, resolve(whole, item), seen)
        for value in item.values():
            referred(whole, value, seen)
    elif isinstance(item, list):
        for value in item:
            referred(whole, value, seen)
    return seen


def trim(source):
    """The description of what andon uses."""
    description = json.loads(source.read_text())
    missing = PATHS - set(description["paths"])
    if missing:
        raise SystemExit(f"the description no longer has {sorted(missing)}")
    description["paths"] = {path: item for path, item in description["paths"].items() if path in PATHS}
    tighten(description)
    complete(description)
    components = {}
    for name in sorted(referred(description, description["paths"], set())):
        _, _, section, item = name.split("/")
        components.setdefault(section, {})[item] = description["components"][section][item]
    description["components"] = components
    description["servers"] = [{"url": "/"}]
    for name in ("x-webhooks", "webhooks"):
        description.pop(name, None)
    return description


def examples(description):
    """An answer of each operation, as the description shows it: (path, method, status) → body."""
    found = {}
    for path, method, operation in operations(description):
        for status, response in operation["responses"].items():
            content = resolve(description, response).get("content", {}).get(JSON, {})
            for example in list(content.get("examples", {}).values())[:1]:
                found[path, method, status] = resolve(description, example)["value"]
    return found
