//! Choosing the report files and reading them.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use rayon::prelude::*;

use super::discover::{self, Places};
use super::workspace::Workspace;
use crate::config::ReportRule;
use crate::domain::measurement::Labels;
use crate::domain::report::{Content, Problem, Report};
use crate::formats::{self, Format, Limits};

/// Where the reports are said to be.
#[derive(Debug, Clone, Copy)]
pub enum Where<'a> {
    /// On the command line: files, or folders to look into.
    Named(&'a [PathBuf]),
    /// In the policy.
    Policy(&'a [ReportRule]),
    /// Nowhere: they are looked for in the usual places.
    Usual,
}

/// The reports that were read.
#[derive(Debug, Default)]
pub struct Reports {
    /// Those of a known format, and those that were named or are empty.
    pub read: Vec<Report>,
    /// Files in the usual places that no format claims.
    pub passed_over: Vec<String>,
}

/// One file to read.
struct Wanted {
    path: PathBuf,
    display: String,
    format: Option<&'static Format>,
    labels: Labels,
    /// Found by looking around, not named by anyone: what no format claims is then somebody else's file.
    by_chance: bool,
}

/// Chooses and reads the reports.
///
/// # Errors
/// When a file or folder of the command line does not exist.
pub fn read(workspace: &Workspace, place: Where<'_>, limits: Limits) -> anyhow::Result<Reports> {
    let mut reports = Reports::default();
    let wanted = match place {
        Where::Named(paths) => named(workspace, paths)?,
        Where::Policy(rules) => by_rules(workspace, rules, &mut reports)?,
        Where::Usual => around(workspace, &workspace.root)?,
    };
    let read: Vec<(bool, Report)> = wanted
        .into_par_iter()
        .map(|file| (file.by_chance, read_one(workspace, file, &limits)))
        .collect();
    for (by_chance, report) in read {
        // An empty file in a report's place is a report that was not written; any other stranger is not ours.
        let stranger = by_chance && report.format.is_empty() && !is_unwritten(workspace, &report);
        if stranger {
            reports.passed_over.push(report.path);
        } else {
            reports.read.push(report);
        }
    }
    reports.read.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(reports)
}

/// Reads just these files, whatever they are: what cannot be read is a report with a problem.
pub fn inspect(workspace: &Workspace, files: &[PathBuf]) -> Vec<Report> {
    let wanted: Vec<Wanted> = files
        .iter()
        .map(|path| Wanted {
            display: path.to_string_lossy().replace('\\', "/"),
            path: workspace.root.join(path),
            format: None,
            labels: Labels::new(),
            by_chance: false,
        })
        .collect();
    wanted
        .into_par_iter()
        .map(|file| read_one(workspace, file, &Limits::default()))
        .collect()
}

/// Whether this is an empty file in a place where a tool writes its report.
fn is_unwritten(workspace: &Workspace, report: &Report) -> bool {
    let path = workspace.root.join(&report.path);
    let empty = workspace.files.size(&path).is_ok_and(|size| size == 0);
    empty && Places::of_registry().is_ok_and(|places| places.has(Path::new(&report.path)))
}

fn read_one(workspace: &Workspace, file: Wanted, limits: &Limits) -> Report {
    match workspace.files.open(&file.path) {
        Ok(stream) => formats::read(&file.display, stream, file.format, file.labels, limits),
        Err(error) => broken(
            file.display,
            file.labels,
            Problem::error(format!("cannot be read: {error}")),
        ),
    }
}

fn broken(path: String, labels: Labels, problem: Problem) -> Report {
    Report {
        path,
        format: "",
        labels,
        content: Content::default(),
        problems: vec![problem],
    }
}

fn named(workspace: &Workspace, paths: &[PathBuf]) -> anyhow::Result<Vec<Wanted>> {
    let mut wanted = Vec::new();
    for path in paths {
        let absolute = workspace.root.join(path);
        if !workspace.files.exists(&absolute) {
            bail!(
                "there is no report at {}; run the tool that writes it first, or leave the argument out to look in the usual places",
                path.display()
            );
        }
        if absolute.is_dir() {
            wanted.extend(inside(workspace, &absolute)?);
        } else {
            wanted.push(Wanted {
                display: display(workspace, &absolute),
                path: absolute,
                format: None,
                labels: Labels::new(),
                by_chance: false,
            });
        }
    }
    Ok(wanted)
}

/// What could be a report in a folder that the user named, whatever its name: the content tells.
fn inside(workspace: &Workspace, folder: &Path) -> anyhow::Result<Vec<Wanted>> {
    let any = "**/*.{xml,json,jsonl,ndjson,info,lcov,out,csv,txt}";
    let places = Places::of([any]).context("the places in a folder are no glob")?;
    Ok(by_chance(workspace, folder, &places))
}

fn around(workspace: &Workspace, folder: &Path) -> anyhow::Result<Vec<Wanted>> {
    let places = Places::of_registry().context("a format's default path is no glob")?;
    Ok(by_chance(workspace, folder, &places))
}

fn by_chance(workspace: &Workspace, folder: &Path, places: &Places) -> Vec<Wanted> {
    discover::find(folder, places, false)
        .into_iter()
        .map(|path| {
            let path = folder.join(path);
            Wanted {
                display: display(workspace, &path),
                path,
                format: None,
                labels: Labels::new(),
                by_chance: true,
            }
        })
        .collect()
}

/// The files that the policy names. A rule that matches nothing is a report that is missing, and stays visible as one.
fn by_rules(
    workspace: &Workspace,
    rules: &[ReportRule],
    reports: &mut Reports,
) -> anyhow::Result<Vec<Wanted>> {
    let mut wanted: Vec<Wanted> = Vec::new();
    for rule in rules {
        let glob = rule.path.as_str();
        let found = if glob.contains(['*', '?', '[', '{']) {
            let places = Places::of([glob]).with_context(|| format!("`{glob}` is no glob"))?;
            discover::find(&workspace.root, &places, true)
        } else if workspace.files.exists(&workspace.root.join(glob)) {
            vec![PathBuf::from(glob)]
        } else {
            Vec::new()
        };
        if found.is_empty() {
            let problem = Problem::error(
                "the policy names this report, but no file is there: run the tool that writes it before andon",
            );
            let report = broken(glob.to_owned(), rule.labels.clone(), problem);
            reports.read.push(report);
        }
        for path in found {
            let path = workspace.root.join(path);
            let display = display(workspace, &path);
            if !workspace.contains(&path) {
                let problem = Problem::error(
                    "lies outside the workspace; a policy may only name reports inside it",
                );
                reports
                    .read
                    .push(broken(display, rule.labels.clone(), problem));
                continue;
            }
            // The first rule that names a file wins, so that a specific rule can stand before a general one.
            if wanted.iter().all(|other| other.path != path) {
                wanted.push(Wanted {
                    display,
                    path,
                    format: rule.format.as_deref().and_then(formats::find),
                    labels: rule.labels.clone(),
                    by_chance: false,
                });
            }
        }
    }
    Ok(wanted)
}

fn display(workspace: &Workspace, path: &Path) -> String {
    let relative = path.strip_prefix(&workspace.root).unwrap_or(path);
    relative.to_string_lossy().replace('\\', "/")
}
