//! The place in the source that a stack trace points at.

/// Frames of others: runners, standard libraries, installed packages.
const FOREIGN: &[&str] = &[
    "site-packages/",
    "dist-packages/",
    "/lib/python",
    "<frozen ",
    "node_modules",
    "node:internal",
    "/rustc/",
    "/.cargo/registry/",
    "/usr/lib/",
    "/usr/include/",
    "/usr/local/go/",
    "testing/testing.go:",
    "runtime/panic.go:",
    "/src/runtime/",
    "vendor/",
    "at java.",
    "at java.base/",
    "at jdk.",
    "at sun.",
    "org.junit.",
    "junit.framework.",
    "org.testng.",
    "org.opentest4j.",
    "org.assertj.",
    "org.hamcrest.",
    "org.gradle.",
    "org.apache.maven.",
    "at System.",
    "at Microsoft.",
    "at NUnit.Framework.",
    "at Xunit.",
    "at FluentAssertions.",
    "at Shouldly.",
];

/// The innermost place in a stack trace that is likely to be the project's own. Python writes the innermost frame
/// last, everybody else first. Whether the file is tracked is for others to tell.
pub(super) fn innermost(trace: &str) -> Option<(&str, u32)> {
    let own = || {
        trace
            .lines()
            .filter(|line| !FOREIGN.iter().any(|mark| line.contains(mark)))
    };
    own()
        .rev()
        .find_map(python_frame)
        .or_else(|| own().find_map(|line| location(line).or_else(|| in_words(line))))
}

/// `at t/calc.t line 12.` (Perl), `in test file calc.bats, line 12` (Bats).
fn in_words(line: &str) -> Option<(&str, u32)> {
    let (before, after) = line.split_once(" line ")?;
    let number = leading_number(after)?;
    let path = before.trim_end_matches(',');
    let path = path
        .rsplit(char::is_whitespace)
        .next()?
        .trim_matches(['"', '\'', '`', '(']);
    is_file(path).then_some((path, number))
}

/// `File "path", line 12`.
fn python_frame(line: &str) -> Option<(&str, u32)> {
    let (path, rest) = line.trim_start().strip_prefix("File \"")?.split_once('"')?;
    let number = leading_number(rest.strip_prefix(", line ")?)?;
    (!path.starts_with('<')).then_some((path, number))
}

/// `path:12`, `path:12:5`, `path:line 12` anywhere in the line.
fn location(line: &str) -> Option<(&str, u32)> {
    line.match_indices(':').find_map(|(at, _)| {
        let before = line.get(..at)?;
        let after = line.get(at + 1..)?;
        let number = leading_number(after.strip_prefix("line ").unwrap_or(after))?;
        let start = before
            .rfind(|c: char| c.is_whitespace() || "()[]{}<>\"'`,;=|".contains(c))
            .map_or(0, |at| at + before.get(at..).map_or(1, first_length));
        let path = before.get(start..)?;
        let path = path.strip_prefix("file://").unwrap_or(path);
        is_file(path).then_some((path, number))
    })
}

fn first_length(text: &str) -> usize {
    text.chars().next().map_or(1, char::len_utf8)
}

fn leading_number(text: &str) -> Option<u32> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text.get(..end)?.parse().ok().filter(|&number| number > 0)
}

/// Whether this looks like a source file: a name with an extension, and no address of the web.
fn is_file(path: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.rsplit_once('.').is_some_and(|(stem, extension)| {
        !stem.is_empty()
            && (1..=6).contains(&extension.len())
            && extension.starts_with(|c: char| c.is_ascii_alphabetic())
            && extension.chars().all(|c| c.is_ascii_alphanumeric())
    }) && !path.contains("://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_in_the_traces_of_many_languages() {
        for (trace, expected) in [
            (
                "thread 'a' panicked at src/lib.rs:10:60:\nfirst",
                Some(("src/lib.rs", 10)),
            ),
            (
                "Error: x\n    at y (/w/node_modules/jest/a.js:1:2)\n    at Object.<anonymous> (/w/test/ms.test.cjs:6:50)",
                Some(("/w/test/ms.test.cjs", 6)),
            ),
            (" ❯ test/ms.test.cjs:6:50", Some(("test/ms.test.cjs", 6))),
            (
                "    at T (file:///w/node.test.mjs:7:28)",
                Some(("/w/node.test.mjs", 7)),
            ),
            (
                "java.lang.AssertionError\n\tat org.junit.Assert.fail(Assert.java:88)\n\tat com.x.FooTest.bar(FooTest.java:12)",
                Some(("FooTest.java", 12)),
            ),
            (
                "Traceback (most recent call last):\n  File \"/usr/lib/python3/u.py\", line 1, in r\n  File \"tests/a.py\", line 5, in t\n  File \"src/b.py\", line 9, in f\nValueError: x.py:3",
                Some(("src/b.py", 9)),
            ),
            (
                "def t():\n>  assert 1\n\ntest_mix.py:7: AssertionError",
                Some(("test_mix.py", 7)),
            ),
            (
                "   at X.Y() in C:\\src\\Z.cs:line 12",
                Some(("C:\\src\\Z.cs", 12)),
            ),
            ("foo_test.go:12: want 1", Some(("foo_test.go", 12))),
            (
                "panic: x\n\ngoroutine 7 [running]:\ntesting.tRunner.func1.2({0x1, 0x2})\n\t/usr/lib/go-1.19/src/testing/testing.go:1396 +0x24e\npanic({0x1})\n\truntime/panic.go:884 +0x212\na/b.TestPanic(0x0)\n\t/w/b/b_test.go:6 +0x28",
                Some(("/w/b/b_test.go", 6)),
            ),
            ("#   at t/mix.t line 3.", Some(("t/mix.t", 3))),
            ("(in test file demo.bats, line 6)", Some(("demo.bats", 6))),
            ("at 09:38:52 http://a.b:80/x.y:1, 127.0.0.1:8080", None),
            ("expected: 1\nactual: 2", None),
            ("é.rs:0 «a»:2", None),
            ("x:99999999999 a.rs:99999999999", None),
            ("", None),
        ] {
            assert_eq!(innermost(trace), expected, "{trace}");
        }
    }
}
