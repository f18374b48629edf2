//! Rules applied to a history.

use jiff::{SignedDuration, Timestamp};

use super::known::{Beside, Known};
use super::shapes::{self, Values};
use super::{Alert, Rule, State, Test, Track};
use crate::domain::formula::{Condition, NoValue, Seen};
use crate::domain::metric::Better;
use crate::domain::series::{Stat, up_to};
use crate::domain::stats::Share;
use crate::text::number;

/// The moments at which it is looked whether a condition has held all the time, at most.
const MOMENTS: usize = 200;

/// What a rule comes to on each of its series at `now`: always at least one line, so that a rule that sees nothing is
/// seen. `tracks` are those of all metrics that it names.
pub fn judge(rule: &Rule, tracks: &[Track], now: Timestamp) -> Vec<Alert> {
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
    let watched: Vec<&Track> = tracks
        .iter()
        .filter(|track| track.key.name == leading && !track.samples.is_empty())
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
            .map(|(track, said)| alert(track.label(), said))
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
        let alert = alert(track.label(), said);
        Alert {
            better,
            since: since.filter(|_| alert.state == State::Firing),
            ..alert
        }
    });
    each.collect()
}

fn values<'a>(
    track: &'a Track,
    rule: &Rule,
    from: Option<Timestamp>,
    now: Timestamp,
) -> Values<'a> {
    Values::of(track, rule.by, from, now)
}

/// Whether a condition holds, and has held for as long as it must; and where it has, since when: since the first of the values
/// up to now at all of which it held.
fn held(
    rule: &Rule,
    condition: &Condition,
    about: &Track,
    tracks: &Beside<'_>,
    from: Option<Timestamp>,
    now: Timestamp,
) -> ((State, String), Option<Timestamp>) {
    let at = |now: Timestamp, last: Timestamp| Known {
        tracks,
        about,
        now,
        last,
        // A window goes along with the moment.
        from: from.and(rule.window.and_then(|window| now.checked_sub(window).ok())),
    };
    let ends = ends(rule, condition);
    let known = at(now, up_to(now));
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
    let held_at = |moment: Timestamp| holds(&at(moment, moment)) == Ok(Some(true));
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
            let moments = rule.hold.map(|hold| moments(about, now, hold));
            let all = moments.is_none_or(|moments| moments.into_iter().all(held_at));
            match (all, rule.hold) {
                (true, _) | (_, None) => (State::Firing, shown(&seen, rule.better)),
                (false, Some(hold)) => (
                    State::Unconfirmed,
                    format!(
                        "{}, and not yet for {}",
                        shown(&seen, rule.better),
                        number::format(hold.as_secs_f64(), "s")
                    ),
                ),
            }
        }
    };
    let since = match said.0 {
        State::Firing => changes(about, now).take_while(|at| held_at(*at)).last(),
        _ => None,
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

/// When something can have changed within `hold` before now, and the moment at which it begins.
fn moments(track: &Track, now: Timestamp, hold: SignedDuration) -> Vec<Timestamp> {
    let Ok(begin) = now.checked_sub(hold) else {
        return Vec::new();
    };
    let within = changes(track, now).take_while(|at| *at >= begin);
    let mut moments: Vec<Timestamp> = within.collect();
    moments.push(begin);
    moments
}

/// The newest moments up to now at which something can have changed, the newest first.
fn changes(track: &Track, now: Timestamp) -> impl Iterator<Item = Timestamp> {
    let times = track.samples.iter().rev().map(|(at, _)| *at);
    times.filter(move |at| *at <= now).take(MOMENTS)
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
