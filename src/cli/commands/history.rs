//! `andon history`

use anyhow::{Context as _, bail};
use clap::Subcommand;

use crate::app;
use crate::app::past::{Past, Wish};
use crate::ci;
use crate::cli::{Exit, Session};
use crate::config::HistoryPlace;
use crate::domain::past::{Entry, Retention, superfluous};
use crate::render;
use crate::text::escape::json::safe;
use crate::text::plural;
use crate::vcs::Repository;

/// Which history.
#[derive(Debug, clap::Args)]
pub struct PlaceArgs {
    /// Use the history there instead of where the policy says: `git`, `file`, a ref such as refs/andon/history, a
    /// folder, or `none`.
    #[arg(long = "history", value_name = "WHERE")]
    place: Option<String>,
    /// Neither fetch nor push the history.
    #[arg(long)]
    offline: bool,
}

impl PlaceArgs {
    /// What is wished for.
    pub fn wish(&self, record: bool) -> Wish {
        Wish {
            place: self.place.clone(),
            offline: self.offline,
            record,
        }
    }
}

/// Read and tend the history: the snapshots that `andon check --record` keeps.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
    /// The history there instead of where the policy says: `git`, `file`, a ref such as refs/andon/history, or a folder.
    #[arg(long = "history", global = true, value_name = "WHERE")]
    place: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List what was recorded, the newest first.
    List {
        /// Only runs of this branch.
        #[arg(long, value_name = "BRANCH")]
        branch: Option<String>,
        /// So many at the most.
        #[arg(short = 'n', long, value_name = "N", default_value_t = 50)]
        limit: usize,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show the figures of a commit, or its whole snapshot as JSON.
    Show {
        /// The commit's SHA or its beginning, or the id of an entry.
        #[arg(value_name = "COMMIT")]
        commit: String,
        /// The snapshot as JSON, as `andon collect` writes it.
        #[arg(long)]
        json: bool,
    },
    /// Take out old entries. What either --keep-last or --keep-days keeps, stays.
    Prune {
        /// Keep so many of the newest entries of each branch.
        #[arg(long, value_name = "N", required_unless_present = "keep_days")]
        keep_last: Option<u64>,
        /// Keep what is at most so many days old.
        #[arg(long, value_name = "D")]
        keep_days: Option<u32>,
        /// Only entries of this branch; may repeat.
        #[arg(long, value_name = "BRANCH")]
        branch: Vec<String>,
        /// Say what would be taken out, and leave it.
        #[arg(long)]
        dry_run: bool,
    },
    /// Read every entry and say which cannot be used.
    Verify,
    /// Join the remote's history with the one here.
    Fetch,
    /// Join the remote's history with the one here, and give the remote what it lacks.
    Push,
}

/// Runs the command.
///
/// # Errors
/// When the policy or the repository is unusable, or the history cannot be read or written.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let workspace = &session.workspace;
    let config = app::policy::load(workspace, session.config.as_deref())?;
    let wish = Wish {
        place: args.place.clone(),
        ..Wish::default()
    };
    let standard = || HistoryPlace::Git(HistoryPlace::REF.to_owned());
    let place = wish.place(&config)?.unwrap_or_else(standard);
    let repository = Repository::find(&workspace.root, &workspace.env)?;
    let context = ci::detect(&workspace.env);
    let past = wish.open(workspace, repository.as_ref(), &place, &context)?;
    let now = workspace.clock.now();
    match &args.action {
        Action::List {
            branch,
            limit,
            json,
        } => list(session, &past, branch.as_deref(), *limit, *json),
        Action::Show { commit, json } => {
            // A branch, a tag, HEAD: anything that names a commit here; else it is a SHA that may be known there alone.
            let known = repository.as_ref().and_then(|git| git.resolve(commit));
            let named = known.map_or_else(|| commit.clone(), |id| id.to_string());
            show(session, &past, &config, &named, *json)
        }
        Action::Prune {
            keep_last,
            keep_days,
            branch,
            dry_run,
        } => {
            let rule = Retention {
                last: *keep_last,
                days: *keep_days,
                branches: branch.clone(),
            };
            prune(session, &past, &rule, *dry_run)
        }
        Action::Verify => verify(session, &past),
        Action::Fetch => {
            let told = match past.history.fetch(now)? {
                None => "a history in a folder is not fetched".to_owned(),
                Some(fetched) if fetched.found => {
                    let count = past.history.list()?.entries.len() as u64;
                    format!(
                        "fetched from {}: {} here now",
                        fetched.remote,
                        plural::of(count, "entry", "entries")
                    )
                }
                Some(fetched) => format!("{} has no {} yet", fetched.remote, past.shown),
            };
            session.console.tell(&told);
            Ok(Exit::Done)
        }
        Action::Push => {
            let told = match past.history.push(now)? {
                None => "a history in a folder is not pushed".to_owned(),
                Some(pushed) if pushed.sent => format!("pushed to {}", pushed.remote),
                Some(pushed) => format!("{} has everything", pushed.remote),
            };
            session.console.tell(&told);
            Ok(Exit::Done)
        }
    }
}

