"""Runs on more than anybody has."""

import json

import attacks
import hostile

MANY = 100_000
LONG = 10_000_000


def run(stage, *arguments, **how):
    return stage.run(*arguments, weighed=True, **how)


def every(stage):
    for name, make in {
        "long names in coverage": lambda: ("x.info", hostile.lcov(["p/" + "::error::</details>x" * (LONG // 20)])),
        "long messages in tests": lambda: ("x.xml", hostile.junit(["<!-- a --> ##[error]::x" * (LONG // 100)])),
        "long messages in findings": lambda: ("x.json", hostile.clippy([("a" * 1000, "`@org/team #1 | " * (LONG // 80))])),
        "long functions": lambda: ("x.json", hostile.radon([("a.py", "f\u202e" * (LONG // 4))])),
        "many files": lambda: ("x.info", hostile.lcov([f"src/::error::{index}|</details>.py" for index in range(MANY)], 2, 1)),
        "many tests": lambda: ("x.xml", hostile.junit([f"::error::{index} <!-- x -->" for index in range(MANY)])),
        "many findings": lambda: ("x.json", hostile.clippy([(f"a{index}.rs", f"@org #{index}") for index in range(MANY // 4)])),
        "many functions": lambda: ("x.json", hostile.radon([(f"a{index % 100}.py", f"##[error]{index}") for index in range(MANY)])),
        "no end of a line": lambda: ("x.info", "SF:" + "a" * LONG),
    }.items():
        yield f"{name}", lambda s, m=make: size(s, *m())
    # What stands once in a file, and is said of each of its events.
    for name, make in {
        "dimensions of many runs": lambda: ("andon-run.json", runs({"os": "x" * (LONG // 10)})),
        "names of many runs": lambda: ("andon-run.json", runs({}, name="x" * (LONG // 10))),
        "lawful dimensions of many runs": lambda: ("andon-run.json", runs({f"d{index:0>199}": "x" * 500 for index in range(30)})),
        "the context of many events": lambda: ("x.events.jsonl", batch({"commit": "x" * (LONG // 10)}, '{"name":"a","value":1}')),
        "a lawful context of many events": lambda: ("x.events.jsonl", batch({"commit": "x" * 500, "branch": "y" * 500}, '{"name":"a","value":1}')),
        "the header of many rows": lambda: ("x.events.csv", "name,value," + "x" * (LONG // 10) + "\n" + "a,1,y\n" * MANY),
        "a lawful header of many rows": lambda: ("x.events.csv", f"name,value,{','.join(f'd{index:0>199}' for index in range(30))}\n" + f"a,1{',y' * 30}\n" * (MANY // 5)),
        "a header of many columns": lambda: ("x.events.csv", f"name,value,{','.join(f'd{MANY - index:0>6}' for index in range(MANY))}\na,1{',y' * MANY}\n"),
        "the unit of many samples": lambda: ("x.prom", f"# TYPE a gauge\n# UNIT a {'x' * (LONG // 10)}\n" + "a 1\n" * (MANY // 10)),
    }.items():
        yield f"{name}", lambda s, m=make: size(s, *m())
        yield f"{name}, recorded", lambda s, m=make: recorded(s, *m())
    for name, make in {
        "the path of many findings": lambda: ("x.xml", f'<checkstyle version="1"><file name="{"p" * (LONG // 10)}">{FOUND * (MANY // 5)}</file></checkstyle>'),
        "the rule of many results": lambda: ("x.sarif", sarif("x" * (LONG // 10))),
        "the target of many vulnerabilities": lambda: ("x.json", trivy("x" * (LONG // 10))),
    }.items():
        yield f"{name}", lambda s, m=make: size(s, *m())
    yield "the context of many that are rejected", lambda s: recorded(s, "x.events.jsonl", batch({"commit": "x" * (LONG // 10)}, '{"name":"a","value":"x"}'))
    yield "a long policy", long_policy
    yield "a policy of many gates", many_gates


FOUND = '<error line="1" severity="error" message="m" source="s"/>'


def sarif(text):
    rule = {"id": text, "messageStrings": {"m": {"text": text}}}
    result = {"ruleIndex": 0, "message": {"id": "m"}, "locations": [{"physicalLocation": {"artifactLocation": {"index": 0}}}]}
    run = {"tool": {"driver": {"name": text, "rules": [rule]}}, "artifacts": [{"location": {"uri": text}}], "results": [result] * (MANY // 5)}
    return json.dumps({"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]})


def trivy(text):
    found = [{"VulnerabilityID": f"CVE-{index}", "PkgName": "p", "InstalledVersion": "1", "Severity": "HIGH"} for index in range(MANY // 5)]
    results = [{"Class": "lang-pkgs", "Type": "npm", "Target": text, "Vulnerabilities": found}]
    return json.dumps({"SchemaVersion": 2, "ArtifactName": "a", "Results": results})


def runs(dimensions, name="a"):
    run = {"status": "0", "figures": {"wall": 1}}
    return json.dumps({"andon_run": 1, "name": name, "dimensions": dimensions, "summary": {}, "runs": [run] * (MANY // 10)})


def batch(context, event):
    return f'{{"context":{json.dumps(context)},"events":[{",".join([event] * (MANY // 10))}]}}'


def recorded(stage, name, text):
    folder = attacks.out(stage)
    (folder / name).write_text(text)
    done = run(stage, "record", f"--history={folder}/kept", f"--rejects={folder}/rejected.jsonl", "--", folder / name, folder=folder)
    yield from stage.always(done)
    written = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) - len(text)
    if written > 10 * len(text) + LONG:
        yield f"{len(text)} bytes became {written}"


def size(stage, name, text):
    folder = attacks.out(stage)
    (folder / name).write_text(text, errors="replace")
    policy = folder / "policy.json"
    gates = [
        {"metric": "coverage.line", "scope": "each file", "require": ">= 99%"},
        {"metric": "tests.failed", "require": "== 0"},
        {"metric": "lint.errors", "require": "== 0"},
        {"metric": "complexity.cyclomatic", "scope": "each function", "require": "<= 10"},
    ]
    policy.write_text(json.dumps({"version": 1, "gates": gates, "on_problem": "warn"}))
    targets = [folder / f"{format}.x" for format in attacks.FORMATS]
    wanted = [word for target, format in zip(targets, attacks.FORMATS) for word in ("--format", format, "--output", target)]
    done = run(stage, f"--config={policy}", "check", "--diff=/dev/null", *wanted, "--", folder / name, folder=folder)
    yield from stage.always(done, "terminal", [path for path in targets if path.exists()])
    if targets[2].exists():
        result = run(stage, "publish", targets[2], server=True)
        yield from stage.always(result, codes=(0, 2))
        yield from stage.sent(result)
    yield from stage.always(run(stage, "inspect", folder / name), "terminal")


def long_policy(stage):
    folder = attacks.out(stage)
    for index, text in enumerate(["::error::" * (LONG // 9), "a: [" * 100_000, "&a [*a, *a]\n" * 10_000, json.dumps({"version": 1, "gates": [{"id": "x" * LONG, "metric": "coverage.line", "require": ">= 1%"}]})]):
        path = folder / f"{index}.yaml"
        path.write_text(text)
        yield from stage.always(run(stage, f"--config={path}", "check"), codes=(1, 2))
    laughs = "a0: &a0 [x, x]\n" + "".join(f"a{index}: &a{index} [*a{index - 1}, *a{index - 1}]\n" for index in range(1, 40))
    (folder / "laughs.yaml").write_text(laughs)
    yield from stage.always(run(stage, f"--config={folder}/laughs.yaml", "check"), codes=(2,))


def many_gates(stage):
    folder = attacks.out(stage)
    gates = [{"id": f"g{index} </details>@org/team ::error::", "metric": "coverage.line", "require": ">= 99%"} for index in range(1_000)]
    (folder / "p.json").write_text(json.dumps({"version": 1, "gates": gates}))
    done = run(stage, f"--config={folder}/p.json", "check", "--base=main", "--publish", "--", "reports/lcov.info", server=True)
    yield from stage.always(done, codes=(0, 1))
    yield from stage.sent(done)
