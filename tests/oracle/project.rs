//! Real projects and their reports, unpacked, and judged by andon.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use andon::app::change::{self, Wanted};
use andon::app::collect::{Collecting, collect};
use andon::app::reports::Where;
use andon::app::{Workspace, policy};
use andon::ci;
use andon::domain::baseline::Lack;
use andon::domain::change::Change;
use andon::domain::delta::{self, Comparison, Delta};
use andon::domain::lines::Lines;
use andon::domain::snapshot::Snapshot;
use andon::platform::Env;
use andon::vcs::Repository;
use serde::de::DeserializeOwned;

/// Where the projects are.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle")
}

/// What a tool says of a project.
pub(crate) fn says<T: DeserializeOwned>(project: &str, name: &str) -> Vec<T> {
    let path = folder().join(project).join(name);
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// A project's repository in a folder of its own.
pub(crate) struct Project {
    folder: tempfile::TempDir,
}

/// What andon finds of a change.
pub(crate) struct Judged {
    snapshot: Snapshot,
    change: Change,
    delta: Delta,
}

/// The coverable changed lines of a file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Changed {
    /// Those that were executed.
    pub(crate) covered: Lines,
    /// Those that were not.
    pub(crate) uncovered: Lines,
}

impl Project {
    /// Unpacks a bundle.
    pub(crate) fn unpack(name: &str) -> Project {
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
    pub(crate) fn report(&self, release: &str, name: &str) -> PathBuf {
        let text = self.git(&["show", &format!("refs/reports/{release}:{name}")]);
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Checks out the head, and finds out what the change from the base to it does.
    pub(crate) fn judge(&self, base: &str, head: &str, report: &Path) -> Judged {
        self.git(&["checkout", "-q", "--detach", head]);
        let workspace = Workspace::open(&self.root(), Env::default()).unwrap();
        let config = policy::load(&workspace, None).unwrap();
        let reports = [report.to_owned()];
        let collected = collect(
            &workspace,
            &config,
            Where::Named(&reports),
            Collecting::default(),
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
        Judged {
            snapshot: collected.snapshot,
            change,
            delta,
        }
    }
}

impl Judged {
    /// The coverable changed lines, by path.
    pub(crate) fn coverage(&self) -> BTreeMap<String, Changed> {
        let files = self.delta.coverage.files.iter().map(|file| {
            let lines = &self.snapshot.evidence.lines;
            let known = lines.iter().find(|lines| lines.path == file.path).unwrap();
            let added = self.change.file(&file.path).unwrap().added();
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
        files.collect()
    }

    /// The added lines with findings, by path: what is new where there is no baseline.
    pub(crate) fn findings(&self) -> BTreeMap<String, Lines> {
        let mut files: BTreeMap<String, Lines> = BTreeMap::new();
        for finding in &self.delta.findings.new {
            files
                .entry(finding.path.clone())
                .or_default()
                .add(finding.line);
        }
        files
    }
}
