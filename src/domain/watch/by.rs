//! What one value of a series is of: a run, or a span of time.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use super::Track;
use crate::domain::series::{Bucket, Stat, spans};
use crate::domain::stats::NoAnswer;
use crate::text::{number, plural};

/// What the values of a series are of, by which it is told and put beside others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum By {
    /// What one run measured: of two series only what was measured at the same time is shared.
    #[default]
    Run,
    /// What was measured within a span of time: for metrics that come at times of their own.
    Span(Bucket),
}

impl By {
    /// What a value of a span is where nothing else is said.
    pub const STAT: Stat = Stat::Percentile(50.0);

    /// The values of a series from a time on: the median of each run, or one figure of the samples of each span that is over at
    /// `now` and did not begin before `from`. A part of a span is none: sums and counts of it would be too small.
    pub fn values(
        self,
        track: &Track,
        from: Option<Timestamp>,
        now: Timestamp,
        stat: Stat,
    ) -> Vec<(Timestamp, f64)> {
        let By::Span(bucket) = self else {
            return track.since(from);
        };
        let samples = match stat.adds_up() {
            true => track.amounts(),
            false => {
                let samples = track.samples.iter();
                samples
                    .map(|(at, value)| (at.as_millisecond(), *value))
                    .collect()
            }
        };
        let whole = |(start, _): &(i64, f64)| {
            bucket.end(*start) <= now.as_millisecond()
                && from.is_none_or(|from| *start >= from.as_millisecond())
        };
        let all = spans(samples, bucket, stat).into_iter().filter(whole);
        let point = |(start, value)| Some((Timestamp::from_millisecond(start).ok()?, value));
        all.filter_map(point).collect()
    }

    /// The word for one value.
    pub fn word(self) -> &'static str {
        match self {
            By::Run => "run",
            By::Span(bucket) => bucket.word(),
        }
    }

    /// So many values: `26 runs`, `1 day`.
    pub fn counted(self, values: usize) -> String {
        plural::s(values as u64, self.word())
    }

    /// Why a series cannot be told by: that it has too few runs or spans. What was recorded at once is one run, however many
    /// points of time it has; `key` is how to say by which spans it shall be told instead (`by:`).
    pub fn lacking(self, track: &Track, lack: &NoAnswer, key: &str) -> String {
        let NoAnswer::TooFew { have, need } = *lack else {
            return lack.to_string();
        };
        let words = format!(
            "{} of at least {}",
            number::count(have as u64),
            self.counted(need)
        );
        let (runs, samples) = (track.runs.len(), track.samples.len());
        if self != By::Run || samples < need {
            return words;
        }
        let times = track.samples.iter().map(|(at, _)| at.as_millisecond());
        let hours: BTreeSet<i64> = times.map(|at| Bucket::Hour.start(at)).collect();
        // Repetitions within runs are no feed.
        let instead = match (hours.len() > runs, runs) {
            (true, _) => format!("say `{key} hour`, or record each by itself"),
            (false, 1) => "record each by itself".to_owned(),
            (false, _) => return words,
        };
        // What is judged is not held against itself.
        let among = match runs == have + 1 {
            true => ", the judged one among them",
            false => "",
        };
        format!(
            "{words}: {} recorded together count as {}{among}; {instead}",
            plural::s(samples as u64, "point"),
            self.counted(runs)
        )
    }

    /// When the run or span begins that a time lies in.
    pub fn start(self, at: Timestamp) -> Timestamp {
        match self {
            By::Run => at,
            By::Span(bucket) => {
                Timestamp::from_millisecond(bucket.start(at.as_millisecond())).unwrap_or(at)
            }
        }
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for By {
    type Err = String;

    fn from_str(word: &str) -> Result<By, String> {
        match (word, word.parse()) {
            ("run", _) => Ok(By::Run),
            (_, Ok(bucket)) => Ok(By::Span(bucket)),
            (_, Err(())) => Err(format!(
                "`{word}` is none of run, hour, day, week and month"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::series::Key;
    use crate::domain::unit::Unit;
    use crate::domain::watch::Point;

    #[test]
    fn a_span_has_one_figure_of_its_samples_and_a_part_of_one_has_none() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let samples = [
            ("2026-03-01T22:00:00Z", 1.0),
            ("2026-03-02T01:00:00Z", 3.0),
            ("2026-03-02T02:00:00Z", 9.0),
            ("2026-03-02T23:59:59Z", 4.0),
            ("2026-03-04T08:00:00Z", 7.0),
            ("2026-03-05T08:00:00Z", 5.0),
        ];
        let track = Track {
            key: Key::new("a", Unit::Count),
            runner: String::new(),
            samples: samples
                .iter()
                .map(|(time, value)| (at(time), *value))
                .collect(),
            runs: Vec::new(),
            rises: None,
        };
        let values = |by: &str, from, now, stat| {
            let by: By = by.parse().unwrap();
            assert_eq!(by.to_string().parse(), Ok(by));
            let values = by.values(&track, Some(at(from)), at(now), stat);
            let value = |(at, value): (Timestamp, f64)| (at.to_string(), value);
            values.into_iter().map(value).collect::<Vec<_>>()
        };
        let days = |stat| values("day", "2026-03-01T12:00:00Z", "2026-03-05T12:00:00Z", stat);
        let of = |day: &str, value| (format!("2026-03-{day}T00:00:00Z"), value);
        assert_eq!(days(By::STAT), [of("02", 4.0), of("04", 7.0)]);
        assert_eq!(days(Stat::Sum), [of("02", 16.0), of("04", 7.0)]);
        assert_eq!(days(Stat::Deviation).len(), 1);
        assert!(
            values(
                "week",
                "2026-03-01T12:00:00Z",
                "2026-03-05T12:00:00Z",
                By::STAT
            )
            .is_empty()
        );
        let noon = at("2026-03-05T12:00:00Z");
        assert_eq!(
            By::Span(Bucket::Week).start(noon),
            at("2026-03-02T00:00:00Z")
        );
        assert_eq!(By::Run.start(noon), noon);
        let few = NoAnswer::TooFew { have: 0, need: 5 };
        let fed = Track {
            runs: vec![Point {
                at: noon,
                value: 4.0,
                sum: 29.0,
            }],
            ..track.clone()
        };
        assert_eq!(
            By::Run.lacking(&fed, &few, "by:"),
            "0 of at least 5 runs: 6 points recorded together count as 1 run, the judged one among them; say `by: hour`, or record each by itself"
        );
        let days = By::Span(Bucket::Day);
        assert_eq!(days.lacking(&fed, &few, "by:"), "0 of at least 5 days");
        let own = By::Run.lacking(&track, &NoAnswer::NoSpread, "by:");
        assert_eq!(own, NoAnswer::NoSpread.to_string());
        assert!("year".parse::<By>().is_err());
    }
}
