//! A series with its outlook, and both in words.

use crate::domain::metric::Better;
use jiff::Timestamp;

use crate::domain::stats::NoAnswer;
use crate::domain::watch::{By, Changes, Moved, NoForecast, Outlook, Prospect, Track, Trend};
use crate::render::most::{More, Most};
use crate::text::number;

/// A series with its outlook, and which way it is better.
#[derive(Debug, Clone)]
pub struct Followed {
    /// The series.
    pub track: Track,
    /// Where it goes.
    pub outlook: Outlook,
    /// Which way it is better.
    pub better: Better,
    /// What its values are of.
    pub by: By,
}

impl Followed {
    /// The values run by run.
    pub(super) fn values(&self) -> Vec<Option<f64>> {
        let points = self.outlook.points.iter();
        points.map(|(_, value)| Some(*value)).collect()
    }

    /// An amount in the unit of the series.
    pub(super) fn shown(&self, value: f64) -> String {
        number::leaning(value, self.track.key.unit.symbol(), self.better.lean())
    }

    /// The first and the last value: `8.6 ms to 12.9 ms`.
    pub(super) fn ends(&self) -> String {
        let points = &self.outlook.points;
        match (points.first(), points.last()) {
            (Some((_, first)), Some((_, last))) => {
                format!("{} to {}", self.shown(*first), self.shown(*last))
            }
            _ => String::new(),
        }
    }

    /// Why something cannot be told of it.
    pub(super) fn lacking(&self, lack: &NoAnswer) -> String {
        self.by.lacking(&self.track, lack, "--by")
    }

    /// Whether it surely gets worse.
    pub(super) fn worsens(&self) -> bool {
        let trend = self.outlook.trend.as_ref();
        trend.is_ok_and(|trend| trend.worsens(self.better))
    }

    /// How much it matters: what surely gets worse before what else moves, what moves before what does not and what cannot be
    /// told; of each, what drifts furthest.
    fn weight(&self) -> (u8, f64) {
        match &self.outlook.trend {
            Err(_) => (3, 0.0),
            Ok(trend) => {
                let class = match (trend.found, self.worsens()) {
                    (_, true) => 0,
                    (true, false) => 1,
                    (false, false) => 2,
                };
                (class, trend.drift.map_or(f64::INFINITY, f64::abs))
            }
        }
    }

    /// How its level changed, and where that leads.
    pub(super) fn prospect(&self) -> Prospect {
        self.outlook.prospect(self.better)
    }

    /// How its level changed, if it did: at once and which way that is, or gradually.
    pub(super) fn moved(&self, prospect: &Prospect) -> Option<String> {
        let newest = self.among(Changes::NEWEST);
        Some(match prospect.moved.as_ref()? {
            Moved::Stepped(shift) => format!(
                "shifted from {} to {} on {}{}{newest}",
                self.shown(shift.change.before),
                self.shown(shift.change.after),
                day(shift.change.at),
                shift.way.words(self.better),
            ),
            Moved::Gradually(line) => format!(
                "went gradually from {} on {} to {} on {}{newest}",
                self.shown(line.before),
                day(line.from),
                self.shown(line.after),
                day(line.until),
            ),
        })
    }

    /// That no more than so many runs were looked at, where there are more.
    fn among(&self, most: usize) -> String {
        match self.outlook.points.len() > most {
            true => format!(", among the newest {}", self.by.counted(most)),
            false => String::new(),
        }
    }

    /// Which way it goes.
    pub(super) fn verdict(&self) -> String {
        let trend = match &self.outlook.trend {
            Ok(trend) => trend,
            Err(lack) => return format!("insufficient data: {}", self.lacking(lack)),
        };
        let newest = self.among(trend.points);
        if let Some(word) = trend.crawls() {
            return format!(
                "{word}, but too little to count: by less than {:.0} % in all (Mann-Kendall {}){newest}",
                Trend::DRIFT * 100.0,
                number::probability(trend.p)
            );
        }
        let word = match (trend.found, trend.per_day < 0.0) {
            (false, _) => "no trend",
            (true, true) => "falls",
            (true, false) => "rises",
        };
        let worse = match (trend.found, self.better) {
            (true, Better::Neither) | (false, _) => "",
            (true, _) if trend.worsens(self.better) => ", for the worse",
            (true, _) => ", for the better",
        };
        format!(
            "{word}{worse} (Mann-Kendall {}){newest}",
            number::probability(trend.p)
        )
    }

