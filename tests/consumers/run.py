#!/usr/bin/env python3
"""Reads andon's outputs with the programs of others.

Usage: tests/consumers/run.py

The outputs are those that the tests hold andon to, one of each kind for each verdict (src/**/snapshots), so that nothing
has to be built. Needs PyPI's junitparser, xunitparser, xmlschema, sarif-tools and jsonschema; .ci/run installs them.
"""

import io
import json
import pathlib
import re
import sys
import tempfile
import xml.etree.ElementTree as tree

import junitparser
import jsonschema
import xmlschema
import xunitparser
from sarif import loader

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "tests" / "schemas"
# What a terminal, a browser or a log could take for something else: controls and marks of direction.
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def snapshots(kind):
    """The committed outputs of a kind, by the name of their verdict."""
    pattern = f"andon__render__{kind}__tests__*.snap"
    found = {}
    for path in sorted(ROOT.glob(f"src/render/**/snapshots/{pattern}")):
        _, _, text = path.read_text(encoding="utf-8").split("---\n", 2)
        found[path.stem.rsplit("__", 1)[1]] = text
    assert len(found) >= 4, f"only {len(found)} snapshots of {kind}"
    return found


def junit():
    schema = xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd")
    failing = 0
    for name, text in snapshots("junit").items():
        schema.validate(text)
        parsed = junitparser.JUnitXml.fromstring(text.encode())
        for suite in parsed:
            stated = (suite.tests, suite.failures, suite.errors, suite.skipped)
            suite.update_statistics()
            counted = (suite.tests, suite.failures, suite.errors, suite.skipped)
            assert stated == counted, f"{name}: {stated} stated, {counted} counted"
        # This reader knows one suite a file.
        bad = 0
        for suite in tree.fromstring(text.encode()):
            other, result = xunitparser.parse(io.BytesIO(tree.tostring(suite)))
            assert other.countTestCases() == int(suite.get("tests")), name
            bad += len(result.failures) + len(result.errors)
        stated = parsed.failures + parsed.errors
        assert stated == bad, f"{name}: {stated} failures stated, {bad} read"
        failing += bad
    assert failing > 5


def sarif():
    schema = json.loads((SCHEMAS / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft4Validator(schema)
    with tempfile.TemporaryDirectory() as folder:
        for name, text in snapshots("sarif").items():
            log = json.loads(text)
            validator.validate(log)
            path = pathlib.Path(folder) / f"{name}.sarif"
            path.write_text(text, encoding="utf-8")
            read = loader.load_sarif_file(str(path))
            assert read.get_distinct_tool_names() == ["andon"], name
            results = log["runs"][0]["results"]
            assert read.get_result_count() == len(results), name
            for record in read.get_records():
                assert record["Location"], f"{name}: {record}"


def rdjson():
    schema = json.loads((SCHEMAS / "rdjson.json").read_text(encoding="utf-8"))
    for text in snapshots("rdjson").values():
        jsonschema.Draft4Validator(schema).validate(json.loads(text))


def badge():
    for name, text in snapshots("badge__svg").items():
        svg = tree.fromstring(text.encode())
        assert svg.get("role") == "img" and svg.get("aria-label"), name
        title = svg.find("{http://www.w3.org/2000/svg}title")
        assert title.text == svg.get("aria-label"), name


def no_hidden_text():
    for kind in ["azure", "gitlab", "junit", "rdjson", "sarif", "teamcity"]:
        for name, text in snapshots(kind).items():
            found = HIDDEN.search(text)
            assert not found, f"{kind} {name}: {found!r}"


def main():
    for check in [junit, sarif, rdjson, badge, no_hidden_text]:
        check()
        print(f"ok   {check.__name__}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
