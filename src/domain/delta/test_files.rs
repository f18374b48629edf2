//! Which files hold tests, by the names that test runners look for: coverage is seldom measured of them.

/// The folders in which test runners look.
const FOLDERS: &[&str] = &["test", "tests", "__tests__", "spec", "specs", "e2e"];

/// Whether a file is one of tests by its name: pytest's `test_x.py`, Go's `x_test.go`, Jest's `x.test.ts`, RSpec's
/// `x_spec.rb`, Surefire's `XTest.java`, or any file in a folder such as `tests`.
pub(super) fn is_test(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    if folders.split('/').any(|folder| FOLDERS.contains(&folder)) {
        return true;
    }
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.starts_with("test_")
        || stem == "conftest"
        || [
            "_test", "_spec", ".test", ".spec", "Test", "Tests", "TestCase",
        ]
        .iter()
        .any(|end| stem.len() > end.len() && stem.ends_with(end))
}

#[cfg(test)]
mod rules {
    use super::is_test;

    #[test]
    fn files_of_tests_are_known_by_the_names_that_runners_look_for() {
        for path in [
            "tests/login.py",
            "src/__tests__/a.js",
            "src/test/java/A.java",
            "test_a.py",
            "pkg/a_test.go",
            "src/a.test.ts",
            "lib/a_spec.rb",
            "CartTest.java",
            "conftest.py",
        ] {
            assert!(is_test(path), "{path}");
        }
        for path in [
            "src/contest.py",
            "latest.go",
            "attest/a.py",
            "src/testing.rs",
            "Test.java",
        ] {
            assert!(!is_test(path), "{path}");
        }
    }
}
