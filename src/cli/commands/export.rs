//! `andon export`

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::app;
use crate::app::export::Form;
use crate::app::series::Store;
use crate::cli::asking::AskArgs;
use crate::cli::place::PlaceArgs;
use crate::cli::{Exit, Session};
use crate::text::{escape::visible_lines, plural};

/// Write what was recorded as events, which `andon record` takes in again elsewhere.
///
/// Ids and metadata are those that the events came with; one without an id gets one. Recorded twice, each counts once, and
/// where it came from nothing is recorded again.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    asking: AskArgs,
    /// How events are written. Left out, as the ending of the output says; on standard output, an event on each line.
    #[arg(short, long, value_enum)]
    format: Option<Format>,
    /// Write to this file instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    history: PlaceArgs,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    /// An event on each line.
    Jsonl,
    /// A list of events.
    Json,
    /// A table.
    Csv,
    /// The latest value of each series, for Prometheus and its kin.
    #[value(name = "openmetrics")]
    OpenMetrics,
}

impl Args {
    fn format(&self) -> anyhow::Result<Format> {
        let ending = self.output.as_deref().and_then(Path::extension);
        let ending = ending.unwrap_or_default().to_string_lossy();
        Ok(match (self.format, &*ending.to_ascii_lowercase()) {
            (Some(format), _) => format,
            (None, "" | "jsonl" | "ndjson") => Format::Jsonl,
            (None, "json") => Format::Json,
            (None, "csv") => Format::Csv,
            (None, "om" | "prom" | "openmetrics") => Format::OpenMetrics,
            (None, other) => bail!("`.{other}` says nothing of a form: name one with `--format`"),
        })
    }
}

/// Runs the command.
///
/// # Errors
/// When the policy or the history is unusable, nothing answers, or the output cannot be written.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let workspace = &session.workspace;
    let console = &session.console;
    let config = session.unjudged()?;
    let query = args.asking.query(workspace, &config)?;
    let store = Store::open(workspace, &config, &args.history.wish(false), &query.asks())?;
    let form = match args.format()? {
        Format::Jsonl => Form::Lines,
        Format::Json => Form::Json,
        Format::Csv => Form::Csv,
        Format::OpenMetrics => Form::OpenMetrics,
    };
    let on_terminal = io::stdout().is_terminal();
    let mut begun = false;
    let mut put = |text: &str| -> anyhow::Result<()> {
        let Some(file) = &args.output else {
            // What is exported is what was recorded, whatever stands in it; a terminal is not to be commanded by it.
            match on_terminal {
                true => console.report(&(visible_lines(text) + "\n"))?,
                false => console.report(text)?,
            }
            return Ok(());
        };
        let path = workspace.root.join(file);
        // The first piece takes the place of what was there.
        let written = match begun {
            true => workspace.files.append(&path, text.as_bytes()),
            false => workspace.files.write(&path, text.as_bytes()),
        };
        begun = true;
        written.with_context(|| format!("cannot write {}", file.display()))
    };
    let exported = app::export::export(&store, &config, &query, form, &mut put)?;
    if let Some(file) = &args.output {
        let points = match form {
            Form::OpenMetrics => plural::of(exported.count, "latest value", "latest values"),
            _ => plural::s(exported.count, "point"),
        };
        console.tell(&format!("exported {points} to {}", file.display()));
    }
    let left_out = match form {
        Form::OpenMetrics => store.left_out(&query)?,
        _ => None,
    };
    let notes = store.notes.iter().chain(&exported.notes);
    for note in notes.chain(&left_out) {
        console.complain(&format!("note: {note}"));
    }
    Ok(Exit::Done)
}
