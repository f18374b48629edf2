//! Which change is found in real repositories, made with git in temporary folders and compared with what git itself
//! says.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use andon::app::Workspace;
use andon::app::change::{Wanted, find};
use andon::ci::{Context, Event};
use andon::domain::baseline::Lack;
use andon::domain::change::{Change, ChangedFile};
use andon::platform::Env;
use andon::vcs::Repository;

mod base;
mod files;
mod local;
mod pipelines;

struct Repo {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl Repo {
    fn new() -> Repo {
        let repo = Repo::empty();
        repo.git(&["init", "-q", "-b", "main"]);
        repo
    }

    fn empty() -> Repo {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap();
        Repo {
            _folder: folder,
            path,
        }
    }

    /// A clone, with options.
    fn clone(&self, options: &[&str]) -> Repo {
        let clone = Repo::empty();
        let url = format!("file://{}", self.path.display());
        let arguments = [&["clone", "-q"], options, &[&url, "."]].concat();
        clone.git(&arguments);
        clone
    }

    /// Runs git without the machine's configuration or the caller's `GIT_` variables.
    fn git(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                command.env_remove(name);
            }
        }
        let output = command
            .current_dir(&self.path)
            .envs([
                ("GIT_CONFIG_GLOBAL", "/dev/null"),
                ("GIT_CONFIG_SYSTEM", "/dev/null"),
            ])
            .envs([
                ("GIT_AUTHOR_NAME", "A"),
                ("GIT_AUTHOR_EMAIL", "a@example.org"),
            ])
            .envs([
                ("GIT_COMMITTER_NAME", "C"),
                ("GIT_COMMITTER_EMAIL", "c@example.org"),
            ])
            .args([
                "-c",
                "protocol.file.allow=always",
                "-c",
                "core.quotePath=false",
            ])
            .args(arguments)
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {errors}");
        String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned()
    }

    fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn remove(&self, path: &str) {
        fs::remove_file(self.path.join(path)).unwrap();
    }

    /// Commits all there is and returns the id.
    fn commit(&self) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
        self.id("HEAD")
    }

    fn id(&self, name: &str) -> String {
        self.git(&["rev-parse", name])
    }

    fn find(&self, wanted: &Wanted, context: &Context) -> anyhow::Result<Result<Change, Lack>> {
        self.find_in("", wanted, context)
    }

    fn find_in(
        &self,
        folder: &str,
        wanted: &Wanted,
        context: &Context,
    ) -> anyhow::Result<Result<Change, Lack>> {
        let workspace = Workspace::open(&self.path.join(folder), Env::default()).unwrap();
        let repository = Repository::find(&workspace.root, &workspace.env).unwrap();
        find(&workspace, repository.as_ref(), folder, wanted, context)
    }

    /// The local change of a repository inside the folder.
    fn find_at(&self, folder: &str) -> anyhow::Result<Result<Change, Lack>> {
        let workspace = Workspace::open(&self.path.join(folder), Env::default()).unwrap();
        let repository = Repository::find(&workspace.root, &workspace.env).unwrap();
        let (wanted, context) = (Wanted::default(), Context::default());
        find(&workspace, repository.as_ref(), "", &wanted, &context)
    }

    /// What `find` makes of the configuration and a base.
    fn since(&self, base: &str) -> Change {
        self.find(&since(base), &Context::default())
            .unwrap()
            .unwrap()
    }

    fn local(&self) -> Change {
        self.find(&Wanted::default(), &Context::default())
            .unwrap()
            .unwrap()
    }

    fn in_ci(&self, context: &Context) -> Result<Change, Lack> {
        self.find(&Wanted::default(), context).unwrap()
    }

    /// What git says differs.
    fn says(&self, ends: &[&str]) -> Vec<String> {
        let plain = [
            "diff",
            "-U0",
            "--no-ext-diff",
            "--no-textconv",
            "--find-renames",
            "--find-copies",
            "--no-color",
            "--src-prefix=a/",
            "--dst-prefix=b/",
            "--submodule=short",
            "--diff-algorithm=default",
        ];
        let head = ends.last().unwrap();
        parse(&self.git(&[&plain[..], ends].concat()), |path| {
            self.length(head, path)
        })
    }

    /// How many lines git says a file has.
    fn length(&self, commit: &str, path: &str) -> u32 {
        let nothing = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
        let told = self.git(&["diff", "--numstat", nothing, commit, "--", path]);
        told.split('\t').next().unwrap().parse().unwrap()
    }

    /// Both ends compared by git and by us.
    #[track_caller]
    fn agrees(&self, base: &str, head: &str) -> Vec<String> {
        let wanted = Wanted {
            head: Some(head.to_owned()),
            ..since(base)
        };
        let change = self.find(&wanted, &Context::default()).unwrap().unwrap();
        let ours = shown(change.files());
        assert_eq!(ours, self.says(&[base, head]));
        ours
    }
}

