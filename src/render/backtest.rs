//! Backtests: at a terminal, as markdown, as JSON, as CSV.

mod alerts;
mod csv;
mod threshold;

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use self::alerts::{ALERTS, FIRINGS};
use self::threshold::written;
use super::table::{Cell, stacked};
use crate::domain::backtest::{Alarm, AlertReplay, Backtest, Gap, GateReplay, Then, Warned};
use crate::domain::gate::verdict::Reading;
use crate::domain::metric::{Better, Metric};
use crate::domain::value::Value;
use crate::text::escape::markdown::code;
use crate::text::escape::visible;
use crate::text::number::{self, Lean};
use crate::text::{fit, plural};

pub use self::csv::csv;

/// Alarms that a table for people shows, the newest.
const SHOWN: usize = 30;
/// Reasons why a gate did not judge that are told, the commonest.
const REASONS: usize = 3;

/// A backtest with what was asked.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The branch whose runs were replayed.
    pub branch: &'a str,
    /// The result.
    pub backtest: &'a Backtest,
    /// What alerts would have told.
    pub alerts: &'a [AlertReplay],
    /// The share of runs, 0 to 1, that may miss a proposed threshold.
    pub rate: f64,
}

const GATES: [&str; 10] = [
    "GATE", "REQUIRED", "JUDGED", "MISSED", "ALARMS", "REVERTED", "FIXED", "LAPSED", "OPEN",
    "PROPOSED",
];
const ALARMS: [&str; 7] = ["COMMIT", "DAY", "GATE", "VALUE", "OFF", "RUNS", "THEN"];

/// For a terminal of this width.
pub fn terminal(told: &Told<'_>, width: usize, colour: bool) -> String {
    let mut out = format!("{}\n\n", fit::wrap(&headline(told), width).join("\n"));
    let table = |head: &[&str], rows: Vec<Vec<String>>, low: &[usize], out: &mut String| {
        let rows = rows.iter().map(|row| row.iter().map(Cell::new).collect());
        for line in stacked(head, rows.collect(), low, width) {
            line.write(out, width, colour);
        }
    };
    for (head, low, rows, more) in tables(told) {
        if rows.is_empty() {
            continue;
        }
        if !out.ends_with("\n\n") {
            out.push('\n');
        }
        table(head, rows, low, &mut out);
        if let Some(more) = more {
            out += &format!("{more}\n");
        }
    }
    let remarks = remarks(told);
    if !remarks.is_empty() {
        out.push('\n');
    }
    for (gate, what) in remarks {
        for line in fit::wrap(&format!("{}: {}", visible(gate), visible(&what)), width) {
            out += &format!("{line}\n");
        }
    }
    out
}

/// A table: its head, the columns that may be narrow, its rows, and what is said of those that were left out.
type Table = (
    &'static [&'static str],
    &'static [usize],
    Vec<Vec<String>>,
    Option<String>,
);

/// The tables, of which some may have no rows.
fn tables(told: &Told<'_>) -> [Table; 4] {
    let (alarms, more_alarms) = alarms(told);
    let (firings, more_firings) = alerts::firings(told.alerts);
    [
        (&GATES, &[1, 9], gates(told), None),
        (&ALARMS, &[4, 6], alarms, more_alarms),
        (&ALERTS, &[2], alerts::rows(told.alerts), None),
        (&FIRINGS, &[3, 4, 5], firings, more_firings),
    ]
}

/// As markdown.
pub fn markdown(told: &Told<'_>) -> String {
    let mut out = format!("{}\n\n", headline_with(told, &code(told.branch)));
    let table = |head: &[&str], rows: Vec<Vec<String>>, out: &mut String| {
        let names: Vec<String> = head.iter().map(|name| name.to_lowercase()).collect();
        *out += &format!(
            "| {} |\n|{}\n",
            names.join(" | "),
            ":--|".repeat(head.len())
        );
        for row in rows {
            let cells: Vec<String> = row.iter().map(|text| code(text)).collect();
            *out += &format!("| {} |\n", cells.join(" | "));
        }
    };
    for (head, _, rows, more) in tables(told) {
        if rows.is_empty() {
            continue;
        }
        if !out.ends_with("\n\n") {
            out.push('\n');
        }
        table(head, rows, &mut out);
        if let Some(more) = more {
            out += &format!("\n{more}\n");
        }
    }
    let remarks = remarks(told);
    if !remarks.is_empty() {
        out.push('\n');
    }
    for (gate, what) in remarks {
        out += &format!("- {}: {}\n", code(gate), code(&what));
    }
    out
}

