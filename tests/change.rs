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
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use andon::app::Workspace;
use andon::app::change::{Wanted, find};
use andon::ci::{Context, Event, detect};
use andon::domain::baseline::Lack;
use andon::domain::change::{Change, ChangedFile, Kind};
use andon::domain::measurement::Cause;
use andon::platform::Env;
use andon::vcs::Repository;

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

fn push(before: &str) -> Context {
    Context {
        provider: Some("GitHub Actions"),
        event: Event::Push,
        base_commit: Some(before.to_owned()),
        branch: Some("main".to_owned()),
        default_branch: Some("main".to_owned()),
        ..Context::default()
    }
}

#[test]
fn files_of_every_kind_are_told_as_git_tells_them() {
    let repo = Repo::new();
    repo.write("moved", numbers(1..20));
    repo.write("copied", numbers(40..60));
    repo.write("binary", b"a\0b");
    repo.write("mode", "x\n");
    repo.write("crlf", "a\nb\nc\n");
    repo.write("open", "a\nb");
    repo.write("gone", "1\n2\n3");
    repo.write("becomes link", "1\n2\n");
    std::os::unix::fs::symlink("mode", repo.path.join("link")).unwrap();
    repo.write("sub/ä b", "x\n");
    repo.git(&[
        "update-index",
        "--add",
        "--cacheinfo",
        "160000,1111111111111111111111111111111111111111,lib",
    ]);
    repo.git(&["add", "-A", "--", ":!lib"]);
    repo.git(&["commit", "-q", "-m", "x"]);
    let base = repo.id("HEAD");
    repo.remove("moved");
    repo.write(
        "dir/moved",
        numbers(1..20).replace("line 7\n", "seven\nand a half\n"),
    );
    repo.write("copy", numbers(40..59));
    repo.write("copied", numbers(40..60) + "more\n");
    repo.write("binary", b"a\0c");
    repo.write("crlf", "a\r\nb\r\nc\n");
    repo.write("open", "a\nb\n");
    repo.remove("gone");
    repo.remove("becomes link");
    std::os::unix::fs::symlink("mode", repo.path.join("becomes link")).unwrap();
    repo.remove("link");
    repo.write("link", "now\na file\n");
    repo.write("empty", "");
    repo.write("sub/ä b", "y\n");
    repo.write("script", "#!/bin/sh\n");
    repo.git(&["add", "-A", "--", ":!lib"]);
    repo.git(&["update-index", "--chmod=+x", "mode"]);
    repo.git(&[
        "update-index",
        "--cacheinfo",
        "160000,2222222222222222222222222222222222222222,lib",
    ]);
    repo.git(&["commit", "-q", "-m", "y"]);
    let told = repo.agrees(&base, "HEAD");
    insta::assert_snapshot!(told.join("\n"));
}

/// A generator without a seed from outside: the test is the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

fn line(dice: &mut Dice) -> String {
    let words = [
        "}",
        "",
        "    return x",
        "def f():",
        "    if a:",
        "\tb = 1",
        "}\r",
        "// ---",
        "x",
    ];
    let word = words[usize::try_from(dice.roll(words.len() as u64)).unwrap()];
    if dice.roll(3) == 0 {
        format!("{word} {}", dice.roll(50))
    } else {
        word.to_owned()
    }
}

#[test]
fn hundreds_of_random_edits_are_told_as_git_tells_them() {
    let repo = Repo::new();
    let mut dice = Dice(7);
    let mut texts: Vec<Vec<String>> = Vec::new();
    for number in 0..300 {
        let length = 1 + dice.roll(if number % 5 == 0 { 400 } else { 60 });
        texts.push((0..length).map(|_| line(&mut dice)).collect());
    }
    for (number, text) in texts.iter().enumerate() {
        repo.write(
            &format!("d{}/f{number}", number % 7),
            text.join("\n") + "\n",
        );
    }
    let base = repo.commit();
    for (number, text) in texts.iter_mut().enumerate() {
        for _ in 0..=dice.roll(6) {
            let at = usize::try_from(dice.roll(text.len() as u64 + 1)).unwrap();
            match dice.roll(4) {
                0 if at < text.len() => drop(text.remove(at)),
                1 if at < text.len() => text[at] = line(&mut dice),
                2 => {
                    let block = text[at.saturating_sub(4)..at].to_vec();
                    text.splice(at..at, block);
                }
                _ => text.insert(at, line(&mut dice)),
            }
        }
        let end = if dice.roll(4) == 0 { "" } else { "\n" };
        let old = format!("d{}/f{number}", number % 7);
        let new = match dice.roll(12) {
            0 => {
                repo.remove(&old);
                format!("d{}/g{number}", dice.roll(7))
            }
            1 => format!("d{}/copy{number}", dice.roll(7)),
            2 => {
                repo.remove(&old);
                continue;
            }
            _ => old,
        };
        repo.write(&new, text.join("\n") + end);
    }
    repo.commit();
    let told = repo.agrees(&base, "HEAD");
    assert!(
        told.len() > 250 && told.iter().any(|line| line.starts_with("Renamed")),
        "{}",
        told.len()
    );
}

