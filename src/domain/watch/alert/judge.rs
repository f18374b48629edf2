//! Rules applied to a history.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::known::{Beside, Known, Prepared};
use super::moments::Moments;
use super::shapes::{self, Values};
use super::{Alert, Rule, State, Test};
use crate::domain::formula::{Condition, NoValue, Seen};
use crate::domain::measurement::Labels;
use crate::domain::metric::Better;
use crate::domain::series::{Stat, up_to};
use crate::domain::stats::Share;
use crate::domain::unit::Unit;
use crate::domain::watch::Track;
use crate::text::number;

/// The moments at which it is looked since when a condition has held, beyond the time for which it has to.
const MOMENTS: usize = 200;

/// What a rule comes to on each of its series at `now`: always at least one line, so that a rule that sees nothing is
/// seen. `tracks` are those of all metrics that it names.
pub fn judge(rule: &Rule, tracks: &[Track], now: Timestamp) -> Vec<Alert> {
    judge_those(rule, tracks, now, |_| true)
}

/// The same of those series alone that are wanted, by their places among the tracks.
pub fn judge_those(
    rule: &Rule,
    tracks: &[Track],
    now: Timestamp,
    wants: impl Fn(usize) -> bool,
) -> Vec<Alert> {
    let metrics = rule.metrics();
    let is_known = |name: &&&str| {
        let mut of = tracks.iter().filter(|track| track.key.name == **name);
        of.any(|track| !track.samples.is_empty())
    };
    // In `a > 1 or b > 1` it is the other one that counts where nothing is recorded of `a`.
    let known = match rule.test {
        Test::When(_) => metrics.iter().find(is_known),
        _ => None,
    };
    let leading = known.or(metrics.first()).copied().unwrap_or_default();
    let leading = leading.to_owned();
    let of = || tracks.iter().filter(|track| track.key.name == leading);
    let several = several(of());
    let name = |track: &Track| match several.contains(&track.place()) {
        true => format!("{} ({})", track.label(), track.key.unit),
        false => track.label(),
    };
    let watched: Vec<&Track> = (0..)
        .zip(tracks)
        .filter(|(at, track)| track.key.name == leading && !track.samples.is_empty() && wants(*at))
        .map(|(_, track)| track)
        .collect();
    let alert = |series: String, (state, why): (State, String)| Alert {
        rule: rule.name.clone(),
        series,
        state,
        why,
        better: false,
        since: None,
    };
    if watched.is_empty() {
        let said = match rule.test {
            Test::Completeness(Some(_)) => (State::Firing, "it never arrived".to_owned()),
            _ => (
                State::Insufficient,
                format!("nothing is recorded of `{leading}`"),
            ),
        };
        return vec![alert(leading, said)];
    }
    let from = rule.window.and_then(|window| now.checked_sub(window).ok());
    if let Test::Correlation { with, by } = &rule.test {
        let said = shapes::correlation(&watched, tracks, (with, *by), (from, now));
        return watched
            .iter()
            .zip(said)
            .map(|(track, said)| alert(name(track), said))
            .collect();
    }
    let beside = Beside::of(tracks);

    let judged = |track: &Track| match &rule.test {
        Test::Anomaly => shapes::anomaly(&values(track, rule, from, now), rule.better),
        Test::Chart(chart) => shapes::chart(&values(track, rule, from, now), *chart, rule.better),
        Test::Trend => shapes::trend(&values(track, rule, from, now), rule.better),
        Test::Completeness(every) => shapes::completeness(track, *every, now),
        Test::When(_) | Test::ChangePoint | Test::Correlation { .. } => {
            (State::Insufficient, String::new())
        }
    };
    let each = watched.into_iter().map(|track| {
        let (said, since, better) = match &rule.test {
            Test::When(condition) => {
                let (said, since) = held(rule, condition, track, &beside, from, now);
                (said, since, false)
            }
            Test::ChangePoint => {
                let (said, shift) =
                    shapes::change_point(&values(track, rule, from, now), rule.better, now);
                let (at, better) = shift.unzip();
                (said, at, better.unwrap_or_default())
            }
            Test::Anomaly | Test::Chart(_) => {
                (judged(track), values(track, rule, from, now).last(), false)
            }
            Test::Completeness(every) => (judged(track), shapes::missed(track, *every), false),
            Test::Trend | Test::Correlation { .. } => (judged(track), None, false),
        };
        let alert = alert(name(track), said);
        Alert {
            better,
            since: since.filter(|_| alert.state == State::Firing),
            ..alert
        }
    });
    each.collect()
}

/// What is measured in several units: there are series that only these tell apart.
fn several<'t>(tracks: impl Iterator<Item = &'t Track>) -> HashSet<(&'t Labels, &'t str)> {
    let mut units: HashMap<(&Labels, &str), &Unit> = HashMap::new();
    let mut several = HashSet::new();
    for track in tracks {
        let unit = units.entry(track.place()).or_insert(&track.key.unit);
        if **unit != track.key.unit {
            several.insert(track.place());
        }
    }
    several
}

fn values<'a>(
    track: &'a Track,
    rule: &Rule,
    from: Option<Timestamp>,
    now: Timestamp,
) -> Values<'a> {
    Values::of(track, rule.by, from, now)
}