/// As one JSON object.
pub fn json(told: &Told<'_>) -> String {
    let backtest = told.backtest;
    let gates: Vec<Json> = backtest.gates.iter().map(gate_json).collect();
    let document = json!({
        "andon_backtest": 1,
        "branch": told.branch,
        "runs": backtest.runs,
        "from": backtest.from.map(|at| at.to_string()),
        "until": backtest.until.map(|at| at.to_string()),
        "wanted_rate": told.rate,
        "gates": gates,
        "alerts": alerts::json(told.alerts),
    });
    format!("{document:#}\n")
}

fn gate_json(gate: &GateReplay) -> Json {
    let alarms = gate.alarms.iter().map(|alarm| {
        let (then, by, after) = match &alarm.then {
            Then::Reverted(by) => ("reverted", Some(by), None),
            Then::Fixed { commit, runs } => ("fixed", Some(commit), Some(*runs)),
            Then::Lapsed { commit, runs } => ("lapsed", Some(commit), Some(*runs)),
            Then::Open => ("open", None, None),
        };
        json!({
            "commit": alarm.commit,
            "at": alarm.at.to_string(),
            "value": alarm.value.map(Value::to_f64),
            "distance": alarm.distance,
            "runs": alarm.runs,
            "then": { "kind": then, "commit": by, "runs": after },
        })
    });
    let proposal = gate.proposal.map(|proposal| {
        json!({
            "op": proposal.op.symbol(),
            "value": proposal.value.to_f64(),
            "display": written(&proposal, &gate.metric),
            "rate": proposal.rate,
        })
    });
    let gap = |gap: &Gap| {
        let outcome = if gap.is_spared {
            "not_judged"
        } else {
            "missing"
        };
        json!({ "outcome": outcome, "reason": gap.reason, "runs": gap.runs })
    };
    let gaps: Vec<Json> = gate.gaps.iter().map(gap).collect();
    let warned =
        |it: &Warned| json!({ "reading": it.reading.map(Reading::words), "runs": it.runs });
    let warned: Vec<Json> = gate.warned.iter().map(warned).collect();
    json!({
        "id": gate.id,
        "metric": gate.metric.id,
        "unit": gate.metric.unit.symbol(),
        "requirement": gate.requirement,
        "judged": gate.judged,
        "unjudged": gate.unjudged,
        "gaps": gaps,
        "missed": gate.missed,
        "warned": warned,
        "rate": gate.rate(),
        "alarms": alarms.collect::<Vec<Json>>(),
        "proposal": proposal,
    })
}

fn headline(told: &Told<'_>) -> String {
    headline_with(told, told.branch)
}

fn headline_with(told: &Told<'_>, branch: &str) -> String {
    let backtest = told.backtest;
    let runs = plural::s(backtest.runs, "run");
    let days = match backtest.from.zip(backtest.until) {
        Some((from, until)) => format!(", {} to {}", day(from), day(until)),
        None => String::new(),
    };
    let alarms: usize = backtest.gates.iter().map(|gate| gate.alarms.len()).sum();
    let rang = plural::s(alarms as u64, "alarm");
    let warned = match backtest.gates.iter().map(GateReplay::warnings).sum() {
        0 => String::new(),
        warned => format!(", {}", plural::s(warned, "warning")),
    };
    let fired = alerts::headline(told.alerts);
    if let (true, Some(fired)) = (backtest.gates.is_empty(), &fired) {
        return format!("alerts on {branch}: {fired}");
    }
    let fired = fired.map_or_else(String::new, |fired| format!("; {fired}"));
    format!("{runs} of {branch}{days}: {rang}{warned}{fired}")
}