#[test]
fn the_merge_base_counts_and_not_the_tip() {
    let repo = Repo::new();
    repo.write("a", "1\n");
    let fork = repo.commit();
    repo.git(&["checkout", "-q", "-b", "work"]);
    repo.write("b", "1\n");
    let head = repo.commit();
    repo.git(&["checkout", "-q", "main"]);
    repo.write("a", "2\n");
    repo.commit();
    repo.git(&["checkout", "-q", "work"]);
    let change = repo.since("main");
    assert_eq!((change.base, change.head), (Some(fork.clone()), Some(head)));
    assert_eq!(change.origin, "merge base with main");
    assert_eq!(repo.local().base, Some(fork));
    let paths: Vec<String> = repo
        .local()
        .files()
        .iter()
        .map(|file| file.path.clone())
        .collect();
    assert_eq!(paths, ["b"]);
}

#[test]
fn of_crosswise_merges_the_newest_base_counts() {
    let repo = Repo::new();
    repo.write("a", "1\n");
    repo.commit();
    repo.git(&["checkout", "-q", "-b", "work"]);
    repo.write("b", "1\n");
    repo.commit();
    repo.git(&["branch", "work1"]);
    repo.git(&["checkout", "-q", "main"]);
    repo.write("c", "1\n");
    repo.commit();
    repo.git(&["branch", "main1"]);
    repo.git(&["merge", "-q", "--no-edit", "work1"]);
    repo.git(&["checkout", "-q", "work"]);
    repo.git(&["merge", "-q", "--no-edit", "main1"]);
    repo.write("b", "2\n");
    repo.commit();
    let bases = repo.git(&["merge-base", "--all", "main", "HEAD"]);
    assert_eq!(bases.lines().count(), 2);
    let base = repo.since("main").base.unwrap();
    assert!(bases.contains(&base));
    assert_eq!(repo.since("main"), repo.since("main"));
}

/// A pull request as a server holds it: `main` went on, and the merge commit has it as its first parent.
fn synthetic() -> (Repo, Context, String) {
    let repo = Repo::new();
    repo.write("a", "1\n");
    repo.commit();
    repo.git(&["checkout", "-q", "-b", "work"]);
    repo.write("b", "1\n");
    let author = repo.commit();
    repo.git(&["checkout", "-q", "main"]);
    let old_tip = repo.id("HEAD");
    repo.write("c", "1\n");
    let tip = repo.commit();
    repo.git(&["checkout", "-q", "--detach"]);
    repo.git(&["merge", "-q", "--no-ff", "--no-edit", "work"]);
    repo.git(&["update-ref", "refs/heads/merge", "HEAD"]);
    repo.git(&["checkout", "-q", "main"]);
    (repo, pull_request(&old_tip, &author), tip)
}

#[test]
fn the_merge_commit_of_ci_is_compared_with_its_first_parent() {
    let (server, context, tip) = synthetic();
    for options in [&["--depth=2", "--branch=merge"][..], &["--branch=merge"]] {
        let clone = server.clone(options);
        let change = clone.in_ci(&context).unwrap();
        assert_eq!(change.base.as_ref(), Some(&tip));
        assert_eq!(change.head, Some(clone.id("HEAD")));
        assert_eq!(shown(change.files()), ["Added b 1+0>1+1"]);
    }
    let lack = server
        .clone(&["--depth=1", "--branch=merge"])
        .in_ci(&context)
        .unwrap_err();
    assert_eq!(lack.cause, Cause::Shallow);
    insta::assert_snapshot!(lack.reason);
}

#[test]
fn a_shallow_clone_that_would_tell_a_wrong_base_is_refused() {
    // root ── a ── b (main)        A clone that has `root` through an old branch, and both tips without
    //    └──── a ── c (work)       what is between, knows `root` as the only common commit.
    let server = Repo::new();
    server.write("f", "0\n");
    server.commit();
    server.write("f", "1\n");
    let fork = server.commit();
    server.git(&["checkout", "-q", "-b", "work"]);
    for number in 0..3 {
        server.write("w", format!("{number}\n"));
        server.commit();
    }
    server.git(&["checkout", "-q", "main"]);
    for number in 0..3 {
        server.write("m", format!("{number}\n"));
        server.commit();
    }
    let (base, head) = (server.id("main"), server.id("work"));
    for depth in ["1", "2", "3"] {
        let clone = server.clone(&[
            "--no-single-branch",
            &format!("--depth={depth}"),
            "--branch=work",
        ]);
        let lack = clone.in_ci(&pull_request(&base, &head)).unwrap_err();
        assert_eq!(lack.cause, Cause::Shallow, "{depth}");
        assert!(lack.reason.contains("fetch-depth: 0"), "{}", lack.reason);
        let lack = clone
            .find(&since("main"), &Context::default())
            .unwrap()
            .unwrap_err();
        assert_eq!(lack.cause, Cause::Shallow, "{depth}");
    }
    let enough = server.clone(&["--no-single-branch", "--depth=4", "--branch=work"]);
    assert_eq!(
        enough.in_ci(&pull_request(&base, &head)).unwrap().base,
        Some(fork)
    );
    // The base is in no shallow clone of one branch.
    let alone = server.clone(&["--depth=1", "--branch=work"]);
    insta::assert_snapshot!(
        alone
            .in_ci(&pull_request(&base, &head))
            .unwrap_err()
            .reason
            .replace(&base[..10], "BASE")
    );
    let error = alone.find(&since(&base), &Context::default()).unwrap_err();
    assert!(error.to_string().contains("fetch-depth: 0"), "{error}");
}