fn since(base: &str) -> Wanted {
    Wanted {
        base: Some(base.to_owned()),
        ..Wanted::default()
    }
}

/// One line for each file.
fn shown(files: &[ChangedFile]) -> Vec<String> {
    let show = |file: &ChangedFile| {
        let old = file
            .old_path
            .as_ref()
            .map(|old| format!(" from {old}"))
            .unwrap_or_default();
        let opaque = if file.opaque { " opaque" } else { "" };
        let hunks = file.hunks.iter().map(|hunk| {
            let (old, new) = (&hunk.old, &hunk.new);
            format!(" {}+{}>{}+{}", old.start, old.len(), new.start, new.len())
        });
        format!(
            "{:?} {}{old}{opaque}{}",
            file.kind,
            file.path,
            hunks.collect::<String>()
        )
    };
    let mut lines: Vec<String> = files.iter().map(show).collect();
    lines.sort();
    lines
}

/// A reading of git's patch that shares nothing with the program's own. Of a copy git says in which lines it is not like
/// the other file; but all of them are new.
fn parse(patch: &str, length: impl Fn(&str) -> u32) -> Vec<String> {
    let mut files: Vec<String> = Vec::new();
    for part in format!("\n{patch}").split("\ndiff --git ").skip(1) {
        let head = part.split("\n@@ ").next().unwrap();
        let field = |start: &str| head.lines().find_map(|line| line.strip_prefix(start));
        let names = head.lines().next().unwrap();
        let same = names.split(" b/").last().unwrap().trim_end_matches('"');
        let (kind, path, old) = if let Some(from) = field("rename from ") {
            ("Renamed", field("rename to ").unwrap(), Some(from))
        } else if let Some(from) = field("copy from ") {
            ("Copied", field("copy to ").unwrap(), Some(from))
        } else if field("new file mode").is_some() {
            ("Added", same, None)
        } else if field("deleted file mode").is_some() {
            ("Deleted", same, None)
        } else {
            ("Modified", same, None)
        };
        let linkish = ["index ", "new file mode ", "deleted file mode "];
        let linkish = head.lines().any(|line| {
            linkish.iter().any(|start| line.starts_with(start))
                && (line.ends_with("120000") || line.ends_with("160000"))
        });
        let opaque = linkish || head.contains("\nBinary files ");
        let mut line = format!("{kind} {path}");
        if let Some(old) = old {
            line += &format!(" from {old}");
        }
        if opaque {
            line += " opaque";
        }
        let copied = kind == "Copied" && !opaque;
        if copied {
            line += &format!(" 1+0>1+{}", length(path));
        }
        for hunk in part
            .lines()
            .filter(|line| line.starts_with("@@ -"))
            .take_while(|_| !opaque && !copied)
        {
            let mut words = hunk.split(' ').skip(1).map(|word| {
                let mut numbers = word[1..]
                    .split(',')
                    .map(|number| number.parse::<u32>().unwrap());
                let start = numbers.next().unwrap();
                let count = numbers.next().unwrap_or(1);
                (if count == 0 { start + 1 } else { start }, count)
            });
            let (old, new) = (words.next().unwrap(), words.next().unwrap());
            line += &format!(" {}+{}>{}+{}", old.0, old.1, new.0, new.1);
        }
        files.push(line);
    }
    files.sort();
    files
}

fn numbers(range: std::ops::Range<u32>) -> String {
    range.map(|number| format!("line {number}\n")).collect()
}

fn pull_request(base: &str, head: &str) -> Context {
    Context {
        provider: Some("GitHub Actions"),
        event: Event::PullRequest,
        base_commit: Some(base.to_owned()),
        base_branch: Some("main".to_owned()),
        head_commit: Some(head.to_owned()),
        ..Context::default()
    }
}
