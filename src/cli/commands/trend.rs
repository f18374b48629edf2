//! `andon trend`

use jiff::SignedDuration;

use crate::app::tracks::{self, Wanted};
use crate::cli::asking::Format;
use crate::cli::watched::Selection;
use crate::cli::{Exit, Session};
use crate::domain::metric::Better;
use crate::domain::series::{Query, days_ago};
use crate::domain::watch::outlook;
use crate::render::trend::{self, Followed};
use crate::text::escape::json::safe;

/// Where metrics go: slope, verdict and forecast of each series, one point a run.
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
    /// How many days ahead the forecast is of.
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=3_650))]
    ahead: u32,
    /// Draw each series as a line.
    #[arg(long, conflicts_with_all = ["format", "json"])]
    chart: bool,
    /// The format of the output.
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
    /// The same as `--format json`.
    #[arg(long, conflicts_with = "format")]
    json: bool,
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
    let wanted = Wanted {
        metrics: named,
        first: None,
        filters: &args.selection.filters,
        apart: args.selection.apart(&config),
        from: Some(days_ago(args.days, now).map_err(anyhow::Error::msg)?),
        branches: &args.selection.branches(),
    };
    let parts = Wanted {
        metrics: sources,
        ..wanted.clone()
    };
    args.selection.check(&store, &parts)?;
    args.selection.tell_left_out(session, &store, &parts)?;
    let tracks = tracks::read(workspace, &store, &wanted)?;
    let ahead = SignedDuration::from_hours(24 * i64::from(args.ahead));
    let ahead = now.checked_add(ahead).unwrap_or(now);
    let followed: Vec<Followed> = tracks
        .into_iter()
        .map(|track| Followed {
            outlook: outlook(track.since(None), ahead),
            better: config
                .metric(&track.key.name)
                .map_or(Better::Neither, |metric| metric.better),
            track,
        })
        .collect();
    let console = &session.console;
    let (width, colour) = (console.width, console.color);
    let most = args.selection.most();
    console.report(&match args.format {
        _ if args.chart => trend::chart(&followed, most, width, colour),
        _ if args.json => written(&followed)?,
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

fn written(followed: &[Followed]) -> anyhow::Result<String> {
    let text = serde_json::to_string_pretty(&trend::json(followed))? + "\n";
    Ok(safe(&text))
}