fn list(
    session: &Session,
    past: &Past,
    branch: Option<&str>,
    limit: usize,
    json: bool,
) -> anyhow::Result<Exit> {
    let listing = past.history.list()?;
    let mut entries = listing.entries;
    if let Some(branch) = branch {
        entries.retain(|entry| entry.is_of(branch, &entry.folder.clone()));
    }
    let all = entries.len();
    entries.sort_by(|a, b| (b.taken_at, &b.id).cmp(&(a.taken_at, &a.id)));
    entries.truncate(limit);
    let console = &session.console;
    if json {
        let text = serde_json::to_string_pretty(&entries)? + "\n";
        console.report(&safe(&text))?;
        return Ok(Exit::Done);
    }
    if entries.is_empty() {
        console.tell(&begin(past));
    } else {
        console.report(&render::history::list(
            &entries,
            console.width,
            console.color,
        ))?;
    }
    if all > entries.len() {
        console.tell(&format!(
            "{} of {all} entries; --limit shows more",
            entries.len()
        ));
    }
    if !listing.foreign.is_empty() {
        let count = plural::s(listing.foreign.len() as u64, "path");
        console.tell(&format!(
            "note: passed over {count} that name no entry; `andon history verify` tells which"
        ));
    }
    Ok(Exit::Done)
}

fn begin(past: &Past) -> String {
    format!(
        "nothing is recorded in {} here; `andon check --record` records a run, `andon history fetch` gets what others recorded",
        past.shown
    )
}

fn show(
    session: &Session,
    past: &Past,
    config: &crate::config::Config,
    commit: &str,
    json: bool,
) -> anyhow::Result<Exit> {
    let entry = entry(past, commit)?;
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
fn entry(past: &Past, named: &str) -> anyhow::Result<Entry> {
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
    let newest = entries
        .into_iter()
        .max_by(|a, b| (a.taken_at, &a.id).cmp(&(b.taken_at, &b.id)));
    newest.with_context(|| {
        format!(
            "nothing is recorded of {named} in {}; `andon history list` shows what is",
            past.shown
        )
    })
}

fn prune(session: &Session, past: &Past, rule: &Retention, dry_run: bool) -> anyhow::Result<Exit> {
    let now = session.workspace.clock.now();
    let entries = past.history.list()?.entries;
    let dropped = superfluous(&entries, rule, now);
    let console = &session.console;
    let count = plural::of(dropped.len() as u64, "entry", "entries");
    let kept = entries.len() - dropped.len();
    if dry_run {
        if !dropped.is_empty() {
            let shown: Vec<Entry> = dropped.into_iter().cloned().collect();
            console.report(&render::history::list(&shown, console.width, console.color))?;
        }
        console.tell(&format!("would take out {count} and keep {kept}"));
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

fn verify(session: &Session, past: &Past) -> anyhow::Result<Exit> {
    let verification = past.history.verify()?;
    let console = &session.console;
    let sound = plural::of(verification.sound as u64, "entry", "entries");
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
    console.complain(&format!(
        "{sound} can be read, {} cannot; runs pass over what cannot be read, and `andon history prune` takes out what is old",
        plural::of(bad, "path", "paths")
    ));
    Ok(Exit::Unusable)
}
