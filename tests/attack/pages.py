"""What a browser and GitHub make of a page: cmark-gfm in unsafe mode, and GitHub's own rules for words."""

import functools
import html.parser
import re
import threading
import urllib.parse

import cmarkgfm
from cmarkgfm.cmark import Options

# What andon writes, and nothing else: elements with their attributes.
WRITTEN = {
    **{name: set() for name in ("p", "h1", "h2", "h3", "h4", "ul", "ol", "li", "table", "thead", "tbody", "tr", "code")},
    **{name: set() for name in ("summary", "strong", "em", "br", "sub", "sup", "blockquote", "hr", "b", "i", "pre", "wbr")},
    **{"a": {"href"}, "th": {"align"}, "td": {"align"}, "details": {"open"}},
}
VOID = {"br", "hr", "wbr"}
# Where GitHub looks for neither mentions nor references.
QUIET = {"code", "pre", "a"}
# The forms that GitHub documents for mentions, references and addresses, and its emoji.
LIVE = re.compile(
    r"(?:(?<![\w`/.])@[a-z0-9][a-z0-9-]*)|(?:(?<![\w&])#\d+\b)|(?:\bGH-\d+\b)|(?:[\w.-]+/[\w.-]+#\d+)|"
    r"(?:[a-z][a-z0-9+.-]*://\S)|(?:\bwww\.\w)|(?:[\w.+-]+@[\w-]+\.\w)|(?:(?<!\w):(?:tada|x|smile):)",
    re.IGNORECASE,
)
MARKER = re.compile(r"<!--\s*andon\b")
# cmark-gfm keeps its node flags and special characters in globals: two renderings at once abort or miss a character.
RENDERING = threading.Lock()


class Reader(html.parser.HTMLParser):
    def __init__(self, hosts):
        super().__init__(convert_charrefs=True)
        self.hosts, self.open, self.wrong, self.comments, self.text = hosts, [], [], [], ""

    def settle(self):
        """Text is looked at whole: a comment between two pieces is not seen."""
        if self.text and not QUIET & set(self.open):
            self.wrong += [f"{found[0]!r} is live in {self.text[:120]!r}" for found in LIVE.finditer(self.text)]
        self.text = ""

    def handle_starttag(self, tag, attributes):
        self.settle()
        if tag not in WRITTEN:
            self.wrong.append(f"an element: {tag} {attributes}")
            return
        self.wrong += [f"an attribute: {tag} {name}" for name, _ in attributes if name not in WRITTEN[tag]]
        for name, value in attributes:
            if name == "href":
                address = urllib.parse.urlsplit(value or "")
                place = f"{address.scheme}://{address.netloc}{address.path}"
                if not any(place == host or place.startswith(host + "/") for host in self.hosts) or ".." in place:
                    self.wrong.append(f"a link: {value!r}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        self.settle()
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> where it closes nothing, within {self.open}")

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        # The text around it is looked at as one: nothing is left of a comment on GitHub's page.
        if MARKER.match(f"<!--{data}"):
            self.comments.append(data)
        elif data.strip():
            self.wrong.append(f"a comment: {data[:80]!r}")

    def handle_decl(self, declaration):
        self.wrong.append(f"a declaration: {declaration[:80]!r}")

    unknown_decl = handle_pi = handle_decl


@functools.lru_cache(64)
def wrong(markdown, hosts, marker=False):
    """What is wrong with a page."""
    # GitHub's extensions, but for the filter that would hide elements from us.
    extensions = ["table", "autolink", "strikethrough", "tasklist"]
    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
    with RENDERING:
        rendered = cmarkgfm.markdown_to_html_with_extensions(markdown, options=options, extensions=extensions)
    reader = Reader(hosts)
    reader.feed(rendered)
    reader.close()
    reader.settle()
    found = reader.wrong
    if reader.open:
        found.append(f"left open: {reader.open}")
    if len(reader.comments) != marker:
        found.append(f"{len(reader.comments)} markers: {reader.comments[:3]}")
    if marker and not re.match(r'<!-- andon key="[^"<>\n]*" run="\d+\.\d+" -->\n', markdown):
        found.append(f"the marker is not first: {markdown[:80]!r}")
    if len(re.findall("<!-- *andon", markdown)) != marker:
        found.append("the text of a marker within the page")
    return found
