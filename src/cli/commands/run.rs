//! `andon run`

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::app::run::{Plan, Reading, compare, launch, measure, recorded};
use crate::cli::place::PlaceArgs;
use crate::cli::{Exit, Session};
use crate::domain::run::{Finding, Measured, RESERVED, judge};
use crate::platform::{Launch, RealMeter, Stream};
use crate::render;
use crate::text::escape::json::safe;
use crate::text::plural;

/// The exit code where andon itself is at fault or was misused, as `env` and `timeout` have it: other codes are the
/// command's.
pub const OWN_FAILURE: u8 = 125;

/// With fewer runs a side an exact rank test cannot reach p < 0.01.
const FEWEST: u32 = 5;

/// Measure a command: time, memory and how it ended. Its output and its exit code are passed on.
///
/// Exit codes: the command's own; 128 and the number of the signal that ended it; 127 if there is no such program, 126 if
/// it cannot be executed, 125 if andon itself failed or was misused. With --compare: 0, or 1 if the head is slower.
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "andon run [OPTIONS] [--] COMMAND [ARGUMENT]...\n       \
                            andon run [OPTIONS] --compare BASE --with HEAD"
)]
pub struct Args {
    /// What the command is called; left out, the program's file name, with --compare that of the head.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// A dimension of what is measured; may repeat.
    #[arg(long = "dim", value_name = "KEY=VALUE", value_parser = dimension)]
    dimensions: Vec<(String, String)>,
    /// Measure so many runs: 1, or 15 of each command with --compare. Stops at the first failure.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    repeat: Option<u32>,
    /// Run so often before it counts: 0, or 2 with --compare.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(..=10_000))]
    warmup: Option<u32>,
    /// Go on after a run that failed; the exit code is that of the last one that did.
    #[arg(long)]
    keep_going: bool,
    /// Tell why the command failed by the end of its standard error, which then goes through a pipe.
    #[arg(long, conflicts_with = "compare")]
    read_errors: bool,
    /// Write everything to this file as JSON, or to standard output (`-`).
    #[arg(long, value_name = "PATH")]
    json: Option<PathBuf>,
    /// Record what was measured in the history, as `andon record` does; with --compare of both commands, told apart by the
    /// dimension `side`.
    #[arg(long)]
    record: bool,
    #[command(flatten)]
    history: PlaceArgs,
    /// Compare this command with another one: both are run in turn, in random order.
    #[arg(long, value_name = "BASE", requires = "with")]
    compare: Option<String>,
    /// The command that must not be slower.
    #[arg(long, value_name = "HEAD", requires = "compare")]
    with: Option<String>,
    /// Let `sh -c` run the two commands; without it they are split into words, and nothing in them is expanded.
    #[arg(long, requires = "compare")]
    shell: bool,
    /// Repeat the order of an earlier comparison.
    #[arg(long, value_name = "N", requires = "compare")]
    seed: Option<u64>,
    /// Show what the two commands write.
    #[arg(long, requires = "compare")]
    show_output: bool,
    /// Exit with 0 even if the head is slower.
    #[arg(long, requires = "compare")]
    exit_zero: bool,
    /// The command and its arguments.
    #[arg(
        value_name = "COMMAND",
        trailing_var_arg = true,
        required_unless_present = "compare",
        conflicts_with = "compare"
    )]
    command: Vec<OsString>,
}

fn dimension(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, _)) if RESERVED.contains(&key) => {
            Err(format!("`{key}` is set by andon itself; take another name"))
        }
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write it as KEY=VALUE".to_owned()),
    }
}

/// Runs the command.
///
/// # Errors
/// When andon itself cannot run or wait for a command, or the JSON cannot be written.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    match (&args.compare, &args.with) {
        (Some(base), Some(head)) => two(session, args, base, head),
        _ => one(session, args),
    }
}

