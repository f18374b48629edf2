//! `andon backtest`

use anyhow::bail;

use crate::app;
use crate::app::backtest::Question;
use crate::cli::asking::{Format, FormatArgs};
use crate::cli::{Exit, Session};
use crate::domain::unit::Unit;
use crate::render;
use crate::text::escape::json::safe;

use crate::cli::place::PlaceArgs;

/// Replay the history against the policy, or against another threshold: how often its gates would have rung and its alerts
/// fired, on which commits, and what followed. Proposes thresholds for a wanted rate of alarms. Judges nothing now.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only gates and alerts on this metric.
    #[arg(long, value_name = "METRIC")]
    metric: Option<String>,
    /// Only the gate of this id.
    #[arg(long, value_name = "ID")]
    gate: Option<String>,
    /// Hold what those gates judge against this bound instead of the policy's, such as `>= 80%`: each with its own `stat`, `per`,
    /// `where`, `last` and scope. A metric that no gate holds against a bound is held against it by itself.
    #[arg(long, value_name = "CONDITION")]
    require: Option<String>,
    /// With `--metric` and `--require`: hold this of the metric against the bound and not what gates judge, such as `each benchmark`.
    #[arg(long, value_name = "SCOPE", requires_all = ["metric", "require"], conflicts_with = "gate")]
    scope: Option<String>,
    /// The share of runs that may miss a proposed threshold.
    #[arg(long, value_name = "PERCENT", default_value = "2%", value_parser = rate)]
    alarm_rate: f64,
    /// How far back.
    #[arg(long, value_name = "N", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3660))]
    days: u32,
    /// Runs of this branch, instead of the one that changes go to.
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    form: FormatArgs,
}

fn rate(text: &str) -> Result<f64, String> {
    let percent = Unit::Percent
        .parse_amount(text)
        .map_err(|error| error.to_string())?;
    let share = percent.to_f64() / 100.0;
    match (0.0..=1.0).contains(&share) {
        true => Ok(share),
        false => Err("a rate of alarms is from 0 % to 100 %".to_owned()),
    }
}

/// Runs the command.
///
/// # Errors
/// When the policy or the history is unusable, or standard output cannot be written.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let workspace = &session.workspace;
    if args.require.is_some() && args.metric.is_none() && args.gate.is_none() {
        bail!(
            "--require holds a metric or a gate against a bound: name it with --metric or --gate"
        );
    }
    let config = app::policy::load(workspace, session.config.as_deref())?;
    let question = Question {
        metric: args.metric.clone(),
        gate: args.gate.clone(),
        scope: args.scope.clone(),
        require: args.require.clone(),
        rate: args.alarm_rate,
        days: args.days,
        branch: args.branch.clone(),
    };
    let tested = app::backtest::backtest(workspace, &config, &args.place.wish(false), &question)?;
    let console = &session.console;
    for note in &tested.notes {
        console.tell(note);
    }
    let told = render::backtest::Told {
        branch: &tested.branch,
        backtest: &tested.backtest,
        alerts: &tested.alerts,
        rate: args.alarm_rate,
    };
    match args.form.form() {
        Format::Table => console.report(&render::backtest::terminal(
            &told,
            console.width,
            console.color,
        ))?,
        Format::Markdown => console.report(&render::backtest::markdown(&told))?,
        Format::Csv => console.report(&render::backtest::csv(&told)?)?,
        Format::Json => console.report(&safe(&render::backtest::json(&told)))?,
    }
    Ok(Exit::Done)
}
