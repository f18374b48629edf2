#!/usr/bin/env python3
"""Reads every committed markdown page with cmark-gfm, the renderer that GitHub uses, raw elements let through, and fails
on anything in it that andon does not write: an element, an attribute, a link to elsewhere, an open fold, and outside
`<code>` whatever GitHub would make a mention, a reference or a link of.

Usage: markdown.py [PAGE.md …]; needs the package cmarkgfm."""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import cmarkgfm
from cmarkgfm.cmark import Options

RENDER = Path(__file__).resolve().parents[2] / "src/render"
GOLDENS = [*RENDER.glob("markdown/**/*.snap"), *RENDER.glob("**/*buildkite*.snap")]
EMPTY = {"br", "wbr"}
KNOWN = EMPTY | set("p strong table thead tbody tr th td code details summary ul li sub h4 a".split())
ATTRIBUTES = {("th", "align"), ("td", "align"), ("a", "href")}
# Where the links of the tests' pages lead.
OWN = ("https://github.com/o/r/", "https://gitlab.com/o/r/")
# What GitHub makes something of: mentions, references, commits aside, addresses, images, emoji.
MEANT = re.compile(r"@[A-Za-z0-9]|#\d|\bGH-\d|://|\bwww\.|!\[|:[a-z_]+:|mailto:", re.IGNORECASE)


class Page(HTMLParser):
    """Collects what should not be there."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.faults, self.links = [], [], 0

    def handle_starttag(self, tag, attrs):
        if tag not in KNOWN:
            self.faults.append(f"an element <{tag}>")
        for name, value in attrs:
            if (tag, name) not in ATTRIBUTES:
                self.faults.append(f"an attribute {name} of <{tag}>")
            if name == "href" and not (value or "").startswith(OWN):
                self.faults.append(f"a link to {value}")
        self.links += tag == "a"
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")

    def handle_data(self, data):
        if "code" not in self.open and (found := MEANT.search(data)):
            self.faults.append(f"outside code: {found.group()!r} in {data.strip()[:80]!r}")

    def handle_comment(self, data):
        if data.strip():
            self.faults.append(f"a comment {data!r}")

    def handle_decl(self, decl):
        self.faults.append(f"a declaration {decl!r}")

    def handle_pi(self, data):
        self.faults.append(f"an instruction {data!r}")


def read(markdown):
    """The page, read."""
    page = Page()
    page.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, options=Options.CMARK_OPT_UNSAFE))
    page.close()
    page.faults += [f"<{tag}> is not closed" for tag in page.open]
    return page


def main():
    # The check itself finds what it looks for.
    for foul in ["<b>x", "<details open>x</details>", "[x](https://e.vil)", "www.e.vil", "@team", "![x](https://e.vil)",
                 "a #1", "<!-- x -->", "x</p>", '<p onclick="x">y</p>', "a@b.co"]:
        assert read(foul).faults, foul
    paths = [Path(path) for path in sys.argv[1:]] or GOLDENS
    links, faults = 0, 0
    for path in paths:
        text = path.read_text(encoding="utf-8")
        # A snapshot's first lines tell where it comes from.
        markdown = text.split("\n---\n", 1)[1] if path.suffix == ".snap" else text
        page = read(markdown)
        links += page.links
        faults += len(page.faults)
        for fault in page.faults:
            print(f"{path.name}: {fault}", file=sys.stderr)
    # Fewer would mean that the goldens moved and nothing is looked at.
    if not sys.argv[1:]:
        assert len(paths) >= 15 and links >= 100, (len(paths), links)
    print(f"{len(paths)} pages, {links} links, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
