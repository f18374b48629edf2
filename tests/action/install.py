#!/usr/bin/env python3
"""Runs .github/action/install.sh against archives that are right, wrong, cut off and hostile.

`curl` is a stand-in that hands out a file and notes what it was asked for. PATH holds nothing but it and TOOLS.
"""

import hashlib
import io
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLATFORM = "x86_64-unknown-linux-musl"
NAME = f"andon-v1.2.3-{PLATFORM}"
URL = f"https://example.org/releases/v1.2.3/{NAME}.tar.gz"
BINARY = b"#!/bin/sh\necho andon 1.2.3\n"
CURL = """#!/bin/sh
printf '%s\\n' "$@" > "$SERVED.asked"
[ -f "$SERVED" ] || { echo "curl: (6) Could not resolve host" >&2; exit 6; }
while [ $# -gt 0 ]; do [ "$1" = --output ] && out=$2; shift; done
cp "$SERVED" "$out"
"""
WGET = """#!/bin/sh
for argument; do case "$argument" in --output-document=*) out=${argument#*=};; esac; done
cp "$SERVED" "$out"
"""
SHASUM = f"""#!/bin/sh
[ "$*" = "-a 256" ] && exec {shutil.which("sha256sum")}
"""
TOOLS = "bash cat chmod cp cut dirname gzip head mkdir mktemp mv rm sed sh sha256sum tar tr".split()
CARGO = """#!/bin/sh
out=target
profile=release
while [ $# -gt 0 ]; do
  case "$1" in
    --target-dir) out=$2 ;;
    --target) out=$out/$2 ;;
    --profile) profile=$2 ;;
  esac
  shift
done
mkdir -p "$out/$profile" && printf '#!/bin/sh\\necho built\\n' > "$out/$profile/andon" && chmod +x "$out/$profile/andon"
"""


