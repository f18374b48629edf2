//! What a question about series is typed as, the same for each command that asks one.

use jiff::Timestamp;

use crate::app::Workspace;
use crate::app::personal::look_behind;
use crate::config::Config;
use crate::domain::series::{Filter, Query, ago, days_ago, moment};
use crate::render::Most;

/// How an answer is written.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
pub(in crate::cli) enum Format {
    /// A view for people at a terminal.
    #[default]
    #[value(alias = "terminal")]
    Table,
    /// Markdown for a job summary or a comment.
    Markdown,
    /// One object.
    Json,
    /// A table of plain numbers in base units.
    Csv,
}

/// How an answer is to be written, the same for each question.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct FormatArgs {
    /// The format of the output.
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
    /// The same as `--format json`.
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

impl FormatArgs {
    /// Which that is.
    pub(in crate::cli) fn form(&self) -> Format {
        match self.json {
            true => Format::Json,
            false => self.format,
        }
    }
}

/// How much of an answer is shown to people.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct LimitArgs {
    /// So many rows at the most, the most important first; 0 for all. JSON and CSV are whole.
    #[arg(short = 'n', long, value_name = "N", default_value_t = Most::ROWS)]
    limit: usize,
}

impl LimitArgs {
    /// How much that is.
    pub(in crate::cli) fn most(&self) -> Most {
        Most::rows(self.limit)
    }
}

/// Which points are meant.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct AskArgs {
    /// The metric; may repeat. Left out, all that are recorded.
    #[arg(short, long = "metric", value_name = "METRIC")]
    metrics: Vec<String>,
    #[command(flatten)]
    span: SpanArgs,
    /// Only points with this: `command=install`, `branch!=main`; several values between commas, all conditions
    /// together. May repeat.
    #[arg(long = "where", value_name = "CONDITION")]
    filters: Vec<Filter>,
}

/// Of which time.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct SpanArgs {
    /// The last so much time, up to now: `24h`, `7d`, `4w`; a day has 24 hours.
    #[arg(long, value_name = "SPAN", conflicts_with_all = ["days", "from"])]
    last: Option<String>,
    /// The last so many days, of 24 hours each, up to now.
    #[arg(long, value_name = "N", conflicts_with = "from")]
    days: Option<u32>,
    /// From this day, which begins at midnight UTC, or from this moment on.
    #[arg(long, alias = "since", value_name = "TIME")]
    from: Option<String>,
    /// Up to this day, which counts as a whole, or to this moment, which does not count.
    #[arg(long, alias = "to", value_name = "TIME")]
    until: Option<String>,
}

impl SpanArgs {
    /// The first moment, and the first that no longer counts.
    ///
    /// # Errors
    /// When one of them is no time, or the end lies before the beginning.
    pub(in crate::cli) fn span(
        &self,
        now: Timestamp,
    ) -> anyhow::Result<(Option<Timestamp>, Option<Timestamp>)> {
        let wrong = anyhow::Error::msg;
        let from = match (&self.last, self.days, &self.from) {
            (Some(span), _, _) => Some(ago(span, now).map_err(wrong)?),
            (_, Some(days), _) => Some(days_ago(days, now).map_err(wrong)?),
            (_, _, Some(from)) => Some(moment(from, false).map_err(wrong)?),
            _ => None,
        };
        let until = self.until.as_deref();
        let until = until
            .map(|until| moment(until, true))
            .transpose()
            .map_err(wrong)?;
        if let (Some(from), Some(until)) = (from, until)
            && from >= until
        {
            anyhow::bail!(
                "the span ends before it begins, from {from} until {until}: exchange the two"
            );
        }
        Ok((from, until))
    }
}

impl AskArgs {
    /// The question that is typed, without groups and figures.
    ///
    /// # Errors
    /// When the time is none.
    pub(in crate::cli) fn query(
        &self,
        workspace: &Workspace,
        config: &Config,
    ) -> anyhow::Result<Query> {
        let (from, until) = self.span.span(workspace.clock.now())?;
        let mut filters = self.filters.clone();
        look_behind(config, &workspace.env, &mut filters)?;
        Ok(Query {
            metrics: self.metrics.clone(),
            from,
            until,
            filters,
            ..Query::default()
        })
    }
}
