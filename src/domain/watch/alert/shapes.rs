//! What a history shows by itself, in words.

use jiff::{SignedDuration, Timestamp};

use super::State;
use crate::domain::metric::Better;
use crate::domain::stats::{NoAnswer, Side};
use crate::domain::watch::Track;
use crate::domain::watch::{self, By, Chart, Completeness, Way, chart_words};
use crate::text::{number, plural};

/// How long a shift of level is news.
const NEWS: SignedDuration = SignedDuration::from_hours(14 * 24);

type Said = (State, String);

/// The values of a series that a shape is sought in.
pub(super) struct Values<'a> {
    track: &'a Track,
    by: By,
    /// One of each run or span, by time.
    series: Vec<(Timestamp, f64)>,
}

impl<'a> Values<'a> {
    /// Those from a time on, of spans that are over at `now`.
    pub(super) fn of(track: &'a Track, by: By, from: Option<Timestamp>, now: Timestamp) -> Self {
        Values {
            track,
            by,
            series: by.values(track, from, now, By::STAT),
        }
    }

    /// When the newest is of.
    pub(super) fn last(&self) -> Option<Timestamp> {
        self.series.last().map(|(at, _)| *at)
    }

    fn alone(&self) -> Vec<f64> {
        self.series.iter().map(|(_, value)| *value).collect()
    }

    fn lacking(&self, lack: &NoAnswer) -> Said {
        let why = self.by.lacking(self.track, lack, "by:");
        (State::Insufficient, why)
    }

    fn amount(&self, value: f64, better: Better) -> String {
        let unit = self.track.key.unit.symbol();
        number::leaning(value, unit, better.lean())
    }
}

fn lacking(lack: &NoAnswer) -> Said {
    (State::Insufficient, lack.to_string())
}

