//! What can be typed.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args as _, CommandFactory, FromArgMatches as _, Parser, Subcommand};

use super::commands;
use super::console::{ColorChoice, Console, complain};
use super::exit::Exit;
use super::session::Session;
use crate::app::Workspace;
use crate::platform::Env;

/// A quality gate for CI: reads what the build already produced, compares it with thresholds and with the past, and
/// says what slipped, where, and what would make it pass.
#[derive(Debug, Parser)]
#[command(
    name = "andon",
    version,
    max_term_width = 100,
    after_help = "Exit codes: 0 the gate passed (warnings included), 1 the gate failed, 2 usage, configuration or \
                  input error, 101 a bug in andon.\n\nStart with `andon`, which says what it would do here, or \
                  `andon inspect FILE` on any report."
)]
pub struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What every command takes.
#[derive(Debug, clap::Args)]
struct Common {
    /// Work in this folder instead of the current one.
    #[arg(
        short = 'C',
        long,
        global = true,
        value_name = "DIR",
        default_value = "."
    )]
    directory: PathBuf,
    /// Read this policy instead of looking for andon.yaml (also ANDON_CONFIG).
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// When to use colour.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: ColorChoice,
    /// Say nothing but the report and errors.
    #[arg(short, long, global = true)]
    quiet: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(commands::check::Args),
    Inspect(commands::inspect::Args),
    Collect(commands::collect::Args),
    Report(commands::report::Args),
    #[cfg(feature = "github")]
    Publish(commands::publish::Args),
    Diff(commands::diff::Args),
    Run(commands::run::Args),
    Record(commands::record::Args),
    Query(commands::query::Args),
    Ask(commands::ask::Args),
    Trend(commands::trend::Args),
    Compare(commands::compare::Args),
    Correlate(commands::correlate::Args),
    Alerts(commands::alerts::Args),
    Backtest(commands::backtest::Args),
    Export(commands::export::Args),
    History(commands::history::Args),
    Dora(commands::dora::Args),
    Explain(commands::explain::Args),
    Formats(commands::formats::Args),
    Init(commands::init::Args),
    Schema(commands::schema::Args),
    Completions(commands::completions::Args),
    Man(commands::man::Args),
}

/// What gives a command its arguments.
type Arguments = fn(clap::Command) -> clap::Command;

/// The commands that a job may call very often.
const OFTEN: [(&str, Arguments); 3] = [
    ("run", commands::run::Args::augment_args),
    ("record", commands::record::Args::augment_args),
    ("query", commands::query::Args::augment_args),
];

/// Understands arguments.
fn parse(arguments: &[OsString]) -> Result<Cli, clap::Error> {
    match parse_one(arguments) {
        Some(cli) => Ok(cli),
        None => Cli::try_parse_from(arguments),
    }
}

/// Understands the arguments of a command that is called often, without preparing all the others; `None` where they are those
/// of another one, or none at all: only the whole can tell what is wrong.
fn parse_one(arguments: &[OsString]) -> Option<Cli> {
    let named = |argument: &OsString| OFTEN.iter().find(|(name, _)| argument.as_os_str() == *name);
    let (name, arguments_of) = arguments.iter().skip(1).find_map(named)?;
    let command = Common::augment_args(clap::Command::new("andon"));
    let command = command.subcommand(arguments_of(clap::Command::new(*name)));
    let matches = command.try_get_matches_from(arguments).ok()?;
    Cli::from_arg_matches(&matches).ok()
}

