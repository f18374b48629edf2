//! `andon check`

use std::path::PathBuf;

use crate::app::change::Wanted;
use crate::app::check::Options;
use crate::app::policy::{self, Whose};
use crate::app::{self, reports::Where};
use crate::cli::failing::Failing;
#[cfg(feature = "github")]
use crate::cli::github;
use crate::cli::outputs::{OutputFormat, Targets};
use crate::cli::place::PlaceArgs;
use crate::cli::{Exit, Session, publish};
use crate::config::{Channel, Config};
use crate::render::view::View;

/// Judge this build: read its reports and the git history, compare with the policy, and fail if a gate fails.
///
/// Without arguments the reports are those that the policy names, or those found in the usual places. Without a policy
/// the preset `recommended` counts. In GitHub Actions the job summary and the step outputs (verdict, failed, warned,
/// report) are written as well.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Report files, or folders to look into.
    #[arg(value_name = "REPORT")]
    pub reports: Vec<PathBuf>,
    #[command(flatten)]
    targets: Targets,
    /// Compare with this earlier snapshot (`andon collect`).
    #[arg(long, value_name = "SNAPSHOT")]
    baseline: Option<PathBuf>,
    /// The commit, branch or tag that the change is based on; `auto` (default) learns it from the CI system, or takes
    /// the default branch.
    #[arg(long, value_name = "REF")]
    base: Option<String>,
    /// Judge the change up to this commit instead of what is checked out.
    #[arg(long, value_name = "REF")]
    head: Option<String>,
    /// Take the change from this unified diff instead of git (`-` for standard input).
    #[arg(long, value_name = "FILE", conflicts_with_all = ["base", "head"])]
    diff: Option<PathBuf>,
    /// Whose policy counts: `base` for that of the commit which the change is to be merged into, so that the change
    /// cannot weaken it; `head` for what is checked out; `auto` for the base's where strangers' code may be checked out
    /// with the target's rights (`pull_request_target`, `workflow_run`).
    #[arg(long, value_enum, default_value_t, value_name = "WHOSE")]
    policy_from: PolicyFrom,
    #[command(flatten)]
    history: PlaceArgs,
    /// Record this run in the history, whatever its verdict: where nothing names one, in the ref refs/andon/history.
    #[arg(long)]
    record: bool,
    #[command(flatten)]
    failing: Failing,
    #[cfg(feature = "github")]
    #[command(flatten)]
    publishing: github::PublishArgs,
}

impl Args {
    /// Whether the job summary is wanted, which needs no publishing.
    fn shows_summary(&self, config: &Config) -> bool {
        #[cfg(feature = "github")]
        let channels = self.publishing.channels(config);
        #[cfg(not(feature = "github"))]
        let channels = &config.publishing.channels;
        channels.contains(&Channel::Summary)
    }
}

/// Whose policy counts.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum PolicyFrom {
    #[default]
    Auto,
    Base,
    Head,
}

impl From<PolicyFrom> for Whose {
    fn from(typed: PolicyFrom) -> Whose {
        match typed {
            PolicyFrom::Auto => Whose::Auto,
            PolicyFrom::Base => Whose::Base,
            PolicyFrom::Head => Whose::Head,
        }
    }
}

/// Where the reports are: typed, in the policy, or in the usual places.
pub fn place<'a>(typed: &'a [PathBuf], config: &'a Config) -> Where<'a> {
    match (typed, config.reports.as_slice()) {
        ([], []) => Where::Usual,
        ([], rules) => Where::Policy(rules),
        (typed, _) => Where::Named(typed),
    }
}

/// Runs the command.
///
/// # Errors
/// When the policy, a report that was named, the repository or an output is unusable.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let change = Wanted {
        base: args.base.clone(),
        head: args.head.clone(),
        diff: args.diff.clone(),
    };
    let (config, ruling) = policy::choose(
        &session.workspace,
        session.config.as_deref(),
        args.policy_from.into(),
        &change,
    )?;
    let place = place(&args.reports, &config);
    let options = Options {
        baseline: args.baseline.clone(),
        change,
        history: args.history.wish(args.record),
        ruling,
    };
    let checked = app::check::check(&session.workspace, &config, place, &options)?;
    let targets = args.targets.or_stdout(OutputFormat::Terminal);
    publish::outputs(session, &checked.document, &targets)?;
    if args.shows_summary(&config) {
        publish::summary_of(session, &checked.document);
    }
    publish::step_outputs(session, &checked.document, &targets);
    if targets.iter().all(|target| target.path.is_some()) {
        let view = View::new(&checked.document);
        let word = view.word.text().to_uppercase();
        session.console.tell(&format!("{word} {}", view.headline));
    }
    if let Some(recorded) = &checked.recorded {
        session.console.tell(recorded);
    }
    for note in &checked.notes {
        session.console.complain(&format!("warning: {note}"));
    }
    session
        .console
        .tell_passed_over(&checked.collected.passed_over);
    // The verdict stands and is told: whatever comes of publishing changes nothing in it.
    #[cfg(feature = "github")]
    args.publishing
        .publish(session, &config, &checked.document, &targets)?;
    Ok(args.failing.exit(checked.document.verdict))
}
