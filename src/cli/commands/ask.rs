//! `andon ask`

use std::ops::ControlFlow;

use crate::app;
use crate::app::query::{Asked, Order};
use crate::app::series::Store;
use crate::cli::commands::history::PlaceArgs;
use crate::cli::{Exit, Session, watched};
use crate::config::Config;
use crate::domain::series::{GRAMMAR, Query, Vocabulary, ask};
use crate::render;
use crate::render::answer;
use crate::text::escape::visible;

/// Questions as one could ask them of any history.
const ANY: [&str; 3] = [
    "p95 of response_time in the last 7 days by backend",
    "median of coverage.line by week this year",
    "max of memory.peak this week compared with last week",
];

/// Ask a question of the history in plain words: `andon ask "p95 of install last week by backend"`.
///
/// Shows the `andon query` that it is, and answers it. Without a question it shows the grammar, with examples of what is
/// recorded here. What it does not understand it names, with the nearest known words;
/// then nothing is queried.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The question; need not be in quotes.
    #[arg(value_name = "QUESTION")]
    words: Vec<String>,
    /// Show the query, and do not run it.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    place: PlaceArgs,
}

/// Runs the command.
///
/// # Errors
/// When there is no history, or it cannot be read.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let workspace = &session.workspace;
    let config = session.unjudged()?;
    if args.words.is_empty() {
        return explain(session, &config, &args.place);
    }
    let store = watched::open(session, &config, &args.place)?;
    store.expect(&Query::default())?;
    let vocabulary = vocabulary(&store, &config)?;
    let console = &session.console;
    let question = match ask(&args.words.join(" "), &vocabulary, workspace.clock.now()) {
        Ok(question) => question,
        Err(misread) => {
            console.complain(&format!(
                "not understood:\n{misread}\nput it in the words of docs/ask.md, or ask with the options of `andon query`"
            ));
            return Ok(Exit::Unusable);
        }
    };
    let queries = std::iter::once(&question.query).chain(&question.compared);
    for query in queries {
        console.report(&format!(
            "$ {}\n",
            render::question::command(query, question.order, question.most)
        ))?;
        if args.dry_run {
            continue;
        }
        let mut query = query.clone();
        let env = &session.workspace.env;
        app::personal::look_behind(&config, env, &mut query.filters)?;
        let asked = Asked {
            query,
            order: question.order.map(|order| Order {
                by: order.by.to_string(),
                descending: order.descending,
            }),
            limit: question.most,
        };
        let answered = app::query::ask(&store, &config, asked)?;
        console.report(&answer::terminal(&answered, console.width, console.color))?;
        for note in &answered.notes {
            console.complain(&format!("note: {note}"));
        }
    }
    Ok(Exit::Done)
}

fn vocabulary(store: &Store, config: &Config) -> anyhow::Result<Vocabulary> {
    let runs = store.index.runs(&Vocabulary::RUN)?;
    let mut vocabulary = Vocabulary::of([], runs.kinds());
    let all = Query {
        both_sides: true,
        ..Query::default()
    };
    store.index.each_key(&all, |key| {
        vocabulary.add(&key);
        ControlFlow::Continue(())
    })?;
    for own in &config.user_metrics {
        vocabulary.direct(&own.metric.id, own.metric.better);
    }
    Ok(vocabulary)
}

/// How to ask, with questions of what is recorded here.
fn explain(session: &Session, config: &Config, place: &PlaceArgs) -> anyhow::Result<Exit> {
    let now = session.workspace.clock.now();
    let known = watched::open(session, config, place).and_then(|store| {
        let known = vocabulary(&store, config)?;
        let mut examples = known.examples();
        examples.retain(|example| ask(example, &known, now).is_ok());
        Ok((examples, store.shown))
    });
    let mut text = format!("andon ask \"QUESTION\", in these words:\n\n{GRAMMAR}\n");
    let (examples, of) = match known {
        Ok((examples, shown)) if !examples.is_empty() => {
            (examples, format!("Of what is recorded in {shown}:"))
        }
        Ok((_, shown)) => (
            ANY.map(str::to_owned).to_vec(),
            format!("Nothing is recorded in {shown} yet. If it were:"),
        ),
        Err(error) => (
            ANY.map(str::to_owned).to_vec(),
            format!("There is no history to ask here ({error:#}). If there were:"),
        ),
    };
    text += &format!("{}\n", visible(&of));
    for example in examples {
        let typed = format!("andon ask {}", render::question::quoted(&example));
        text += &format!("  {}\n", visible(&typed));
    }
    session.console.report(&text)?;
    Ok(Exit::Done)
}
