//! What CI systems say of the change that they run for.

use std::io::Write;

use andon::app::change::Wanted;
use andon::ci::{Context, Event, detect};
use andon::domain::measurement::Cause;
use andon::platform::Env;

use crate::{Repo, pull_request, shown, since};

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
    let request = include_str!("../ci/pull_request.json")
        .replace("ec26c3e57ca3a959ca5aad62de7213c562f8c821", &author)
        .replace("f95f852bd8fca8fcc58a9a2d6c842781e32a215e", &base);
    let earlier = include_str!("../ci/workflow_run.json")
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
