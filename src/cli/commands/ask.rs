//! `andon ask`

use std::ops::ControlFlow;

use crate::app;
use crate::app::query::{Asked, Order};
use crate::app::series::Store;
use crate::cli::asking::{Format, FormatArgs};
use crate::cli::place::PlaceArgs;
use crate::cli::{Exit, Session, watched};
use crate::config::Config;
use crate::domain::ask::{GRAMMAR, Question, Vocabulary, ask};
use crate::domain::series::{Query, Stat};
use crate::render;
use crate::render::answer::{Asked as Answers, Question as Answered, terminal};
use crate::text::escape::json::safe;
use crate::text::escape::visible;

/// Questions as one could ask them of any history.
const ANY: [&str; 3] = [
    "p95 of response_time in the last 7 days by backend",
    "median of coverage.line by week this year",
    "max of memory.peak this week compared with last week",
];

/// Questions that are proposed at once.
const EXAMPLES: usize = 4;

/// What is read of a history to understand a question, for the log.
const NAMES: &str = "names of metrics and dimensions";

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
    form: FormatArgs,
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
    let store = watched::open(session, &config, &args.place, NAMES)?;
    store.expect(&Query::default())?;
    let vocabulary = vocabulary(&store, &config)?;
    let console = &session.console;
    let question = match ask(&args.words.join(" "), &vocabulary, workspace.clock.now()) {
        Ok(question) => question,
        Err(mut misread) => {
            let asks = |example: &str| is_answered(session, &store, &config, &vocabulary, example);
            if !misread.example.is_empty() && !asks(&misread.example) {
                let examples = vocabulary.examples().into_iter();
                misread.example = examples.into_iter().find(|it| asks(it)).unwrap_or_default();
            }
            console.complain(&format!(
                "not understood:\n{misread}\nput it in the words of docs/ask.md, or ask with the options of `andon query`"
            ));
            return Ok(Exit::Unusable);
        }
    };
    let queries = std::iter::once(&question.query).chain(&question.compared);
    let mut all = Vec::new();
    for query in queries {
        let command = render::question::command(query, question.order, question.most);
        let answered = match args.dry_run {
            true => None,
            false => {
                store.asked(workspace, &query.asks())?;
                Some(answer(session, &store, &config, &question, query)?)
            }
        };
        all.push(Answers { command, answered });
    }
    console.report(&match args.form.form() {
        Format::Table => shown(&all, console.width, console.color),
        Format::Markdown => Answers::markdown(&all),
        Format::Json => safe(&Answers::json(&all)?),
        Format::Csv => Answers::csv(&all)?,
    })?;
    for answered in all.iter().filter_map(|asked| asked.answered.as_ref()) {
        for note in &answered.notes {
            console.complain(&format!("note: {note}"));
        }
    }
    Ok(Exit::Done)
}

/// Each command as it is typed, and its answer, if it was run.
fn shown(all: &[Answers], columns: usize, colour: bool) -> String {
    let mut out = String::new();
    for asked in all {
        out += &format!("$ {}\n", asked.command);
        let answer = asked.answered.as_ref();
        out += &answer.map_or_else(String::new, |answer| terminal(answer, columns, colour));
    }
    out
}

/// The answer to one of the queries that a question is.
fn answer(
    session: &Session,
    store: &Store,
    config: &Config,
    question: &Question,
    query: &Query,
) -> anyhow::Result<Answered> {
    let workspace = &session.workspace;
    let mut query = query.clone();
    app::personal::look_behind(config, &workspace.env, &mut query.filters)?;
    if query.stats.contains(&Stat::Rate) {
        query = query.passed(workspace.clock.now());
    }
    let asked = Asked {
        query,
        order: question.order.map(|order| Order {
            by: order.by.to_string(),
            descending: order.descending,
        }),
        limit: question.most,
    };
    app::query::ask(store, config, asked)
}

/// Whether a question is understood and all of it has an answer: worth to be proposed.
fn is_answered(
    session: &Session,
    store: &Store,
    config: &Config,
    vocabulary: &Vocabulary,
    example: &str,
) -> bool {
    let Ok(question) = ask(example, vocabulary, session.workspace.clock.now()) else {
        return false;
    };
    let mut queries = std::iter::once(&question.query).chain(&question.compared);
    queries.all(|query| {
        let figure = |answered: Answered| {
            let mut figures = answered.answer.rows.iter().flat_map(|row| &row.figures);
            figures.any(Option::is_some)
        };
        answer(session, store, config, &question, query).is_ok_and(figure)
    })
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
        if let Some(formula) = store.derived.text(&own.metric.id) {
            vocabulary.compute(&own.metric.id, formula);
        }
        vocabulary.direct(&own.metric.id, own.metric.better);
    }
    Ok(vocabulary)
}

/// How to ask, with questions of what is recorded here.
fn explain(session: &Session, config: &Config, place: &PlaceArgs) -> anyhow::Result<Exit> {
    let known = watched::open(session, config, place, NAMES).and_then(|store| {
        let known = vocabulary(&store, config)?;
        let examples = known.examples().into_iter();
        let examples = examples.filter(|it| is_answered(session, &store, config, &known, it));
        let examples: Vec<String> = examples.take(EXAMPLES).collect();
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
