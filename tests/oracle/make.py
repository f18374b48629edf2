#!/usr/bin/env python3
"""Makes what the tests beside this hold andon to: real projects, and what diff-cover and diff-quality say of them.

Usage: tests/oracle/make.py FOLDER [PROJECT ...]

Wants git, Python 3, npm and node, Rust with clippy, and the package registries. For each project of projects.py:
 - every release's published sources become a commit of a repository (FOLDER/PROJECT);
 - at each of them the project's own tests run under coverage.py or c8, which write Cobertura XML and LCOV, or clippy
   looks at a crate;
 - `diff-cover` judges each range of commits by each report, and `diff-quality` by what clippy says;
 - the repository, with the reports under refs/reports/RELEASE, is written to tests/oracle/PROJECT/history.bundle, and
   what they say to tests/oracle/PROJECT/says.json, or quality.json.

Absolute paths inside the reports name FOLDER: use one that exists nowhere else, such as /build.
"""

import argparse
import fnmatch
import itertools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile

from projects import PROJECTS

HERE = pathlib.Path(__file__).resolve().parent
TIMEOUT = 900
CARGO = os.environ.get("CARGO", "cargo")
PYTHON_TOOLS = ["coverage==7.10.7", "diff-cover==11.0.1", "pytest==7.4.4"]
NODE_TOOLS = ["c8@10", "tape@5"]
# What a release's archive holds beside its sources and tests.
LEFT_OUT = ["docs/*", "doc/*", "example*", "*.egg-info/*", "PKG-INFO", "requirements/*", ".github/*", "*.lock",
            "docs.rst", "CONTRIBUTING*", "*CHANGE*", "changelog/*", "README*", "readme*", "scripts/*", "*.toml.orig",
            "artwork/*"]


def environment(**more):
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PYTHON", "NODE_"))}
    fixed = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    people = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
              for what, value in (("NAME", "Oracle"), ("EMAIL", "oracle@example.org"), ("DATE", "1767225600 +0000"))}
    return kept | fixed | people | {"PYTHONDONTWRITEBYTECODE": "1"} | more