/// What a gate warned of: `48 warnings (unconfirmed), which are no alarms`.
fn warnings(gate: &GateReplay) -> Option<String> {
    let all = gate.warnings();
    let words = gate.warned.iter();
    let words: Vec<String> = words
        .map(|warned| match warned.reading {
            Some(reading) if warned.runs == all => reading.words().to_owned(),
            Some(reading) => format!("{} {}", number::count(warned.runs), reading.words()),
            None => String::new(),
        })
        .filter(|words| !words.is_empty())
        .collect();
    let words = match words.as_slice() {
        [] => String::new(),
        words => format!(" ({})", words.join(", ")),
    };
    let which = plural::pick(all, "is no alarm", "are no alarms");
    (all > 0).then(|| format!("{}{words}, which {which}", plural::s(all, "warning")))
}

/// That alarms ended without a fix.
fn lapsed(gate: &GateReplay) -> Option<String> {
    let alarms = gate.alarms.iter();
    let lapsed = alarms.filter(|alarm| matches!(alarm.then, Then::Lapsed { .. }));
    let count = lapsed.count() as u64;
    (count > 0).then(|| {
        format!(
            "{} lapsed: the gate holds again, the value is not back",
            plural::s(count, "alarm")
        )
    })
}

/// What the tables have no room for: of what gates warned, which did not judge all runs, and why.
fn remarks<'t>(told: &Told<'t>) -> Vec<(&'t str, String)> {
    let mut said = Vec::new();
    for gate in &told.backtest.gates {
        said.extend(warnings(gate).map(|text| (&*gate.id, text)));
        said.extend(lapsed(gate).map(|text| (&*gate.id, text)));
        let whole = gate.judged + gate.unjudged;
        for (is_spared, what) in [(false, "cannot be replayed"), (true, "not judged")] {
            let gaps = || gate.gaps.iter().filter(|gap| gap.is_spared == is_spared);
            let runs: u64 = gaps().map(|gap| gap.runs).sum();
            if runs == 0 {
                continue;
            }
            let reasons: Vec<String> = gaps()
                .take(REASONS)
                .map(|gap| format!("{} ({})", gap.reason, plural::s(gap.runs, "run")))
                .collect();
            let more = match gaps().count().saturating_sub(REASONS) {
                0 => String::new(),
                more => format!("; and {}", plural::s(more as u64, "other reason")),
            };
            let of = match runs == whole {
                true => String::new(),
                false => format!(" in {} of {}", number::count(runs), plural::s(whole, "run")),
            };
            // Each has runs of its own, so that they are more than the headline counts.
            let of = match gate.series {
                0 | 1 => of,
                series if of.is_empty() => {
                    format!(" of {}", plural::of(series, "series", "series"))
                }
                series => format!("{of} of {}", plural::of(series, "series", "series")),
            };
            said.push((
                &*gate.id,
                format!("{what}{of}: {}{more}", reasons.join("; ")),
            ));
        }
    }
    said.extend(alerts::remarks(told.alerts));
    said
}

fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

fn gates(told: &Told<'_>) -> Vec<Vec<String>> {
    let row = |gate: &GateReplay| {
        let count = |kind: fn(&Then) -> bool| {
            let alarms = gate.alarms.iter().filter(|alarm| kind(&alarm.then));
            number::count(alarms.count() as u64)
        };
        let missed = match gate.rate() {
            Some(rate) => format!(
                "{} ({})",
                number::count(gate.missed),
                number::percent(rate * 100.0, Lean::Up)
            ),
            None => "no data".to_owned(),
        };
        vec![
            gate.id.clone(),
            gate.requirement.clone(),
            number::count(gate.judged),
            missed,
            number::count(gate.alarms.len() as u64),
            count(|then| matches!(then, Then::Reverted(_))),
            count(|then| matches!(then, Then::Fixed { .. })),
            count(|then| matches!(then, Then::Lapsed { .. })),
            count(|then| *then == Then::Open),
            proposed(gate, told.rate),
        ]
    };
    told.backtest.gates.iter().map(row).collect()
}

