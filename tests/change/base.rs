//! Which commit a change is compared with, and what stands in the way of finding it.

use andon::ci::Context;
use andon::domain::measurement::Cause;

use crate::{Repo, numbers, pull_request, shown, since};

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
