//! A series with its outlook, and both in words.

use crate::domain::metric::Better;
use crate::domain::stats::NoAnswer;
use crate::domain::watch::{By, Outlook, Track, Trend};
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

    /// The change of level that counts most, if there is one, and which way it is.
    pub(super) fn shift(&self) -> Option<String> {
        let shift = self.outlook.shift(self.better)?;
        Some(format!(
            "shifted from {} to {} on {}{}",
            self.shown(shift.change.before),
            self.shown(shift.change.after),
            shift.change.at.strftime("%Y-%m-%d"),
            shift.way.words(self.better),
        ))
    }

    /// Which way it goes.
    pub(super) fn verdict(&self) -> String {
        let trend = match &self.outlook.trend {
            Ok(trend) => trend,
            Err(lack) => return format!("insufficient data: {}", self.lacking(lack)),
        };
        if let Some(word) = trend.crawls() {
            return format!(
                "{word}, but too little to count: by less than {:.0} % in all (Mann-Kendall {})",
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
            "{word}{worse} (Mann-Kendall {})",
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

    /// Where it leads, with the interval, or why that is not said.
    pub(super) fn forecast(&self) -> String {
        let format = match self.outlook.is_within_a_day {
            true => "%Y-%m-%d %H:%M UTC",
            false => "%Y-%m-%d",
        };
        let day = self.outlook.ahead.strftime(format);
        match &self.outlook.forecast {
            Ok(forecast) => format!(
                "{} on {day} (95 %: {} to {})",
                self.shown(forecast.value),
                self.shown(forecast.low),
                self.shown(forecast.high)
            ),
            Err(NoAnswer::OutOfRange) => {
                format!("none for {day}: further ahead than the series reaches back")
            }
            Err(lack) => format!("none: {}", self.lacking(lack)),
        }
    }
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
    use jiff::{SignedDuration, Timestamp};

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
