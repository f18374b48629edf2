//! `andon record`

use std::path::PathBuf;

use crate::app;
use crate::app::record::Request;
use crate::cli::place::PlaceArgs;
use crate::cli::{Exit, Session};
use crate::domain::event::{Raw, Share};
use crate::formats::events::Form;
use crate::text::plural;

/// Record events, or what reports state, in the history.
///
/// A file of events is JSON lines, CSV with a header, or OpenMetrics; any other file is a report, which is measured as
/// `andon check` does. What is wrong with an event is told with its line, and the others are recorded. Exits with 1 if
/// anything was rejected.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files of events, reports, or `-` for events on standard input.
    #[arg(value_name = "FILE", required_unless_present_any = ["name", "value"])]
    files: Vec<PathBuf>,
    /// Record one event of this name.
    #[arg(
        long,
        value_name = "NAME",
        requires = "value",
        conflicts_with = "files"
    )]
    name: Option<String>,
    /// Its value.
    #[arg(
        long,
        value_name = "NUMBER",
        requires = "name",
        allow_negative_numbers = true,
        value_parser = number
    )]
    value: Option<f64>,
    /// Its unit: `ms`, `MB`, `%`, `/s`, or any other; left out, that of the metric, or a count.
    #[arg(long, value_name = "UNIT", requires = "name")]
    unit: Option<String>,
    /// A dimension of it; may repeat.
    #[arg(long = "dim", value_name = "KEY=VALUE", value_parser = pair, requires = "name")]
    dimensions: Vec<(String, String)>,
    /// Where it comes from: system, user, performance, learning, business or security.
    #[arg(long, value_name = "SOURCE", requires = "name")]
    source: Option<String>,
    /// A division of your own.
    #[arg(long, value_name = "CATEGORY", requires = "name")]
    category: Option<String>,
    /// What tells it from all others: recorded twice, it counts once.
    #[arg(long, value_name = "ID", requires = "name")]
    id: Option<String>,
    /// When it was: RFC 3339, or seconds since 1970; left out, now.
    #[arg(long, value_name = "TIME", requires = "name")]
    timestamp: Option<String>,
    /// Whatever else is to be kept of it; may repeat.
    #[arg(long = "meta", value_name = "KEY=VALUE", value_parser = pair, requires = "name")]
    metadata: Vec<(String, String)>,
    /// How events are written in the files; left out, the content tells.
    #[arg(long = "as", value_enum, value_name = "FORM")]
    form: Option<Written>,
    /// Write rejected events to this file instead of beside the first one.
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Record nothing if anything is rejected.
    #[arg(long)]
    strict: bool,
    /// Let events whose ids are recorded with other values take the place of those.
    #[arg(long)]
    replace: bool,
    /// Count each line once that has a time and no id, however often the file is recorded while it grows: such an event
    /// gets an id that is made of all it says. Equal lines of one recording count as often as they stand there.
    #[arg(long, conflicts_with = "replace")]
    once: bool,
    /// Record only this share of the events, such as `10%`: always the same ones, chosen by their ids. What is recorded
    /// says so in the dimension `sampled`. For a metric of which the policy's `sample` says something, that counts.
    #[arg(long, value_name = "SHARE")]
    sample: Option<Share>,
    #[command(flatten)]
    history: PlaceArgs,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Written {
    /// JSON lines, or a document.
    Json,
    /// CSV with a header.
    Csv,
    /// OpenMetrics or the Prometheus text format.
    #[value(name = "openmetrics")]
    OpenMetrics,
}

fn number(text: &str) -> Result<f64, String> {
    if let Ok(number) = text.parse() {
        return Ok(number);
    }
    let begins = |at: &usize| {
        text.get(..*at)
            .is_some_and(|first| first.parse::<f64>().is_ok())
    };
    match (1..text.len())
        .rev()
        .find(begins)
        .map(|at| text.split_at(at))
    {
        Some((number, unit)) => Err(format!("write `--value {number} --unit {}`", unit.trim())),
        None => Err("it is no number".to_owned()),
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write it as KEY=VALUE".to_owned()),
    }
}

/// Runs the command.
///
/// # Errors
/// When the policy, a file or the history is unusable.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let config = session.unjudged()?;
    let request = Request {
        files: args.files.clone(),
        form: args.form.map(|form| match form {
            Written::Json => Form::Json,
            Written::Csv => Form::Csv,
            Written::OpenMetrics => Form::OpenMetrics,
        }),
        events: event(args).into_iter().collect(),
        rejects: args.rejects.clone(),
        strict: args.strict,
        replaces: args.replace,
        once: args.once,
        sample: args.sample,
    };
    let wish = args.history.wish(false);
    let outcome = app::record::record(&session.workspace, &config, &wish, request)?;
    let console = &session.console;
    for fault in &outcome.faults {
        console.complain(fault);
    }
    if outcome.rejected > outcome.told {
        console.complain(&format!("and {} more", outcome.rejected - outcome.told));
    }
    for note in &outcome.notes {
        console.complain(&format!("warning: {note}"));
    }
    if outcome.differing > 0 {
        console.complain(&format!(
            "warning: {} an id under which other values stand, which count on: {}{}; `andon record --replace` lets the new ones count",
            plural::of(outcome.differing, "event has", "events have"),
            outcome.differences.join("; "),
            if outcome.differing > outcome.differences.len() as u64 { "; …" } else { "" },
        ));
    }
    let events = |count| plural::s(count, "event");
    let mut told = match (outcome.recorded, outcome.known) {
        (0, known) if known > 0 => format!(
            "nothing new: {} {} recorded in {} before",
            events(known),
            plural::pick(known, "was", "were"),
            outcome.shown
        ),
        (new, 0) => format!("recorded {} in {}", events(new), outcome.shown),
        (new, known) => format!(
            "recorded {} in {}; {} {} recorded before",
            plural::of(new, "new event", "new events"),
            outcome.shown,
            events(known),
            plural::pick(known, "was", "were")
        ),
    };
    if outcome.replaced > 0 {
        told += &format!(
            "; {} took the place of what stood there",
            events(outcome.replaced)
        );
    }
    if outcome.again > 0 {
        told += &format!("; {} came twice by id", events(outcome.again));
    }
    if outcome.left_out > 0 {
        told += &format!("; {} left out by sampling", events(outcome.left_out));
    }
    if outcome.here > 0 {
        told += &format!(
            "; {} {} here already",
            events(outcome.here),
            plural::pick(outcome.here, "was", "were")
        );
    }
    if outcome.rejected == 0 {
        console.tell(&told);
        return Ok(Exit::Done);
    }
    told += &format!("; {} rejected", outcome.rejected);
    if let Some(path) = &outcome.rejects {
        told += &format!(", see {}", path.display());
    }
    console.complain(&told);
    Ok(Exit::Failed)
}

/// The event that was typed.
fn event(args: &Args) -> Option<Raw> {
    let metadata = args.metadata.iter().cloned();
    let metadata: serde_json::Map<_, serde_json::Value> =
        metadata.map(|(key, value)| (key, value.into())).collect();
    Some(Raw {
        id: args.id.clone(),
        timestamp: args.timestamp.clone(),
        source: args.source.clone(),
        category: args.category.clone(),
        name: args.name.clone()?,
        value: args.value?,
        unit: args.unit.clone(),
        dimensions: args.dimensions.iter().cloned().collect(),
        metadata: match metadata.is_empty() {
            true => None,
            false => Some(serde_json::Value::Object(metadata).to_string()),
        },
        recorded: None,
    })
}
