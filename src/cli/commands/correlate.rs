//! `andon correlate`

use anyhow::bail;

use crate::app::tracks::{self, Wanted};
use crate::cli::watched::Selection;
use crate::cli::{Exit, Session};
use crate::domain::series::{Query, days_ago};
use crate::domain::watch::{Track, correlations};
use crate::render;
use crate::render::trend::Pair;
use crate::text::escape::json::safe;

/// What moves with what: never a cause.
///
/// Of each pair of series that at least 21 runs measured both, the changes from run to run are compared (Spearman); p-values
/// are adjusted for the number of pairs (Benjamini and Hochberg).
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The metric whose series are compared with others; left out, all are compared with all.
    #[arg(long, value_name = "METRIC")]
    metric: Option<String>,
    /// Only with series of this metric; may repeat.
    #[arg(long, value_name = "METRIC", requires = "metric")]
    with: Vec<String>,
    /// How many days back, of 24 hours each, up to now.
    #[arg(long, value_name = "N", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    days: u32,
    /// Show pairs that do not move together too, and those of which it cannot be told.
    #[arg(long)]
    all: bool,
    /// As JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    selection: Selection,
}

/// Series that are compared, at most: their pairs grow with the square.
const MOST: usize = 200;

/// Runs the command.
///
/// # Errors
/// When there is no history, nothing is recorded of a metric, or there are too many series.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let workspace = &session.workspace;
    let config = session.unjudged()?;
    let store = args.selection.open(session, &config)?;
    let named = args.metric.iter().chain(&args.with);
    store.expect(&Query {
        metrics: named.clone().cloned().collect(),
        ..Query::default()
    })?;
    let wanted = Wanted {
        // With nothing else named, the metric is compared with all.
        metrics: match args.with.is_empty() {
            true => Vec::new(),
            false => named.map(String::as_str).collect(),
        },
        filters: &args.selection.filters,
        apart: args.selection.apart(&config),
        from: Some(days_ago(args.days, workspace.clock.now()).map_err(anyhow::Error::msg)?),
        branches: &args.selection.branches(),
    };
    args.selection.check(&store, &wanted)?;
    let read = tracks::read_few(workspace, &store, &wanted, MOST)?;
    let Some(tracks) = read.filter(|tracks| tracks.len() <= MOST) else {
        bail!(
            "there are more than {MOST} series, too many to be compared: name --metric and --with, or narrow them by --where"
        );
    };
    let is_ours = |track: &Track| {
        args.metric
            .as_ref()
            .is_none_or(|name| *name == track.key.name)
    };
    let series: Vec<_> = tracks.iter().map(|track| track.since(None)).collect();
    let all: Vec<_> = tracks.iter().zip(&series).collect();
    let mut couples = Vec::new();
    for (place, (one, points)) in all.iter().enumerate() {
        for (other, theirs) in all.iter().skip(place + 1) {
            // Figures of two sorts of machines have no runs in common.
            if one.runner == other.runner && (is_ours(one) || is_ours(other)) {
                couples.push(((*one, *other), (points.as_slice(), theirs.as_slice())));
            }
        }
    }
    let both: Vec<_> = couples.iter().map(|(_, points)| *points).collect();
    let pairs: Vec<Pair> = couples
        .iter()
        .zip(correlations(&both))
        .map(|(((one, other), _), found)| Pair {
            one: one.label(),
            other: other.label(),
            found,
        })
        .collect();
    let console = &session.console;
    if args.json {
        let text = serde_json::to_string_pretty(&render::trend::pairs_json(&pairs))? + "\n";
        console.report(&safe(&text))?;
    } else {
        let all = args.all || args.with.len() == 1;
        console.report(&render::trend::pairs(
            &pairs,
            all,
            console.width,
            console.color,
        ))?;
    }
    Ok(Exit::Done)
}