/// Parses the command line, runs the command and says how it went.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let cli = match parse(&arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version come here too, and exit with 0.
            if !error.use_stderr() {
                let _ = error.print();
                return Exit::Done.into();
            }
            complain(error.render().to_string().trim_end());
            if let Some(tip) = tip(&error, &arguments) {
                complain(&format!("\n  tip: {tip}"));
            }
            return unusable(asked_to_run(&arguments)).into();
        }
    };
    let Cli { common, command } = cli;
    let env = Env::of_process();
    let console = Console::new(common.color, common.quiet, &env);
    let runs = matches!(command, Some(Command::Run(_)));
    let result = Workspace::open(&common.directory, env).and_then(|workspace| {
        let named = workspace.env.get("ANDON_CONFIG").map(PathBuf::from);
        let session = Session {
            workspace,
            console: console.clone(),
            config: common.config.or(named),
        };
        match command {
            None => commands::start::run(&session),
            Some(Command::Check(args)) => commands::check::run(&session, &args),
            Some(Command::Inspect(args)) => commands::inspect::run(&session, &args),
            Some(Command::Collect(args)) => commands::collect::run(&session, &args),
            Some(Command::Report(args)) => commands::report::run(&session, &args),
            #[cfg(feature = "github")]
            Some(Command::Publish(args)) => commands::publish::run(&session, &args),
            Some(Command::Diff(args)) => commands::diff::run(&session, &args),
            Some(Command::Record(args)) => commands::record::run(&session, &args),
            Some(Command::Query(args)) => commands::query::run(&session, &args),
            Some(Command::Compare(args)) => commands::compare::run(&session, &args),
            Some(Command::Export(args)) => commands::export::run(&session, &args),
            Some(Command::History(args)) => commands::history::run(&session, &args),
            Some(Command::Backtest(args)) => commands::backtest::run(&session, &args),
            Some(Command::Ask(args)) => commands::ask::run(&session, &args),
            Some(Command::Trend(args)) => commands::trend::run(&session, &args),
            Some(Command::Correlate(args)) => commands::correlate::run(&session, &args),
            Some(Command::Alerts(args)) => commands::alerts::run(&session, &args),
            Some(Command::Dora(args)) => commands::dora::run(&session, &args),
            Some(Command::Run(args)) => commands::run::run(&session, &args),
            Some(Command::Explain(args)) => commands::explain::run(&session, &args),
            Some(Command::Formats(args)) => commands::formats::run(&session, &args),
            Some(Command::Init(args)) => commands::init::run(&session, &args),
            Some(Command::Schema(args)) => commands::schema::run(&session, &args),
            Some(Command::Completions(args)) => {
                commands::completions::run(&session, &args, Cli::command())
            }
            Some(Command::Man(args)) => commands::man::run(&session, &args, Cli::command()),
        }
    });
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            console.complain(&format!("error: {error:#}"));
            unusable(runs).into()
        }
    }
}

/// What is said where andon itself is at fault or was misused. `andon run` leaves 1 and 2 to the command that it runs.
fn unusable(runs: bool) -> Exit {
    match runs {
        true => Exit::Of(commands::run::OWN_FAILURE),
        false => Exit::Unusable,
    }
}

/// Whether arguments that cannot be understood as a whole are at least those of `andon run`.
fn asked_to_run(arguments: &[OsString]) -> bool {
    subcommand(arguments).is_some_and(|command| command.get_name() == "run")
}

/// The command that arguments name, even if they cannot be understood as a whole.
fn subcommand(arguments: &[OsString]) -> Option<clap::Command> {
    let lenient = Cli::command().ignore_errors(true);
    let matches = lenient.try_get_matches_from(arguments).ok()?;
    let whole = Cli::command();
    whole.find_subcommand(matches.subcommand_name()?).cloned()
}

/// What was probably meant by an argument that the command does not take: a metric's name without `--metric`, or `--json`.
fn tip(error: &clap::Error, arguments: &[OsString]) -> Option<String> {
    let Some(ContextValue::String(given)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    let command = subcommand(arguments)?;
    let name = command.get_name();
    let takes = |long: &str| {
        let mut known = command.get_arguments();
        known.any(|argument| argument.get_long() == Some(long))
    };
    let unknown = error.kind() == ErrorKind::UnknownArgument;
    match given.as_str() {
        "--json" if unknown && takes("format") => {
            Some(format!("write `andon {name} --format json`"))
        }
        metric if unknown && !metric.starts_with('-') && takes("metric") => Some(format!(
            "a metric is named by `andon {name} --metric {metric}`"
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn a_command_that_is_called_often_is_understood_as_by_the_whole() {
        for line in [
            "andon run -- true",
            "andon -q run --repeat 3 -C /tmp -- record query",
            "andon record --name a --value 1 --dim a=b",
            "andon --color never record -",
            "andon query --metric a --last 24h -g day -s p95 --config x.yaml",
            "andon --config query",
        ] {
            let one = parse_one(&split(line)).expect(line);
            let whole = Cli::try_parse_from(split(line)).expect(line);
            assert_eq!(format!("{one:?}"), format!("{whole:?}"), "{line}");
        }
        // What another command is called with, and what is wrong, is for the whole.
        for line in [
            "andon",
            "andon check",
            "andon -C record check",
            "andon help query",
            "andon query --help",
            "andon query --no-such",
            "andon run",
        ] {
            assert!(parse_one(&split(line)).is_none(), "{line}");
        }
    }
}
