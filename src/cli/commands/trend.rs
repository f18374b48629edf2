//! `andon trend`

use jiff::SignedDuration;

use crate::app::tracks::{self, Wanted};
use crate::cli::asking::{Format, FormatArgs};
use crate::cli::watched::Selection;
use crate::cli::{Exit, Session};
use crate::domain::catalogue;
use crate::domain::metric::{Better, Metric};
use crate::domain::series::{Query, days_ago};
use crate::domain::unit::Unit;
use crate::domain::watch::{By, outlook};
use crate::render::trend::{self, Followed};
use crate::text::escape::json::safe;

/// Where metrics go: slope, verdict and forecast of each series.
///
/// A series rises or falls if at least 20 runs say so (Mann-Kendall, p < 0.01) and it drifts by 10 % or more; the slope is
/// Theil and Sen's, with its 95 % interval. A forecast has an interval, is made from at least 20 runs, of those since the level
/// last shifted, and reaches no further ahead than they reach back; otherwise there is none.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The metric; may repeat.
    #[arg(long, value_name = "METRIC", required = true)]
    metric: Vec<String>,
    /// How many days back, of 24 hours each, up to now.
    #[arg(long, value_name = "N", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    days: u32,
    /// What a point is: the median of what a run measured, or of what was measured within an hour, a day, a week, a month (UTC)
    /// that is over. What is recorded as one file is one run a day, so that a feed is told by spans.
    #[arg(long, value_name = "SPAN", default_value_t)]
    by: By,
    /// How far ahead the forecast is of: days, or a span such as `12h` or `2w`.
    #[arg(long, value_name = "DAYS", default_value = "7", value_parser = ahead)]
    ahead: SignedDuration,
    /// Draw each series as a line.
    #[arg(long, conflicts_with_all = ["format", "json"])]
    chart: bool,
    #[command(flatten)]
    form: FormatArgs,
    #[command(flatten)]
    selection: Selection,
}

/// Runs the command.
///
/// # Errors
/// When there is no history, or nothing is recorded of a metric.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let workspace = &session.workspace;
    let config = session.unjudged()?;
    let store = args.selection.open(
        session,
        &config,
        args.metric.iter().map(String::as_str),
        &args.selection.filters,
    )?;
    let now = workspace.clock.now();
    let named: Vec<&str> = args.metric.iter().map(String::as_str).collect();
    let sources = store.sources(&named);
    let query = Query {
        metrics: sources.iter().map(|&name| name.to_owned()).collect(),
        filters: args.selection.filters.clone(),
        ..Query::default()
    };
    store.expect(&query)?;
    let from = days_ago(args.days, now).map_err(anyhow::Error::msg)?;
    let wanted = Wanted {
        metrics: named,
        first: None,
        filters: &args.selection.filters,
        apart: args.selection.apart(&config),
        from: Some(args.by.start(from)),
        reach: &args.selection.reach(),
    };
    let parts = Wanted {
        metrics: sources,
        ..wanted.clone()
    };
    args.selection.check(&store, &parts)?;
    args.selection.tell_left_out(session, &store, &parts)?;
    let tracks = tracks::read(workspace, &store, &wanted)?;
    let followed: Vec<Followed> = tracks
        .into_iter()
        .map(|track| Followed {
            outlook: {
                let values = args.by.values(&track, None, now, By::STAT);
                let known = catalogue::find(&track.key.name);
                let seen = outlook(values, now, args.ahead);
                let own = || seen.seen_range(&track.key.unit);
                let range = known.map_or_else(own, Metric::range);
                seen.within(range)
            },
            by: args.by,
            better: config
                .metric(&track.key.name)
                .map_or(Better::Neither, |metric| metric.better),
            track,
        })
        .collect();
    let console = &session.console;
    let (width, colour) = (console.width, console.color);
    let most = args.selection.most();
    console.report(&match args.form.form() {
        _ if args.chart => trend::chart(&followed, most, width, colour),
        Format::Table => trend::terminal(&followed, most, width, colour),
        Format::Markdown => trend::markdown(&followed, most),
        Format::Json => written(&followed)?,
        Format::Csv => trend::csv(&followed)?,
    })?;
    if followed.is_empty() {
        args.selection
            .nothing_of(session, &store, query.metrics, args.days)?;
    }
    Ok(Exit::Done)
}

/// The most days that a forecast is of.
const MOST_AHEAD: i64 = 3_650;

/// A span of time ahead: `7`, `12h`.
fn ahead(text: &str) -> Result<SignedDuration, String> {
    let days = text.parse::<u32>().ok();
    let days = days.map(|days| SignedDuration::from_hours(24 * i64::from(days)));
    let span = || {
        let seconds = Unit::Seconds.parse_amount(text).ok()?.to_f64();
        SignedDuration::try_from_secs_f64(seconds).ok()
    };
    days.or_else(span)
        .filter(|span| span.is_positive() && span.as_hours() <= 24 * MOST_AHEAD)
        .ok_or_else(|| {
            format!(
                "write a number of days up to {MOST_AHEAD}, or a span of time such as `12h` or `2w`"
            )
        })
}

fn written(followed: &[Followed]) -> anyhow::Result<String> {
    let text = serde_json::to_string_pretty(&trend::json(followed))? + "\n";
    Ok(safe(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ahead_is_days_or_a_span() {
        let hours = |text| ahead(text).map(|span| span.as_hours());
        assert_eq!(hours("7"), Ok(168));
        assert_eq!(hours("12h"), Ok(12));
        assert_eq!(hours("2w"), Ok(336));
        for wrong in ["0", "-1h", "soon", "3651", "600w"] {
            assert!(
                hours(wrong).unwrap_err().contains("a span of time"),
                "{wrong}"
            );
        }
    }
}