fn firing(found: bool) -> State {
    match found {
        true => State::Firing,
        false => State::Quiet,
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

pub(super) fn anomaly(values: &Values<'_>, better: Better) -> Said {
    let found = match watch::anomaly(&values.alone()) {
        Err(lack) => return values.lacking(&lack),
        Ok(found) => found,
    };
    let verb = if found.found {
        "stands out from"
    } else {
        "fits"
    };
    let z = found
        .z
        .map_or_else(String::new, |z| format!(", robust z {z:.1}"));
    let why = format!(
        "{} {verb} the median {} of {} before{z}",
        values.amount(found.value, better),
        values.amount(found.median, better),
        values.by.counted(found.points),
    );
    (firing(found.found), why)
}

/// What is to be said of small shifts that last, among the newest runs.
pub(super) fn chart(values: &Values<'_>, chart: Chart, better: Better) -> Said {
    let all = values.alone();
    let begin = all.len().saturating_sub(Chart::WINDOW);
    let newest = all.get(begin..).unwrap_or_default();
    let found = match watch::control(newest, chart, chart.usual_limit()) {
        Err(lack) => return values.lacking(&lack),
        Ok(found) => found,
    };
    let worse = Side::worse(better);
    let counts = found
        .side
        .is_some_and(|side| worse.is_none_or(|worse| worse == side));
    let words = chart_words(&found, chart, values.by, |value| {
        values.amount(value, better)
    });
    let way = match (counts, found.side) {
        (false, Some(_)) => ", for the better",
        _ => "",
    };
    (firing(counts), format!("{words}{way}"))
}

pub(super) fn trend(values: &Values<'_>, better: Better) -> Said {
    let found = match watch::trend(&values.series) {
        Err(lack) => return values.lacking(&lack),
        Ok(found) => found,
    };
    let counts = match better {
        Better::Neither => found.found,
        better => found.worsens(better),
    };
    let way = if found.per_day < 0.0 {
        "falls"
    } else {
        "rises"
    };
    let pace = found.pace();
    let unit = values.track.key.unit.symbol();
    // Beside points of a percentage, a share of the level must not look like more of them.
    let of = if unit == "%" { " of its level" } else { "" };
    let drift = found.drift.map_or_else(String::new, |drift| {
        format!(", {}{of} in all", percent(drift.abs()))
    });
    let why = match found.found {
        true => format!(
            "it {way} by {} {}{drift} over {} ({})",
            number::difference(pace.slope, unit),
            pace.per,
            values.by.counted(found.points),
            number::probability(found.p)
        ),
        false => {
            let none = match found.crawls() {
                Some(way) => format!("it {way}, but too little to count,"),
                None => "no trend".to_owned(),
            };
            format!(
                "{none} over {} ({}{drift})",
                values.by.counted(found.points),
                number::probability(found.p)
            )
        }
    };
    (firing(counts), why)
}

/// What is to be said of a shift of level, and when it came, and whether for the better.
pub(super) fn change_point(
    values: &Values<'_>,
    better: Better,
    now: Timestamp,
) -> (Said, Option<(Timestamp, bool)>) {
    let found = match watch::newest_changes(&values.series) {
        Err(lack) => return (values.lacking(&lack), None),
        Ok(found) => found,
    };
    let Some(shift) = found.shift(better, now.checked_sub(NEWS).ok()) else {
        let runs = values.by.counted(values.series.len());
        let why = format!("no shift of level in {runs}");
        return ((State::Quiet, why), None);
    };
    let wandering = found.autocorrelation.map_or_else(String::new, |r| {
        format!("; each value resembles the one before by {r:.2}")
    });
    let why = format!(
        "its level shifted from {} to {} {}{}{wandering}",
        values.amount(shift.change.before, better),
        values.amount(shift.change.after, better),
        found.when(&shift.change),
        shift.way.words(better),
    );
    let said = (firing(shift.way == Way::Worse), why);
    (said, Some((shift.change.at, shift.way == Way::Better)))
}

pub(super) fn completeness(track: &Track, every: Option<SignedDuration>, now: Timestamp) -> Said {
    let day = |at: Timestamp| at.strftime("%Y-%m-%d %H:%M UTC").to_string();
    match watch::completeness(&times(track), every, now) {
        Completeness::Arriving { last, .. } => (State::Quiet, format!("it last arrived on {}", day(last))),
        Completeness::Stopped { last, missed } => (
            State::Firing,
            format!(
                "it last arrived on {}, and {} missed since",
                day(last),
                match missed {
                    1 => "1 time was".to_owned(),
                    missed => format!("{missed} times were"),
                }
            ),
        ),
        Completeness::Never => (State::Firing, "it never arrived".to_owned()),
        Completeness::Unknown => (
            State::Insufficient,
            "how often it should arrive is not to be seen from so few points: say `completeness: 24h`".to_owned(),
        ),
    }
}

/// Since when a metric is missed.
pub(super) fn missed(track: &Track, every: Option<SignedDuration>) -> Option<Timestamp> {
    watch::due(&times(track), every)
}

fn times(track: &Track) -> Vec<Timestamp> {
    let runs: Vec<Timestamp> = track.runs.iter().map(|run| run.at).collect();
    watch::arrivals(track.samples.iter().rev().map(|(at, _)| *at), &runs)
}

/// What each track says of another metric: never that one is the other's cause.
pub(super) fn correlation(
    watched: &[&Track],
    tracks: &[Track],
    (with, by): (&str, By),
    (from, now): (Option<Timestamp>, Timestamp),
) -> Vec<Said> {
    let of: Vec<&Track> = tracks
        .iter()
        .filter(|track| track.key.name == with)
        .collect();
    let other = |track: &Track| match of.as_slice() {
        [only] => Some(*only),
        many => many.iter().copied().find(|other| other.is_beside(track)),
    };
    let values = |track: &Track| by.values(track, from, now, By::STAT);
    let pair = |track: &&Track| {
        let (one, other) = (values(track), values(other(track)?));
        let found = watch::correlation(&one, &other);
        Some((watch::apart(&one, &other), found))
    };
    let mut pairs: Vec<_> = watched.iter().map(pair).collect();
    let found = pairs.iter_mut().flatten();
    watch::adjust(found.filter_map(|(_, found)| found.as_mut().ok()));
    pairs
        .into_iter()
        .map(|pair| match pair {
            None => (
                State::Insufficient,
                format!("nothing is recorded of `{with}` beside it"),
            ),
            Some((true, Err(lack @ NoAnswer::TooFew { .. }))) if by == By::Run => {
                let why = format!("{lack} are of the same run: say `by: day`");
                (State::Insufficient, why)
            }
            Some((_, Err(lack))) => lacking(&lack),
            Some((_, Ok(found))) => {
                let verb = match (found.found, found.rho < 0.0) {
                    (true, false) => "moves with",
                    (true, true) => "moves against",
                    (false, _) => "does not move with",
                };
                let why = format!(
                    "{verb} {with} (rank correlation of changes {:.2}, {}, {})",
                    found.rho,
                    number::probability(found.p),
                    plural::s(found.points as u64, "change")
                );
                (firing(found.found), why)
            }
        })
        .collect()
}
