#!/usr/bin/env python3
"""Writes one large report of each format that gets large in real life: tests/bench/large.py FOLDER [--mb 64]

The records have the shape and the spread of real ones; the same arguments write the same bytes. Cobertura, JaCoCo, Clover,
OpenCover, Istanbul, llvm-cov and LCOV speak of many files of 300 lines, the test formats of many cases, SARIF of many
results.
"""

import argparse
import itertools
import json
import pathlib
import random

LINES = 300


def sources():
    return (f"src/module{index % 50}/part{index % 7}/file{index}" for index in itertools.count())


def lcov(rng, source):
    yield f"TN:\nSF:{source}.c\n"
    for function in range(10):
        yield f"FN:{function * 30 + 1},function_{function}\nFNDA:{rng.choice((0, 3, 70))},function_{function}\n"
    for line in range(1, LINES + 1):
        yield f"DA:{line},{rng.choice((0, 1, 7, 1234))}\n"
        if line % 4 == 0:
            yield f"BRDA:{line},0,0,{rng.choice(('-', 0, 3))}\nBRDA:{line},0,1,{rng.choice((0, 3))}\n"
    yield "end_of_record\n"


def cobertura(rng, source):
    yield f'<class name="{source}" filename="{source}.py" complexity="0" line-rate="0.5" branch-rate="0"><methods/><lines>\n'
    for line in range(1, LINES + 1):
        more = ' branch="true" condition-coverage="50% (1/2)"' if line % 8 == 0 else ""
        yield f'<line number="{line}" hits="{rng.choice((0, 1, 5))}"{more}/>\n'
    yield "</lines></class>\n"


def jacoco(rng, source):
    name = source.rpartition("/")[2]
    yield f'<package name="{source}"><class name="{source}/{name}" sourcefilename="{name}.java">'
    for method in range(10):
        yield (
            f'<method name="method{method}" desc="(Ljava/lang/String;I)V" line="{method * 30 + 1}">'
            '<counter type="INSTRUCTION" missed="3" covered="20"/><counter type="LINE" missed="1" covered="7"/>'
            '<counter type="COMPLEXITY" missed="1" covered="2"/><counter type="METHOD" missed="0" covered="1"/></method>'
        )
    yield f'</class><sourcefile name="{name}.java">'
    for line in range(1, LINES + 1):
        missed = rng.choice((0, 0, 3))
        branches = (1, 1) if line % 8 == 0 else (0, 0)
        yield f'<line nr="{line}" mi="{missed}" ci="{4 - missed}" mb="{branches[0]}" cb="{branches[1]}"/>'
    yield '<counter type="LINE" missed="100" covered="200"/></sourcefile></package>'


def clover(rng, source):
    yield f'<file name="{source.rpartition("/")[2]}.js" path="/build/{source}.js">\n'
    yield '<metrics statements="300" coveredstatements="200" conditionals="70" coveredconditionals="30" methods="10" coveredmethods="9"/>\n'
    for line in range(1, LINES + 1):
        if line % 8 == 0:
            yield f'<line num="{line}" count="{rng.choice((0, 1, 5))}" type="cond" truecount="1" falsecount="0"/>\n'
        else:
            yield f'<line num="{line}" count="{rng.choice((0, 1, 5))}" type="stmt"/>\n'
    yield "</file>\n"