#[test]
fn a_nearer_merge_base_beyond_the_end_is_suspected() {
    // main: r ── s ── t ── m, with m a merge of an old commit `r`; work: from t. Cut after m, `r` looks common.
    let server = Repo::new();
    server.write("f", "0\n");
    let root = server.commit();
    server.write("f", "1\n");
    server.commit();
    server.git(&["branch", "work"]);
    server.write("f", "2\n");
    server.commit();
    server.git(&["checkout", "-q", "-b", "side", &root]);
    server.write("side", "1\n");
    server.commit();
    server.git(&["checkout", "-q", "main"]);
    server.git(&["merge", "-q", "--no-edit", "side"]);
    server.git(&["checkout", "-q", "work"]);
    server.git(&["merge", "-q", "--no-edit", "side"]);
    let clone = server.clone(&["--no-single-branch", "--depth=2", "--branch=work"]);
    // What git says here is not the truth.
    let there = server.git(&["merge-base", "--all", "main", "work"]);
    let here = clone.git(&["merge-base", "--all", "origin/main", "HEAD"]);
    assert_ne!(there, here);
    let lack = clone
        .find(&since("main"), &Context::default())
        .unwrap()
        .unwrap_err();
    assert_eq!(lack.cause, Cause::Shallow);
}

#[test]
fn a_push_is_compared_with_the_commit_before_it() {
    let server = Repo::new();
    server.write("a", "1\n");
    let before = server.commit();
    server.write("a", "2\n");
    let middle = server.commit();
    server.write("b", "2\n");
    server.commit();
    let change = server.in_ci(&push(&before)).unwrap();
    assert_eq!(
        (change.base, change.origin.as_str()),
        (Some(before.clone()), "the commit before the push")
    );
    let two = server.clone(&["--depth=2"]);
    assert_eq!(
        two.in_ci(&push(&middle)).unwrap().base,
        Some(middle.clone())
    );
    let one = server.clone(&["--depth=1"]);
    assert!(
        one.in_ci(&push(&middle))
            .unwrap_err()
            .reason
            .contains("fetch-depth: 2")
    );
    assert!(
        one.in_ci(&push(&before))
            .unwrap_err()
            .reason
            .contains("fetch-depth: 0")
    );
    // A new branch, and one whose old commit was replaced.
    for lost in [
        "0000000000000000000000000000000000000000",
        "1111111111111111111111111111111111111111",
    ] {
        server.git(&["checkout", "-q", "-B", "new", "main"]);
        server.write("c", lost);
        server.commit();
        let context = Context {
            branch: Some("new".to_owned()),
            ..push(lost)
        };
        let change = server.in_ci(&context).unwrap();
        assert_eq!(
            (change.base, change.origin.as_str()),
            (Some(server.id("main")), "merge base with main")
        );
    }
    server.git(&["checkout", "-q", "main"]);
    let own = server
        .in_ci(&push("0000000000000000000000000000000000000000"))
        .unwrap();
    assert_eq!(own.base, Some(middle));
}

#[test]
fn a_push_to_another_branch_is_all_that_the_branch_adds() {
    let server = Repo::new();
    server.write("a", "1\n");
    let fork = server.commit();
    server.git(&["checkout", "-q", "-b", "work"]);
    server.write("failing", "1\n");
    let failing = server.commit();
    server.write("docs", "1\n");
    let docs = server.commit();
    let both = ["Added docs 1+0>1+1", "Added failing 1+0>1+1"];
    let on = |branch: &str, default: Option<&str>, before: &str| Context {
        branch: Some(branch.to_owned()),
        default_branch: default.map(str::to_owned),
        ..push(before)
    };
    // A commit on top of one that failed, and the same once more; whoever says what the default branch is.
    for before in [&failing, &docs] {
        for default in [Some("main"), None] {
            let change = server.in_ci(&on("work", default, before)).unwrap();
            assert_eq!(shown(change.files()), both);
            assert_eq!(
                (change.base.as_ref(), change.origin.as_str()),
                (Some(&fork), "merge base with main")
            );
        }
    }
    // Where the branch is the default one, the commit before the push counts, and for a build once more its own commit.
    for before in [&failing, &docs] {
        let change = server.in_ci(&on("work", Some("work"), before)).unwrap();
        assert_eq!(shown(change.files()), ["Added docs 1+0>1+1"]);
    }
    let jenkins = Context {
        provider: Some("Jenkins"),
        ..on("work", Some("work"), &fork)
    };
    let change = server.in_ci(&jenkins).unwrap();
    assert_eq!(shown(change.files()), both);
    assert_eq!(change.origin, "the last commit that was built with success");
    // A clone of the branch alone does not have what it is compared with.
    let alone = server.clone(&["--single-branch", "--branch=work"]);
    alone.git(&["remote", "set-head", "origin", "--delete"]);
    let reason = |clone: &Repo, default| {
        let lack = clone.in_ci(&on("work", default, &failing)).unwrap_err();
        lack.reason
    };
    let whole = reason(&alone, Some("main"));
    assert!(whole.contains("main:refs/remotes/origin/main"), "{whole}");
    let unknown = reason(&alone, None);
    assert!(unknown.contains("no default branch"), "{unknown}");
    let shallow = reason(&server.clone(&["--depth=2", "--branch=work"]), Some("main"));
    assert!(shallow.contains("fetch-depth: 0"), "{shallow}");
    // Another branch is not taken for the one that is named.
    let other = reason(&server, Some("trunk"));
    assert!(other.contains("the default branch trunk"), "{other}");
    // What was merged since is not nothing.
    server.git(&["branch", "-f", "main", "work"]);
    let change = server.in_ci(&on("work", Some("main"), &failing)).unwrap();
    assert_eq!(shown(change.files()), ["Added docs 1+0>1+1"]);
}

