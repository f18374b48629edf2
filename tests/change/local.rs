//! Changes that nobody committed, and what a checkout can be like.

use std::fs;
use std::process::Command;

use andon::app::Workspace;
use andon::app::change::{Wanted, find};
use andon::ci::Context;
use andon::domain::change::Kind;
use andon::platform::Env;
use andon::vcs::Repository;

use crate::{Repo, numbers, pull_request, shown, since};

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
fn no_configuration_changes_the_result() {
    // The machine's own configuration is found by HOME, which only another process can have set.
    if std::env::var_os("ANDON_TEST_HOSTILE").is_some() {
        return hostile();
    }
    let home = Repo::empty();
    home.write(".gitconfig", HOSTILE);
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "local::no_configuration_changes_the_result"])
        .envs([("HOME", &home.path), ("XDG_CONFIG_HOME", &home.path)])
        .envs([
            ("ANDON_TEST_HOSTILE", "1"),
            ("GIT_EXTERNAL_DIFF", "/bin/false"),
            ("GIT_DIFF_OPTS", "-u9"),
        ])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(
        child.status.success() && said.contains("1 passed"),
        "{said}"
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
