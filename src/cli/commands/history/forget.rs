//! `andon history forget`

use super::arguments::ChosenArgs;
use super::tend::{in_git, passed_over, would};
use crate::app::past::Past;
use crate::app::personal;
use crate::cli::{Exit, Session};
use crate::config::Config;
use crate::domain::event::{Veil, is_among};
use crate::domain::past::{Chosen, Trace};
use crate::history::{Index, Lessened};
use crate::text::plural;

/// Takes events out for good.
pub(super) fn forget(
    session: &Session,
    past: &Past,
    config: &Config,
    args: &ChosenArgs,
    dry_run: bool,
) -> anyhow::Result<Exit> {
    let chosen = chosen(session, config, args)?;
    if dry_run {
        would(session, past, "forget", &asked(session, args, &chosen))?;
        let counts = past.history.count_chosen(&chosen)?;
        let told = format!("would take out {}", counted(&counts));
        hidden(session, args, &counts);
        return passed_over(session, &counts.problems, &told);
    }
    past.audit(&session.workspace, "forget", &asked(session, args, &chosen))?;
    let now = session.workspace.clock.now();
    let lessened = past.history.forget(&chosen, now)?;
    // Whatever it has was made before.
    Index::discard(&past.history.index_file())?;
    let took = lessened.events + lessened.records;
    let told = match took {
        0 => format!("took out nothing: {}", nothing(args)),
        _ => format!("took out {}{}", counted(&lessened), in_git(past, took)),
    };
    hidden(session, args, &lessened);
    passed_over(session, &lessened.problems, &told)
}

/// What was typed.
fn chosen(session: &Session, config: &Config, args: &ChosenArgs) -> anyhow::Result<Chosen> {
    let trace = |(name, value): &(String, String)| {
        let keys = personal::keys(&session.workspace.env);
        Trace::new(name, value, &keys, is_among(&config.personal, name))
    };
    let (from, until) = args.span.span(session.workspace.clock.now())?;
    Ok(Chosen {
        trace: args.dimension.as_ref().map(trace).transpose()?,
        ids: args.ids.iter().cloned().collect(),
        metrics: args.metrics.iter().cloned().collect(),
        from,
        until,
    })
}

/// What is asked, without the values that are to be forgotten: they stand there as the key in use hides them, and without a key
/// not at all. What is guessed would be found again by a hash that anybody can make.
fn asked(session: &Session, args: &ChosenArgs, chosen: &Chosen) -> String {
    let keys = personal::keys(&session.workspace.env);
    let told = |name: &str, value: &str| {
        let veil = Veil::new(&[name.to_owned()], keys.first().copied()).ok();
        let hidden = veil.and_then(|veil| veil.hidden(name, value).ok());
        format!("{name}={}", hidden.as_deref().unwrap_or("(not named)"))
    };
    let mut asked = Vec::new();
    if let Some((name, value)) = &args.dimension {
        asked.push(told(name, value));
    }
    asked.extend(args.ids.iter().map(|id| told("id", id)));
    asked.extend(args.metrics.iter().map(|name| format!("metric={name}")));
    asked.extend(chosen.from.map(|from| format!("from={from}")));
    asked.extend(chosen.until.map(|until| format!("until={until}")));
    asked.join(" ")
}

/// Why there was nothing, and what shows what there is.
fn nothing(args: &ChosenArgs) -> String {
    match (
        &args.dimension,
        args.ids.as_slice(),
        args.metrics.as_slice(),
    ) {
        (Some((name, value)), [], []) => format!(
            "no event or record has `{name}` {value:?}; `andon query --group-by {name}` shows what there is"
        ),
        (None, [id], []) => format!(
            "no event has the id {id:?}; `andon export --format csv` shows the ids that there are"
        ),
        (None, [], [metric]) => format!(
            "no event is of `{metric}` then; `andon query --group-by metric` shows what there is"
        ),
        _ => {
            "all that is said is true of no event; `andon export --format csv` shows what there is"
                .to_owned()
        }
    }
}

/// Says that something is left which may be meant: it is hidden by keys that are not known.
fn hidden(session: &Session, args: &ChosenArgs, lessened: &Lessened) {
    let Some((name, _)) = args
        .dimension
        .as_ref()
        .filter(|_| !lessened.behind.is_empty())
    else {
        return;
    };
    let by_key = lessened.behind.iter();
    let left = by_key.map(|(key, many)| format!("{many} by the key `h:{key}:…`"));
    let left: Vec<String> = left.collect();
    session.console.complain(&format!(
        "warning: `{name}` is hidden by keys that are not given, so that it cannot be told whose these are, and they stay: {}; \
         put the old keys into ANDON_OLD_HASH_KEYS, separated by commas, and run the command again",
        plural::list(&left)
    ));
}

/// Events, and records of snapshots if there are any.
fn counted(lessened: &Lessened) -> String {
    let events = plural::s(lessened.events, "event");
    match lessened.records {
        0 => events,
        records => format!("{events} and {} of snapshots", plural::s(records, "record")),
    }
}