#[test]
fn all_lines_of_a_copy_are_new() {
    let repo = Repo::new();
    repo.write("app/a.py", numbers(1..30));
    let base = repo.commit();
    repo.write("app/b.py", numbers(1..30));
    repo.write("app/a.py", numbers(1..31));
    repo.commit();
    let expected = [
        "Copied app/b.py from app/a.py 1+0>1+29",
        "Modified app/a.py 30+0>30+1",
    ];
    assert_eq!(shown(repo.since(&base).files()), expected);
    let diff = repo.git(&["diff", "-C", &base, "HEAD"]) + "\n";
    assert!(diff.contains("copy from"));
    repo.write("x.patch", &diff);
    let change = repo.find(&given(), &Context::default()).unwrap().unwrap();
    assert_eq!(shown(change.files()), expected);
    let change = repo
        .find_in("app", &wanted_diff("../x.patch"), &Context::default())
        .unwrap()
        .unwrap();
    let copy = change.file("b.py").unwrap();
    assert_eq!(
        (copy.old_path.as_deref(), copy.added().to_string()),
        (Some("a.py"), "1-29".to_owned())
    );
    // What is not there cannot be counted; and nothing is read elsewhere.
    for path in ["gone.py", "../../../../../../etc/passwd"] {
        repo.write(
            "x.patch",
            diff.replace("copy to app/b.py", &format!("copy to {path}")),
        );
        let error = repo.find(&given(), &Context::default()).unwrap_err();
        assert!(error.to_string().contains("--no-renames"), "{error}");
    }
}

#[test]
fn an_empty_diff_is_no_known_change() {
    let repo = Repo::empty();
    for text in ["", "\n", " \r\n\t"] {
        repo.write("x.patch", text);
        let lack = repo
            .find(&given(), &Context::default())
            .unwrap()
            .unwrap_err();
        assert_eq!(lack.cause, Cause::Insufficient);
        assert!(lack.reason.contains("x.patch is empty"), "{lack:?}");
        assert!(lack.reason.contains("git diff BASE..."), "{lack:?}");
    }
}

fn wanted_diff(path: &str) -> Wanted {
    Wanted {
        diff: Some(path.into()),
        ..Wanted::default()
    }
}

fn given() -> Wanted {
    wanted_diff("x.patch")
}

#[test]
fn a_clone_without_contents_says_so() {
    let server = Repo::new();
    server.git(&["config", "uploadpack.allowFilter", "true"]);
    server.write("a", numbers(1..9));
    server.commit();
    server.git(&["branch", "base"]);
    server.write("a", numbers(1..12));
    server.commit();
    let clone = server.clone(&["--filter=blob:none"]);
    let lack = clone
        .find(&since("base"), &Context::default())
        .unwrap()
        .unwrap_err();
    assert_eq!(lack.cause, Cause::Shallow);
    insta::assert_snapshot!(lack.reason);
    clone.git(&["diff", "--stat", "origin/base", "HEAD"]);
    assert_eq!(shown(clone.since("base").files()), ["Modified a 9+0>9+3"]);
    let treeless = server.clone(&["--filter=tree:0"]);
    let lack = treeless
        .find(&since("base"), &Context::default())
        .unwrap()
        .unwrap_err();
    assert!(lack.reason.contains("partial"), "{}", lack.reason);
}

#[test]
fn unrelated_histories_and_missing_names_are_told() {
    let repo = Repo::new();
    repo.write("a", "1\n");
    repo.commit();
    repo.git(&["checkout", "-q", "--orphan", "other"]);
    repo.write("a", "2\n");
    repo.commit();
    let lack = repo
        .find(&since("main"), &Context::default())
        .unwrap()
        .unwrap_err();
    insta::assert_snapshot!(lack.reason);
    let lost = "1111111111111111111111111111111111111111";
    for name in ["nowhere", lost] {
        let error = repo.find(&since(name), &Context::default()).unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
    }
    let lack = repo
        .in_ci(&Context {
            base_branch: None,
            ..pull_request(lost, &repo.id("HEAD"))
        })
        .unwrap_err();
    assert!(
        lack.reason.contains("git fetch origin 1111"),
        "{}",
        lack.reason
    );
    let lack = repo.in_ci(&Context {
        base_commit: None,
        base_branch: Some("next".into()),
        ..pull_request(lost, &repo.id("HEAD"))
    });
    assert!(
        lack.unwrap_err()
            .reason
            .contains("next:refs/remotes/origin/next")
    );
    repo.git(&["branch", "-D", "main"]);
    let none = Repo::empty();
    let reason = |repo: &Repo| repo.in_ci(&Context::default()).unwrap_err().reason;
    let mut reasons = vec![reason(&repo), reason(&none)];
    assert!(none.find(&since("main"), &Context::default()).is_err());
    none.git(&["init", "-q"]);
    reasons.push(reason(&none));
    insta::assert_snapshot!(reasons.join("\n"));
}

