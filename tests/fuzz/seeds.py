#!/usr/bin/env python3
"""Writes the seed corpora: the real reports of every format, in front of each the byte that chooses the format."""
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FIXTURES = ROOT / "tests/fixtures"
LARGEST = 64 << 10


def formats():
    """The ids of the formats by kind, in the registry's order, as `andon formats` lists them."""
    binary = next((p for p in (ROOT / "target/release/andon", ROOT / "target/debug/andon") if p.exists()), None)
    command = [str(binary)] if binary else ["cargo", "run", "-q", "--"]
    text = subprocess.run([*command, "formats"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    kinds = {}
    for line in text.splitlines()[1:]:
        words = line.split()
        kinds.setdefault(words[1], []).append(words[0])
    return kinds


def main():
    for kind, ids in formats().items():
        corpus = HERE / "corpus" / kind
        corpus.mkdir(parents=True, exist_ok=True)
        for at, name in enumerate(ids):
            for report in sorted((FIXTURES / name).iterdir()):
                if report.name == "says.yaml" or report.name.startswith("README") or ".input." in report.name:
                    continue
                # Of a large report the beginning: that it breaks off is one more case.
                content = report.read_bytes()[:LARGEST]
                for choice in (0, at + 1):
                    (corpus / f"{name}-{report.name}-{choice}").write_bytes(bytes([choice]) + content)


if __name__ == "__main__":
    main()
