//! What `andon init` writes for CI systems, held to the documentation that shows it and to the program that it calls.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use andon::app::init::System;

const SYSTEMS: [(&[&str], System); 7] = [
    (&["--ci", "github"], System::GitHub),
    (&["--ci", "github", "--forks"], System::GitHubForks),
    (&["--ci", "gitlab"], System::GitLab),
    (&["--ci", "azure"], System::Azure),
    (&["--ci", "buildkite"], System::Buildkite),
    (&["--ci", "jenkins"], System::Jenkins),
    (&["--ci", "circleci"], System::CircleCi),
];

fn read(path: impl AsRef<Path>) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(root.join(path)).unwrap()
}

fn init(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_andon"));
    command.current_dir(folder).arg("init").args(arguments);
    command.output().unwrap()
}

#[test]
fn each_system_gets_its_files() {
    for (arguments, system) in SYSTEMS {
        let folder = tempfile::tempdir().unwrap();
        let done = init(folder.path(), arguments);
        assert_eq!(done.status.code(), Some(0), "{arguments:?}");
        for file in system.pipelines() {
            let written = std::fs::read_to_string(folder.path().join(file.path)).unwrap();
            assert_eq!(written, file.text, "{}", file.path);
        }
        let said = String::from_utf8(done.stderr).unwrap();
        assert!(said.contains(system.hint()), "{said}");
        // Nothing is replaced unasked.
        assert_eq!(init(folder.path(), arguments).status.code(), Some(2));
    }
}

#[test]
fn forks_are_of_github() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        init(folder.path(), &["--ci", "gitlab", "--forks"])
            .status
            .code(),
        Some(2)
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    assert_eq!(init(folder.path(), &["--forks"]).status.code(), Some(0));
    assert!(
        folder
            .path()
            .join(".github/workflows/andon-publish.yml")
            .is_file()
    );
}

#[test]
fn a_dry_run_shows_all_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let done = init(folder.path(), &["--ci", "jenkins", "--dry-run"]);
    let shown = String::from_utf8(done.stdout).unwrap();
    assert!(shown.contains("version: 1") && shown.contains("stage('Quality gate')"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// The fenced block of the guide after the comment that names a file.
fn block(guide: &str, name: &str) -> String {
    let start = format!("<!-- {name} -->\n```yaml\n");
    let (_, rest) = guide
        .split_once(&start)
        .unwrap_or_else(|| panic!("docs/github.md does not show {name}"));
    rest.split("```\n").next().unwrap().to_owned()
}

#[test]
fn the_guide_shows_what_is_written() {
    let guide = read("docs/github.md");
    for name in ["workflow", "forks", "publish"] {
        let name = format!("src/app/init/{name}.yml");
        assert!(
            block(&guide, &name) == read(&name),
            "docs/github.md shows another {name}"
        );
    }
    let overview = read("docs/ci.md");
    for name in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ci")).unwrap() {
        let name = name.unwrap().file_name().into_string().unwrap();
        assert!(
            overview.contains(&format!("(ci/{name})")),
            "docs/ci.md does not name {name}"
        );
    }
}

/// The two workflows for forks belong together: name of the first, artifact, rights.
#[test]
fn the_second_step_waits_for_the_first() {
    let yaml = |name: &str| -> serde_yaml::Value {
        serde_yaml::from_str(&read(format!("src/app/init/{name}.yml"))).unwrap()
    };
    let (first, second) = (yaml("forks"), yaml("publish"));
    assert_eq!(second["on"]["workflow_run"]["workflows"][0], first["name"]);
    let steps = first["jobs"]["gate"]["steps"].as_sequence().unwrap();
    let upload = steps.last().unwrap();
    let publishing = second["jobs"]["publish"]["steps"].as_sequence().unwrap();
    assert_eq!(publishing.len(), 1, "it does nothing but publish");
    assert_eq!(
        publishing[0]["with"]["from-artifact"],
        upload["with"]["name"]
    );
    let rights = first["jobs"]["gate"]["permissions"].as_mapping().unwrap();
    assert_eq!(rights.len(), 1);
    assert_eq!(rights["contents"], "read");
    assert!(second["jobs"]["publish"]["permissions"]["contents"].is_null());
}

#[test]
fn the_guide_names_every_input_and_output_of_the_action() {
    let action: serde_yaml::Value = serde_yaml::from_str(&read("action.yml")).unwrap();
    let guide = read("docs/github.md");
    for part in ["inputs", "outputs"] {
        for (name, described) in action[part].as_mapping().unwrap() {
            let name = name.as_str().unwrap();
            // The matrix is not to be given by anybody.
            let named = name == "matrix" || guide.contains(&format!("`{name}`"));
            assert!(named, "docs/github.md does not name `{name}`");
            assert!(described["description"].is_string(), "{name}");
        }
    }
}
