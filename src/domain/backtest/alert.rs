//! Looking at an alert again at each moment of the past, by what was known then.

use std::borrow::Cow;
use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::series::Bucket;
use crate::domain::watch::{Alert, By, Rule, State, Test, Track, judge, judge_those};

/// What one alert would have told.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertReplay {
    /// Its name.
    pub id: String,
    /// At how many moments it was looked at.
    pub moments: u64,
    /// How many answers it gave at these, of each series one.
    pub judged: u64,
    /// How many of the answers were that it fires.
    pub firing: u64,
    /// How often it could not be told, or not yet.
    pub unjudged: u64,
    /// Why not, the last time, as a sentence without a full stop; or why it is not replayed at all.
    pub lack: Option<String>,
    /// When it would have begun to fire, in the order of time.
    pub firings: Vec<Firing>,
}

/// That an alert begins to fire; it goes on until it is quiet.
#[derive(Debug, Clone, PartialEq)]
pub struct Firing {
    /// Of which series.
    pub series: String,
    /// When it began.
    pub at: Timestamp,
    /// What was measured last at that time, or empty where that is not known.
    pub commit: String,
    /// Why, as it was said when it began.
    pub why: String,
    /// When it was seen to be quiet; `None` while it still fires.
    pub until: Option<Timestamp>,
}

impl AlertReplay {
    /// One that cannot be replayed, with why.
    pub fn unplayed(rule: &Rule, why: String) -> AlertReplay {
        AlertReplay {
            id: rule.name.clone(),
            moments: 0,
            judged: 0,
            firing: 0,
            unjudged: 0,
            lack: Some(why),
            firings: Vec::new(),
        }
    }

    /// The share of its answers that were that it fires; `None` if there were none.
    #[allow(clippy::cast_precision_loss, reason = "counts of answers")]
    pub fn rate(&self) -> Option<f64> {
        (self.judged > 0).then(|| self.firing as f64 / self.judged as f64)
    }
}

/// Whether what a rule says of a series changes only when a run, or a span that is over, is added to it, and not as time goes by.
pub fn is_of_runs(rule: &Rule) -> bool {
    matches!(rule.test, Test::Anomaly | Test::Chart(_) | Test::Trend)
}

/// The spans whose figures a rule looks at; `None` where it looks at runs, or at points.
pub fn spans_of(rule: &Rule) -> Option<Bucket> {
    match (rule.by, &rule.test) {
        (By::Span(bucket), Test::Anomaly | Test::Chart(_) | Test::Trend | Test::ChangePoint) => {
            Some(bucket)
        }
        _ => None,
    }
}

/// A series with one point for each span, at its begin, which is all that a rule by spans sees of it: what is looked at again at
/// every moment is not to grow with the points.
fn condensed(track: &Track, bucket: Bucket) -> Track {
    Track {
        samples: By::Span(bucket).values(track, None, Timestamp::MAX, By::STAT),
        ..track.clone()
    }
}

/// Looks at an alert at each of these moments, which come in the order of time, each with its commit. `tracks` are those of all
/// metrics that it names, with all their points. What cannot be told neither begins nor ends a firing.
pub fn rewatch(rule: &Rule, tracks: &[Track], moments: &[(Timestamp, String)]) -> AlertReplay {
    let mut replay = AlertReplay {
        moments: moments.len() as u64,
        lack: None,
        ..AlertReplay::unplayed(rule, String::new())
    };
    let spans = spans_of(rule);
    let tracks: Cow<'_, [Track]> = match spans {
        Some(bucket) => tracks.iter().map(|it| condensed(it, bucket)).collect(),
        None => Cow::Borrowed(tracks),
    };
    let mut known: Vec<Growing<'_>> = tracks.iter().map(Growing::of).collect();
    let mut grown: Vec<Track> = known.iter().map(Growing::empty).collect();
    let mut ringing: HashMap<String, usize> = HashMap::new();
    for (at, commit) in moments {
        let mut new = Vec::with_capacity(grown.len());
        for (growing, track) in known.iter_mut().zip(&mut grown) {
            let has_run = growing.until(*at, track);
            new.push(match spans {
                Some(bucket) => growing.ends_span(*at, bucket),
                None => has_run,
            });
        }
        if grown.iter().all(|track| track.samples.is_empty()) {
            continue;
        }
        let alerts: Vec<Alert> = match is_of_runs(rule) {
            true if !new.contains(&true) => continue,
            true => judge_those(rule, &grown, *at, |place| new.get(place) == Some(&true)),
            false => judge(rule, &grown, *at),
        };
        for alert in alerts {
            take(&mut replay, &mut ringing, alert, (*at, commit));
        }
    }
    replay
}

