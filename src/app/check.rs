//! The main job: collect, compare, judge, and make the result document.

use std::path::PathBuf;
use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::baseline;
use super::change::{self, Wanted};
use super::collect::{Asked, Collected, collect};
use super::followed;
use super::given;
use super::past::{self, Past, Wish};
use super::policy::{Judged, Ruling};
use super::record;
use super::reports::Where;
use super::single;
use super::workspace::Workspace;
use crate::ci::{self, Context};
use crate::config::Config;
use crate::domain::baseline::{Baseline, Found, Lack, Machines};
use crate::domain::catalogue;
use crate::domain::change::{Change, Kind};
use crate::domain::delta::{self, Comparison};
use crate::domain::event;
use crate::domain::gate::{Against, evaluate};
use crate::domain::measurement::Absence;
use crate::domain::snapshot::Snapshot;
use crate::formats;
use crate::history::CameOf;
use crate::render::json::v1::Document;
use crate::text::plural;
use crate::vcs::{self, Repository};

/// What a check is asked to do beyond judging.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// A snapshot to compare with.
    pub baseline: Option<PathBuf>,
    /// The change to judge.
    pub change: Wanted,
    /// The history to compare with and to record in.
    pub history: Wish,
    /// Whose policy counts.
    pub ruling: Ruling,
}

/// What came of a check.
#[derive(Debug)]
pub struct Checked {
    /// The result, ready to be rendered.
    pub document: Document,
    /// What was measured.
    pub collected: Collected,
    /// That it was recorded, and where.
    pub recorded: Option<String>,
    /// What a reader should know of the history: what was passed over, not fetched, not recorded.
    pub notes: Vec<String>,
}

