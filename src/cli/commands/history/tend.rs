//! Keeping a history small, sound, and no longer than it may be kept.

use std::collections::HashSet;

use anyhow::bail;

use super::exchange::tell_in_clear;
use crate::app::past::Past;
use crate::cli::{Exit, Session};
use crate::config::Config;
use crate::domain::past::{Entry, Keep, Retention, superfluous};
use crate::domain::unit::Unit;
use crate::history::Index;
use crate::render;
use crate::render::history::Listed;
use crate::text::{number, plural};

/// Logs that somebody looks at what a deletion would take out, where reads are logged.
///
/// # Errors
/// When it cannot be logged: then it is not to be read.
pub(super) fn would(session: &Session, past: &Past, what: &str, asked: &str) -> anyhow::Result<()> {
    let asked = format!("what {what} would take out: {asked}");
    if let Some(note) = past.audit_read(&session.workspace, &asked)? {
        session.console.complain(&format!("note: {note}"));
    }
    Ok(())
}

/// `andon history prune`
pub(super) fn prune(
    session: &Session,
    past: &Past,
    rule: &Retention,
    dry_run: bool,
) -> anyhow::Result<Exit> {
    let now = session.workspace.clock.now();
    let entries = past.history.list()?.entries;
    let dropped = superfluous(&entries, rule, now);
    let console = &session.console;
    let count = plural::of(dropped.len() as u64, "entry", "entries");
    let kept = entries.len() - dropped.len();
    if dry_run {
        console.tell(&format!("would take out {count} and keep {kept}"));
        if !dropped.is_empty() {
            let listed = |entry: &Entry| Listed {
                entry: entry.clone(),
                damage: None,
            };
            let shown: Vec<Listed> = dropped.into_iter().map(listed).collect();
            console.report(&render::history::list(&shown, console.width, console.color))?;
        }
        return Ok(Exit::Done);
    }
    past.history.remove(&dropped, now)?;
    let push = match dropped.is_empty() {
        false if past.shown.starts_with("refs/") => {
            "; `andon history push` takes them out of the remote too"
        }
        _ => "",
    };
    console.tell(&format!("took out {count}, kept {kept}{push}"));
    Ok(Exit::Done)
}

/// `andon history verify`
pub(super) fn verify(session: &Session, past: &Past) -> anyhow::Result<Exit> {
    let verification = past.history.verify()?;
    let console = &session.console;
    tell_in_clear(session, past, &HashSet::new())?;
    let mut sound = plural::of(verification.sound as u64, "entry", "entries");
    if verification.documents > 0 {
        sound += &format!(
            " and {} of {}",
            plural::s(verification.documents as u64, "document"),
            plural::s(verification.events, "event")
        );
    }
    if verification.problems.is_empty() {
        console.report(&format!("{sound} can be read\n"))?;
        return Ok(Exit::Done);
    }
    let mut text = String::new();
    for (path, what) in &verification.problems {
        text += &format!(
            "{}: {}\n",
            crate::text::escape::visible(path),
            crate::text::escape::visible(what)
        );
    }
    console.report(&text)?;
    let bad = verification.problems.len() as u64;
    let mend = "`andon history merge OTHER` or `andon history import COPY` mends what is whole there, `andon history export NEW` saves all that can be read";
    console.complain(&format!(
        "{sound} can be read, {} cannot, and is passed over; {mend}",
        plural::of(bad, "path", "paths")
    ));
    Ok(Exit::Unusable)
}

/// `andon history rebuild`
pub(super) fn rebuild(session: &Session, past: &Past, config: &Config) -> anyhow::Result<Exit> {
    let file = past.history.index_file();
    let unit = |id: &str| {
        config
            .metric(id)
            .map_or(Unit::Points, |metric| metric.unit.clone())
    };
    let caught = Index::open_anew(&file)?.rebuild(&past.history, unit)?;
    let told = format!(
        "{} of {} in {}",
        plural::s(caught.points, "point"),
        plural::s(caught.documents, "document"),
        file.display()
    );
    passed_over(session, &caught.problems, &told)
}

/// `andon history compact`
pub(super) fn compact(session: &Session, past: &Past, keep: &Keep) -> anyhow::Result<Exit> {
    let now = session.workspace.clock.now();
    let joined = past.history.compact(keep, now)?;
    let told = format!(
        "joined {} to {}",
        plural::s(joined.before as u64, "document"),
        plural::s(joined.after as u64, "document")
    );
    passed_over(session, &joined.problems, &told)
}

/// `andon history purge`
pub(super) fn purge(
    session: &Session,
    past: &Past,
    config: &Config,
    dry_run: bool,
) -> anyhow::Result<Exit> {
    let (keep, now) = (&config.keep, session.workspace.clock.now());
    if keep.events.is_none() && keep.runs.is_none() {
        bail!(
            "the policy does not say for how long what is kept: `keep: {{ events: 30d, runs: 2y }}`"
        );
    }
    let entries = past.history.list()?.entries;
    let expired = keep.expired(&entries, now);
    let runs = plural::s(expired.len() as u64, "run");
    if dry_run {
        would(session, past, "purge", &kept(keep))?;
        let (events, problems) = past.history.count_outdated(keep, now)?;
        let events = plural::s(events, "event");
        return passed_over(
            session,
            &problems,
            &format!("would take out {runs} and {events}"),
        );
    }
    past.audit(&session.workspace, "purge", &kept(keep))?;
    past.history.remove(&expired, now)?;
    let lessened = past.history.purge(keep, now)?;
    let took = expired.len() as u64 + lessened.events;
    let told = format!(
        "took out {runs} and {}{}",
        plural::s(lessened.events, "event"),
        in_git(past, took)
    );
    renewed(past, took)?;
    passed_over(session, &lessened.problems, &told)
}

/// For how long what is kept, in the words of the policy.
fn kept(keep: &Keep) -> String {
    let spans = [("events", keep.events), ("runs", keep.runs)];
    let spans = spans.into_iter().filter_map(|(what, span)| {
        let span = number::duration(span?.as_secs_f64());
        Some(format!("{what} for {span}"))
    });
    format!("keep {}", spans.collect::<Vec<_>>().join(", "))
}

/// The query form still has what was taken out: it is made again by the next question.
fn renewed(past: &Past, took: u64) -> anyhow::Result<()> {
    if took > 0 {
        Index::discard(&past.history.index_file())?;
    }
    Ok(())
}

pub(super) fn in_git(past: &Past, took: u64) -> &'static str {
    match past.shown.starts_with("refs/") && took > 0 && past.is_far() {
        true => {
            "; `andon history push` takes it out of the remote too, and then out of what this clone remembers of that"
        }
        false => "",
    }
}

/// Says what was done, and what could not be.
pub(super) fn passed_over(
    session: &Session,
    problems: &[(String, String)],
    told: &str,
) -> anyhow::Result<Exit> {
    session.console.tell(told);
    for (path, what) in problems {
        session.console.complain(&format!("{path}: {what}"));
    }
    match problems.is_empty() {
        true => Ok(Exit::Done),
        false => {
            session.console.complain("`andon history verify` says which documents cannot be used; they are left as they are");
            Ok(Exit::Unusable)
        }
    }
}