fn take(
    replay: &mut AlertReplay,
    ringing: &mut HashMap<String, usize>,
    alert: Alert,
    (at, commit): (Timestamp, &str),
) {
    match alert.state {
        State::Firing => {
            replay.judged += 1;
            replay.firing += 1;
            if !ringing.contains_key(&alert.series) {
                ringing.insert(alert.series.clone(), replay.firings.len());
                replay.firings.push(Firing {
                    series: alert.series,
                    at,
                    commit: commit.to_owned(),
                    why: alert.why,
                    until: None,
                });
            }
        }
        State::Quiet => {
            replay.judged += 1;
            let over = ringing.remove(&alert.series);
            if let Some(firing) = over.and_then(|place| replay.firings.get_mut(place)) {
                firing.until = Some(at);
            }
        }
        State::Unconfirmed | State::Insufficient => {
            replay.unjudged += 1;
            replay.lack = Some(alert.why);
        }
    }
}

/// How far a track is known: how many of its points.
struct Growing<'t> {
    whole: &'t Track,
    samples: usize,
    runs: usize,
    rises: usize,
    /// How many of its points are of spans that are over.
    over: usize,
}

impl<'t> Growing<'t> {
    fn of(whole: &'t Track) -> Growing<'t> {
        Growing {
            whole,
            samples: 0,
            runs: 0,
            rises: 0,
            over: 0,
        }
    }

    fn empty(&self) -> Track {
        Track {
            key: self.whole.key.clone(),
            runner: self.whole.runner.clone(),
            samples: Vec::new(),
            runs: Vec::new(),
            rises: self.whole.rises.as_ref().map(|_| Vec::new()),
        }
    }

    /// Lets the track grow up to a time; whether a run was added.
    fn until(&mut self, at: Timestamp, track: &mut Track) -> bool {
        let Track {
            samples,
            runs,
            rises,
            ..
        } = self.whole;
        let more = |from: usize, count: usize| from..count.max(from);
        let count = samples.partition_point(|(time, _)| *time <= at);
        let new = samples.get(more(self.samples, count));
        track.samples.extend_from_slice(new.unwrap_or_default());
        self.samples = self.samples.max(count);
        let count = runs.partition_point(|point| point.at <= at);
        let new = runs.get(more(self.runs, count)).unwrap_or_default();
        track.runs.extend_from_slice(new);
        let is_new = !new.is_empty();
        self.runs = self.runs.max(count);
        if let (Some(all), Some(rises)) = (rises, &mut track.rises) {
            let count = all.partition_point(|rise| rise.at <= at.as_millisecond());
            let new = all.get(more(self.rises, count)).unwrap_or_default();
            rises.extend(new.iter().cloned());
            self.rises = self.rises.max(count);
        }
        is_new
    }

    /// Whether a span with points has ended by a time that had not before.
    fn ends_span(&mut self, at: Timestamp, bucket: Bucket) -> bool {
        let current = bucket.start(at.as_millisecond());
        let samples = &self.whole.samples;
        let over = samples.partition_point(|(time, _)| time.as_millisecond() < current);
        let is_new = over > self.over;
        self.over = self.over.max(over);
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::formula::Condition;
    use crate::domain::series::Key;
    use crate::domain::unit::Unit;
    use crate::domain::watch::Point;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(1_780_000_000 + hour * 3_600).unwrap()
    }

    fn track(values: &[f64]) -> Track {
        let times = || {
            values
                .iter()
                .zip(0..)
                .map(|(value, hour)| (at(hour), *value))
        };
        Track {
            key: Key::new("errors", Unit::Count),
            runner: String::new(),
            samples: times().collect(),
            runs: times()
                .map(|(at, value)| Point {
                    at,
                    value,
                    sum: value,
                })
                .collect(),
            rises: None,
        }
    }

    fn told(rule: &Rule, values: &[f64]) -> (AlertReplay, Vec<(String, Option<Timestamp>)>) {
        let moments = (0..values.len()).map(|run| (at(run as i64), format!("c{run}")));
        let moments: Vec<(Timestamp, String)> = moments.collect();
        let replay = rewatch(rule, &[track(values)], &moments);
        let firings = replay.firings.iter();
        let firings = firings.map(|firing| (firing.commit.clone(), firing.until));
        let firings = firings.collect();
        (replay, firings)
    }

    #[test]
    fn an_alert_fires_from_the_moment_on_at_which_it_would_have() {
        let when = Test::When(Condition::parse("errors > 5").unwrap());
        let rule = Rule::new("many", "", when);
        let (replay, firings) = told(&rule, &[1.0, 9.0, 8.0, 2.0, 7.0]);
        assert_eq!(
            firings,
            [("c1".to_owned(), Some(at(3))), ("c4".to_owned(), None)]
        );
        assert_eq!((replay.judged, replay.firing, replay.unjudged), (5, 3, 0));
        assert!(replay.firings[0].why.contains("errors is 9"), "{replay:?}");
    }

    #[test]
    fn what_is_recorded_in_two_units_begins_and_ends_each_by_itself() {
        let when = Test::When(Condition::parse("errors > 90").unwrap());
        let rules = [
            Rule::new("many", "", when),
            Rule::new("odd", "errors", Test::Anomaly),
        ];
        let values: Vec<f64> = (0..30).map(|i| 95.0 + f64::from(i % 5)).collect();
        let high = track(&[&values[..], &[900.0]].concat());
        let mut low = track(&[50.0; 31]);
        low.key.unit = Unit::Points;
        let moments: Vec<_> = (0..=30).map(|hour| (at(hour), String::new())).collect();
        for rule in rules {
            let replay = rewatch(&rule, &[high.clone(), low.clone()], &moments);
            let firings: Vec<_> = replay
                .firings
                .iter()
                .map(|it| (&*it.series, it.until))
                .collect();
            assert_eq!(firings, [("errors (count)", None)], "{}", rule.name);
        }
    }

    #[test]
    fn by_hour_each_hour_is_judged_once_it_is_over_however_few_runs_there_are() {
        let mut values: Vec<f64> = (0..30).map(|i| 100.0 + f64::from(i % 5)).collect();
        values.extend([400.0, 101.0]);
        let begin = |hour: i64| {
            let start = Bucket::Hour.start(at(hour).as_millisecond());
            Timestamp::from_millisecond(start).unwrap()
        };
        let mut track = track(&values);
        track.runs.truncate(1);
        let again = track.samples.clone();
        track.samples.extend(again);
        track.samples.sort_by_key(|(at, _)| *at);
        let rule = Rule {
            by: By::Span(Bucket::Hour),
            ..Rule::new("odd", "errors", Test::Anomaly)
        };
        let moments: Vec<(Timestamp, String)> = (1..=32)
            .flat_map(|hour| [begin(hour), at(hour)])
            .map(|at| (at, String::new()))
            .collect();
        let replay = rewatch(&rule, &[track], &moments);
        let firings: Vec<_> = replay.firings.iter().map(|it| (it.at, it.until)).collect();
        assert_eq!(firings, [(begin(31), Some(begin(32)))], "{replay:?}");
        // Between the ends of hours there is nothing new.
        assert_eq!(replay.judged + replay.unjudged, 32);
    }

    #[test]
    fn a_run_is_judged_by_those_before_it_and_too_few_is_said() {
        let mut values: Vec<f64> = (0..30).map(|i| 100.0 + f64::from(i % 5)).collect();
        values.extend([400.0, 101.0]);
        let rule = Rule::new("odd", "errors", Test::Anomaly);
        let (replay, firings) = told(&rule, &values);
        assert_eq!(firings, [("c30".to_owned(), Some(at(31)))]);
        assert!(replay.unjudged >= 9 && replay.lack.is_some(), "{replay:?}");
    }
}
