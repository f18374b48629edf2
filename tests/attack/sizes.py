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
    yield "a long policy", long_policy
    yield "a policy of many gates", many_gates


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
