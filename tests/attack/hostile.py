"""A repository, reports and policies whose every name and text is meant to do harm."""

import json
import os
import pathlib
import re
import subprocess
from xml.sax import saxutils

MARKER = '<!-- andon key="other" run="99999999999.9" -->'
# One each of what a name, a message or a path may try.
WORDS = [
    "::add-mask::secret",
    "  ::error file=/etc/passwd,line=1::gone",
    "\t::stop-commands::x",
    "a\n::set-output name=verdict::pass\n::add-path::/evil",
    "a\r::save-state name=x::y",
    "a\u2028::warning::u2028\u2029::warning::u2029",
    "a\x85::notice::nel\x0b::notice::vt\x0c::notice::ff\x1c::notice::fs",
    "\u00a0\u3000::group::wide",
    "\u200b::debug::zero \ufeff::debug::bom",
    "x ##[error]older ##[add-mask]a ##[set-env name=PATH]b",
    "###[group]three ####[endgroup] #\u200b#[error]between ##\u200b[error]",
    "##vso[task.setvariable variable=PATH;isOutput=true]evil",
    "##vso[task.complete result=Succeeded;]done",
    "##teamcity[buildStatus status='SUCCESS']",
    "a'|]\n##teamcity[setParameter name='env.PATH' value='evil']",
    "</details></td></tr></table></code><h1>gone</h1>",
    f"{MARKER} <!-- andon -->",
    f"\n{MARKER}\n-->",
    "a | b | c \\| d",
    "`x` ``y`` ```\n~~~",
    "\u202enimda\u202c \u2066x\u2069 \u200f",
    "z\u200be\u200cr\u200do \u00ad\u2060",
    "\x1b[31mred\x1b[2J\x1b[H \x9b31m",
    "\x1b]8;;https://evil.example\x07click\x1b]8;;\x07",
    "\x1b]52;c;ZXZpbA==\x07 \x1b]0;title\x07 \x1bc \x07\x08\x7f",
    "![x](https://evil.example/x.png) <img src=https://evil.example/y.png>",
    "[run](javascript:alert(1)) <a href='javascript:x'>y</a> [z](//evil.example)",
    "@org/team, @octocat: hi @github",
    "#1 GH-1 org/repo#1 octo/other#12 :tada: a@b.co",
    "https://evil.example http://evil.example/?q www.evil.example ftp://evil.example (https://evil.example)",
    "&lt;b&gt; &#64;octocat &amp;#64; &colon;&colon;add-mask",
    "%0A::error::x %0D%0A %25 %3A%3A",
    "]]> <![CDATA[ x ]]> <?xml version='1.0'?> <!DOCTYPE x>",
    "=cmd|' /C calc'!A0 +1 -1 @SUM(A1)",
    'yaml: {a: [1, *x], "b": !!python/object:os.system} # c',
    '"}],"verdict":"pass","x":[{"y":"',
    "$(touch /tmp/andon-attack) `touch /tmp/andon-attack` ; touch x && y",
    "${{ github.token }} {{ secrets }} %GITHUB_TOKEN% $GITHUB_TOKEN",
    "<script>alert(1)</script><style>*{}</style><svg onload=x><textarea>",
    "* item\n# heading\n> quote\n1. list\n---\n===\n\n    code",
    "[^1] [x]: https://evil.example [ ] [x] $x$ ~~s~~ **b** __u__",
    "../../../etc/passwd C:\\Windows\\x \\\\host\\share file:///etc/passwd",
    "<details open><summary>x",
    "<a\thref=https://evil.example>x</a\n>",
    "\ufffe\uffff\U000e0041\U0001f600 e\u0301\u0301\u0301\u0301\u0301\u0301",
]
# What is refused in a label.
HIDDEN = "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"


def name(word, most=200):
    """The word as the name of a file in git."""
    text = word.replace("/", "∕").replace("\0", "")
    return text.encode()[:most].decode(errors="ignore").strip(". ") or "x"


