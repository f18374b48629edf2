//! `andon ask`

use std::ops::ControlFlow;

use crate::app;
use crate::app::query::Asked;
use crate::cli::commands::history::PlaceArgs;
use crate::cli::{Exit, Session, watched};
use crate::domain::series::{Query, Vocabulary, ask};
use crate::render;
use crate::render::answer;

/// Ask a question of the history in plain words: `andon ask "p95 of install last week by backend"`.
///
/// Shows the `andon query` that it is, and answers it. What it does not understand it names, with the nearest known words;
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
    let config = app::policy::load(workspace, session.config.as_deref())?;
    let store = watched::open(session, &config, &args.place)?;
    store.expect(&Query::default())?;
    let runs = store.index.runs(&Vocabulary::RUN)?;
    let mut vocabulary = Vocabulary::of([], runs.kinds());
    store.index.each_key(&Query::default(), |key| {
        vocabulary.add(&key);
        ControlFlow::Continue(())
    })?;
    let console = &session.console;
    if args.words.is_empty() {
        let example = vocabulary.example(&[]);
        anyhow::bail!("there is no question; ask like this: andon ask \"{example}\"");
    }
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
        console.report(&format!("$ {}\n", render::question::command(query)))?;
        if args.dry_run {
            continue;
        }
        let asked = Asked {
            query: query.clone(),
            ..Asked::default()
        };
        let answered = app::query::ask(&store, asked)?;
        console.report(&answer::terminal(&answered, console.width, console.color))?;
        for note in &answered.notes {
            console.complain(&format!("note: {note}"));
        }
    }
    Ok(Exit::Done)
}