/// Collects, compares and judges.
///
/// # Errors
/// When a report, a baseline or a base that was named cannot be had, or the repository cannot be read.
pub fn check(
    workspace: &Workspace,
    config: &Config,
    place: Where<'_>,
    options: &Options,
) -> anyhow::Result<Checked> {
    let context = ci::detect(&workspace.env);
    let repository = Repository::find(&workspace.root, &workspace.env)?;
    let named = options.history.place(config)?;
    let unnamed = match named {
        Some(_) => None,
        None => options.history.unnamed(repository.as_ref()),
    };
    let wish = Wish {
        offline: options.history.offline || unnamed.is_some(),
        ..options.history.clone()
    };
    let is_unnamed = unnamed.is_some();
    let kept = named.or(unnamed);
    let asked = Asked {
        roll: options.baseline.is_some() || kept.is_some(),
        ..Asked::default()
    };
    let folder = match &repository {
        Some(repository) => workspace.folder_in(repository)?,
        None => String::new(),
    };
    // Reading the reports and finding the change are most of the work, and neither needs the other.
    let (collected, change) = rayon::join(
        || collect(workspace, config, place, asked),
        || find_change(workspace, &folder, &options.change, &context),
    );
    let (mut collected, mut change) = (collected?, change?);
    let snapshot = &mut collected.snapshot;
    if let Ok(change) = &mut change {
        // The reports lie about untracked, and are no work of anybody's.
        let read: FxHashSet<&str> = snapshot.inputs.iter().map(|input| &*input.path).collect();
        change.retain(|file| file.kind != Kind::Added || !read.contains(&*file.path));
    }
    let mut notes: Vec<String> = Vec::new();
    let past = match &kept {
        Some(kept) => {
            let past = wish.open(workspace, repository.as_ref(), kept, &context)?;
            let past = past.audited_by(config);
            notes.extend(past.audit_read(workspace, "check")?);
            Some(past)
        }
        None => None,
    };
    let unfetched = past.as_ref().and_then(Past::fetch);
    let fetched = unfetched.is_none();
    notes.extend(unfetched);
    if let Some(past) = past.as_ref().filter(|_| is_unnamed) {
        notes.push(format!(
            "the policy names no history: what is recorded in {} here is the past (`history: git` says so, `--history none` leaves it out)",
            past.shown
        ));
    }
    let ran = record::context(workspace, repository.as_ref(), &context)?;
    let target = past::target(
        &context,
        repository.as_ref(),
        snapshot.subject.branch.as_deref(),
    );
    let is_change = past::is_change(repository.as_ref(), &ran, target.as_deref());
    let foreign = match is_change {
        true => given::own(&mut collected.events, &ran),
        false => 0,
    };
    let run = single::Run {
        config,
        past: past.as_ref(),
        events: &collected.events,
        run: context.run.as_deref(),
        now: workspace.clock.now(),
    };
    let singles = run.state(snapshot).unwrap_or_else(|error| {
        notes.push(format!("the events of this run cannot be asked: {error}"));
        Vec::new()
    });
    let baseline = Before {
        workspace,
        config,
        options,
        change: change.as_ref(),
        past: past.as_ref(),
        repository: repository.as_ref(),
        context: &context,
        target: target.as_deref(),
        folder: &folder,
        snapshot,
        run: &ran,
    }
    .find(&mut notes)?;
    let bars = match &past {
        Some(past)
            if config
                .policy
                .gates
                .iter()
                .any(|gate| gate.ratchet.is_some()) =>
        {
            Some(baseline::bars(
                past,
                config,
                target.as_deref(),
                (&ran, repository.as_ref()),
                fetched,
            )?)
        }
        _ => None,
    };
    let mut delta = delta::compare(&Comparison {
        snapshot,
        change: change.as_ref(),
        baseline: baseline.as_ref(),
        components: &config.policy.components,
        limits: config.limits,
    });
    if context.provider.is_none() {
        let stale = super::stale::note(workspace, snapshot, &delta);
        delta.notes.extend(stale);
    }
    snapshot
        .measurements
        .extend(delta.measurements.iter().cloned());
    // That nothing can be compared is worth a line only where a gate asks for it.
    let asked = |absence: &&Absence| {
        let mut gates = config.policy.gates.iter();
        gates.any(|gate| absence.covers(&gate.metric.id))
    };
    let absences = delta.absences.iter().filter(asked).cloned();
    snapshot.absences.extend(absences);
    snapshot.sort();
    let nothing = Against::nothing();
    let gates = &config.policy.gates;
    let events = &collected.events;
    let is_known = past.is_some() || !events.is_empty();
    let followed = (is_known && gates.iter().any(followed::asks)).then(|| {
        let asked = followed::Asked {
            config,
            env: &workspace.env,
            snapshot,
            run: &ran,
            ci: &context,
            repository: repository.as_ref(),
            singles: &singles,
            target: target.as_deref(),
            is_change,
            foreign,
            now: workspace.clock.now(),
            events,
        };
        followed::find(past.as_ref(), &asked)
    });
    let against = Against {
        followed: match &followed {
            Some(followed) => followed.as_ref(),
            None => nothing.followed,
        },
        baseline: baseline.as_ref(),
        delta: &delta,
        bars: match &bars {
            Some(bars) => bars.as_deref(),
            None => nothing.bars,
        },
    };
    let policy = super::policy::on_this_machine(workspace, &config.policy);
    let mut verdict = evaluate(&policy, snapshot, &against, workspace.today());
    verdict.name_suppliers(suppliers);
    let (policy, remarks) = options.ruling.state(
        config,
        &Judged {
            workspace,
            repository: repository.as_ref(),
            folder: &folder,
            wanted: &options.change,
            context: &context,
            start: change
                .as_ref()
                .ok()
                .and_then(|change| change.base.as_deref()),
        },
    );
    verdict.notes.extend(remarks);
    verdict.notes.extend(given::left_out(events, gates));
    if let Some(Ok(followed)) = &followed {
        verdict.notes.extend(followed.notes.iter().cloned());
    }
    let mut document = Document::new(&verdict, snapshot, &against, |id| config.metric(id));
    document.policy = Some(policy);
    let mut told = None;
    if let Some(past) = past.filter(|_| options.history.record) {
        snapshot.subject.branch = past::branch(
            &context,
            snapshot.subject.commit.as_deref(),
            snapshot.subject.branch.as_deref(),
        );
        // What compares with the baseline says nothing of the commit alone; what an event states is recorded as that.
        let measurements = &mut snapshot.measurements;
        measurements.retain(|measured| {
            catalogue::compares(&measured.metric).is_none()
                && !singles.iter().any(|metric| measured.metric == **metric)
        });
        let recorded = match unlike_its_commit(snapshot, repository.as_ref(), &context, &past.shown)
        {
            Some(why) => Err(why),
            None => {
                let kept = given::record(&past, config, events, workspace.clock.now());
                told = kept.unwrap_or_else(|why| {
                    notes.push(why);
                    None
                });
                let check = CameOf {
                    verdict: document.verdict.text(),
                    hosted: ci::is_hosted(&workspace.env),
                };
                past.record(snapshot, &ran, check)
            }
        };
        match recorded {
            Ok(entry) => {
                let start = entry.commit.get(..10).unwrap_or(&entry.commit);
                let events = told.map_or_else(String::new, |events| format!(" and {events}"));
                told = Some(format!("{start}{events}"));
            }
            Err(why) => notes.push(why),
        }
        told = told.map(|what| format!("recorded {what} in {}", past.shown));
    }
    Ok(Checked {
        document,
        collected,
        recorded: told,
        notes,
    })
}

