//! What can be typed after `andon history`.

use std::path::PathBuf;

use clap::Subcommand;

use crate::cli::asking::{FormatArgs, SpanArgs};

/// Read and tend the history: the snapshots that `andon check --record` keeps, and events.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub(super) action: Action,
    /// The history there instead of where the policy says: `git`, `file`, `sqlite`, a ref such as refs/andon/history, a
    /// folder, or an SQLite file.
    #[arg(long = "history", global = true, value_name = "WHERE")]
    pub(super) place: Option<String>,
    /// The history of this project, where several share a place: each has its own.
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) project: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    /// List what was recorded, the newest first.
    List {
        /// Only runs of this branch.
        #[arg(long, value_name = "BRANCH")]
        branch: Option<String>,
        /// So many at the most, in every format; 0 for all.
        #[arg(short = 'n', long, value_name = "N", default_value_t = 50)]
        limit: usize,
        #[command(flatten)]
        form: FormatArgs,
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
    /// Read every entry and every document of events, and say which cannot be used.
    Verify,
    /// Make the query form anew, which questions are answered from.
    Rebuild,
    /// Join the many small documents of events of each span (`keep: { rotate: … }`) into few.
    Compact,
    /// Take out what is older than the policy keeps (`keep: { events: 30d, runs: 2y }`), for good.
    Purge {
        /// Say what would be taken out, and leave it.
        #[arg(long)]
        dry_run: bool,
    },
    /// Take out events for good: those that have a dimension of this value, an id, or are of a metric. Of several of these
    /// all have to be true.
    Forget {
        #[command(flatten)]
        chosen: ChosenArgs,
        /// Say how many they are, and leave them.
        #[arg(long)]
        dry_run: bool,
    },
    /// Write all of the history into a folder, or as JSON lines into a file (`.jsonl`, `.jsonl.zst`) or, with `-`, to
    /// standard output.
    Export {
        /// Where to.
        #[arg(value_name = "DIR|FILE|-")]
        target: PathBuf,
    },
    /// Take in what `andon history export` wrote.
    Import {
        /// Where from.
        #[arg(value_name = "DIR|FILE|-")]
        source: PathBuf,
    },
    /// Take in what another history has: `git`, a ref, a folder, or an SQLite file.
    Merge {
        /// The other history.
        #[arg(value_name = "OTHER")]
        other: String,
    },
    /// Take in what the history of another repository has, by its path or address.
    Pull {
        /// The other repository.
        #[arg(value_name = "REPOSITORY")]
        other: String,
        /// The ref that its history is under.
        #[arg(long = "ref", value_name = "REF", default_value = "refs/andon/history")]
        reference: String,
    },
    /// Join the remote's history with the one here.
    Fetch,
    /// Join the remote's history with the one here, and give the remote what it lacks.
    Push,
}

impl Action {
    /// Whether it can begin a history, and does not only tell or lessen one.
    pub(super) fn takes_in(&self) -> bool {
        matches!(
            self,
            Action::Import { .. }
                | Action::Merge { .. }
                | Action::Pull { .. }
                | Action::Fetch
                | Action::Push
        )
    }
}

/// What is to be forgotten.
#[derive(Debug, clap::Args)]
pub(super) struct ChosenArgs {
    /// The dimension and its value, `user_id=17`. Alone, it is looked for in snapshots too.
    #[arg(long = "dim", value_name = "NAME=VALUE", value_parser = dimension, required_unless_present_any = ["ids", "metrics"])]
    pub(super) dimension: Option<(String, String)>,
    /// Events of this id, those that corrected it included; may repeat.
    #[arg(long = "id", value_name = "ID")]
    pub(super) ids: Vec<String>,
    /// Events of this metric; may repeat.
    #[arg(long = "metric", value_name = "METRIC")]
    pub(super) metrics: Vec<String>,
    #[command(flatten)]
    pub(super) span: SpanArgs,
}

fn dimension(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once('=')
        .filter(|(name, _)| !name.is_empty())
        .ok_or("it is written NAME=VALUE: `user_id=17`")?;
    Ok((name.to_owned(), value.to_owned()))
}