#[test]
fn gitlab_is_told_its_own_setting() {
    let (server, context, _) = synthetic();
    let clone = server.clone(&["--depth=1", "--branch=merge"]);
    let lack = clone.in_ci(&Context {
        provider: Some("GitLab CI"),
        ..context.clone()
    });
    let reason = lack.unwrap_err().reason;
    assert!(reason.contains("set `GIT_DEPTH: \"2\"`"), "{reason}");
    let lack = clone.in_ci(&Context {
        provider: Some("GitLab CI"),
        head_commit: Some(clone.id("HEAD")),
        ..context
    });
    let reason = lack.unwrap_err().reason;
    assert!(reason.contains("set `GIT_DEPTH: \"0\"`"), "{reason}");
}

/// What a workflow on GitHub knows, by the payload of its event.
fn on_github(event: &str, payload: &str) -> Context {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(payload.as_bytes()).unwrap();
    detect(&Env::of([
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", event.to_owned().leak()),
        (
            "GITHUB_EVENT_PATH",
            file.path().to_str().unwrap().to_owned().leak(),
        ),
    ]))
}

#[test]
fn what_is_not_of_the_pull_request_does_not_stand_for_it() {
    let (repo, _, tip) = synthetic();
    let (author, base) = (repo.id("work"), repo.id("main~1"));
    let request = include_str!("ci/pull_request.json")
        .replace("ec26c3e57ca3a959ca5aad62de7213c562f8c821", &author)
        .replace("f95f852bd8fca8fcc58a9a2d6c842781e32a215e", &base);
    let earlier = include_str!("ci/workflow_run.json")
        .replace(
            "\"event\": \"workflow_dispatch\"",
            "\"event\": \"pull_request\"",
        )
        .replace("5779607b49aab1200488439f02372c57b4f75444", &author);
    let target = on_github("pull_request_target", &request);
    let after = on_github("workflow_run", &earlier);
    for context in [&target, &after] {
        assert_eq!(context.event, Event::PullRequest);
        assert_eq!(context.head_commit.as_ref(), Some(&author));
        // The target branch, as it is or as it was at the event.
        for name in [&tip, &base] {
            repo.git(&["checkout", "-q", name]);
            let lack = repo.in_ci(context).unwrap_err();
            assert_eq!(lack.cause, Cause::Insufficient);
            assert!(lack.reason.contains("pull_request.head.sha"), "{lack:?}");
        }
        // Its head, the merge commit, and what a job commits on top of either.
        for name in ["work", "merge"] {
            repo.git(&["checkout", "-q", "--detach", name]);
            assert!(repo.in_ci(context).is_ok(), "{name}");
            repo.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
            repo.git(&["commit", "-q", "--allow-empty", "-m", "y"]);
            assert!(repo.in_ci(context).is_ok(), "after {name}");
        }
    }
    repo.git(&["checkout", "-q", "main"]);
    // Depth 1 has the commit of neither.
    let lack = repo.clone(&["--depth=1"]).in_ci(&target).unwrap_err();
    let short = |text: &str| {
        text.replace(&tip[..10], "HEAD")
            .replace(&author[..10], "AUTHOR")
    };
    insta::assert_snapshot!(short(&lack.reason));
    // Whoever names the ends is believed.
    let wanted = Wanted {
        head: Some("work".to_owned()),
        ..Wanted::default()
    };
    let change = repo.find(&wanted, &target).unwrap().unwrap();
    assert_eq!(shown(change.files()), ["Added b 1+0>1+1"]);
    // Naming one that leaves nothing is no empty change.
    let lack = repo.find(&since("main"), &target).unwrap().unwrap_err();
    insta::assert_snapshot!(short(&lack.reason));
}

#[test]
fn a_pull_request_is_empty_only_if_its_head_is() {
    let repo = Repo::new();
    repo.write("a", "1\n");
    let head = repo.commit();
    let change = repo.in_ci(&pull_request(&head, &head)).unwrap();
    assert_eq!(change.files(), []);
    // Without a payload the author's commit is not known.
    for event in [Event::PullRequest, Event::MergeQueue] {
        let context = Context {
            event,
            head_commit: None,
            ..pull_request(&head, "")
        };
        let lack = repo.in_ci(&context).unwrap_err();
        assert!(lack.reason.contains("has nothing of the"), "{lack:?}");
    }
    // A build of what was built before judges the commit anew.
    let again = repo.in_ci(&push(&head)).unwrap();
    assert_eq!(shown(again.files()), ["Added a 1+0>1+1"]);
}

#[test]
fn a_merge_train_may_rebase_what_it_merges() {
    let repo = Repo::new();
    repo.write("a", "1\n");
    let base = repo.commit();
    repo.git(&["checkout", "-q", "-b", "work"]);
    repo.write("b", "1\n");
    let author = repo.commit();
    repo.git(&["checkout", "-q", "main"]);
    repo.write("b", "1\n");
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-q", "-m", "squashed"]);
    let train = Context {
        provider: Some("GitLab CI"),
        event: Event::MergeQueue,
        ..pull_request(&base, &author)
    };
    assert_eq!(
        shown(repo.in_ci(&train).unwrap().files()),
        ["Added b 1+0>1+1"]
    );
    repo.git(&["checkout", "-q", &base]);
    let lack = repo.in_ci(&train).unwrap_err();
    assert!(lack.reason.contains("entry of the merge queue"), "{lack:?}");
}

