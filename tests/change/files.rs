//! Which files and lines differ, and how.

use andon::app::change::Wanted;
use andon::ci::Context;
use andon::domain::change::Kind;
use andon::domain::measurement::Cause;

use crate::{Repo, numbers, shown, since};

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