/// Why a snapshot is not one of the commit that is checked out: somebody is at work on its files. What a CI job changes in
/// its checkout belongs to the build.
fn unlike_its_commit(
    snapshot: &Snapshot,
    repository: Option<&Repository>,
    context: &Context,
    history: &str,
) -> Option<String> {
    let repository = repository.filter(|_| context.provider.is_none())?;
    let folder = &snapshot.subject.folder;
    let inputs: FxHashSet<&str> = snapshot.inputs.iter().map(|input| &*input.path).collect();
    let read = |path: &String| vcs::within(path, folder).is_some_and(|own| inputs.contains(own));
    let mut changed = repository.modified().ok()?;
    // The history that it is recorded in is andon's own work, also where somebody committed it: a folder, or a file and those
    // beside it.
    let kept = |path: &String| {
        let own = vcs::within(path, folder);
        own.and_then(|own| own.strip_prefix(history.trim_end_matches('/')))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '-']))
    };
    changed.retain(|path| !read(path) && !kept(path));
    let first = changed.first()?;
    Some(format!(
        "the run was not recorded: a snapshot is kept under its commit, and {} {} not as HEAD has {} ({first} among them); \
         commit first",
        plural::s(changed.len() as u64, "file"),
        plural::pick(changed.len() as u64, "is", "are"),
        plural::pick(changed.len() as u64, "it", "them"),
    ))
}

/// Finds the change in a repository of its own: libgit2's are for one thread.
fn find_change(
    workspace: &Workspace,
    folder: &str,
    wanted: &Wanted,
    context: &Context,
) -> anyhow::Result<Result<Change, Lack>> {
    let repository = Repository::find(&workspace.root, &workspace.env)?;
    change::find(workspace, repository.as_ref(), folder, wanted, context)
}

/// All that tells which snapshot came before.
struct Before<'a> {
    workspace: &'a Workspace,
    config: &'a Config,
    options: &'a Options,
    change: Result<&'a Change, &'a Lack>,
    past: Option<&'a Past>,
    repository: Option<&'a Repository>,
    context: &'a Context,
    target: Option<&'a str>,
    folder: &'a str,
    snapshot: &'a Snapshot,
    /// What the run is that measured it.
    run: &'a event::Context,
}

impl Before<'_> {
    fn find(&self, notes: &mut Vec<String>) -> anyhow::Result<Result<Baseline, Lack>> {
        let (snapshot, found, machines) = match (&self.options.baseline, self.past) {
            (Some(path), _) => {
                let found = Found::File(path.display().to_string());
                (baseline::read_file(self.workspace, path)?, found, None)
            }
            (None, Some(past)) => match self.search(past).run(notes)? {
                Ok((snapshot, found, runner)) => {
                    (snapshot, found, Machines::of(&runner, &self.run.runner))
                }
                Err(lack) => return Ok(Err(lack)),
            },
            (None, None) => {
                return Ok(Err(Lack::new(
                    "no baseline: there is nothing to compare with; say `history: git` in the policy and record with \
                     `andon check --record`, or name a snapshot with `--baseline`",
                )));
            }
        };
        let components = &self.config.policy.components;
        let change = self.change.ok();
        let commit = snapshot.subject.commit.clone();
        // Seldom: the baseline is mostly of the commit that the change starts from.
        let own;
        let since = match (&commit, change) {
            (Some(_), Some(change)) if self.options.change.diff.is_some() => Some(change),
            (Some(commit), Some(change)) if change.base.as_ref() == Some(commit) => Some(change),
            (Some(commit), change) => {
                let between = |git| change::since(git, self.folder, commit, change);
                own = self.repository.and_then(between);
                own.as_ref()
            }
            // Whoever hands over a diff and a baseline says that the one leads from the other.
            (None, change) => change.filter(|change| change.base.is_none()),
        };
        let ready = baseline::ready(snapshot, found, since, change, components);
        Ok(Ok(Baseline { machines, ..ready }))
    }

    fn search<'a>(&'a self, past: &'a Past) -> baseline::Search<'a> {
        let change = self.change.ok();
        let judged = [
            self.snapshot.subject.commit.as_deref(),
            self.context.head_commit.as_deref(),
            change.and_then(|change| change.head.as_deref()),
        ];
        static NO_BASE: LazyLock<Lack> =
            LazyLock::new(|| Lack::new("the commit that the change is based on is not known"));
        baseline::Search {
            past,
            repository: self.repository,
            base: self
                .change
                .and_then(|change| change.base.as_deref().ok_or(&*NO_BASE)),
            target: self.target,
            judged: judged.into_iter().flatten().collect(),
            snapshot: self.snapshot,
            run: self.run,
        }
    }
}

/// What could supply a metric.
fn suppliers(metric: &str) -> Vec<String> {
    if metric.starts_with("dora.") {
        return vec!["a git repository with release tags".to_owned()];
    }
    if catalogue::is_recorded(metric) {
        return vec!["`andon run --record`".to_owned()];
    }
    let formats = formats::supplied_by(metric);
    formats.map(|format| format.title.to_owned()).collect()
}
