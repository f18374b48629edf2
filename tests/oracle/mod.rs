//! Real projects and their reports, unpacked, and judged by andon.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use andon::app::change::{self, Wanted};
use andon::app::collect::{Asked, collect};
use andon::app::reports::Where;
use andon::app::{policy, workspace::Workspace};
use andon::ci;
use andon::domain::baseline::Lack;
use andon::domain::delta::{self, Comparison};
use andon::domain::lines::Lines;
use andon::platform::Env;
use andon::vcs::Repository;

/// Where the projects are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle")
}

/// The projects that are there.
pub fn projects() -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder()).unwrap().map(Result::unwrap);
    entries
        .filter(|entry| entry.path().join("says.json").exists())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect()
}

/// A project's repository in a folder of its own.
pub struct Project {
    folder: tempfile::TempDir,
}

/// What andon finds of a change.
pub struct Judged {
    /// By path: the coverable changed lines.
    pub files: BTreeMap<String, Changed>,
}

/// The coverable changed lines of a file.
#[derive(Debug, Clone, Default)]
pub struct Changed {
    /// Those that were executed.
    pub covered: Lines,
    /// Those that were not.
    pub uncovered: Lines,
}

impl Project {
    /// Unpacks a bundle.
    pub fn unpack(name: &str) -> Project {
        let project = Project {
            folder: tempfile::tempdir().unwrap(),
        };
        std::fs::create_dir(project.root()).unwrap();
        let bundle = folder().join(name).join("history.bundle");
        project.git(&["init", "-q", "-b", "main"]);
        project.git(&[
            "fetch",
            "-q",
            "--update-head-ok",
            bundle.to_str().unwrap(),
            "refs/*:refs/*",
        ]);
        project
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("repository")
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
            .current_dir(self.root())
            .envs([
                ("GIT_CONFIG_GLOBAL", "/dev/null"),
                ("GIT_CONFIG_SYSTEM", "/dev/null"),
            ])
            .args(arguments)
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Writes a report of a release beside the repository.
    pub fn report(&self, release: &str, name: &str) -> PathBuf {
        let text = self.git(&["show", &format!("refs/reports/{release}:{name}")]);
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Checks out the head, and finds out what the change from the base to it does.
    pub fn judge(&self, base: &str, head: &str, report: &Path) -> Judged {
        self.git(&["checkout", "-q", "--detach", head]);
        let workspace = Workspace::open(&self.root(), Env::default()).unwrap();
        let config = policy::load(&workspace, None).unwrap();
        let reports = [report.to_owned()];
        let collected = collect(
            &workspace,
            &config,
            Where::Named(&reports),
            Asked::default(),
        )
        .unwrap();
        let repository = Repository::find(&workspace.root, &workspace.env).unwrap();
        let wanted = Wanted {
            base: Some(base.to_owned()),
            ..Wanted::default()
        };
        let context = ci::detect(&workspace.env);
        let change = change::find(&workspace, repository.as_ref(), "", &wanted, &context)
            .unwrap()
            .expect("the change is known");
        let delta = delta::compare(&Comparison {
            snapshot: &collected.snapshot,
            change: Ok(&change),
            baseline: Err(&Lack::new("not asked for")),
            components: &config.policy.components,
            limits: config.limits,
        });
        let lines = &collected.snapshot.evidence.lines;
        let files = delta.coverage.files.iter().map(|file| {
            let known = lines.iter().find(|lines| lines.path == file.path).unwrap();
            let added = change.file(&file.path).unwrap().added();
            let changed = Changed {
                covered: known.covered.and(&added),
                uncovered: file.uncovered.clone(),
            };
            assert_eq!(file.lines.covered, changed.covered.len(), "{}", file.path);
            assert_eq!(
                file.lines.total,
                changed.covered.len() + changed.uncovered.len(),
                "{}",
                file.path
            );
            (file.path.clone(), changed)
        });
        Judged {
            files: files.collect(),
        }
    }
}
