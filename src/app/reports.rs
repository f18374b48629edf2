//! Choosing the report files and reading them.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use self::wanted::{Read, Wanted};
use super::discover::{self, Places};
use super::workspace::Workspace;
use crate::config::ReportRule;
use crate::domain::measurement::Labels;
use crate::domain::report::{Content, Problem, Report};
use crate::formats::{self, Limits};

mod opening;
mod wanted;

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
    /// Files in the usual places, or in a folder that was named, that no format claims.
    pub passed_over: Vec<String>,
}

impl Reports {
    /// Reads these files, in parallel, and adds what they are in their order.
    fn add(&mut self, wanted: Vec<Wanted>, workspace: &Workspace, limits: &Limits) {
        let read: Vec<Vec<Read>> = wanted
            .into_par_iter()
            .map(|file| file.read(workspace, limits))
            .collect();
        for read in read.into_iter().flatten() {
            match read {
                Read::Report(report) => self.read.push(*report),
                Read::Stranger(path) => self.passed_over.push(path),
            }
        }
    }
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
    reports.add(wanted, workspace, &limits);
    reports.read.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(reports)
}

/// Reads just these files, whatever they are, and the reports in these folders, in the order in which they are named: what
/// cannot be read is a report with a problem, and so, at the end, is a folder without any.
///
/// # Errors
/// When a folder cannot be looked into.
pub fn inspect(workspace: &Workspace, paths: &[PathBuf]) -> anyhow::Result<Reports> {
    let (mut wanted, mut folders) = (Vec::new(), Vec::new());
    for path in paths {
        let absolute = workspace.root.join(path);
        if absolute.is_dir() {
            wanted.extend(inside(workspace, &absolute)?);
            folders.push(display(workspace, &absolute));
        } else {
            let (path, members) = members_of(workspace, path);
            let display = path.to_string_lossy().replace('\\', "/");
            wanted.push(Wanted {
                members,
                ..Wanted::named(display, workspace.root.join(path))
            });
        }
    }
    let mut reports = Reports::default();
    reports.add(wanted, workspace, &Limits::default());
    for folder in folders {
        let within = |report: &Report| Path::new(&report.path).starts_with(&folder);
        if !reports.read.iter().any(within) {
            let problem = Problem::error("no file in this folder is a report");
            let shown = if folder.is_empty() { "." } else { &folder };
            let report = broken(shown.to_owned(), Labels::new(), problem);
            reports.read.push(report);
        }
    }
    Ok(reports)
}

/// Opens a file that is no archive, compressed or not.
///
/// # Errors
/// When it cannot be read, or is an archive.
pub(super) fn open(
    workspace: &Workspace,
    path: &Path,
) -> Result<Box<dyn std::io::Read + Send>, Problem> {
    match opening::open(&workspace.files, path, Limits::default().streamed_bytes)? {
        opening::Opened::Plain(stream) => Ok(stream),
        opening::Opened::Archive(_) => Err(Problem::error("is an archive: unpack it first")),
    }
}

/// The file, and which members of it are meant if it is an archive: `build/artifact.zip!**/junit.xml`.
fn members_of(workspace: &Workspace, path: &Path) -> (PathBuf, Option<String>) {
    let text = path.to_string_lossy();
    match wanted::parted(&text) {
        Some((archive, members)) if !workspace.files.exists(&workspace.root.join(path)) => {
            (PathBuf::from(archive), Some(members.to_owned()))
        }
        _ => (path.to_owned(), None),
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
    let mut wanted: Vec<Wanted> = Vec::new();
    for path in paths {
        let (path, members) = members_of(workspace, path);
        let absolute = workspace.root.join(&path);
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
                members,
                ..Wanted::named(display(workspace, &absolute), absolute)
            });
        }
    }
    // A file may be named and lie in a folder that is named too: it is one report, which somebody asked for.
    wanted.sort_by_key(|file| file.by_chance);
    let mut seen = FxHashSet::default();
    wanted.retain(|file| seen.insert((file.path.clone(), file.members.clone())));
    Ok(wanted)
}

/// What could be a report in a folder that the user named, whatever its name: the content tells. Only at the top of the
/// workspace, among everything else that it holds, the name has to look like one.
fn inside(workspace: &Workspace, folder: &Path) -> anyhow::Result<Vec<Wanted>> {
    let top = workspace.files.canonical(folder)? == workspace.root;
    let any = if top { wanted::ANY } else { "**" };
    let places = Places::of([any, "**/*.zip"]).context("the places in a folder are no glob")?;
    Ok(by_chance(workspace, folder, &places))
}

fn around(workspace: &Workspace, folder: &Path) -> anyhow::Result<Vec<Wanted>> {
    let places = Places::of_registry().context("a format's default path is no glob")?;
    Ok(by_chance(workspace, folder, &places))
}

fn by_chance(workspace: &Workspace, folder: &Path, places: &Places) -> Vec<Wanted> {
    let found = discover::find(folder, places, false);
    // Packed beside what was packed, it is the same report again.
    let again = |path: &PathBuf| {
        let packed = path
            .extension()
            .is_some_and(|end| end == "gz" || end == "zst");
        packed && found.binary_search(&path.with_extension("")).is_ok()
    };
    let once = found.iter().filter(|path| !again(path));
    once.map(PathBuf::as_path)
        .map(|path| {
            let path = folder.join(path);
            Wanted {
                by_chance: true,
                ..Wanted::named(display(workspace, &path), path)
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
    // By file the members that rules before have, or nothing where one of them has the whole file.
    let mut before = FxHashMap::<PathBuf, Option<Vec<String>>>::default();
    for rule in rules {
        let (glob, members) = match wanted::parted(&rule.path) {
            Some((archive, members))
                if !workspace.files.exists(&workspace.root.join(&rule.path)) =>
            {
                (archive, Some(members.to_owned()))
            }
            _ => (rule.path.as_str(), None),
        };
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
            let report = broken(rule.path.clone(), rule.labels.clone(), problem);
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
            let taken = before
                .entry(path.clone())
                .or_insert_with(|| Some(Vec::new()));
            let others = taken.clone();
            match (taken.as_mut(), &members) {
                (Some(taken), Some(members)) => taken.push(members.clone()),
                _ => *taken = None,
            }
            if let Some(taken) = others {
                wanted.push(Wanted {
                    format: rule.format.as_deref().and_then(formats::find),
                    labels: rule.labels.clone(),
                    members: members.clone(),
                    taken,
                    ..Wanted::named(display, path)
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