def run(*command, cwd, check=True, **more):
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=environment(**more), capture_output=True, text=True,
                          timeout=TIMEOUT, check=False)
    if check and done.returncode:
        sys.exit(f"{' '.join(map(str, command))} exited with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done.stdout.strip()


class Bench:
    """The folder where all is made, with the tools."""

    def __init__(self, folder):
        self.folder = folder
        self.bin = folder / "venv" / "bin"
        self.node = folder / "node_modules" / ".bin"

    def prepare(self, projects):
        of = lambda language: [project for project in projects if project.language == language]
        needs = lambda language: [need for project in of(language) for need in project.needs]
        if not self.bin.exists():
            run(sys.executable, "-m", "venv", self.bin.parent, cwd=self.folder)
        run(self.bin / "pip", "install", "-q", *PYTHON_TOOLS, *needs("python"), cwd=self.folder)
        (self.folder / "package.json").write_text('{"private": true}\n')
        run("npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", *NODE_TOOLS,
            *needs("javascript"), cwd=self.folder)

    def archive(self, project, version):
        """The published sources of a release, as a tar file."""
        archives = self.folder / "archives"
        archives.mkdir(exist_ok=True)
        endings = [f"{project.name}-{version}.tar.gz", f"{project.name}-{version}.tgz"]
        found = lambda: next((archives / name for name in endings if (archives / name).exists()), None)
        if not found():
            if project.language == "python":
                run(self.bin / "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", archives,
                    f"{project.name}=={version}", cwd=self.folder)
            elif project.language == "javascript":
                run("npm", "pack", "--silent", f"{project.name}@{version}", cwd=archives)
            else:
                self.crate(project, version, archives)
        return found()

    def crate(self, project, version, archives):
        """Takes a crate from cargo's cache, where cargo puts it if it is not there yet."""
        home = pathlib.Path(os.environ.get("CARGO_HOME", pathlib.Path.home() / ".cargo"))
        cached = lambda: next(home.glob(f"registry/cache/*/{project.name}-{version}.crate"), None)
        if not cached():
            wants = self.folder / "wants"
            (wants / "src").mkdir(parents=True, exist_ok=True)
            (wants / "src" / "lib.rs").touch()
            (wants / "Cargo.toml").write_text('[package]\nname = "wants"\nversion = "0.0.0"\nedition = "2024"\n'
                                              f'[dependencies]\n{project.name} = "={version}"\n')
            run(CARGO, "fetch", "-q", cwd=wants)
            shutil.rmtree(wants)
        shutil.copy(cached(), archives / f"{project.name}-{version}.tar.gz")


class Repository:
    """A project's releases as commits."""

    def __init__(self, bench, project):
        self.bench, self.project = bench, project
        self.folder = bench.folder / project.name
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments, **more):
        return run("git", *arguments, cwd=self.folder, **more)

    def clear(self):
        for path in self.folder.iterdir():
            if path.name != ".git":
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def commit(self, version, parent):
        """Puts a release on its parent, and tags it."""
        if parent:
            self.git("checkout", "-q", "--detach", parent)
        self.clear()
        with tarfile.open(self.bench.archive(self.project, version)) as archive:
            for member in archive:
                path = member.name.split("/", 1)[-1]
                if member.isfile() and not any(
                    fnmatch.fnmatch(path, pattern) for pattern in [*LEFT_OUT, *self.project.without]
                ):
                    target = self.folder / path
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(archive.extractfile(member).read())
                    target.chmod(0o755 if member.mode & 0o100 else 0o644)
        self.git("add", "-A", "-f")
        self.git("commit", "-q", "-m", f"{self.project.name} {version}")
        self.git("tag", version)

    def measure(self, version):
        """Runs the tests at a release; the folder with the two reports."""
        self.git("checkout", "-q", "--force", "--detach", version)
        self.git("clean", "-q", "-fdx")
        reports = self.bench.folder / f"{self.project.name}-reports" / version
        shutil.rmtree(reports, ignore_errors=True)
        reports.mkdir(parents=True)
        getattr(self, self.project.language)(reports)
        self.git("checkout", "-q", "--force", "--detach", version)
        self.git("clean", "-q", "-fdx")
        return reports

    def python(self, reports):
        here = lambda names: [name for name in names if (self.folder / name).exists()]
        source = here(self.project.sources)[0]
        under = source.rpartition("/")[0] if "." not in source else ""
        coverage = [self.bench.bin / "python", "-m", "coverage"]
        settings = dict(PYTHONPATH=str(self.folder / under), COVERAGE_FILE=str(reports / ".coverage"))
        measured = [f"--source={source}"] if (self.folder / source).is_dir() else [f"--include={source}"]
        told = run(*coverage, "run", "--branch", *measured, "-m", "pytest", "-q", "-p", "no:cacheprovider",
                   "-c", os.devnull, f"--rootdir={self.folder}", "-o", "asyncio_mode=auto",
                   *here(self.project.tests)[:1], cwd=self.folder, check=False, **settings)
        print(f"  {told.splitlines()[-1] if told else 'no output'}", file=sys.stderr)
        run(*coverage, "xml", "-q", "-o", reports / "cobertura.xml", cwd=self.folder, **settings)
        run(*coverage, "lcov", "-q", "-o", reports / "lcov.info", cwd=self.folder, **settings)
        (reports / ".coverage").unlink()

    def javascript(self, reports):
        included = [f"--include={pattern}" for pattern in self.project.sources]
        told = run(self.bench.node / "c8", "--all", *included, "--exclude=test", "--reporter=lcovonly",
                   "--reporter=cobertura", f"--reports-dir={reports}", f"--temp-directory={reports}/tmp",
                   self.bench.node / "tape", "test/**/*.js", cwd=self.folder, check=False)
        print("  " + ", ".join(line for line in told.splitlines()[-8:] if line.startswith("#")), file=sys.stderr)
        (reports / "cobertura-coverage.xml").rename(reports / "cobertura.xml")
        shutil.rmtree(reports / "tmp", ignore_errors=True)

    def rust(self, reports):
        target = self.bench.folder / "target"
        shutil.rmtree(target, ignore_errors=True)
        told = run(CARGO, "clippy", "-q", "--lib", "--message-format=json-diagnostic-short", f"--target-dir={target}",
                   "--", "-W", "clippy::pedantic", cwd=self.folder)
        (reports / "clippy.jsonl").write_text(told + "\n")
        messages = [entry["message"] for entry in map(json.loads, told.splitlines()) if "message" in entry]
        (reports / "clippy.txt").write_text("".join(message["rendered"] for message in messages))
        print(f"  {len(messages)} messages", file=sys.stderr)

    def keep(self, version, reports):
        """Puts the reports of a release under refs/reports."""
        environment = dict(GIT_INDEX_FILE=str(reports / "index"), GIT_WORK_TREE=str(reports))
        self.git("add", "-f", *(path.name for path in reports.iterdir()), **environment)
        commit = self.git("commit-tree", "-m", f"Reports of {version}", self.git("write-tree", **environment))
        self.git("update-ref", f"refs/reports/{version}", commit)
        (reports / "index").unlink()

    def said(self, tool, base, head, report):
        """What a tool says of a range, as JSON."""
        self.git("checkout", "-q", "--force", "--detach", head)
        out = self.bench.folder / "says.json"
        run(self.bench.bin / "python", *tool, report, f"--compare-branch={base}", f"--format=json:{out}",
            cwd=self.folder, check=False)
        said = json.loads(out.read_text())
        out.unlink()
        return {"base": base, "head": head, "report": report.name}, said

    def quality(self, base, head, reports):
        """What diff-quality says of a range: by file, the changed lines with findings."""
        place, said = self.said([HERE / "quality.py"], base, head, reports / "clippy.txt")
        files = {path: file["violation_lines"] for path, file in sorted(said["src_stats"].items())}
        return place | {
            "report": "clippy.jsonl",
            "files": {path: runs(lines) for path, lines in files.items() if lines},
        }

    def coverage(self, base, head, reports, report):
        """What diff-cover says of a range: by file, its covered and uncovered changed lines."""
        place, said = self.said([self.bench.bin / "diff-cover", "--quiet"], base, head, reports / report)
        return place | {
            "total_num_lines": said["total_num_lines"],
            "total_num_violations": said["total_num_violations"],
            "files": {
                path: {"covered_lines": runs(file["covered_lines"]), "violation_lines": runs(file["violation_lines"])}
                for path, file in sorted(said["src_stats"].items())
            },
        }