fn one(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let Some((program, arguments)) = args.command.split_first() else {
        bail!("no command is given");
    };
    let repeat = args.repeat.unwrap_or(1);
    let warmup = args.warmup.unwrap_or(0);
    let launch = Launch {
        program: program.clone(),
        arguments: arguments.to_vec(),
        folder: session.workspace.root.clone(),
        // The first of several runs would read it all.
        input: match repeat.saturating_add(warmup) {
            1 => Stream::Inherited,
            _ => Stream::Nothing,
        },
        output: Stream::Inherited,
        hear: args.read_errors,
    };
    let name = args.name.clone().unwrap_or_else(|| called(program));
    let plan = plan(args, launch, name, (repeat, warmup));
    let runs = measure(&meter()?, &plan)?;
    let console = &session.console;
    let failed = runs.iter().rev().find(|run| !run.ending.succeeded());
    match failed.filter(|run| !run.ending.began()) {
        Some(run) => {
            let program = program.to_string_lossy();
            console.complain(&format!(
                "error: cannot run `{program}`: {}; name a program that is on PATH, or the path of one that may be executed",
                run.ending
            ));
        }
        None => console.tell(render::run::runs(&runs, console.width, false).trim_end()),
    }
    let written = write(session, args, || render::run::runs_json(&runs));
    let written = written.and_then(|()| record(session, args, &runs));
    match failed.map_or(0, |run: &Measured| run.ending.exit_code()) {
        0 => written.map(|()| Exit::Done),
        // What the command says of itself matters more than what becomes of its numbers.
        code => {
            if let Err(error) = written {
                console.complain(&format!("error: {error:#}"));
            }
            Ok(Exit::Of(code))
        }
    }
}

/// Records the runs where that is asked for, and tells where.
fn record(session: &Session, args: &Args, runs: &[Measured]) -> anyhow::Result<()> {
    if !args.record {
        return Ok(());
    }
    let workspace = &session.workspace;
    let config = session.unjudged()?;
    let outcome = recorded(workspace, &config, &args.history.wish(false), runs)?;
    let console = &session.console;
    for note in &outcome.notes {
        console.complain(&format!("warning: {note}"));
    }
    if let Some(fault) = outcome.faults.first() {
        bail!("{} events were not recorded: {fault}", outcome.rejected);
    }
    let events = plural::s(outcome.recorded, "event");
    console.tell(&format!("recorded {events} in {}", outcome.shown));
    Ok(())
}

fn two(session: &Session, args: &Args, base: &str, head: &str) -> anyhow::Result<Exit> {
    let reading = match args.shell {
        true => Reading::Shell,
        false => Reading::Words,
    };
    let often = (args.repeat.unwrap_or(15), args.warmup.unwrap_or(2));
    if often.0 < FEWEST {
        bail!(
            "a comparison needs --repeat {FEWEST} at the least: fewer runs cannot tell a difference from chance"
        );
    }
    let plan = |text: &str| -> anyhow::Result<Plan> {
        let launch = launch(text, reading, &session.workspace.root, args.show_output)?;
        Ok(plan(args, launch, text.to_owned(), often))
    };
    let (base, head) = (plan(base)?, plan(head)?);
    let name = args
        .name
        .clone()
        .unwrap_or_else(|| called(&head.launch.program));
    let seed = args.seed.unwrap_or_else(|| {
        let now = session.workspace.clock.now().as_nanosecond();
        // Short enough to be typed again.
        u64::try_from(now.rem_euclid(1_000_000_007)).unwrap_or_default()
    });
    let comparison = compare(&meter()?, &base, &head, seed, judge)?;
    let console = &session.console;
    let to_stdout = args.json.as_deref() == Some(Path::new("-"));
    if !to_stdout {
        console.report(&render::run::comparison(
            &comparison,
            console.width,
            console.color,
        ))?;
    }
    write(session, args, || {
        render::run::comparison_json(&name, &comparison)
    })?;
    record(session, args, &comparison.runs(&name))?;
    Ok(match comparison.shift.finding {
        Finding::Worse if !args.exit_zero => Exit::Failed,
        _ => Exit::Done,
    })
}

/// What a program is called.
fn called(program: &OsStr) -> String {
    let file = Path::new(program).file_name().unwrap_or(program);
    file.to_string_lossy().into_owned()
}

fn plan(args: &Args, launch: Launch, name: String, (repeat, warmup): (u32, u32)) -> Plan {
    Plan {
        launch,
        name,
        dimensions: args.dimensions.iter().cloned().collect::<BTreeMap<_, _>>(),
        warmup,
        repeat,
        keep_going: args.keep_going,
    }
}

fn meter() -> anyhow::Result<RealMeter> {
    RealMeter::start().context("cannot take over signals")
}

fn write(
    session: &Session,
    args: &Args,
    document: impl FnOnce() -> serde_json::Result<String>,
) -> anyhow::Result<()> {
    match args.json.as_deref() {
        None => Ok(()),
        Some(path) if path == Path::new("-") => Ok(session.console.report(&safe(&document()?))?),
        Some(path) => {
            let full = session.workspace.root.join(path);
            let files = &session.workspace.files;
            files
                .write(&full, document()?.as_bytes())
                .with_context(|| format!("cannot write {}", path.display()))
        }
    }
}