def opencover(rng, source):
    uid = rng.randrange(10**9)
    yield (
        f'<Module hash="{uid:040X}"><ModulePath>/build/{source}.dll</ModulePath><ModuleName>{source}</ModuleName>'
        f'<Files><File uid="{uid}" fullPath="/build/{source}.cs"/></Files><Classes><Class><FullName>{source}</FullName><Methods>'
    )
    for method in range(10):
        yield (
            f'<Method visited="true" cyclomaticComplexity="2" sequenceCoverage="66.7" isConstructor="false"><Name>void {source}::M{method}()</Name>'
            f'<FileRef uid="{uid}"/><SequencePoints>'
        )
        for at in range(LINES // 10):
            line = method * 30 + at + 1
            yield (
                f'<SequencePoint vc="{rng.choice((0, 1, 5))}" uspid="{line}" ordinal="{at}" offset="{at * 3}" sl="{line}" sc="9" '
                f'el="{line}" ec="40" bec="0" bev="0" fileid="{uid}"/>'
            )
        yield "</SequencePoints><BranchPoints>"
        for path in range(4):
            yield (
                f'<BranchPoint vc="{rng.choice((0, 1))}" uspid="{path}" ordinal="{path}" offset="{path // 2 * 9}" '
                f'sl="{method * 30 + 2}" path="{path % 2}" offsetend="{path}" fileid="{uid}"/>'
            )
        yield "</BranchPoints></Method>"
    yield "</Methods></Class></Classes></Module>"


def istanbul(rng, source):
    path = f"/build/{source}.js"
    span = lambda line: {"start": {"line": line, "column": 2}, "end": {"line": line, "column": 40}}
    yield json.dumps(path) + ":" + json.dumps(
        {
            "path": path,
            "statementMap": {str(at): span(at + 1) for at in range(LINES)},
            "fnMap": {
                str(at): {"name": f"function{at}", "decl": span(at * 30 + 1), "loc": span(at * 30 + 1), "line": at * 30 + 1}
                for at in range(10)
            },
            "branchMap": {
                str(at): {"loc": span(at * 8 + 1), "type": "if", "locations": [span(at * 8 + 1), span(at * 8 + 2)], "line": at * 8 + 1}
                for at in range(LINES // 8)
            },
            "s": {str(at): rng.choice((0, 1, 7, 1234)) for at in range(LINES)},
            "f": {str(at): rng.choice((0, 1)) for at in range(10)},
            "b": {str(at): [rng.choice((0, 1)), 3] for at in range(LINES // 8)},
        }
    )


def llvm_cov(rng, source):
    segments = [[line, 5, rng.choice((0, 1, 70)), True, line % 3 == 0, False] for line in range(1, LINES + 1)]
    branches = [[line, 9, line, 14, rng.choice((0, 3)), 1, 0, 0, 4] for line in range(1, LINES, 8)]
    count = {"count": LINES, "covered": 200, "notcovered": 100, "percent": 66.6}
    yield json.dumps(
        {
            "branches": branches,
            "expansions": [],
            "filename": f"/build/{source}.rs",
            "segments": segments,
            "summary": {"branches": count, "functions": count, "instantiations": count, "lines": count, "regions": count},
        }
    )


def junit(rng, source):
    yield f'<testsuite name="{source}" tests="100" failures="1" errors="0" skipped="1" time="4.2" timestamp="2026-01-05T10:00:00">\n'
    for case in range(100):
        head = f'<testcase name="returns the expected value for {rng.randrange(10**9)}" classname="org.example.{source}" time="{rng.uniform(0, 0.2):.3f}"'
        if case == 50:
            yield head + '><failure message="expected: &lt;3&gt;" type="AssertionError">at org.example.Case(Case.java:7)\n</failure></testcase>\n'
        else:
            yield head + "/>\n"
    yield "</testsuite>\n"


def go_test(rng, source):
    package = f"example.org/{source}"
    record = lambda **more: json.dumps({"Time": "2026-01-05T10:00:00.123456789Z", **more}, separators=(",", ":")) + "\n"
    yield record(Action="start", Package=package)
    for case in range(30):
        test = f"TestReturnsTheExpectedValue/case_{rng.randrange(10**6)}"
        yield record(Action="run", Package=package, Test=test)
        yield record(Action="output", Package=package, Test=test, Output=f"=== RUN   {test}\n")
        failed = case == 7
        if failed:
            yield record(Action="output", Package=package, Test=test, Output="    value_test.go:17: got 3, want 4\n")
        word = "FAIL" if failed else "PASS"
        yield record(Action="output", Package=package, Test=test, Output=f"--- {word}: {test} (0.01s)\n")
        yield record(Action=word.lower(), Package=package, Test=test, Elapsed=0.01)
    yield record(Action="output", Package=package, Output=f"FAIL\t{package}\t0.30s\n")
    yield record(Action="fail", Package=package, Elapsed=0.3)


def sarif(rng, source):
    results = []
    for _ in range(20):
        line = rng.randrange(1, LINES)
        results.append(
            json.dumps(
                {
                    "ruleId": f"rule-{line % 40}",
                    "ruleIndex": line % 40,
                    "level": rng.choice(("error", "warning", "note")),
                    "message": {"text": f"The value of `name{line}` is never used, so that the statement has no effect."},
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {"uri": f"file:///build/{source}.c", "index": line % 9},
                                "region": {"startLine": line, "startColumn": 5, "endLine": line, "endColumn": 17},
                            }
                        }
                    ],
                    "partialFingerprints": {"primaryLocationLineHash": f"{rng.randrange(16**16):016x}:1"},
                }
            )
        )
    yield ",".join(results)


RULES = json.dumps(
    [{"id": f"rule-{at}", "shortDescription": {"text": "A rule."}, "defaultConfiguration": {"level": "warning"}} for at in range(40)]
)

# Of each format: its file's name, what stands before and behind the records, what separates them, and the records.
LARGE = {
    "lcov": ("info", "", "", "", lcov),
    "cobertura": (
        "xml",
        '<?xml version="1.0" ?>\n<coverage version="7" timestamp="1" lines-valid="1" lines-covered="1" line-rate="0.5" '
        'branches-covered="0" branches-valid="0" branch-rate="0" complexity="0">\n<sources><source>/build</source></sources>\n'
        '<packages><package name="all" line-rate="0.5" branch-rate="0" complexity="0"><classes>\n',
        "",
        "</classes></package></packages></coverage>\n",
        cobertura,
    ),
    "jacoco": (
        "xml",
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" '
        '"report.dtd"><report name="demo"><sessioninfo id="demo" start="1" dump="2"/>',
        "",
        "</report>",
        jacoco,
    ),
    "clover": (
        "xml",
        '<?xml version="1.0" encoding="UTF-8"?>\n<coverage generated="1767607200000" clover="3.2.0">\n'
        '<project timestamp="1767607200000" name="All files">\n'
        '<metrics statements="3" coveredstatements="2" conditionals="0" coveredconditionals="0" methods="1" coveredmethods="1"/>\n'
        '<package name="all">\n',
        "",
        "</package></project></coverage>\n",
        clover,
    ),
    "opencover": (
        "xml",
        '<?xml version="1.0" encoding="utf-8"?><CoverageSession><Summary numSequencePoints="3" visitedSequencePoints="2" '
        'numBranchPoints="0" visitedBranchPoints="0"/><Modules>',
        "",
        "</Modules></CoverageSession>",
        opencover,
    ),
    "istanbul": ("json", "{", ",", "}", istanbul),
    "llvm_cov": ("json", '{"data":[{"files":[', ",", '],"functions":[],"totals":{}}],"type":"llvm.coverage.json.export","version":"3.0.1"}', llvm_cov),
    "junit": ("xml", '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n', "", "</testsuites>\n", junit),
    "go_test": ("json", "", "", "", go_test),
    "sarif": (
        "json",
        '{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"tool":{"driver":{"name":"demo","rules":'
        + RULES
        + '}},"results":[',
        ",",
        "]}]}",
        sarif,
    ),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--mb", type=float, default=64)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for seed, (name, (extension, head, between, tail, record)) in enumerate(LARGE.items()):
        rng, wanted = random.Random(seed), int(arguments.mb * 1e6)
        with open(arguments.folder / f"{name}.{extension}", "w", encoding="ascii") as out:
            written = out.write(head)
            for at, source in enumerate(sources()):
                written += out.write(between if at else "")
                written += sum(map(out.write, record(rng, source)))
                if written >= wanted:
                    break
            out.write(tail)


if __name__ == "__main__":
    main()