/// The proposal with its rate: `<= 12 (1.8%)`. With few runs the wanted rate cannot be told from none.
#[allow(clippy::cast_precision_loss, reason = "a count of runs")]
fn proposed(gate: &GateReplay, wanted: f64) -> String {
    let Some(proposal) = gate.proposal else {
        return "–".to_owned();
    };
    let few = wanted > 0.0 && (gate.judged as f64) * wanted < 1.0;
    let few = if few { ", too few runs" } else { "" };
    format!(
        "{} {} ({}{few})",
        proposal.op.symbol(),
        written(&proposal, &gate.metric),
        number::percent(proposal.rate * 100.0, Lean::Up)
    )
}

/// `fixed by 4f2a91c after 3 runs`; where no other commit is named, the day: `fixed on 2026-10-30 after 1 run`.
fn followed(word: &str, (by, commit): (&str, &str), until: Option<Timestamp>, runs: u64) -> String {
    let by = match (commit, until) {
        ("", Some(at)) => format!(" on {}", day(at)),
        ("", None) => String::new(),
        (commit, _) => format!("{by}{}", short(commit)),
    };
    format!("{word}{by} after {}", plural::s(runs, "run"))
}

/// The alarms as rows, the newest first, and what was left out.
fn alarms(told: &Told<'_>) -> (Vec<Vec<String>>, Option<String>) {
    let gates = told.backtest.gates.iter();
    let mut all: Vec<(&GateReplay, &Alarm)> = gates
        .flat_map(|gate| gate.alarms.iter().map(move |alarm| (gate, alarm)))
        .collect();
    all.sort_by_key(|(_, alarm)| std::cmp::Reverse(alarm.at));
    let more = all.len().saturating_sub(SHOWN) as u64;
    let row = |(gate, alarm): &(&GateReplay, &Alarm)| {
        vec![
            short(&alarm.commit),
            day(alarm.at),
            gate.id.clone(),
            alarm
                .value
                .map_or_else(String::new, |value| shown(value, &gate.metric)),
            alarm.distance.clone(),
            number::count(alarm.runs),
            match &alarm.then {
                Then::Reverted(by) => format!("reverted by {}", short(by)),
                Then::Fixed { commit, runs } => {
                    followed("fixed", (" by ", commit), alarm.until, *runs)
                }
                Then::Lapsed { commit, runs } => {
                    followed("lapsed", (" at ", commit), alarm.until, *runs)
                }
                Then::Open => "open".to_owned(),
            },
        ]
    };
    let rows = all.iter().take(SHOWN).map(row).collect();
    let more = (more > 0).then(|| {
        format!(
            "and {} before: --format json has them all",
            plural::s(more, "alarm")
        )
    });
    (rows, more)
}

fn short(commit: &str) -> String {
    commit.chars().take(10).collect()
}

