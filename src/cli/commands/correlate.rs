//! `andon correlate`

use std::collections::HashSet;

use anyhow::bail;

use crate::app::tracks::{self, Wanted};
use crate::cli::asking::{Format, FormatArgs};
use crate::cli::watched::Selection;
use crate::cli::{Exit, Session};
use crate::domain::series::{Query, Stat, days_ago};
use crate::domain::watch::{By, adjust, apart, correlation};
use crate::render::trend::{Pair, Pairs};
use crate::text::escape::json::safe;

/// What moves with what: never a cause.
///
/// Of each pair of series that at least 21 runs measured both, the changes from run to run are compared (Spearman); p-values
/// are adjusted for the number of pairs (Benjamini and Hochberg). Metrics that are not measured at the same times are
/// compared with --by hour, day, week or month: the medians of spans that both have points in.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The metric whose series are compared with others; left out, all are compared with all.
    #[arg(long, value_name = "METRIC")]
    metric: Option<String>,
    /// Only with series of this metric, and not with its own; may repeat.
    #[arg(long, value_name = "METRIC", requires = "metric")]
    with: Vec<String>,
    /// What is compared: what a run measured at one time, or what was measured within an hour, a day, a week, a month (UTC)
    /// that is over.
    #[arg(long, value_name = "SPAN", default_value_t)]
    by: By,
    /// What the value of a span is, as `andon query` has them: mean, sum, count, max, p95. Default: median.
    #[arg(long, value_name = "FIGURE")]
    stat: Option<Stat>,
    /// How many days back, of 24 hours each, up to now.
    #[arg(long, value_name = "N", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    days: u32,
    /// Show pairs that do not move together too, and those of which it cannot be told.
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    form: FormatArgs,
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
    let named = args.metric.iter().chain(&args.with);
    let metrics = named.clone().map(String::as_str);
    // With nothing else named, the metric is compared with all.
    let alone = args.with.is_empty();
    let store = args.selection.open(
        session,
        &config,
        metrics.filter(|_| !alone),
        &args.selection.filters,
    )?;
    store.expect(&Query {
        metrics: named.clone().cloned().collect(),
        ..Query::default()
    })?;
    if args.stat.is_some() && args.by == By::Run {
        bail!("a run counts with the median of its samples: `--stat` goes with `--by day`");
    }
    let now = workspace.clock.now();
    let from = days_ago(args.days, now).map_err(anyhow::Error::msg)?;
    let wanted = Wanted {
        // With nothing else named, the metric is compared with all.
        metrics: match args.with.is_empty() {
            true => Vec::new(),
            false => named.clone().map(String::as_str).collect(),
        },
        first: args.metric.as_deref(),
        filters: &args.selection.filters,
        apart: args.selection.apart(&config),
        from: Some(args.by.start(from)),
        reach: &args.selection.reach(),
    };
    args.selection.check(&store, &wanted)?;
    args.selection.tell_left_out(session, &store, &wanted)?;
    let stat = args.stat.unwrap_or(By::STAT);
    let mut pairs = Vec::new();
    // With those that come later are compared: all, or those of the metric that is named, which come first.
    let mut held: Vec<Line> = Vec::new();
    let mut found = HashSet::new();
    let all = tracks::read_each(workspace, &store, &wanted, MOST, |track| {
        if !stat.suits(&track.key.unit) {
            bail!(
                "`{}` is a percentage, of which a {stat} says nothing: {}",
                track.key.name,
                Stat::UNWEIGHTED
            );
        }
        let values = args.by.values(&track, wanted.from, now, stat);
        let points = values
            .iter()
            .map(|(at, value)| (at.as_millisecond(), *value));
        let line = Line {
            label: track.label(),
            metric: track.key.name,
            runner: track.runner,
            points: points.collect(),
        };
        let others = held.iter().filter(|other| args.wants(other, &line));
        pairs.extend(others.map(|other| other.beside(&line)));
        found.insert(line.metric.clone());
        if args.metric.as_ref().is_none_or(|name| *name == line.metric) {
            held.push(line);
        }
        Ok(())
    })?;
    if !all {
        let narrower = match args.with.is_empty() {
            true => "name --metric and --with, or put them together by --group-by",
            false => {
                "put them together by --group-by (`none` makes one of each metric), or narrow them by --where"
            }
        };
        bail!("there are more than {MOST} series, too many to be compared: {narrower}");
    }
    adjust(pairs.iter_mut().filter_map(|pair| pair.found.as_mut().ok()));
    let all = Pairs { pairs, by: args.by };
    let console = &session.console;
    let shown = (args.all || args.with.len() == 1, args.selection.most());
    console.report(&match args.form.form() {
        Format::Table => all.terminal(shown, console.width, console.color),
        Format::Markdown => all.markdown(shown),
        Format::Json => safe(&(serde_json::to_string_pretty(&all.json())? + "\n")),
        Format::Csv => all.csv()?,
    })?;
    let lacking = named.clone().find(|name| !found.contains(*name));
    let lacking = lacking.map(|name| vec![name.clone()]);
    if let Some(metrics) = lacking.or_else(|| found.is_empty().then(Vec::new)) {
        args.selection
            .nothing_of(session, &store, metrics, args.days)?;
    }
    Ok(Exit::Done)
}

/// A series that is compared: there may be millions of points in all.
struct Line {
    label: String,
    metric: String,
    runner: String,
    /// Milliseconds since 1970 and the value, by time.
    points: Vec<(i64, f64)>,
}

impl Line {
    /// How its changes go together with those of another, among no others.
    fn beside(&self, other: &Line) -> Pair {
        Pair {
            one: self.label.clone(),
            other: other.label.clone(),
            apart: apart(&self.points, &other.points),
            found: correlation(&self.points, &other.points),
        }
    }
}

impl Args {
    /// Whether two series are to be compared.
    fn wants(&self, one: &Line, other: &Line) -> bool {
        // Figures of two sorts of machines have no runs in common; what names no machine has days in common with all.
        let same = one.runner == other.runner;
        let near =
            same || (self.by != By::Run && (one.runner.is_empty() || other.runner.is_empty()));
        let with = |line: &Line| self.with.is_empty() || self.with.contains(&line.metric);
        let asked = |one: &Line, other: &Line| {
            let ours = self.metric.as_ref();
            ours.is_none_or(|name| *name == one.metric) && with(other)
        };
        near && (asked(one, other) || asked(other, one))
    }
}
