//! `andon history forget`

use super::arguments::ChosenArgs;
use super::tend::{in_git, passed_over};
use crate::app::past::Past;
use crate::app::personal;
use crate::cli::{Exit, Session};
use crate::config::Config;
use crate::domain::event::is_among;
use crate::domain::past::{Chosen, Trace};
use crate::history::{Audit, Index};
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
        let (events, problems) = past.history.count_chosen(&chosen)?;
        let records = past.history.count_records(&chosen)?;
        let told = format!("would take out {}", counted(events, records));
        return passed_over(session, &problems, &told);
    }
    past.audit(&session.workspace, "forget", &asked(args, &chosen))?;
    let now = session.workspace.clock.now();
    let lessened = past.history.forget(&chosen, now)?;
    // Whatever it has was made before.
    Index::discard(&past.history.index_file())?;
    let took = lessened.events + lessened.records;
    let told = match took {
        0 => format!("took out nothing: {}", nothing(args)),
        _ => format!(
            "took out {}{}",
            counted(lessened.events, lessened.records),
            in_git(past, took)
        ),
    };
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

/// What is asked, without the values that are to be forgotten.
fn asked(args: &ChosenArgs, chosen: &Chosen) -> String {
    let mut asked = Vec::new();
    if let Some((name, value)) = &args.dimension {
        asked.push(format!("{name}={}", Audit::hash(value)));
    }
    asked.extend(args.ids.iter().map(|id| format!("id={}", Audit::hash(id))));
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

/// Events, and records of snapshots if there are any.
fn counted(events: u64, records: u64) -> String {
    let events = plural::s(events, "event");
    match records {
        0 => events,
        records => format!("{events} and {} of snapshots", plural::s(records, "record")),
    }
}
