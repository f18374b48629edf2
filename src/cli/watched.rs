//! Which series are watched: what `trend`, `correlate` and `alerts` have in common.

use std::collections::BTreeSet;

use anyhow::bail;

use super::Session;
use super::asking::LimitArgs;
use super::place::PlaceArgs;
use crate::app;
use crate::app::series::Store;
use crate::app::tracks::{self, Apart, Branches, Reach, Wanted};
use crate::config::Config;
use crate::domain::series::{Filter, Group, Query};
use crate::render::Most;

/// Which series and runs count.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Selection {
    /// Only series and runs like this: `component=api`, `branch!=main`, `operation=install,list`; may repeat.
    #[arg(long = "where", value_name = "NAME=VALUE")]
    pub(in crate::cli) filters: Vec<Filter>,
    /// The dimensions that tell series apart; the points of all others are put together. `none` puts all together. Left
    /// out, all dimensions but personal ones.
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    group_by: Option<Vec<String>>,
    /// Only runs of this branch; by default those of the default branch.
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    /// Runs of all branches.
    #[arg(long, conflicts_with = "branch")]
    all_branches: bool,
    /// Runs of all repositories and folders that share the history; by default those of this repository and folder.
    #[arg(long)]
    everywhere: bool,
    #[command(flatten)]
    limit: LimitArgs,
    #[command(flatten)]
    place: PlaceArgs,
}

impl Selection {
    /// Of which runs points count.
    pub(in crate::cli) fn reach(&self) -> Reach {
        Reach {
            branches: match (&self.branch, self.all_branches) {
                (Some(branch), _) => Branches::One(branch.clone()),
                (None, true) => Branches::All,
                (None, false) => Branches::Default,
            },
            everywhere: self.everywhere,
        }
    }

    /// How many series are shown.
    pub(in crate::cli) fn most(&self) -> Most {
        self.limit.most()
    }

    /// The dimensions that should tell series apart, if any were named.
    pub(in crate::cli) fn group_by(&self) -> Option<&[String]> {
        let names = self.group_by.as_deref()?;
        Some(match names {
            [none] if none == "none" => &[],
            names => names,
        })
    }

    /// Which dimensions tell series apart.
    pub(in crate::cli) fn apart<'a>(&'a self, config: &'a Config) -> Apart<'a> {
        Apart::of(self.group_by(), &config.personal)
    }

    /// Refuses dimensions that no series has.
    ///
    /// # Errors
    /// When one of those named is of no series that is wanted.
    pub(in crate::cli) fn check(&self, store: &Store, wanted: &Wanted<'_>) -> anyhow::Result<()> {
        match store.lacks(&wanted.metrics, wanted.apart.names())? {
            Some(lacking) => bail!("{lacking}"),
            None => Ok(()),
        }
    }

    /// Says what is no part of what is wanted, where there is some: what comparisons measured of their base, and what other
    /// repositories and folders recorded.
    ///
    /// # Errors
    /// When the query form cannot be read.
    pub(in crate::cli) fn tell_left_out(
        &self,
        session: &Session,
        store: &Store,
        wanted: &Wanted<'_>,
    ) -> anyhow::Result<()> {
        let of_base = store.left_out(&wanted.query())?;
        let elsewhere = tracks::elsewhere(&session.workspace, store, wanted)?;
        let whose = tracks::whose(store, wanted);
        for note in [of_base, whose, elsewhere].into_iter().flatten() {
            session.console.complain(&format!("note: {note}"));
        }
        Ok(())
    }

    /// Says that nothing of these metrics lies within the last so many days, and where there is some.
    ///
    /// # Errors
    /// When the query form cannot be read.
    pub(in crate::cli) fn nothing_of(
        &self,
        session: &Session,
        store: &Store,
        metrics: Vec<String>,
        days: u32,
    ) -> anyhow::Result<()> {
        let of = match metrics.as_slice() {
            [only] => format!("of `{only}` "),
            _ => String::new(),
        };
        let query = Query {
            metrics,
            filters: self.filters.clone(),
            ..Query::default()
        };
        session.console.complain(&match store.unmet(&query)? {
            Some(why) => format!("nothing {of}fits: {why}"),
            None => format!(
                "nothing {of}lies within the last {days} days on this branch: {}; --days and --all-branches look further",
                store.nothing(&query)?
            ),
        });
        Ok(())
    }

    /// Opens the history, and says what its reader should know. Where reads are logged, these metrics are, and the names of the
    /// dimensions that are asked for.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub(in crate::cli) fn open<'m>(
        &self,
        session: &Session,
        config: &Config,
        metrics: impl IntoIterator<Item = &'m str>,
        filters: impl IntoIterator<Item = &'m Filter>,
    ) -> anyhow::Result<Store> {
        let metrics: BTreeSet<&str> = metrics.into_iter().collect();
        let groups = self.group_by().unwrap_or_default().iter();
        let asked = Query {
            metrics: metrics.into_iter().map(str::to_owned).collect(),
            filters: filters.into_iter().cloned().collect(),
            groups: groups.map(|name| Group::By(name.clone())).collect(),
            ..Query::default()
        };
        open(session, config, &self.place, &asked.asks())
    }
}

/// Opens the history, and says what its reader should know. Where reads are logged, this one is with what is `asked`.
///
/// # Errors
/// When there is none, or it cannot be read.
pub(in crate::cli) fn open(
    session: &Session,
    config: &Config,
    place: &PlaceArgs,
    asked: &str,
) -> anyhow::Result<Store> {
    let store = app::series::Store::open(&session.workspace, config, &place.wish(false), asked)?;
    for note in &store.notes {
        session.console.complain(&format!("note: {note}"));
    }
    Ok(store)
}