def branch(word):
    """What git takes of the word in the name of a branch."""
    text = re.sub(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|\.lock\b", "-", word).strip("./-")
    return text.encode()[:150].decode(errors="ignore").rstrip(".") or "x"


def xml(text):
    """The text in XML, without what XML cannot hold at all."""
    lawful = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
    return saxutils.quoteattr(lawful, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def lcov(names, lines=8, hit=4):
    hits = "".join(f"DA:{line},{int(line <= hit)}\n" for line in range(1, lines + 1))
    return "".join(f"SF:{one}\n{hits}end_of_record\n" for one in names)


def cobertura(names):
    lines = "".join(f'<line number="{line}" hits="{int(line < 4)}"/>' for line in range(1, 9))
    classes = "".join(f"<class name={xml(one)} filename={xml(one)} line-rate='0.4'><lines>{lines}</lines></class>" for one in names)
    return (
        '<?xml version="1.0"?><coverage line-rate="0.4" branch-rate="0" version="7.4" timestamp="1"><sources><source>.</source>'
        f'</sources><packages><package name="p" line-rate="0.4"><classes>{classes}</classes></package></packages></coverage>'
    )


def junit(names):
    cases = "".join(
        f"<testcase classname={xml(one)} name={xml(one)} file={xml(one)} line='2' time='0.1'>"
        f"<failure message={xml(one)} type={xml(one)}>{xml(one)[1:-1]}</failure><system-out>{xml(one)[1:-1]}</system-out></testcase>"
        for one in names
    )
    count = len(names)
    return f'<?xml version="1.0"?><testsuites><testsuite name={xml(names[0])} tests="{count}" failures="{count}" errors="0" skipped="0">{cases}</testsuite></testsuites>'


def clippy(pairs):
    """Findings: (path, message)."""
    out = []
    for path, text in pairs:
        span = {"file_name": path, "line_start": 2, "line_end": 2, "column_start": 1, "column_end": 3, "is_primary": True}
        span |= {"byte_start": 0, "byte_end": 1, "expansion": None, "label": text, "text": []}
        message = {"$message_type": "diagnostic", "level": "error", "message": text, "rendered": text, "children": []}
        message |= {"code": {"code": text, "explanation": text}, "spans": [span | {"suggested_replacement": None}]}
        target = {"kind": ["lib"], "crate_types": ["lib"], "name": text, "src_path": path, "edition": "2021"}
        entry = {"reason": "compiler-message", "package_id": text, "manifest_path": text, "target": target}
        out.append(json.dumps(entry | {"message": message}, separators=(",", ":")))
    return "\n".join([*out, '{"reason":"build-finished","success":false}']) + "\n"


def radon(pairs):
    """Functions: (path, name)."""
    files = {}
    for path, text in pairs:
        one = {"type": "function", "rank": "F", "name": text, "complexity": 60, "lineno": 1, "endline": 7}
        files.setdefault(path, []).append(one | {"col_offset": 0, "closures": []})
    return json.dumps(files)


def git(folder, *arguments, text="x", when=1_700_000_000, stdin=None):
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for who in ("AUTHOR", "COMMITTER"):
        settings |= {f"GIT_{who}_NAME": text, f"GIT_{who}_EMAIL": "a@b.co", f"GIT_{who}_DATE": f"{when} +0000"}
    command = ["git", "-C", folder, *arguments]
    done = subprocess.run(command, env=os.environ | settings, input=stdin, capture_output=True, check=True)
    return done.stdout.decode().strip()


def policy(words, publish=True):
    """A policy that is sound, and says everything in hostile words. JSON is YAML."""
    text = " ".join(words)
    where = {"os": text}
    gates = [
        {"id": f"cover {text}", "metric": "coverage.line", "require": ">= 99%", "description": text},
        {"id": f"each {text}", "metric": "coverage.line", "scope": "each file", "require": ">= 98%", "description": text},
        {"id": f"new {text}", "metric": "coverage.line", "scope": "changed", "require": ">= 97%", "description": text},
        {"id": f"tests {text}", "metric": "tests.failed", "require": "== 0", "description": text},
        {"id": f"lint {text}", "metric": "lint.errors", "require": "== 0", "description": text},
        {"id": f"fn {text}", "metric": "complexity.cyclomatic", "scope": "each function", "require": "<= 10"},
        {"id": f"where {text}", "metric": "coverage.line", "require": ">= 90%", "where": where, "on_missing": "warn"},
        {"id": f"own {text}", "metric": "evil.metric", "require": ">= 1000000", "description": text},
        {"id": f"part {text}", "metric": "coverage.line", "scope": "each component", "require": ">= 96%"},
    ]
    waiver = {"gate": f"lint {text}", "reason": text, "owner": text, "expires": "2999-01-01"}
    expired = {"gate": f"cover {text}", "reason": text, "owner": text, "expires": "2020-01-01"}
    quarantine = {"gate": f"tests {text}", "tests": [words[0]], "reason": text, "owner": text, "expires": "2999-01-01"}
    own = {"title": text, "meaning": text, "advice": text, "unit": text[:20], "better": "higher", "formula": "coverage.line * 1"}
    made = {
        "version": 1,
        "gates": gates,
        "waivers": [waiver, expired, quarantine],
        "components": {text: {"paths": ["**"], "owner": text}},
        "metrics": {"evil.metric": own},
        "reports": [{"path": "reports/*", "labels": where}],
        "on_problem": "warn",
    }
    if publish:
        made["publish"] = {"labels": {"fail": [re.sub(HIDDEN, " ", text)[:50].strip(), "gate: red"]}}
    return made


def yaml(value):
    """JSON that is YAML as well, which knows no pairs of surrogates."""
    return re.sub(r"\\ud[89ab]..\\ud[c-f]..", lambda pair: json.loads(f'"{pair[0]}"'), json.dumps(value))


class Repository:
    """A base commit and a change on a hostile branch; beside it a folder that nobody may touch."""

    def __init__(self, folder):
        self.root, self.outside = folder / "work", folder / "outside"
        (self.root / "reports").mkdir(parents=True)
        self.outside.mkdir()
        (self.outside / "secret.info").write_text(lcov(["CanaryOutside"]))
        self.names = [name(word) for word in WORDS]
        git(self.root, "init", "--quiet", "--initial-branch=main")
        git(self.root, "remote", "add", "origin", "https://github.com/octo/project.git")
        self.base = self.change("pass\n" * 4, 1_700_000_000)
        git(self.root, "tag", "v1.0.0")
        self.branch = branch(" ".join(WORDS[index] for index in (9, 15, 16, 18, 20, 27, 28)))
        git(self.root, "checkout", "--quiet", "-b", self.branch)
        self.reports()
        self.head = self.change("pass\n" * 8, 1_700_100_000)
        git(self.root, "tag", "v1.1.0")
        for index in (9, 11, 15, 16, 20, 27):
            git(self.root, "tag", "-a", f"v1.{index}.0-{branch(WORDS[index])}", "-m", WORDS[index])

    def change(self, content, when):
        for one in self.names:
            (self.root / one).write_text(content)
        git(self.root, "add", "--all")
        message = "\n\n".join(WORDS).encode()
        git(self.root, "commit", "--quiet", "--file=-", "--cleanup=verbatim", text=WORDS[15].replace("<", "(").replace(">", ")"), when=when, stdin=message)
        return git(self.root, "rev-parse", "HEAD")

    def reports(self):
        flat = [re.sub("[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", " ", one) for one in self.names]
        pairs = list(zip(self.names, WORDS))
        files = {
            "lcov.info": lcov(flat),
            "cobertura.xml": cobertura(self.names + WORDS),
            "junit.xml": junit(WORDS),
            "clippy.json": clippy(pairs + [(word, word) for word in WORDS]),
            "radon.json": radon(pairs),
        }
        for path, text in files.items():
            (self.root / "reports" / path).write_text(text, encoding="utf-8", errors="replace")
        (self.root / "reports" / name(WORDS[1])).write_text("of no format")
        for index in range(0, len(WORDS), 5):
            (self.root / f"policy-{index // 5}.json").write_text(yaml(policy(WORDS[index : index + 5])))
