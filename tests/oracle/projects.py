"""The projects: real packages with permissive licences whose published sources hold their own tests.

`versions` are published releases, each of which becomes a commit on the one before it, unless `after` says otherwise.
`ranges` adds pairs of commits to those of neighbouring releases.
"""

from dataclasses import dataclass, field


@dataclass
class Project:
    name: str
    licence: str
    versions: list[str]
    # What is measured: folders or files of Python, patterns of JavaScript; the first that exists.
    sources: list[str]
    language: str = "python"
    # A release that does not follow on the one before it in the list: its maintenance branch left the line there.
    after: dict[str, str] = field(default_factory=dict)
    ranges: list[tuple[str, str]] = field(default_factory=list)
    # What the tests need beside their runner.
    needs: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=lambda: ["tests"])
    # Files of the package that are neither measured nor tested.
    without: list[str] = field(default_factory=list)


PROJECTS = [
    Project(
        "itsdangerous", "BSD-3-Clause", ["1.1.0", "2.0.0", "2.0.1", "2.1.0", "2.1.2", "2.2.0"], ["src/itsdangerous"],
        # 2.0.1 was made on a branch of its own: against it, 2.1.0 starts where the two part.
        after={"2.1.0": "2.0.0"}, ranges=[("2.0.1", "2.1.0"), ("2.0.0", "2.2.0")], needs=["freezegun"],
    ),
    Project(
        "blinker", "MIT", ["1.4", "1.5", "1.6", "1.6.3", "1.7.0", "1.8.2", "1.9.0"], ["src/blinker", "blinker"],
        needs=["pytest-asyncio"],
    ),
    Project(
        "pluggy", "MIT", ["1.0.0", "1.2.0", "1.3.0", "1.4.0", "1.5.0", "1.6.0"], ["src/pluggy"], tests=["testing"],
    ),
    Project(
        "cachetools", "MIT", ["4.2.4", "5.0.0", "5.2.0", "5.3.0", "5.5.0", "6.0.0"], ["src/cachetools"],
        ranges=[("4.2.4", "6.0.0")],
    ),
    Project(
        "zipp", "MIT", ["3.6.0", "3.8.0", "3.15.0", "3.17.0", "3.19.0", "3.21.0"], ["zipp", "zipp.py"],
        needs=["jaraco.itertools", "jaraco.functools", "jaraco.test", "more-itertools", "big-O", "func-timeout"],
        tests=["tests", "test_zipp.py"],
    ),
    Project(
        "packaging", "Apache-2.0 OR BSD-2-Clause", ["21.3", "22.0", "23.0", "23.1", "24.0", "25.0"],
        ["src/packaging", "packaging"], needs=["pretend", "pyparsing"],
    ),
    Project(
        "qs", "BSD-3-Clause", ["6.5.3", "6.9.7", "6.10.5", "6.11.2", "6.12.3", "6.13.0", "6.14.0"], ["lib/**"],
        language="javascript", ranges=[("6.5.3", "6.14.0")],
        needs=["side-channel", "es-value-fixtures", "for-each", "has-bigints", "has-override-mistake", "has-proto",
               "has-property-descriptors", "has-symbols", "iconv-lite@0.5", "mock-property", "object-inspect",
               "qs-iconv", "safer-buffer"],
        without=["dist/*"],
    ),
    Project(
        "minimist", "MIT", ["1.2.0", "1.2.5", "1.2.6", "1.2.8"], ["index.js"], language="javascript", tests=["test"],
    ),
    Project(
        "object-inspect", "MIT", ["1.7.0", "1.9.0", "1.11.0", "1.12.3", "1.13.4"], ["*.js"], language="javascript",
        needs=["core-js@2", "error-cause", "functions-have-names", "globalthis", "has-tostringtag",
               "make-arrow-function", "string.prototype.repeat"],
        tests=["test"], without=["test-core-js.js", "test/browser/*"],
    ),
    Project("bytes", "MIT", ["1.11.1", "1.12.1"], ["src"], language="rust", without=["benches/*", "ci/*"]),
    Project("either", "MIT OR Apache-2.0", ["1.15.0", "1.16.0", "1.19.0"], ["src"], language="rust",
            ranges=[("1.15.0", "1.19.0")]),
    Project("fastrand", "MIT OR Apache-2.0", ["2.3.0", "2.5.0"], ["src"], language="rust", without=["benches/*"]),
    Project("humantime", "MIT OR Apache-2.0", ["2.1.0", "2.4.0"], ["src"], language="rust", without=["benches/*"]),
]