#[test]
fn uncommitted_work_is_part_of_a_local_change() {
    let repo = Repo::new();
    repo.write(".gitignore", "ignored\n");
    repo.write("staged", "1\n");
    repo.write("unstaged", "1\n2\n");
    repo.write("moved", numbers(1..9));
    repo.write("gone", "1\n");
    let base = repo.commit();
    repo.git(&["checkout", "-q", "-b", "work"]);
    repo.write("committed", "one\ntwo\n");
    repo.commit();
    repo.write("staged", "2\n");
    repo.git(&["add", "staged"]);
    repo.write("unstaged", "1\nx\n");
    repo.write("new/file", "new\nlines\n");
    repo.write("ignored", "1\n");
    repo.remove("gone");
    repo.git(&["mv", "moved", "there"]);
    let change = repo.local();
    assert_eq!((change.base.as_ref(), &change.head), (Some(&base), &None));
    assert_eq!(
        change.origin,
        "merge base with main, uncommitted work included"
    );
    insta::assert_snapshot!(shown(change.files()).join("\n"));
    // In CI only what is committed is judged.
    let context = pull_request(&base, "");
    let change = repo.in_ci(&context).unwrap();
    assert_eq!(shown(change.files()), ["Added committed 1+0>1+2"]);
    insta::assert_snapshot!(change.notes.join("\n"));
}

#[test]
fn on_the_default_branch_there_is_always_something_to_compare_with() {
    let server = Repo::new();
    server.write("a", "1\n");
    let first = server.commit();
    assert_eq!(server.local().base, None);
    assert_eq!(shown(server.local().files()), ["Added a 1+0>1+1"]);
    server.write("a", "2\n");
    let second = server.commit();
    assert_eq!(
        (server.local().base, server.local().head),
        (Some(first), Some(second.clone()))
    );
    // A report that a tool left there is no work of the user's.
    server.write("coverage.xml", "report\n");
    let change = server.local();
    assert_eq!(
        (&change.base, &change.head),
        (&Some(server.id("HEAD~1")), &None)
    );
    assert_eq!(
        shown(change.files()),
        ["Added coverage.xml 1+0>1+1", "Modified a 1+1>1+1"]
    );
    assert_eq!(
        change.origin,
        "the commit before HEAD, which has no other branch to be compared with, untracked files included"
    );
    server.git(&["add", "coverage.xml"]);
    assert_eq!(
        shown(server.local().files()),
        ["Added coverage.xml 1+0>1+1"]
    );
    server.git(&["reset", "-q"]);
    let clone = server.clone(&[]);
    clone.write("a", "3\n");
    clone.write("coverage.xml", "report\n");
    let change = clone.local();
    assert_eq!((change.base, change.head), (Some(second.clone()), None));
    assert_eq!(change.origin, "HEAD, uncommitted work included");
    clone.remove("coverage.xml");
    clone.commit();
    clone.write("b", "3\n");
    clone.commit();
    let change = clone.local();
    assert_eq!(
        (change.base.as_ref(), change.origin.as_str()),
        (Some(&second), "merge base with origin/main")
    );
    clone.write("coverage.xml", "report\n");
    let change = clone.local();
    assert_eq!(
        (change.base.clone(), change.origin.as_str()),
        (
            Some(second),
            "merge base with origin/main, untracked files included"
        )
    );
    assert!(change.file("coverage.xml").is_some());
}

#[test]
fn checkouts_with_crlf_are_no_change() {
    for (attributes, autocrlf) in [
        ("* text=auto eol=crlf\n", "false"),
        ("", "true"),
        ("*.txt text\n", "true"),
    ] {
        let repo = Repo::new();
        repo.git(&["config", "core.autocrlf", autocrlf]);
        repo.write(".gitattributes", attributes);
        repo.write("a.txt", "1\r\n2\r\n3\r\n");
        repo.write("b.txt", "1\r\n2\r\n");
        repo.commit();
        assert_eq!(repo.git(&["cat-file", "-p", "HEAD:a.txt"]), "1\n2\n3");
        repo.write("a.txt", "1\r\nx\r\n3\r\n");
        // The same content, written anew.
        repo.write("b.txt", "1\r\n2\r\n");
        repo.write("c.txt", "1\r\n");
        let change = repo.since("HEAD");
        assert_eq!(
            shown(change.files()),
            ["Added c.txt 1+0>1+1", "Modified a.txt 2+1>2+1"],
            "{attributes} {autocrlf}"
        );
    }
}

#[test]
fn files_behind_a_filter_are_not_compared_by_line() {
    let repo = Repo::new();
    repo.write("a.dat", "pointer\n");
    repo.commit();
    repo.write(".gitattributes", "*.dat filter=lfs\n");
    repo.commit();
    repo.write("a.dat", "the real thing\n");
    let change = repo.since("HEAD");
    assert_eq!(shown(change.files()), ["Modified a.dat opaque"]);
    assert_eq!(change.notes.len(), 1);
}

