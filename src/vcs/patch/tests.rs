use proptest::prelude::*;

use super::*;
use crate::vcs::hunks;

/// What a diff says, one file a line.
fn told(text: &str) -> String {
    let files = read(text.as_bytes()).unwrap();
    files.iter().map(show).collect::<Vec<_>>().join("\n")
}

fn show(file: &ChangedFile) -> String {
    let mut line = format!("{:?} {}", file.kind, file.path);
    if let Some(old) = &file.old_path {
        line += &format!(" from {old}");
    }
    if file.opaque {
        line += " opaque";
    }
    for hunk in &file.hunks {
        let (old, new) = (&hunk.old, &hunk.new);
        line += &format!(" {}..{}>{}..{}", old.start, old.end, new.start, new.end);
    }
    line
}

fn error(text: &str) -> String {
    read(text.as_bytes()).unwrap_err().to_string()
}

#[test]
fn a_diff_of_git_is_read() {
    let text = "From 1 Mon\nSubject: x\n---\n a | 2 +-\n\ndiff --git a/a b/a\nindex 1..2 100644\n--- a/a\n+++ b/a\n\
                @@ -1,4 +1,5 @@ fn x\n one\n-two\n+2\n three\n+new\n four\n@@ -9 +10,0 @@\n-nine\n\\ No newline at end of file\n\
                -- \n2.47\n";
    assert_eq!(told(text), "Modified a 2..3>2..3 4..4>4..5 9..10>11..11");
}

#[test]
fn all_that_happens_to_files_is_told() {
    let text = "diff --git a/new b/new\nnew file mode 100644\nindex 0..1\n--- /dev/null\n+++ b/new\n@@ -0,0 +1,2 @@\n+a\n+b\n\
                diff --git a/gone b/gone\ndeleted file mode 100644\nindex 1..0\n--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n\
                diff --git a/empty b/empty\nnew file mode 100644\nindex 0..1\n\
                diff --git a/run b/run\nold mode 100644\nnew mode 100755\n\
                diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n\
                diff --git a/dir/x b/z 1\nsimilarity index 60%\ncopy from dir/x\ncopy to z 1\nindex 1..2 100644\n--- a/dir/x\n+++ b/z 1\t\n@@ -1 +1 @@\n-a\n+b\n\
                diff --git a/i.png b/i.png\nindex 1..2 100644\nBinary files a/i.png and b/i.png differ\n\
                diff --git a/j.png b/j.png\nindex 1..2 100644\nGIT binary patch\nliteral 4\nLc${NkU|;|M0096\n\nliteral 0\nHcmV?d00001\n\n\
                diff --git a/lib b/lib\nindex 1..2 160000\n--- a/lib\n+++ b/lib\n@@ -1 +1 @@\n-Subproject commit 1\n+Subproject commit 2\n\
                diff --git a/link b/link\nnew file mode 120000\nindex 0..1\n--- /dev/null\n+++ b/link\n@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n";
    insta::assert_snapshot!(told(text));
}

#[test]
fn names_are_read_in_every_style() {
    let hunk = "@@ -1 +1 @@\n-a\n+b\n";
    for (header, path) in [
        ("diff --git a/s p b/s p\n--- a/s p\t\n+++ b/s p\t\n", "s p"),
        (
            "diff --git \"a/f\\303\\244\\\"\" \"b/f\\303\\244\\\"\"\n--- \"a/f\\303\\244\\\"\"\n+++ \"b/f\\303\\244\\\"\"\n",
            "fä\"",
        ),
        ("diff --git a/x b/x\n--- a/x\n+++ b/x\n", "x"),
        ("diff --git a/x a/x\n--- a/x\n+++ a/x\n", "a/x"),
        ("diff --git i/x w/x\n--- i/x\n+++ w/x\n", "x"),
        ("diff --git src/x src/x\n--- src/x\n+++ src/x\n", "src/x"),
        (
            "--- a/src/x\tMon Jan 1\n+++ b/src/x\t2024-01-01 00:00:00.000000000 +0000\n",
            "src/x",
        ),
        ("--- old/src/x\t1\n+++ new/src/x\t2\n", "src/x"),
        (
            "--- src/x\t(revision 1)\n+++ src/x\t(working copy)\n",
            "src/x",
        ),
        ("--- x.orig\n+++ x\n", "x"),
    ] {
        assert_eq!(
            told(&format!("{header}{hunk}")),
            format!("Modified {path} 1..2>1..2"),
            "{header}"
        );
    }
    // What one file cannot tell, the others do.
    let plain = "--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n";
    assert_eq!(told(plain), "Added x 1..1>1..2");
    let bare = format!("--- y\n+++ y\n{hunk}{plain}");
    assert_eq!(told(&bare), "Modified y 1..2>1..2\nAdded b/x 1..1>1..2");
}

