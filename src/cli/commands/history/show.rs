//! What a history has.

use anyhow::{Context as _, bail};

use crate::app::order::by_time;
use crate::app::past::Past;
use crate::cli::asking::Format;
use crate::cli::{Exit, Session};
use crate::domain::past::Entry;
use crate::render;
use crate::render::history::Listed;
use crate::text::escape::json::safe;
use crate::text::plural;
use crate::vcs::Repository;

/// `andon history list`
pub(super) fn list(
    session: &Session,
    past: &Past,
    branch: Option<&str>,
    limit: usize,
    form: Format,
) -> anyhow::Result<Exit> {
    let listing = past.history.list()?;
    let mut entries = listing.entries;
    if let Some(branch) = branch {
        entries.retain(|entry| entry.is_of(branch, &entry.folder.clone()));
    }
    let all = entries.len();
    let workspace = &session.workspace;
    let repository = Repository::find(&workspace.root, &workspace.env)?;
    by_time(&mut entries, &past.history, repository.as_ref());
    entries.reverse();
    if limit > 0 {
        entries.truncate(limit);
    }
    let damage = past.history.damage(&entries)?;
    let shown = entries.into_iter().zip(damage);
    let shown: Vec<Listed> = shown
        .map(|(entry, damage)| Listed { entry, damage })
        .collect();
    let console = &session.console;
    let document = match form {
        Format::Table | Format::Markdown if shown.is_empty() => String::new(),
        Format::Table => render::history::list(&shown, console.width, console.color),
        Format::Markdown => render::history::list_markdown(&shown),
        Format::Json => safe(&(serde_json::to_string_pretty(&shown)? + "\n")),
        Format::Csv => render::history::list_csv(&shown)?,
    };
    console.report(&document)?;
    if shown.is_empty() {
        console.tell(&begin(past)?);
    }
    if all > shown.len() {
        console.tell(&format!(
            "{} of {all} entries; --limit shows more, --limit 0 all",
            shown.len()
        ));
    }
    let damaged = shown.iter().filter(|it| it.damage.is_some()).count() as u64;
    if damaged > 0 {
        console.complain(&format!(
            "note: {} damaged and counts nowhere: `andon history merge OTHER` or `andon history import COPY` mends what is whole \
             there",
            plural::pick(damaged, "one of these is", &format!("{damaged} of these are"))
        ));
    }
    if !listing.foreign.is_empty() {
        let count = plural::s(listing.foreign.len() as u64, "path");
        console.complain(&format!(
            "note: passed over {count} that name no entry; `andon history verify` tells which"
        ));
    }
    Ok(Exit::Done)
}

fn begin(past: &Past) -> anyhow::Result<String> {
    let events: u64 = past.history.segments()?.iter().map(|it| it.count).sum();
    if events > 0 {
        return Ok(format!(
            "no run's snapshot is recorded in {} here, but {}: `andon query` asks for them, and counts what came with copies or was corrected once; `andon check --record` records a run",
            past.shown,
            plural::s(events, "event")
        ));
    }
    Ok(format!(
        "nothing is recorded in {} here; `andon check --record` records a run, `andon history fetch` gets what others recorded",
        past.shown
    ))
}

/// `andon history show`
pub(super) fn entry(
    session: &Session,
    past: &Past,
    config: &crate::config::Config,
    commit: &str,
    json: bool,
) -> anyhow::Result<Exit> {
    let entry = named(past, commit)?;
    let recorded = past.history.load(&entry)?;
    let console = &session.console;
    if json {
        let text = serde_json::to_string_pretty(&recorded.snapshot)? + "\n";
        console.report(&safe(&text))?;
        return Ok(Exit::Done);
    }
    let verdict = recorded.verdict.as_deref();
    let unit = |id: &str| {
        config
            .metric(id)
            .map(|metric| metric.unit.symbol().to_owned())
    };
    let text = render::history::show(
        &entry,
        &recorded.snapshot,
        verdict,
        unit,
        (console.width, console.color),
    );
    console.report(&text)?;
    Ok(Exit::Done)
}

/// The newest entry of a commit, or the one with this id.
fn named(past: &Past, named: &str) -> anyhow::Result<Entry> {
    if named.len() < 4 || !named.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        bail!(
            "`{named}` names no commit here and is no SHA: give a branch, a tag, or at least the first 4 digits of a SHA"
        );
    }
    let named = named.to_ascii_lowercase();
    let mut entries = past.history.of_commit(&named)?;
    if entries.is_empty() {
        entries = past.history.list()?.entries;
        entries.retain(|entry| entry.id == named);
    }
    let mut commits: Vec<&str> = entries.iter().map(Entry::short).collect();
    commits.dedup();
    if commits.len() > 1 {
        bail!(
            "`{named}` is the beginning of several commits: {}; give more digits",
            commits.join(", ")
        );
    }
    // They are of one commit: nothing has to be known of any other.
    by_time(&mut entries, &past.history, None);
    entries.pop().with_context(|| {
        format!(
            "nothing is recorded of {named} in {}; `andon history list` shows what is",
            past.shown
        )
    })
}