/// A value as a threshold that it holds itself: rounded to the lax side.
fn shown(value: Value, metric: &Metric) -> String {
    let lean = match metric.better {
        Better::Lower => Lean::Up,
        Better::Higher | Better::Neither => Lean::Down,
    };
    match value {
        Value::Ratio { part, whole } => number::ratio(part, whole, lean),
        value if metric.unit.symbol() == "%" => number::percent(value.to_f64(), lean),
        value => number::format(value.to_f64(), metric.unit.symbol()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::backtest::Proposal;
    use crate::domain::catalogue;
    use crate::domain::gate::condition::Op;

    fn backtest() -> Backtest {
        let at = |day: i64| Timestamp::from_second(1_767_225_600 + day * 86_400).unwrap();
        let coverage = Arc::new(catalogue::find("coverage.line").unwrap().clone());
        let alarm = |commit: char, day: i64, then: Then| Alarm {
            commit: commit.to_string().repeat(40),
            at: at(day),
            value: Value::ratio(7, 10),
            distance: "10.00pp below".to_owned(),
            runs: 2,
            until: Some(at(day + 2)),
            then,
        };
        let gate = |id: &str, judged: u64, missed: u64, alarms: Vec<Alarm>| GateReplay {
            id: id.to_owned(),
            metric: Arc::clone(&coverage),
            requirement: ">= 80%".to_owned(),
            judged,
            unjudged: 12 - judged,
            gaps: Vec::new(),
            missed,
            warned: Vec::new(),
            alarms,
            proposal: Value::ratio(7, 10).map(|value| Proposal {
                op: Op::AtLeast,
                value,
                missed: None,
                rate: 0.02,
            }),
            series: 1,
        };
        let gap = |reason: &str, runs: u64, is_spared: bool| Gap {
            reason: reason.to_owned(),
            runs,
            is_spared,
        };
        let then = [
            Then::Reverted("b".repeat(40)),
            Then::Fixed {
                commit: "c".repeat(40),
                runs: 2,
            },
            Then::Open,
        ];
        let alarms = ['1', '2', '3'].into_iter().zip(then).enumerate();
        let alarms = alarms.map(|(day, (commit, then))| alarm(commit, 3 * day as i64, then));
        let mut changed = gate("coverage.line/changed", 9, 1, Vec::new());
        changed.gaps = vec![
            gap("the change touches no line that could be covered", 2, true),
            gap("it is the first run <b>@org</b> \u{1b}[2J", 1, false),
        ];
        let mut never = gate("complexity/each-function", 0, 0, Vec::new());
        never.gaps = vec![gap("the run has no value of it", 12, false)];
        never.proposal = None;
        let warned = |reading, runs| Warned {
            reading: Some(reading),
            runs,
        };
        changed.warned = vec![warned(Reading::Unconfirmed, 4), warned(Reading::Noisy, 1)];
        Backtest {
            runs: 12,
            from: Some(at(0)),
            until: Some(at(11)),
            gates: vec![
                gate("coverage.line", 12, 6, alarms.collect()),
                changed,
                never,
            ],
        }
    }

    #[test]
    fn tables_say_what_rang_what_followed_and_what_cannot_be_replayed() {
        let backtest = backtest();
        let told = Told {
            branch: "main",
            backtest: &backtest,
            alerts: &[],
            rate: 0.02,
        };
        // `tests/cmd/series_backtest*` have the tables as a whole.
        let shown = terminal(&told, 200, false);
        let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in [
            "12 runs of main, 2026-01-01 to 2026-01-12: 3 alarms, 5 warnings",
            "coverage.line/changed: 5 warnings (4 unconfirmed, 1 noisy), which are no alarms",
            "coverage.line >= 80% 12 6 (50%) 3 1 1 0 1 >= 70% (2%, too few runs)",
            "2 reverted by bbbbbbbbbb",
            "2 fixed by cccccccccc after 2 runs",
            "2 open",
            "coverage.line/changed: cannot be replayed in 1 of 12 runs: it is the first run <b>@org</b>",
            "coverage.line/changed: not judged in 2 of 12 runs: the change touches no line that could be covered (2 runs)",
            "complexity/each-function: cannot be replayed: the run has no value of it (12 runs)",
        ] {
            assert!(shown.contains(part), "{part} in\n{shown}");
        }
        assert_eq!(
            followed("fixed", (" by ", ""), backtest.from, 1),
            "fixed on 2026-01-01 after 1 run"
        );
        let page = markdown(&told);
        assert!(
            !page.contains("<b>") && page.contains("cannot be replayed"),
            "{page}"
        );
        let document: Json = serde_json::from_str(&json(&told)).unwrap();
        let gap = &document["gates"][1]["gaps"][0];
        assert_eq!(
            (&gap["outcome"], &gap["runs"]),
            (&"not_judged".into(), &2.into())
        );
        for line in terminal(&told, 60, false).lines() {
            assert!(fit::width(line) <= 60 && !line.contains('\u{1b}'), "{line}");
        }
    }
}