def archive(*members):
    """A tar.gz of (name, content), or (name, link's target) where the content is text."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        for name, content in members:
            info = tarfile.TarInfo(name)
            if isinstance(content, str):
                info.type, info.linkname = tarfile.SYMTYPE, content
                tar.addfile(info)
            else:
                info.size, info.mode = len(content), 0o755
                tar.addfile(info, io.BytesIO(content))
    return made.getvalue()


GOOD = archive((f"{NAME}/README.md", b"x"), (f"{NAME}/andon", BINARY))


class Runner:
    """A runner with a copy of the action, a stand-in for curl, and a few tools of the system."""

    def __init__(self, served=GOOD, listed=None, own="1.2.3", url=URL, cargo=False):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        for name in ["action", "bin", "temp", "tools"]:
            (self.root / name).mkdir()
        shutil.copytree(ROOT / ".github" / "action", self.root / "action" / ".github" / "action")
        (self.root / "action" / "Cargo.toml").write_text(f'[package]\nname = "andon"\nversion = "{own}"\n')
        total = hashlib.sha256(GOOD if listed is None else listed).hexdigest()
        old = f"{'0' * 64}  https://example.org/releases/v1.0.0/andon-v1.0.0-{PLATFORM}.tar.gz\n"
        self.table(f"# a comment\n{old}{total}  {url}\n")
        for name, text in [("curl", CURL)] + ([("cargo", CARGO)] if cargo else []):
            (self.root / "bin" / name).write_text(text)
            (self.root / "bin" / name).chmod(0o755)
        for tool in TOOLS:
            (self.root / "bin" / tool).symlink_to(shutil.which(tool))
        self.serve(served)

    def table(self, text):
        (self.root / "action" / ".github" / "action" / "releases.sha256").write_text(text)

    def serve(self, content):
        path = self.root / "served"
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)
        (self.root / "served.asked").unlink(missing_ok=True)

    def install(self, version, **more):
        output = self.root / "output"
        output.write_text("")
        environment = {
            "PATH": str(self.root / "bin"),
            "GITHUB_OUTPUT": str(output),
            "RUNNER_TEMP": str(self.root / "temp"),
            "RUNNER_TOOL_CACHE": str(self.root / "tools"),
            "RUNNER_OS": "Linux",
            "RUNNER_ARCH": "X64",
            "INPUT_VERSION": version,
            "INPUT_CACHE": "true",
            "SERVED": str(self.root / "served"),
        } | more
        script = self.root / "action" / ".github" / "action" / "install.sh"
        self.done = subprocess.run([shutil.which("bash"), script], capture_output=True, text=True, timeout=60, env=environment)
        lines = output.read_text().splitlines()
        self.binary = pathlib.Path(lines[0].removeprefix("binary=")) if lines else None
        return self

    def asked(self):
        path = self.root / "served.asked"
        return path.read_text().split() if path.exists() else []

    def installed(self, says=BINARY):
        return self.done.returncode == 0 and self.binary and self.binary.read_bytes() == says

    def refused(self, why):
        return self.done.returncode == 2 and not self.binary and why in self.done.stderr


def right_sum():
    runner = Runner().install("v1.2.3")
    asked = runner.asked()
    return runner.installed() and asked[-1] == URL and asked[:2] == ["--proto", "=https"]


def own_version_is_the_default():
    return Runner().install("").installed()


def without_a_release_it_is_built():
    runner = Runner(own="1.3.0", cargo=True).install("")
    return runner.installed(b"#!/bin/sh\necho built\n") and not runner.asked()


def nor_where_the_platform_has_none():
    runner = Runner(cargo=True).install("", RUNNER_ARCH="ARM64")
    return runner.installed(b"#!/bin/sh\necho built\n") and not runner.asked()


def build_wants_cargo():
    return Runner().install("build").refused("no cargo")


def wrong_sum():
    runner = Runner(served=archive((f"{NAME}/andon", b"#!/bin/sh\necho andon 1.2.3 # evil\n"))).install("v1.2.3")
    return runner.refused("the table wants") and not list((runner.root / "tools").rglob("*.tar.gz"))


def a_wrong_sum_is_not_built_around():
    return Runner(served=b"x", cargo=True).install("").refused("the table wants")


def truncated():
    return Runner(served=GOOD[: len(GOOD) // 2]).install("v1.2.3").refused("the table wants")


def offline():
    return Runner(served=None).install("v1.2.3").refused("could not be downloaded")


def no_entry():
    runner = Runner().install("v9.9.9")
    return runner.refused("has no v9.9.9") and not runner.asked()


def no_entry_for_the_platform():
    return Runner().install("v1.2.3", RUNNER_OS="macOS").refused("has no v1.2.3 for x86_64-apple-darwin")


def unknown_platform():
    return Runner().install("v1.2.3", RUNNER_ARCH="S390X").refused("has no v1.2.3 for Linux-S390X")


def a_name_within_a_name_is_no_entry():
    # 1.2.3 is the end of 11.2.3, and what is asked for is no pattern.
    return all(Runner().install(version).done.returncode == 2 for version in ["v2.3", "v1.2.*", "v1.2", "v1", "v*"])


def only_https():
    runner = Runner(url=URL.replace("https:", "http:")).install("v1.2.3")
    return runner.refused("is not an https address") and not runner.asked()


def no_sum_is_no_pass():
    for none in ["-", "e3b0c442", "*" * 64]:
        runner = Runner()
        runner.table(f"{none}  {URL}\n")
        if not runner.install("v1.2.3").refused("sum for v1.2.3 is none") or runner.asked():
            return False
    return True


def no_table_is_no_pass():
    runner = Runner()
    (runner.root / "action" / ".github" / "action" / "releases.sha256").unlink()
    return runner.install("v1.2.3").done.returncode != 0 and not runner.binary and not runner.asked()


def nothing_is_written_outside():
    hostile = archive(("../../outside", b"x"), ("/tmp/andon-outside", b"x"), (f"{NAME}/../../outside", b"x"), (f"{NAME}/andon", BINARY))
    runner = Runner(served=hostile, listed=hostile).install("v1.2.3")
    written = {path.name for path in (runner.root / "temp").rglob("*") if path.is_file()}
    outside = list(runner.root.rglob("outside")) + list(pathlib.Path("/tmp").glob("andon-outside"))
    return runner.installed() and written == {"andon.tar.gz", "andon"} and not outside


def a_link_is_no_binary():
    hostile = archive((f"{NAME}/andon", "/bin/sh"))
    return Runner(served=hostile, listed=hostile).install("v1.2.3").refused("holds no andon")


def another_binary_is_none():
    other = archive((f"{NAME}/andon", b"#!/bin/sh\necho andon 1.2.2\n"))
    return Runner(served=other, listed=other).install("v1.2.3").refused("says that it is andon 1.2.2")


def an_empty_archive():
    empty = archive()
    return Runner(served=empty, listed=empty).install("v1.2.3").refused("holds no andon")


def other_tools_will_do():
    runner = Runner()
    for name, text in [("wget", WGET), ("shasum", SHASUM)]:
        (runner.root / "bin" / name).write_text(text)
        (runner.root / "bin" / name).chmod(0o755)
    (runner.root / "bin" / "curl").unlink()
    (runner.root / "bin" / "sha256sum").unlink()
    right = runner.install("v1.2.3").installed()
    runner.serve(b"x")
    return right and runner.install("v1.2.3", INPUT_CACHE="false").refused("the table wants")


def without_them_it_is_refused():
    unchecked, undownloaded = Runner(), Runner()
    (unchecked.root / "bin" / "sha256sum").unlink()
    (undownloaded.root / "bin" / "curl").unlink()
    return unchecked.install("v1.2.3").refused("check the download") and undownloaded.install("v1.2.3").refused("neither curl")


def what_is_packed_can_be_installed():
    runner = Runner(cargo=True)
    (runner.root / "bin" / "rustup").write_text("#!/bin/sh\n")
    (runner.root / "bin" / "rustup").chmod(0o755)
    (runner.root / "bin" / "cargo").write_text(CARGO.replace("echo built", "echo andon 1.2.3"))
    here = runner.root / "action"
    for name in ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"]:
        (here / name).write_text("x")
    command = [shutil.which("bash"), here / ".github" / "action" / "pack.sh", PLATFORM]
    environment = {"PATH": str(runner.root / "bin")}
    subprocess.run(command, cwd=here, check=True, env=environment, timeout=60)
    made = (here / "dist" / f"{NAME}.tar.gz").read_bytes()
    runner.serve(made)
    runner.table(f"{hashlib.sha256(made).hexdigest()}  {URL}\n")
    return runner.install("v1.2.3").installed(b"#!/bin/sh\necho andon 1.2.3\n")


def kept_for_the_next_time():
    runner = Runner().install("v1.2.3")
    runner.serve(None)
    return runner.install("v1.2.3").installed() and not runner.asked()


def a_kept_file_is_checked():
    runner = Runner().install("v1.2.3")
    (kept,) = (runner.root / "tools").rglob("*.tar.gz")
    kept.write_bytes(archive((f"{NAME}/andon", b"#!/bin/sh\necho andon 1.2.3 # evil\n")))
    runner.serve(None)
    refused = runner.install("v1.2.3").refused("could not be downloaded")
    runner.serve(GOOD)
    return refused and runner.install("v1.2.3").installed() and kept.read_bytes() == GOOD


def nothing_is_kept_unasked():
    runner = Runner().install("v1.2.3", INPUT_CACHE="false")
    return runner.installed() and not list((runner.root / "tools").iterdir())


def a_cache_that_cannot_be_written():
    return Runner().install("v1.2.3", RUNNER_TOOL_CACHE="/proc/none").installed()


def windows():
    name = "andon-v1.2.3-x86_64-pc-windows-msvc"
    made = archive((f"{name}/andon.exe", BINARY))
    runner = Runner(served=made, listed=made, url=URL.replace(NAME, name))
    (runner.root / "bin" / "cygpath").write_text('#!/bin/sh\n[ "$1" = -m ] && echo "C:$2"\n')
    (runner.root / "bin" / "cygpath").chmod(0o755)
    runner.install("v1.2.3", RUNNER_OS="Windows")
    runner.binary = pathlib.Path(str(runner.binary).removeprefix("C:"))
    return runner.installed() and runner.binary.name == "andon.exe"


def a_binary_of_ones_own():
    runner = Runner()
    own = runner.root / "with space"
    own.write_bytes(BINARY)
    own.chmod(0o755)
    return runner.install(f"path:{own}").installed() and not runner.asked()


def no_binary_of_ones_own():
    return all(Runner().install(f"path:{path}").refused("no binary") for path in ["/nowhere", "/tmp", ""])


def another_word():
    return Runner().install("latest").refused("is neither")


def no_output_is_smuggled_in():
    runner = Runner()
    own = runner.root / "a\nverdict=pass"
    own.write_bytes(BINARY)
    own.chmod(0o755)
    return runner.install(f"path:{own}").refused("line break")


def main():
    cases = [value for name, value in globals().items() if callable(value) and value.__module__ == __name__]
    cases = [case for case in cases if case not in (archive, Runner, main)]
    failed = [case.__name__ for case in cases if not case()]
    print(f"installer: {len(cases) - len(failed)} passed, {len(failed)} failed {failed or ''}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
