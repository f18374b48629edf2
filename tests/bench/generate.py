#!/usr/bin/env python3
"""Writes the inputs of the benchmarks into a folder. The same arguments write the same bytes.

Usage: tests/bench/generate.py FOLDER [--scale 1.0]
"""

import argparse
import pathlib
import random


def junit(path, cases):
    """A JUnit file: one suite per 1,000 cases, one failure and one skip in 1,000, system output now and then."""
    rng = random.Random(1)
    with open(path, "w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n')
        for suite in range(max(1, cases // 1000)):
            out.write(
                f'  <testsuite name="org.example.module{suite % 97}.Suite{suite}Test" tests="1000" failures="1" '
                f'errors="0" skipped="1" time="{rng.uniform(1, 90):.3f}" timestamp="2026-01-05T10:00:00">\n'
            )
            for case in range(1000):
                name = (
                    f"returns the expected value for input number {case} of the parameterised case "
                    f"&quot;{rng.randrange(10**9)}&quot; with the settings of profile {rng.randrange(10**6, 10**7)}"
                )
                head = (
                    f'    <testcase name="{name}" classname="org.example.module{suite % 97}.Suite{suite}Test" '
                    f'time="{rng.uniform(0, 0.2):.3f}"'
                )
                if case == 500:
                    out.write(
                        head + '>\n      <failure message="expected: &lt;3&gt; but was: &lt;4&gt;" '
                        'type="org.opentest4j.AssertionFailedError">org.opentest4j.AssertionFailedError: expected 3\n'
                        f"\tat org.example.Suite{suite}Test.case(Suite{suite}Test.java:{case})\n</failure>\n    </testcase>\n"
                    )
                elif case == 700:
                    out.write(head + ">\n      <skipped/>\n    </testcase>\n")
                else:
                    out.write(head + "/>\n")
            out.write("  </testsuite>\n")
        out.write("</testsuites>\n")


def lcov(path, lines, arms, sources):
    """An LCOV tracefile of these sources."""
    rng = random.Random(2)
    files = len(sources)
    with open(path, "w", encoding="ascii") as out:
        for source in sources:
            out.write(f"TN:\nSF:{source}\n")
            for line in range(1, lines // files + 1):
                out.write(f"DA:{line},{rng.choice((0, 1, 7, 1234))}\n")
            for arm in range(arms // files):
                out.write(f"BRDA:{arm // 2 + 1},0,{arm % 2},{rng.choice(('-', 0, 3))}\n")
            out.write("end_of_record\n")


def cobertura(path, lines, sources):
    """A Cobertura file with a class for each of these sources."""
    rng = random.Random(3)
    files = len(sources)
    with open(path, "w", encoding="ascii") as out:
        out.write(
            '<?xml version="1.0" ?>\n<coverage version="7" timestamp="1" lines-valid="1" lines-covered="1" '
            'line-rate="0.5" branches-covered="0" branches-valid="0" branch-rate="0" complexity="0">\n'
            "<sources><source>/build</source></sources>\n<packages>\n"
            '<package name="all" line-rate="0.5" branch-rate="0" complexity="0"><classes>\n'
        )
        for source in sources:
            out.write(
                f'<class name="{source.rpartition("/")[2]}" filename="{source}" complexity="0" '
                'line-rate="0.5" branch-rate="0"><methods/><lines>\n'
            )
            for line in range(1, lines // files + 1):
                if line % 8 == 0:
                    out.write(
                        f'<line number="{line}" hits="{rng.choice((0, 1))}" branch="true" '
                        'condition-coverage="50% (1/2)"/>\n'
                    )
                else:
                    out.write(f'<line number="{line}" hits="{rng.choice((0, 1, 5))}"/>\n')
            out.write("</lines></class>\n")
        out.write("</classes></package>\n</packages></coverage>\n")


def tree(folder, files):
    """A source tree with many files and one report."""
    per_folder = 200
    for index in range(files // per_folder):
        inside = folder / f"package{index % 40}" / f"module{index}"
        inside.mkdir(parents=True, exist_ok=True)
        for name in range(per_folder):
            (inside / f"source{name}.py").touch()
    (folder / "coverage").mkdir(exist_ok=True)
    (folder / "coverage" / "lcov.info").write_text("TN:\nSF:package0/module0/source0.py\nDA:1,1\nend_of_record\n")


def typical(folder):
    """Ten modules with a test report and a coverage report each, and a policy; the sources come with the history."""
    components = ""
    for index in range(10):
        reports = folder / f"module{index}" / "reports"
        reports.mkdir(parents=True, exist_ok=True)
        junit(reports / "junit.xml", 1000)
        lcov(reports / "lcov.info", 5000, 2000, [f"module{index}/src/file{file}.c" for file in range(20)])
        components += f'  module{index}: {{ paths: ["module{index}/**"] }}\n'
    (folder / "andon.yaml").write_text(f"version: 1\nextends: [recommended]\ncomponents:\n{components}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--scale", type=float, default=1.0)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    scale = lambda count: int(count * arguments.scale)
    junit(arguments.folder / "junit.xml", scale(1_000_000))
    sources = [f"src/module{index % 50}/file{index}.c" for index in range(2000)]
    lcov(arguments.folder / "lcov.info", scale(2_000_000), scale(1_000_000), sources)
    modules = [f"src/module{index % 50}/file{index}.py" for index in range(2000)]
    cobertura(arguments.folder / "cobertura.xml", scale(800_000), modules)
    tree(arguments.folder / "tree", scale(200_000))
    typical(arguments.folder / "typical")


if __name__ == "__main__":
    main()
