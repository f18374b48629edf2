//! Base and head, measured in turn on one machine: the preferred way to judge a change.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::domain::gate::followed::{Compared, Followed, Sides};
use crate::domain::gate::following::Rule;
use crate::domain::gate::policy::Gate;
use crate::domain::gate::verdict::Reading;
use crate::domain::measurement::Scope;
use crate::domain::series::Key;
use crate::domain::stats::{NoAnswer, median};
use crate::domain::value::Value;
use crate::domain::watch::{Judgement, Pair, Settings, compare_all};
use crate::text::number;
use crate::text::plural;

use super::finding::{Finding, amount, beside};
use super::subjects::{Subject, fits, name};

/// The dimension that tells sides on several sorts of machines apart.
const RUNNER: &str = "runner";

/// What a gate says that finds nothing to compare. Where other metrics were measured side by side, it is this one that was not.
pub(super) fn nothing(gate: &Gate, followed: Option<&Followed>) -> String {
    let sides = followed.map_or(&[][..], |followed| followed.sides.as_slice());
    let measured: BTreeSet<&str> = sides.iter().map(|(key, _)| key.name.as_str()).collect();
    let mut others = followed.into_iter().flat_map(|followed| &followed.compared);
    let other = others.find(|other| other.metric == *gate.metric.id);
    if let Some(other) = other.filter(|_| !measured.contains(&*gate.metric.id)) {
        let commit = followed.map_or("", |followed| followed.commit.as_str());
        return of_another(other, commit);
    }
    match measured.contains(&*gate.metric.id) {
        // Of the metric there are series, and none that the gate asks for.
        true => format!(
            "`{}` was measured side by side with its base, and not of what this gate asks for: look into its `where` and `scope`",
            gate.metric.id
        ),
        false if measured.is_empty() => NOTHING.to_owned(),
        false => {
            let measured: Vec<String> = measured.iter().map(|name| format!("`{name}`")).collect();
            format!(
                "{} {} measured side by side with the base, and `{}` was not: `andon run --compare` records it where the system tells it and the \
                 command runs long enough; events of your own say `side`: `base` or `head`",
                plural::list(&measured),
                plural::pick(measured.len() as u64, "was", "were"),
                gate.metric.id
            )
        }
    }
}

/// What is said where nothing was compared at all.
const NOTHING: &str = "no command was run side by side with its base: `andon run --compare BASE --with HEAD --json \
    bench.andon-run.json` does that, and `andon check` judges the file, or with `--record` what is recorded of the commit; events of \
    your own say `side`: `base` or `head`";

/// What is said where something was compared, and nothing of the commit that is judged.
fn of_another(other: &Compared, judged: &str) -> String {
    let commit = match other.commit.get(..10).unwrap_or(&other.commit) {
        "" => "no commit".to_owned(),
        commit => commit.to_owned(),
    };
    let judged = match judged.get(..10).unwrap_or(judged) {
        "" => "which commit is judged is not known".to_owned(),
        judged => format!("nothing was compared of {judged}, which is judged"),
    };
    format!(
        "the newest recorded comparison of `{}` is of {commit} ({}), and {judged}: run `andon run --compare BASE --with HEAD --record`, or \
         hand `andon check` the file that its `--json` writes",
        other.metric,
        other.at.strftime("%Y-%m-%d %H:%M UTC"),
    )
}

/// What the gate's series say, each with base and head. P-values are adjusted over all that the gates of this rule look at.
pub(super) fn judge<'a>(
    gate: &Gate,
    settings: &Settings,
    gates: &[Gate],
    followed: &'a Followed,
) -> Vec<(Subject<'a>, Finding)> {
    let is_ours = |gate: &&Gate| {
        let rule = gate.watch.as_ref().map(|watch| &watch.rule);
        matches!(rule, Some(Rule::Interleaved { .. }))
    };
    let pair = |(key, sides): &'a (Key, Sides)| {
        let of = gates.iter().filter(is_ours).find(|gate| fits(gate, key))?;
        let pair = Pair {
            base: &sides.base,
            head: &sides.head,
            better: of.metric.better,
        };
        Some((key, pair))
    };
    let (keys, pairs): (Vec<&Key>, Vec<Pair<'_>>) = followed.sides.iter().filter_map(pair).unzip();
    let outcomes = compare_all(&pairs, settings);
    let all = keys.into_iter().zip(pairs).zip(outcomes);
    let ours = all.filter(|((key, _), _)| fits(gate, key));
    ours.map(|((key, pair), outcome)| {
        let subject = Subject {
            name: name(gate, key),
            scope: Scope::Project,
            producer: String::new(),
            past: Cow::Borrowed(&[]),
            again: Vec::new(),
            before: None,
            arrived: None,
            value: median(pair.head).ok().and_then(Value::number),
            run: pair.head.to_vec(),
            earlier: Vec::new(),
            course: None,
            stated: false,
            left_out: 0,
            lent: None,
        };
        let reading = match outcome.judgement {
            Judgement::Pass => Reading::Steady,
            Judgement::Noisy | Judgement::Warn | Judgement::Unconfirmed => Reading::Noisy,
            Judgement::Fail => Reading::Worse,
            Judgement::Insufficient(lack) => {
                // It is no past that is too short: there is nothing to wait for.
                let subject = Subject {
                    value: None,
                    ..subject
                };
                let words = lacking(lack, &pair, elsewhere(followed, key));
                let finding = Finding::new(Reading::Insufficient, words, 0.0);
                return (subject, finding);
            }
        };
        let effect = beside(outcome.effect);
        let base = outcome
            .baseline
            .map_or_else(String::new, |base| amount(gate, base));
        let p = outcome.p.map_or_else(String::new, number::probability);
        let words = format!(
            "{effect} the base's {base} ({p}, {} and {})",
            plural::s(outcome.points as u64, "run"),
            subject.run.len()
        );
        let size = outcome.effect.unwrap_or(f64::MAX);
        (subject, Finding::new(reading, words, size))
    })
    .collect()
}

/// Why two sides cannot be compared. `elsewhere` says that other sorts of machines measured the same.
fn lacking(lack: NoAnswer, pair: &Pair<'_>, elsewhere: bool) -> String {
    let side = match (pair.base.is_empty(), pair.head.is_empty()) {
        (true, false) => "base",
        (false, true) => "head",
        _ => return format!("{lack} a side"),
    };
    match elsewhere {
        true => format!(
            "nothing of its {side} was measured on this sort of machine: both sides are to be measured in turn on one"
        ),
        false => format!("nothing of its {side} was measured: see why that command gave nothing"),
    }
}

/// Whether the sides of a series were measured on several sorts of machines.
fn elsewhere(followed: &Followed, key: &Key) -> bool {
    let same = |name: &str| name != RUNNER;
    let of = key.told_by(same);
    let mut alike = followed
        .sides
        .iter()
        .filter(|(other, _)| other.told_by(same) == of);
    alike.nth(1).is_some()
}