#[test]
fn a_sparse_checkout_deletes_nothing() {
    let repo = Repo::new();
    repo.write("in/a", "1\n");
    repo.write("out/a", "1\n");
    repo.commit();
    repo.git(&["branch", "base"]);
    repo.write("out/a", "2\n");
    repo.commit();
    repo.git(&["sparse-checkout", "set", "--no-sparse-index", "in"]);
    repo.write("in/a", "2\n");
    assert!(!repo.path.join("out").exists());
    assert_eq!(
        shown(repo.since("base").files()),
        ["Modified in/a 1+1>1+1", "Modified out/a 1+1>1+1"]
    );
}

#[test]
fn a_sparse_index_is_refused_with_the_way_out() {
    let repo = Repo::new();
    repo.write("in/a", "1\n");
    repo.write("out/a", "1\n");
    repo.commit();
    repo.git(&["checkout", "-q", "-b", "work"]);
    repo.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "in"]);
    repo.write("in/a", "2\n");
    let lack = repo.in_ci(&Context::default()).unwrap_err();
    insta::assert_snapshot!(lack.reason);
    repo.git(&["sparse-checkout", "reapply", "--no-sparse-index"]);
    assert_eq!(shown(repo.local().files()), ["Modified in/a 1+1>1+1"]);
}

#[test]
fn linked_work_trees_and_bare_repositories_have_changes_too() {
    let repo = Repo::new();
    repo.write("a", "1\n");
    let base = repo.commit();
    let linked = Repo::empty();
    let folder = linked.path.join("linked");
    repo.git(&[
        "worktree",
        "add",
        "-q",
        "-b",
        "work",
        folder.to_str().unwrap(),
    ]);
    linked.write("linked/a", "2\n");
    let change = linked.find_at("linked").unwrap().unwrap();
    assert_eq!(change.base.as_ref(), Some(&base));
    assert_eq!(shown(change.files()), ["Modified a 1+1>1+1"]);
    assert_eq!(
        change.origin,
        "merge base with main, uncommitted work included"
    );
    repo.git(&["-C", folder.to_str().unwrap(), "commit", "-qam", "x"]);
    let bare = repo.clone(&["--bare"]);
    bare.git(&["symbolic-ref", "HEAD", "refs/heads/work"]);
    let change = bare.local();
    assert_eq!(change.base, Some(base));
    assert_eq!(shown(change.files()), ["Modified a 1+1>1+1"]);
    assert_eq!(change.origin, "merge base with main");
}

#[test]
fn the_repository_of_another_user_needs_leave() {
    let repo = Repo::new();
    repo.write("a", "1\n");
    repo.commit();
    repo.git(&["checkout", "-q", "-b", "work"]);
    let linked = repo.path.join("linked");
    repo.write(".gitignore", "*\n");
    repo.git(&[
        "worktree",
        "add",
        "-q",
        "-b",
        "other",
        linked.to_str().unwrap(),
    ]);
    repo.write("a", "2\n");
    repo.write("linked/a", "2\n");
    // Only root can give files away; anyone else has nothing to test here.
    let given = Command::new("chown")
        .args(["-R", "1234:1234"])
        .arg(&repo.path)
        .status();
    if !given.is_ok_and(|status| status.success()) {
        return;
    }
    for folder in ["", "linked"] {
        let path = repo.path.join(folder);
        let path = path.to_str().unwrap().trim_end_matches('/');
        let refused = Repository::find(path.as_ref(), &Env::default());
        let refused = refused.map(|_| ()).unwrap_err().to_string();
        assert!(
            refused.contains(&format!("GIT_CONFIG_VALUE_0={path} andon")),
            "{refused}"
        );
        let env = Env::of([
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", "safe.directory"),
            ("GIT_CONFIG_VALUE_0", path.to_owned().leak()),
        ]);
        let workspace = Workspace::open(path.as_ref(), env).unwrap();
        let repository = Repository::find(&workspace.root, &workspace.env).unwrap();
        let context = Context::default();
        let change = find(
            &workspace,
            repository.as_ref(),
            "",
            &Wanted::default(),
            &context,
        );
        assert_eq!(
            shown(change.unwrap().unwrap().files()),
            ["Modified a 1+1>1+1"],
            "{folder}"
        );
    }
}

#[test]
fn past_the_limit_renames_with_edits_are_not_looked_for() {
    // 1001 × 1001 pairs that would have to be compared; those of the same content are found by it.
    let repo = Repo::new();
    let text = |number: u32| numbers(1..6).replace("line", &format!("line {number} of"));
    for number in 0..1001 {
        repo.write(&format!("old/{number}"), text(number));
    }
    repo.write("same", "the same\n");
    let base = repo.commit();
    repo.git(&["mv", "old", "new"]);
    repo.git(&["mv", "same", "moved"]);
    for number in 0..1001 {
        repo.write(&format!("new/{number}"), text(number) + "one more\n");
    }
    repo.commit();
    let change = repo.since(&base);
    let of = |kind| {
        change
            .files()
            .iter()
            .filter(|file| file.kind == kind)
            .count()
    };
    assert_eq!(
        (of(Kind::Added), of(Kind::Deleted), of(Kind::Renamed)),
        (1001, 1001, 1)
    );
    insta::assert_snapshot!(change.notes.join("\n"));
}

