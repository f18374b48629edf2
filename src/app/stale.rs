//! Reports that are older than what they speak of: their line numbers may be those of yesterday.

use std::time::Duration;

use super::workspace::Workspace;
use crate::domain::delta::Delta;
use crate::domain::snapshot::Snapshot;
use crate::formats::{self, Kind};

/// What a copy of all files together, or a coarse clock, may make of the order of two.
const MARGIN: Duration = Duration::from_secs(2);

/// Names a coverage report that was written before a file that the change touches. Only where somebody is at work on the
/// files: a checkout gives every file the time of the checkout.
pub(super) fn note(workspace: &Workspace, snapshot: &Snapshot, delta: &Delta) -> Option<String> {
    let time = |path: &str| workspace.files.modified(&workspace.root.join(path)).ok();
    let is_coverage = |format: &str| {
        let format = formats::find(format);
        format.is_some_and(|format| format.kind == Kind::Coverage)
    };
    let reports = snapshot.inputs.iter();
    let (written, report) = reports
        .filter(|input| is_coverage(&input.format))
        .filter_map(|input| Some((time(&input.path)?, &input.path)))
        .min()?;
    let touched = delta.coverage.files.iter().map(|file| file.path.as_str());
    let newer = touched.filter(|path| time(path).is_some_and(|changed| changed > written + MARGIN));
    let newest = newer.min()?;
    Some(format!(
        "{report} is older than {newest}, of which it speaks: its lines may not be today's; run the tests again"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::delta::{CoverageDelta, FileDelta};
    use crate::domain::snapshot::{Input, Subject};
    use crate::platform::Env;

    #[test]
    #[allow(
        clippy::disallowed_methods,
        reason = "a file has to be made older than it is"
    )]
    fn a_report_from_before_the_edit_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::open(folder.path(), Env::default()).unwrap();
        for name in ["lcov.info", "a.py"] {
            let path = workspace.root.join(name);
            workspace.files.write(&path, b"x").unwrap();
        }
        let mut snapshot = Snapshot::new(Subject::default());
        snapshot.inputs.push(Input {
            path: "lcov.info".to_owned(),
            format: "lcov".to_owned(),
            labels: Default::default(),
            problems: Vec::new(),
        });
        let delta = Delta {
            coverage: CoverageDelta {
                files: vec![FileDelta {
                    path: "a.py".to_owned(),
                    ..FileDelta::default()
                }],
                ..CoverageDelta::default()
            },
            ..Delta::default()
        };
        assert_eq!(note(&workspace, &snapshot, &delta), None);
        let report = std::fs::File::options()
            .write(true)
            .open(workspace.root.join("lcov.info"))
            .unwrap();
        let earlier = std::time::SystemTime::now() - Duration::from_secs(60);
        report.set_modified(earlier).unwrap();
        let said = note(&workspace, &snapshot, &delta).unwrap();
        assert!(said.starts_with("lcov.info is older than a.py"), "{said}");
    }
}
