//! What is to be recorded, and what came of it.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context as _, bail};

use super::intake::Intake;
use super::measured::measured;
use super::once::Once;
use crate::app::admission::Admission;
use crate::app::context::context;
use crate::app::past::Wish;
use crate::app::reports;
use crate::app::workspace::Workspace;
use crate::ci;
use crate::config::Config;
use crate::domain::event::{Raw, Sampling, Share};
use crate::domain::report::Problem;
use crate::formats::events::{self, Form};
use crate::formats::{self, Head, Limits, Source};
use crate::history::History;
use crate::text::plural;
use crate::vcs::Repository;

/// What a reader should know whose lines may have been recorded before.
const REPEATED: &str = "some of this was recorded before: lines without `id` count each time they are recorded; with `--once`, from the first recording on, each counts once";

/// What is to be recorded.
#[derive(Debug, Default)]
pub struct Request {
    /// Files of events, reports, and `-` for events on standard input.
    pub files: Vec<PathBuf>,
    /// How events are written; left out, the content tells.
    pub form: Option<Form>,
    /// Events that stand in no file: one that was typed, or what a command was measured at.
    pub events: Vec<Raw>,
    /// Where rejected events are written; left out, beside the first file.
    pub rejects: Option<PathBuf>,
    /// Record nothing if anything is rejected.
    pub strict: bool,
    /// What comes with an id that is recorded takes the place of what stands there.
    pub replaces: bool,
    /// What has a time and no id counts once, however often it is recorded.
    pub once: bool,
    /// Of events of which the policy says nothing else, keep only this share.
    pub sample: Option<Share>,
}

/// What came of it.
#[derive(Debug)]
pub struct Outcome {
    /// How many events were recorded that were not before.
    pub recorded: u64,
    /// How many were recorded before, in the same words or by their ids.
    pub known: u64,
    /// How many have an id under which other values stand, which count on.
    pub differing: u64,
    /// The first of them, with both values.
    pub differences: Vec<String>,
    /// How many of those that were recorded took the place of others.
    pub replaced: u64,
    /// How many came twice in the same files, by their ids, and counted once.
    pub again: u64,
    /// How many were not recorded, as only a share is kept of their like.
    pub left_out: u64,
    /// How many were exported from this very history, and were left out.
    pub here: u64,
    /// How many were rejected.
    pub rejected: u64,
    /// What is wrong with the first ones.
    pub faults: Vec<String>,
    /// How many that tells of: what is wrong with many is told once.
    pub told: u64,
    /// Where they were written.
    pub rejects: Option<PathBuf>,
    /// Where the events were recorded, for people.
    pub shown: String,
    /// What a reader should know: that nothing was pushed.
    pub notes: Vec<String>,
}

/// Records events and reports.
///
/// # Errors
/// When a file cannot be read at all, something personal cannot be hidden, or the history cannot be written.
pub fn record(
    workspace: &Workspace,
    config: &Config,
    wish: &Wish,
    request: Request,
) -> anyhow::Result<Outcome> {
    let repository = Repository::find(&workspace.root, &workspace.env)?;
    let ci = ci::detect(&workspace.env);
    let place = wish.home(config, repository.as_ref())?;
    let past = wish.open(workspace, repository.as_ref(), &place, &ci)?;
    let admission = Admission::new(config, &workspace.env, workspace.clock.now())?;
    let run = context(workspace, repository.as_ref(), &ci)?;
    let sampling = Sampling {
        all: request.sample,
        ..config.sampling.clone()
    };
    let recorder = Recorder {
        workspace,
        config,
        strict: request.strict,
    };
    let mut outcome = thread::scope(|scope| {
        let (from, replaces) = ((&past, config), request.replaces);
        let mut intake = Intake::new(admission, sampling, from, replaces, run, scope)?;
        intake.once = request.once.then(Once::default);
        let warnings = recorder.all(request, &mut intake)?;
        let (faults, told) = intake.rejects.told();
        let found = intake.found();
        let repeated = found.repeated.then(|| REPEATED.to_owned());
        let returned = returned(&intake);
        Ok::<_, anyhow::Error>(Outcome {
            recorded: intake.recorded,
            known: intake.again + found.unchanged,
            differing: found.differing,
            differences: found.shown,
            replaced: found.replaced,
            again: intake.twice(),
            left_out: intake.left_out,
            here: intake.here + found.gone,
            rejected: intake.rejects.count,
            rejects: intake.rejects.file(),
            faults,
            told,
            shown: past.shown.clone(),
            notes: warnings
                .into_iter()
                .chain(found.notes)
                .chain(repeated)
                .chain(returned)
                .collect(),
        })
    })?;
    if outcome.recorded > 0 {
        outcome.notes.extend(past.push("the events were").err());
    }
    Ok(outcome)
}

/// That events came of somebody who was forgotten, where any were recorded.
fn returned(intake: &Intake<'_, '_>) -> Option<String> {
    let (many, name) = &intake.of_forgotten;
    (*many > 0 && intake.recorded > 0).then(|| {
        format!(
            "{} of a value of `{name}` that was forgotten here, and is recorded again: `andon history forget --dim {name}=…` takes it out once more",
            plural::of(*many, "event is", "events are")
        )
    })
}

