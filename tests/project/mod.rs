//! Projects in real git repositories, and andon run in them.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// Runs git without the machine's settings and returns what it prints.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args([
            "-c",
            "user.name=x",
            "-c",
            "user.email=x@y",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {said}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Runs andon outside of any CI system; the exit code, standard output and standard error.
pub(crate) fn andon(
    folder: &Path,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_andon"))
        .current_dir(folder)
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var("PATH").unwrap())
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// Makes a commit, on the checked-out branch, whose tests cover so many of ten lines.
pub(crate) fn commit(folder: &Path, covered: u32) -> String {
    fs::write(folder.join("a.py"), format!("# {covered}\n").repeat(10)).unwrap();
    git(folder, &["add", "a.py"]);
    git(folder, &["commit", "-qm", "x", "--allow-empty"]);
    let lines = (1..=10).map(|n| format!("DA:{n},{}\n", u32::from(n <= covered)));
    let lines: String = lines.collect();
    let report = format!("TN:\nSF:a.py\n{lines}LF:10\nLH:{covered}\nend_of_record\n");
    fs::write(folder.join("lcov.info"), report).unwrap();
    git(folder, &["rev-parse", "HEAD"])
}

/// An empty repository with this policy.
pub(crate) fn project(policy: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q"]);
    prepare(folder.path(), policy);
    folder
}

/// Gives a repository a policy. Neither it nor the reports are work that is not yet committed.
pub(crate) fn prepare(folder: &Path, policy: &str) {
    fs::write(folder.join("andon.yaml"), policy).unwrap();
    let ignored = "andon.yaml\nlcov.info\njunit.xml\n";
    fs::write(folder.join(".git/info/exclude"), ignored).unwrap();
}
