//! What each rule says of a series, in words.

use jiff::{SignedDuration, Timestamp};

use crate::domain::gate::followed::{Followed, next};
use crate::domain::gate::following::Rule;
use crate::domain::gate::policy::Gate;
use crate::domain::gate::verdict::Reading;
use crate::domain::stats::{NoAnswer, Side};
use crate::domain::watch::{self, By, Chart, Completeness, chart_words};
use crate::text::number;
use crate::text::plural;

use super::finding::{Finding, amount, no_worse, percent, runs};
use super::regression::regression;
use super::subjects::Subject;

/// The fewest points that a change of level is sought in.
const FEWEST_FOR_CHANGES: usize = 20;

/// Judges one series.
pub(super) fn judge(
    gate: &Gate,
    rule: &Rule,
    subject: &Subject<'_>,
    followed: &Followed,
) -> Finding {
    let judged = match rule {
        Rule::Completeness { every } => Ok(completeness(subject, *every, followed.now)),
        Rule::Anomaly {
            sensitivity,
            window,
        } => anomaly(gate, subject, *sensitivity, *window),
        Rule::Chart {
            chart,
            limit,
            window,
        } => charted(gate, subject, *chart, (*limit, *window)),
        Rule::Trend { window, p, drift } => {
            trend(gate, subject, followed.now, (*window, *p, *drift))
        }
        Rule::ChangePoint { within } => change_point(gate, subject, followed.now, *within),
        Rule::Regression { .. } if subject.value.is_none() => {
            let words = "this run measured nothing of it, and the run before did".to_owned();
            Ok(Finding::new(Reading::Insufficient, words, 0.0))
        }
        Rule::Regression {
            settings,
            repetitions,
            since,
        } => {
            let asked = (settings, *repetitions, since.as_ref());
            Ok(regression(gate, asked, subject, followed))
        }
        // Both sides are of one run: there is no series.
        Rule::Interleaved { .. } => Err(NoAnswer::TooFew { have: 0, need: 1 }),
    };
    let finding = judged.unwrap_or_else(|lack| Finding::insufficient(lack).fed(subject, lack));
    finding.beside(subject.left_out)
}

/// The newest points of the past, then the value now.
fn newest(subject: &Subject<'_>, now: Timestamp, most: usize) -> Vec<(Timestamp, f64)> {
    let from = subject.past.len().saturating_sub(most);
    let mut points = subject.past.get(from..).unwrap_or_default().to_vec();
    let at = next(&points, now);
    points.extend(subject.value.map(|value| (at, value.to_f64())));
    points
}

fn anomaly(
    gate: &Gate,
    subject: &Subject<'_>,
    sensitivity: f64,
    window: usize,
) -> Result<Finding, NoAnswer> {
    let points = newest(subject, Timestamp::UNIX_EPOCH, window);
    let values: Vec<f64> = points.iter().map(|(_, value)| *value).collect();
    let found = watch::anomaly(&values)?;
    let beyond = found.z.is_none_or(|z| z.abs() > sensitivity);
    let side = Side::worse(gate.metric.better);
    let worse = side.is_none_or(|side| side.beyond(found.value, found.median));
    let z = found
        .z
        .map_or_else(|| "beyond all scores".to_owned(), |z| format!("z {z:.1}"));
    let words = format!(
        "{z} against the median {} of {}",
        amount(gate, found.median),
        runs(found.points)
    );
    let size = found.z.map_or(f64::MAX, f64::abs);
    let (low, high) = found.reach(sensitivity);
    let finding = match (beyond, worse) {
        (true, true) => Finding::new(Reading::Worse, words, size),
        (true, false) => Finding::new(
            Reading::Steady,
            format!("stands out for the better, {words}"),
            0.0,
        ),
        (false, _) => Finding::new(Reading::Steady, words, size),
    };
    Ok(finding.holding(no_worse(side, low, high)))
}

fn charted(
    gate: &Gate,
    subject: &Subject<'_>,
    chart: Chart,
    (limit, window): (f64, usize),
) -> Result<Finding, NoAnswer> {
    // The value is one of the runs that are drawn.
    let points = newest(subject, Timestamp::UNIX_EPOCH, window.saturating_sub(1));
    let values: Vec<f64> = points.iter().map(|(_, value)| *value).collect();
    let found = watch::control(&values, chart, limit)?;
    let worse = Side::worse(gate.metric.better);
    let reading = match found.side {
        Some(side) if worse.is_none_or(|worse| worse == side) => Reading::Worse,
        _ => Reading::Steady,
    };
    let words = chart_words(&found, chart, By::Run, |value| amount(gate, value));
    let words = match (found.side, reading) {
        (Some(_), Reading::Steady) => format!("shifted for the better, {words}"),
        _ => words,
    };
    let size = (found.level - found.mean).abs() / found.sigma;
    // Nearer to what was normal than to where it is by now.
    let between = f64::midpoint(found.mean, found.level);
    let finding = Finding::new(reading, words, size);
    Ok(finding.holding(no_worse(found.side, between, between)))
}

