//! Where the history is, as it is typed.

use crate::app::past::Wish;

/// Which history.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct PlaceArgs {
    /// Use the history there instead of where the policy says: `git`, `file`, `sqlite`, a ref such as
    /// refs/andon/history, a folder, an SQLite file, or `none`.
    #[arg(long = "history", value_name = "WHERE")]
    place: Option<String>,
    /// The history of this project, where several share a place: each has its own.
    #[arg(long, value_name = "NAME")]
    project: Option<String>,
    /// Neither fetch nor push the history.
    #[arg(long)]
    offline: bool,
}

impl PlaceArgs {
    /// What is wished for.
    pub(in crate::cli) fn wish(&self, record: bool) -> Wish {
        Wish {
            place: self.place.clone(),
            project: self.project.clone(),
            offline: self.offline,
            record,
        }
    }
}