/// Whether a condition holds, and has held for as long as it must; and where it has, since when: since the first moment from which
/// on it held up to now.
fn held(
    rule: &Rule,
    condition: &Condition,
    about: &Track,
    tracks: &Beside<'_>,
    from: Option<Timestamp>,
    now: Timestamp,
) -> ((State, String), Option<Timestamp>) {
    let prepared = Prepared::default();
    let at = |now: Timestamp, last: Timestamp, prepared| Known {
        tracks,
        about,
        now,
        last,
        prepared,
        // A window goes along with the moment.
        from: from.and(rule.window.and_then(|window| now.checked_sub(window).ok())),
    };
    let ends = ends(rule, condition);
    let known = at(now, up_to(now), None);
    let mut seen = condition.seen(&known);
    for end in &ends {
        let new = end.seen(&known).into_iter();
        let new: Vec<Seen> = new.filter(|one| !seen.contains(one)).collect();
        seen.extend(new);
    }
    // Whether it holds at both ends; `None` if at one of them alone.
    let holds = |known: &Known<'_>| {
        let first = condition.holds(known)?;
        for end in &ends {
            if end.holds(known)? != first {
                return Ok(None);
            }
        }
        Ok(Some(first))
    };
    let held_at = |moment: Timestamp| holds(&at(moment, moment, Some(&prepared))) == Ok(Some(true));
    let mut since = None;
    let said = match holds(&known) {
        Err(lack) => (State::Insufficient, lacking(&lack)),
        Ok(None) => {
            let why = format!(
                "{}: the bound lies within the {}% interval, so that it takes more samples to tell",
                shown(&seen, rule.better),
                Share::CONFIDENCE
            );
            (State::Unconfirmed, why)
        }
        Ok(Some(false)) => (State::Quiet, shown(&seen, rule.better)),
        Ok(Some(true)) => {
            let begin = |hold| now.checked_sub(hold).unwrap_or(Timestamp::MIN);
            let moments = changes(rule, condition, &known);
            let all = holding(moments, rule.hold.map(begin), held_at);
            match (all, rule.hold) {
                (Some(first), _) => {
                    since = first;
                    (State::Firing, shown(&seen, rule.better))
                }
                (None, hold) => (
                    State::Unconfirmed,
                    format!(
                        "{}, and not yet for {}",
                        shown(&seen, rule.better),
                        number::format(hold.unwrap_or_default().as_secs_f64(), "s")
                    ),
                ),
            }
        }
    };
    (said, since)
}

/// The condition at both ends of its share's interval, where these count.
fn ends(rule: &Rule, condition: &Condition) -> Vec<Condition> {
    match rule.sure {
        true => [Stat::ShareLow, Stat::ShareHigh]
            .map(|end| condition.at_end(end))
            .to_vec(),
        false => Vec::new(),
    }
}

/// Since when it has held up to now, as far as it is looked: at all moments since `begin`, and so many before; `None` where it has
/// not held all the time since `begin`.
fn holding(
    moments: Moments<'_>,
    begin: Option<Timestamp>,
    held_at: impl Fn(Timestamp) -> bool,
) -> Option<Option<Timestamp>> {
    let mut since = None;
    let mut moments = moments.peekable();
    if let Some(begin) = begin {
        while let Some(moment) = moments.next_if(|moment| *moment >= begin) {
            if !held_at(moment) {
                return None;
            }
            since = Some(moment);
        }
        if !held_at(begin) {
            return None;
        }
    }
    let before = moments.take(MOMENTS).take_while(|moment| held_at(*moment));
    let since = before.last().or(since);
    // What is out of a span is so a moment later.
    Some(since.and_then(|at| Timestamp::from_millisecond(at.as_millisecond()).ok()))
}

/// When the condition can have changed up to now: whenever a value came of any metric that it names, or left a span that a figure
/// is of, or the rule's window.
fn changes<'t>(rule: &Rule, condition: &Condition, known: &Known<'t>) -> Moments<'t> {
    // At its very end a span still has the value.
    let out = |span: SignedDuration| span.saturating_add(SignedDuration::from_nanos(1));
    let mut sources: Vec<(&'t Track, SignedDuration)> = Vec::new();
    for figure in condition.figures() {
        let Some(track) = known.track(&figure.metric) else {
            continue;
        };
        let later = [figure.over, rule.window].into_iter().flatten().map(out);
        for later in std::iter::once(SignedDuration::ZERO).chain(later) {
            let is_same = |(one, by): &(&Track, _)| std::ptr::eq(*one, track) && *by == later;
            if !sources.iter().any(is_same) {
                sources.push((track, later));
            }
        }
    }
    let values = sources.into_iter();
    let values = values.map(|(track, later)| (track.samples.as_slice(), later));
    Moments::of(values, known.now)
}

fn lacking(lack: &NoValue) -> String {
    lack.to_string()
}

/// `error_rate is 6.2%, requests is 12`.
fn shown(seen: &[Seen], better: Better) -> String {
    let each = seen.iter().map(|seen| {
        let unit = seen.unit.as_ref().map_or("", |unit| unit.symbol());
        match seen.value {
            Some(value) => format!(
                "{} is {}",
                seen.figure,
                number::leaning(value, unit, better.lean())
            ),
            None => format!("{} has no value", seen.figure),
        }
    });
    each.collect::<Vec<_>>().join(", ")
}