def runs(lines):
    """Line numbers as runs: 3-7,9."""
    text = []
    for _, group in itertools.groupby(enumerate(sorted(set(lines))), lambda pair: pair[1] - pair[0]):
        numbers = [number for _, number in group]
        text.append(f"{numbers[0]}-{numbers[-1]}" if len(numbers) > 1 else str(numbers[0]))
    return ",".join(text)


def make(bench, project):
    repository = Repository(bench, project)
    parents = {version: project.after.get(version, before)
               for before, version in zip([None, *project.versions], project.versions)}
    reports = {}
    for version, parent in parents.items():
        print(f"{project.name} {version}", file=sys.stderr)
        repository.commit(version, parent)
        if parent:
            reports[version] = repository.measure(version)
            repository.keep(version, reports[version])
    ranges = [(parent, version) for version, parent in parents.items() if parent] + project.ranges
    if project.language == "rust":
        says = [repository.quality(base, head, reports[head]) for base, head in ranges]
    else:
        says = [repository.coverage(base, head, reports[head], report)
                for base, head in ranges for report in ("cobertura.xml", "lcov.info")]
    folder = HERE / project.name
    folder.mkdir(exist_ok=True)
    repository.git("update-ref", "refs/heads/main", project.versions[-1])
    bundle = folder / "history.bundle"
    bundle.unlink(missing_ok=True)
    repository.git("-c", "pack.threads=1", "bundle", "create", "-q", bundle, "--all")
    lines = ",\n".join(json.dumps(said) for said in says)
    (folder / ("quality.json" if project.language == "rust" else "says.json")).write_text(f"[\n{lines}\n]\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("projects", nargs="*", help="by name; all, if none is named")
    arguments = parser.parse_args()
    bench = Bench(arguments.folder.resolve())
    bench.folder.mkdir(parents=True, exist_ok=True)
    chosen = [project for project in PROJECTS if not arguments.projects or project.name in arguments.projects]
    bench.prepare(PROJECTS)
    for project in chosen:
        make(bench, project)


if __name__ == "__main__":
    main()