    /// How steeply, with the interval, if it is known.
    pub(super) fn slope(&self) -> Option<String> {
        let trend = self.outlook.trend.as_ref().ok()?;
        let unit = self.track.key.unit.symbol();
        let signed = |value: f64| number::signed(value, unit);
        // Beside points of a percentage, a share of the level must not look like more of them.
        let of = if unit == "%" { " of its level" } else { "" };
        let drift = trend.drifted();
        let drift = drift.map_or_else(String::new, |drift| format!(", {drift}{of} in all"));
        let pace = trend.pace();
        Some(format!(
            "{} {} (95 %: {} to {}){drift}",
            signed(pace.slope),
            pace.per,
            signed(pace.low),
            signed(pace.high),
        ))
    }

    /// Why there is no forecast.
    pub(super) fn unforeseen(&self, none: &NoForecast) -> String {
        match none.since {
            None => self.lacking(&none.lack),
            Some(_) => none.words(self.by.word()),
        }
    }

    /// Where the line ends before the moment of the forecast.
    fn ended(&self, prospect: &Prospect) -> String {
        let said = |(end, at)| format!(", {} is reached about {}", self.shown(end), day(at));
        prospect.ends.map_or_else(String::new, said)
    }

    /// Where it leads, with the interval and what it is made from, or why that is not said.
    pub(super) fn forecast(&self, prospect: &Prospect) -> String {
        let format = match self.outlook.is_within_a_day {
            true => "%Y-%m-%d %H:%M UTC",
            false => "%Y-%m-%d",
        };
        let ahead = self.outlook.ahead.strftime(format);
        match (&prospect.forecast, prospect.since) {
            (Ok(forecast), since) => format!(
                "{} on {ahead} (95 %: {} to {}){}{}",
                self.shown(forecast.value),
                self.shown(forecast.low),
                self.shown(forecast.high),
                self.ended(prospect),
                since.map_or_else(String::new, |at| format!(", from those since {}", day(at)))
            ),
            (Err(none), _) if none.lack == NoAnswer::TooFar => {
                format!("none for {ahead}: {}", none.words(self.by.word()))
            }
            (Err(none), _) => format!("none: {}", self.unforeseen(none)),
        }
    }
}

fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

/// Those that are shown to people, the most important first, and how many others there are.
pub(super) fn foremost(all: &[Followed], most: Most) -> (Vec<&Followed>, More) {
    let mut shown: Vec<&Followed> = all.iter().collect();
    shown.sort_by(|a, b| {
        let ((one, far), (other, further)) = (a.weight(), b.weight());
        one.cmp(&other).then(further.total_cmp(&far))
    });
    let more = most.cut(&mut shown);
    (shown, more)
}

pub(super) fn insufficient(lack: &NoAnswer) -> String {
    format!("insufficient data: {lack}")
}

#[cfg(test)]
pub(super) mod cases {
    use jiff::SignedDuration;

    use super::*;
    use crate::domain::series::Key;
    use crate::domain::unit::Unit;
    use crate::domain::watch::outlook;

    /// A series that rises for the worse, and one of which there is too little, with a hostile name.
    pub(in crate::render::trend) fn both() -> Vec<Followed> {
        let day =
            |day: i32| Timestamp::from_second(1_767_225_600 + i64::from(day) * 86_400).unwrap();
        let of = |command: &str, days: i32| {
            let mut key = Key::new("response_time", Unit::Seconds);
            let names = ("command".to_owned(), command.to_owned());
            key.dimensions.extend([names]);
            let points = (0..days).map(|n| (day(n), 0.1 + 0.002 * f64::from(n * n % 7 + 2 * n)));
            Followed {
                outlook: outlook(
                    points.collect(),
                    day(days),
                    SignedDuration::from_hours(24 * 7),
                ),
                better: Better::Lower,
                by: By::Run,
                track: Track {
                    key,
                    runner: "linux-x86_64".to_owned(),
                    samples: Vec::new(),
                    runs: Vec::new(),
                    rises: None,
                },
            }
        };
        vec![of("install", 30), of("=<b>|@org\u{1b}[2J\u{202e}", 3)]
    }
}