#[test]
fn line_ends_and_lost_spaces_do_no_harm() {
    let text = "diff --git a/a b/a\r\nindex 1..2 100644\r\n--- a/a\r\n+++ b/a\r\n@@ -1,3 +1,3 @@\r\n one\r\n\r\n-x\r\n+y\r\n";
    assert_eq!(told(text), "Modified a 3..4>3..4");
    assert_eq!(
        told("--- a/a\n+++ b/a\n@@ -1,2 +1,3 @@\n\n+--- b\n x"),
        "Modified a 2..2>2..3"
    );
}

#[test]
fn what_is_malformed_is_refused_with_its_line() {
    let with = |rest: &str| error(&format!("diff --git a/a b/a\n--- a/a\n+++ b/a\n{rest}"));
    insta::assert_snapshot!(
        [
            with("@@ -1,2 +1,2 @@\n a\n"),
            with("@@ -1 +1 @@\n-a\n+b\n+c\n"),
            with("@@ -1,2 +1 @@\n-a\n+b\n+c\n"),
            with("@@ -1,2 +1 @@\nxyz\n"),
            with("@@ -x +1 @@\n"),
            with("@@ -1,4294967295 +1 @@\n"),
            with("@@ -5 +5 @@\n-a\n+b\n@@ -2 +2 @@\n-a\n+b\n"),
            error("@@ -1 +1 @@\n-a\n+b\n"),
            error("diff --git a/a b/a\n--- a/a\n"),
            error("diff --cc a\nindex 1,2..3\n"),
            error("Hello\n"),
            error("diff --git \"a/a b/a\n"),
            error(&"diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n+b\n".repeat(2)),
            with(""),
            with("diff --git a/b b/b\nindex 1..2 100644\n--- a/b\n+++ b/b\n@@ -1 +1 @@\n-a\n+b\n"),
            error("--- a/a\n+++ b/a\n"),
            error("\ndiff --git a/a b/a\nindex 1..2 100644\n"),
            error("diff --git a/a b/a\nnew file mode 100644\nindex 0..1\n--- /dev/null\n+++ b/a\n"),
        ]
        .join("\n")
    );
    assert_eq!(read(b"\n"), Ok(Vec::new()));
}

#[test]
fn what_has_no_hunks_rightly_is_read() {
    // Lines of which only the spaces differ, under `-w`; and Subversion's properties.
    let moded = "diff --git a/a b/a\nold mode 100644\nnew mode 100755\nindex 1..2\n";
    assert_eq!(told(moded), "Modified a");
    let moved =
        "diff --git a/a b/b\nsimilarity index 90%\nrename from a\nrename to b\nindex 1..2 100644\n";
    assert_eq!(told(moved), "Renamed b from a");
    let properties = "Index: a\n===\n--- a\t(revision 1)\n+++ a\t(working copy)\n\nProperty changes on: a\n___\n\
                      Added: svn:executable\n## -0,0 +1 ##\n+*\n";
    assert_eq!(told(properties), "Modified a");
}

/// Texts of few different lines, so that there is much to confuse.
fn text() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec![
        "a\n", "b\n", "}\n", "\n", "  x\n", "- y\n", "+\n", "\r\n",
    ]);
    let end = prop::sample::select(vec!["", "z"]);
    (prop::collection::vec(line, 0..30), end).prop_map(|(lines, end)| lines.concat() + end)
}

proptest! {
    #[test]
    fn what_git_writes_is_read_as_what_is_compared(old in text(), new in text(), context in 0_u32..4) {
        let mut options = git2::DiffOptions::new();
        options.context_lines(context).indent_heuristic(true);
        let path = std::path::Path::new("a");
        let mut patch = git2::Patch::from_buffers(
            old.as_bytes(), Some(path), new.as_bytes(), Some(path), Some(&mut options)).unwrap();
        let written = patch.to_buf().unwrap();
        let read = read(&written).unwrap();
        let hunks = read.into_iter().flat_map(|file| file.hunks).collect::<Vec<_>>();
        prop_assert_eq!(hunks, hunks::between(old.as_bytes(), new.as_bytes()).unwrap());
    }

    #[test]
    fn no_bytes_do_harm(start in 0_usize..200, bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        let whole = b"diff --git a/x b/y\nrename from x\nrename to y\n--- a/x\n+++ b/y\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n--- \"q\"\n+++ \"q\"\n@@ -1 +1 @@\n-b\n+c\n";
        let mut text = whole.to_vec();
        let start = start.min(text.len());
        text.splice(start..(start + bytes.len() / 2).min(whole.len()), bytes);
        let _ = read(&text);
    }
}