fn trend(
    gate: &Gate,
    subject: &Subject<'_>,
    now: Timestamp,
    (window, p, drift): (usize, f64, f64),
) -> Result<Finding, NoAnswer> {
    let points = newest(subject, now, window.saturating_sub(1));
    let found = watch::trend(&points)?;
    let far = match found.drift {
        Some(led) => led.abs() >= drift,
        None => found.per_day != 0.0,
    };
    let side = Side::worse(gate.metric.better);
    let worse = found.per_day != 0.0 && side.is_none_or(|side| side.beyond(found.per_day, 0.0));
    let led = match found.drift {
        Some(led) => format!(
            "{} {}",
            if led < 0.0 { "fell by" } else { "rose by" },
            percent(led)
        ),
        None => "moved away from 0".to_owned(),
    };
    let words = format!(
        "{led} over {} ({})",
        runs(found.points),
        number::probability(found.p)
    );
    let reading = if found.p < p && far && worse {
        Reading::Worse
    } else {
        Reading::Steady
    };
    let tolerated = drift * found.start.abs();
    let (low, high) = (found.start - tolerated, found.start + tolerated);
    let finding = Finding::new(reading, words, found.drift.map_or(f64::MAX, f64::abs));
    Ok(finding.holding(no_worse(side, low, high)))
}

fn change_point(
    gate: &Gate,
    subject: &Subject<'_>,
    now: Timestamp,
    within: SignedDuration,
) -> Result<Finding, NoAnswer> {
    let points = newest(subject, now, usize::MAX);
    let have = points.len();
    if have < FEWEST_FOR_CHANGES {
        return Err(NoAnswer::TooFew {
            have,
            need: FEWEST_FOR_CHANGES,
        });
    }
    let found = watch::change_points(&points)?;
    let wanders = match found.autocorrelation {
        Some(lag) => format!("; lag-1 autocorrelation {lag:.2}"),
        None => String::new(),
    };
    let since = now.checked_sub(within).ok();
    let (change, reading) = match found.lasting(gate.metric.better, since) {
        Some(change) => (Some(change), Reading::Worse),
        None => (found.last(), Reading::Steady),
    };
    let Some(change) = change else {
        let words = format!("no change of level in {}{wanders}", runs(have));
        return Ok(Finding::new(Reading::Steady, words, 0.0));
    };
    let by = change
        .share()
        .map_or_else(String::new, |share| format!(" by {}", percent(share)));
    let words = format!(
        "the level went from {} to {}{by} {}{wanders}",
        amount(gate, change.before),
        amount(gate, change.after),
        found.when(&change),
    );
    let size = change.share().map_or(f64::MAX, f64::abs);
    // Nearer to the level before than to the one after.
    let between = f64::midpoint(change.before, change.after);
    let side = match change.after > change.before {
        true => Side::Upper,
        false => Side::Lower,
    };
    let finding = Finding::new(reading, words, size);
    Ok(finding.holding(no_worse(Some(side), between, between)))
}

fn completeness(subject: &Subject<'_>, every: Option<SignedDuration>, now: Timestamp) -> Finding {
    let past = || subject.past.iter().map(|(at, _)| *at).collect();
    let mut times: Vec<Timestamp> = subject.arrived.map_or_else(past, |it| it.times.clone());
    times.extend(subject.value.map(|_| now));
    match watch::completeness(&times, every, now) {
        Completeness::Arriving { last, interval } => {
            let words = format!("last seen on {}", last.strftime("%Y-%m-%d"));
            let often = || format!("every {}", number::duration(interval.as_secs_f64()));
            Finding {
                required: every.is_none().then(often),
                ..Finding::new(Reading::Steady, words, 0.0)
            }
        }
        Completeness::Stopped { last, missed } => {
            let age = number::duration(now.duration_since(last).as_secs_f64());
            let missed = missed.unsigned_abs();
            let words = format!(
                "nothing arrived for {age}: {} missed",
                plural::s(missed, "point")
            );
            #[allow(
                clippy::cast_precision_loss,
                reason = "a count of points, to be ranked by"
            )]
            let finding = Finding::new(Reading::Worse, words, missed as f64);
            Finding {
                remedy: "find out why it stopped arriving, and record it again".to_owned(),
                ..finding
            }
        }
        Completeness::Never => {
            Finding::new(Reading::Insufficient, "it never arrived".to_owned(), 0.0)
        }
        Completeness::Unknown => {
            let words = "how often it should arrive is not known: say `every`".to_owned();
            Finding::new(Reading::Insufficient, words, 0.0)
        }
    }
}