/// Where rejected events of these files go. Of one that was typed, everything is seen already.
fn beside(files: &[PathBuf]) -> Option<PathBuf> {
    let first = files.first()?;
    let mut name = match first == Path::new("-") {
        true => OsString::from("events"),
        false => first.clone().into_os_string(),
    };
    name.push(".rejected.jsonl");
    Some(name.into())
}

/// Whether it is no text: an archive, in which there may be reports.
fn is_packed(head: &Head) -> bool {
    head.text.contains(['\0', '\u{fffd}'])
}

struct Recorder<'a> {
    workspace: &'a Workspace,
    config: &'a Config,
    strict: bool,
}

impl Recorder<'_> {
    /// Takes in all that was asked for, and records it. What a reader should know of the reports is returned.
    fn all(&self, request: Request, intake: &mut Intake<'_, '_>) -> anyhow::Result<Vec<String>> {
        intake.rejects.path = request.rejects.or_else(|| beside(&request.files));
        for event in request.events {
            // What is wrong with it is told as what was typed.
            let _ = intake.raw(("the event", 0), event, None);
            self.settle(intake)?;
        }
        let mut found = Vec::new();
        for file in &request.files {
            if !self.file(file, request.form, intake)? {
                found.push(file.clone());
            }
        }
        let warnings = self.reports(&found, intake)?;
        intake.rejects.write(self.workspace, true)?;
        if !self.strict || intake.rejects.count == 0 {
            intake.record(true)?;
        }
        Ok(warnings)
    }

    /// Takes in the events of a file; false if it is a report.
    fn file(
        &self,
        file: &Path,
        form: Option<Form>,
        intake: &mut Intake<'_, '_>,
    ) -> anyhow::Result<bool> {
        let name = file.display().to_string();
        let input = file == Path::new("-");
        let name = if input { "<stdin>" } else { &name };
        let path = self.workspace.root.join(file);
        if !input && path.is_dir() {
            return Ok(false);
        }
        if !input && !self.workspace.files.exists(&path) {
            bail!(
                "there is no file {name}: name one of events or a report, or `-` for standard input"
            );
        }
        let wrong = |problem: Problem| anyhow::anyhow!("{name}: {}", problem.message);
        let stream = match input {
            true => Box::new(io::stdin()),
            false => reports::open(self.workspace, &path).map_err(wrong)?,
        };
        let unreadable = || format!("cannot read {name}");
        let mut source = Source::new(stream, Limits::default()).with_context(unreadable)?;
        let head = source.head().with_context(unreadable)?;
        if head.text.trim().is_empty() {
            bail!("{name} is empty: there is nothing to record");
        }
        if head.lines().next().is_some_and(History::is_stream) {
            bail!("{name} is a history that was exported: `andon history import` takes it in");
        }
        let Some(form) = form.or_else(|| Form::told(&head)) else {
            if formats::identify(&head).is_empty() && !is_packed(&head) {
                let message = format!("{name}: {}", events::stray(&head));
                intake.rejects.report(message);
                return Ok(true);
            }
            if input {
                bail!(
                    "standard input holds no events; a report is recorded by the name of its file"
                );
            }
            return Ok(false);
        };
        let mut failed = None;
        let end = events::read(name, &mut source, form, &mut |written| {
            intake.written(name, written)?;
            let settled = match self.strict {
                true => intake.rejects.write(self.workspace, false),
                false => self.settle(intake),
            };
            settled.map_err(|error| {
                let problem = Problem::error(error.to_string());
                failed = Some(error);
                problem
            })
        });
        if let Some(error) = failed {
            return Err(error);
        }
        self.settle(intake)?;
        if let Err(problem) = end {
            let line = problem
                .place
                .map_or(String::new(), |place| format!(":{}", place.line));
            intake
                .rejects
                .report(format!("{name}{line}: {}", problem.message));
        }
        Ok(true)
    }

    fn reports(
        &self,
        reports: &[PathBuf],
        intake: &mut Intake<'_, '_>,
    ) -> anyhow::Result<Vec<String>> {
        if reports.is_empty() {
            return Ok(Vec::new());
        }
        let measured = measured(self.workspace, self.config, reports, intake.context())?;
        for problem in measured.problems {
            intake.rejects.report(problem);
        }
        for event in measured.events {
            intake.measured(event)?;
        }
        for batch in &measured.stated {
            intake.batch(batch);
        }
        Ok(measured.warnings)
    }

    /// Stops where something personal came without a key; else writes what has become much.
    fn settle(&self, intake: &mut Intake<'_, '_>) -> anyhow::Result<()> {
        if let Some(unveiled) = intake.failed.take() {
            bail!(unveiled);
        }
        intake.rejects.write(self.workspace, false)?;
        if !self.strict {
            intake.record(false)?;
        }
        Ok(())
    }
}
