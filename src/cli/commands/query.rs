//! `andon query`

use crate::app;
use crate::app::query::{Asked, Order};
use crate::app::series::Store;
use crate::cli::asking::AskArgs;
use crate::cli::place::PlaceArgs;
use crate::cli::{Exit, Session};
use crate::domain::series::{Group, Stat};
use crate::render::answer;
use crate::text::escape::json::safe;

/// Ask what was recorded: figures of metrics over time, by dimension, by run.
///
/// Snapshots (`andon check --record`) and events (`andon record`) are asked alike. Times are UTC. Figures are of the points
/// themselves: percentiles are interpolated, and never taken of other percentiles.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    asking: AskArgs,
    /// Put points together by these, outermost first: dimensions, `branch`, `commit`, `run`, `runner`, or a span of time
    /// (hour, day, week, month).
    #[arg(short, long, value_name = "NAME", value_delimiter = ',')]
    group_by: Vec<Group>,
    /// What to say of them: count, sum, rate (a second), mean, min, max, stddev, first, last, median, and percentiles such as
    /// p95; of yes and no (1 and 0) share, with its 95 % interval. Default: count, min, median, p95, max.
    #[arg(short, long = "stat", value_name = "FIGURE", value_delimiter = ',')]
    stats: Vec<Stat>,
    /// Order the rows by a figure or a group; with a `-` before it, the greatest first.
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    sort: Option<String>,
    /// So many rows at the most; 0 for all, as if it were left out.
    #[arg(short = 'n', long, value_name = "N")]
    limit: Option<usize>,
    /// Draw the first figure: lines over time, bars otherwise.
    #[arg(long, conflicts_with = "format")]
    chart: bool,
    /// The format of the output.
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
    /// The same as `--format json`.
    #[arg(long, conflicts_with_all = ["format", "chart"])]
    json: bool,
    #[command(flatten)]
    history: PlaceArgs,
}

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Format {
    /// A table for people at a terminal.
    #[default]
    #[value(alias = "terminal")]
    Table,
    /// Markdown for a job summary or a comment.
    Markdown,
    /// One object.
    Json,
    /// A table of plain numbers in base units.
    Csv,
    /// A row on each line.
    Jsonl,
}

/// Rows that are written at once.
const ROWS: usize = 1_000;

/// Runs the command.
///
/// # Errors
/// When the policy or the history is unusable, or nothing answers.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let workspace = &session.workspace;
    let config = session.unjudged()?;
    let mut query = args.asking.query(workspace, &config)?;
    query.groups.clone_from(&args.group_by);
    query.stats.clone_from(&args.stats);
    if query.stats.contains(&Stat::Rate) {
        query = query.passed(workspace.clock.now());
    }
    let store = Store::open(workspace, &config, &args.history.wish(false), &query.asks())?;
    let asked = Asked {
        query,
        order: args.sort.as_deref().map(|by| Order {
            by: by.trim_start_matches('-').to_owned(),
            descending: by.starts_with('-'),
        }),
        limit: args.limit.filter(|limit| *limit > 0),
    };
    let question = app::query::ask(&store, &config, asked)?;
    let console = &session.console;
    let (width, colour) = (console.width, console.color);
    let document = match args.format {
        _ if args.chart => answer::chart(&question, width, colour),
        _ if args.json => safe(&answer::json(&question)?),
        Format::Table => answer::terminal(&question, width, colour),
        Format::Markdown => answer::markdown(&question),
        Format::Json => safe(&answer::json(&question)?),
        Format::Csv => answer::csv(&question)?,
        // Of very many rows no more than these are text at a time.
        Format::Jsonl => {
            for rows in question.answer.rows.chunks(ROWS) {
                console.report(&safe(&answer::lines(&question, rows)?))?;
            }
            String::new()
        }
    };
    console.report(&document)?;
    for note in store.notes.iter().chain(&question.notes) {
        console.complain(&format!("note: {note}"));
    }
    Ok(Exit::Done)
}