#[test]
fn paths_are_those_of_the_workspace() {
    let repo = Repo::new();
    repo.write("app/stays", "1\n");
    repo.write("app/leaves", numbers(1..9));
    repo.write("lib/comes", numbers(20..40));
    repo.write("apple", "1\n");
    let base = repo.commit();
    repo.git(&["mv", "app/leaves", "lib/left"]);
    repo.git(&["mv", "lib/comes", "app/came"]);
    repo.write("app/stays", "2\n");
    repo.write("apple", "2\n");
    repo.commit();
    let change = repo
        .find_in("app", &since(&base), &Context::default())
        .unwrap()
        .unwrap();
    insta::assert_snapshot!(shown(change.files()).join("\n"));
    assert_eq!(change.notes, ["1 file outside of app left out"]);
    // A diff may be made at the top or in the folder.
    for (options, expected) in [(&["--no-relative"][..], 1), (&["--relative=app"], 0)] {
        let diff = repo.git(&[&["diff", "-M"], options, &[&base, "HEAD"]].concat()) + "\n";
        repo.write("app/x.patch", diff);
        let wanted = Wanted {
            diff: Some("x.patch".into()),
            ..Wanted::default()
        };
        let given = repo
            .find_in("app", &wanted, &Context::default())
            .unwrap()
            .unwrap();
        assert_eq!(given.origin, "the diff in x.patch");
        assert!(given.file("stays").is_some(), "{options:?}");
        assert_eq!(given.notes.len(), expected, "{options:?} {:?}", given.notes);
    }
}

#[test]
fn a_diff_that_cannot_be_read_is_an_error_with_its_line() {
    let repo = Repo::empty();
    repo.write("x.patch", "--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n-a\n");
    let wanted = Wanted {
        diff: Some("x.patch".into()),
        ..Wanted::default()
    };
    let error = repo.find(&wanted, &Context::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "x.patch:3: the diff is cut off inside this hunk"
    );
    let wanted = Wanted {
        diff: Some("y.patch".into()),
        ..Wanted::default()
    };
    assert!(repo.find(&wanted, &Context::default()).is_err());
}

#[test]
fn no_configuration_changes_the_result() {
    // The machine's own configuration is found by HOME, which only another process can have set.
    if std::env::var_os("ANDON_TEST_HOSTILE").is_some() {
        return hostile();
    }
    let home = Repo::empty();
    home.write(".gitconfig", HOSTILE);
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "no_configuration_changes_the_result"])
        .envs([("HOME", &home.path), ("XDG_CONFIG_HOME", &home.path)])
        .envs([
            ("ANDON_TEST_HOSTILE", "1"),
            ("GIT_EXTERNAL_DIFF", "/bin/false"),
            ("GIT_DIFF_OPTS", "-u9"),
        ])
        .output()
        .unwrap();
    assert!(
        child.status.success(),
        "{}",
        String::from_utf8_lossy(&child.stdout)
    );
}

const HOSTILE: &str = "[diff]\nrenames = false\nrenameLimit = 1\nalgorithm = patience\nnoprefix = true\ncontext = 9\n\
    interHunkContext = 20\nexternal = /bin/false\nignoreSubmodules = all\nindentHeuristic = false\nmnemonicPrefix = true\n\
    orderFile = /nowhere\n[diff \"odd\"]\ntextconv = /bin/false\nbinary = true\ncommand = /bin/false\n\
    [core]\nfsmonitor = /bin/false\nhooksPath = /nowhere\npreloadIndex = true\nbigFileThreshold = 1\nwhitespace = cr-at-eol\n";

fn hostile() {
    let repo = Repo::new();
    repo.write("moved", numbers(1..20));
    repo.write("odd", numbers(1..9));
    repo.write("crlf", "a\nb\n");
    repo.git(&[
        "update-index",
        "--add",
        "--cacheinfo",
        "160000,1111111111111111111111111111111111111111,lib",
    ]);
    repo.git(&["add", "-A", "--", ":!lib"]);
    repo.git(&["commit", "-q", "-m", "x"]);
    let base = repo.id("HEAD");
    repo.remove("moved");
    repo.write("there", numbers(1..20).replace("line 7\n", "seven\n"));
    repo.write("odd", numbers(2..10));
    repo.write("crlf", "a\r\nb\r\n");
    repo.git(&["add", "-A", "--", ":!lib"]);
    repo.git(&[
        "update-index",
        "--cacheinfo",
        "160000,2222222222222222222222222222222222222222,lib",
    ]);
    repo.git(&["commit", "-q", "-m", "y"]);
    let expected = repo.agrees(&base, "HEAD");
    assert_eq!(expected.len(), 4);
    let config = repo.path.join(".git/config");
    let before = fs::read_to_string(&config).unwrap();
    fs::write(
        config,
        before + HOSTILE + "[core]\nautocrlf = true\neol = crlf\n",
    )
    .unwrap();
    repo.write(
        ".git/info/attributes",
        "odd diff=odd\nthere -diff\n* text eol=crlf\ncrlf binary\n",
    );
    let wanted = Wanted {
        head: Some("HEAD".to_owned()),
        ..since(&base)
    };
    let change = repo.find(&wanted, &Context::default()).unwrap().unwrap();
    assert_eq!(shown(change.files()), expected);
    assert!(change.files().iter().any(|file| file.kind == Kind::Renamed));
    let change = repo.in_ci(&pull_request(&base, "")).unwrap();
    assert_eq!(shown(change.files()), expected);
}
