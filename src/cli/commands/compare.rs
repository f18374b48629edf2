//! `andon compare`

use crate::app;
use crate::app::series::Store;
use crate::cli::asking::{AskArgs, Format, FormatArgs, LimitArgs};
use crate::cli::place::PlaceArgs;
use crate::cli::{Exit, Session};
use crate::domain::series::{Group, Stat};
use crate::text::escape::json::safe;
use crate::vcs::Repository;

/// Put what was recorded of two branches, commits or spans of time side by side, with the shift. Judges nothing.
///
/// A span is a month or a day (`andon compare 2026-02 2026-03`), or is written FROM..UNTIL, as in `andon compare
/// 2026-03-01..2026-03-07 2026-03-08.. --metric response_time`; either end may be left out. Whether a shift is more than noise, `andon run --compare` and gates tell.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to compare with.
    base: String,
    /// What to compare.
    head: String,
    #[command(flatten)]
    asking: AskArgs,
    /// Compare for each of these: dimensions, `branch`, `runner`.
    #[arg(short, long, value_name = "NAME", value_delimiter = ',')]
    group_by: Vec<Group>,
    /// The figure of each side. Default: the median; of metrics with a `formula`, the sum.
    #[arg(short, long, value_name = "FIGURE")]
    stat: Option<Stat>,
    #[command(flatten)]
    form: FormatArgs,
    #[command(flatten)]
    limit: LimitArgs,
    #[command(flatten)]
    history: PlaceArgs,
}

/// Runs the command.
///
/// # Errors
/// When the policy or the history is unusable, or nothing is recorded of a side.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let workspace = &session.workspace;
    let config = session.unjudged()?;
    let mut query = args.asking.query(workspace, &config)?;
    query.groups.clone_from(&args.group_by);
    query.stats = args.stat.into_iter().collect();
    let store = Store::open(workspace, &config, &args.history.wish(false), &query.asks())?;
    let repository = Repository::find(&workspace.root, &workspace.env)?;
    let sides = (args.base.as_str(), args.head.as_str());
    let (compared, notes) =
        app::compare::compare(&store, &config, repository.as_ref(), &query, sides)?;
    let console = &session.console;
    console.report(&match args.form.form() {
        Format::Table => compared.terminal(args.limit.most(), console.width, console.color),
        Format::Markdown => compared.markdown(args.limit.most()),
        Format::Json => safe(&compared.json()?),
        Format::Csv => compared.csv()?,
    })?;
    for note in store.notes.iter().chain(&notes) {
        console.complain(&format!("note: {note}"));
    }
    Ok(Exit::Done)
}
