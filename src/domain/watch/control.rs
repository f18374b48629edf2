//! Control charts: small shifts that last.

use crate::domain::stats::{LEAST_SPREAD, Moments, NoAnswer, Side, cusum, ewma};
use crate::text::number;

use super::by::By;

/// The fewest points.
const FEWEST: usize = 50;

/// How much a cumulative sum keeps beyond its limit, in standard deviations: runs that are as before, of which each takes ½
/// off, have it back in control after six.
const KEPT_BEYOND: f64 = 3.0;

/// Which chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chart {
    /// Exponentially weighted moving averages: weight 0.2, limits at 3 standard deviations.
    Ewma,
    /// Cumulative sums: slack ½, limit 5 standard deviations, of which no more than 3 beyond the limit are kept.
    Cusum,
}

impl Chart {
    /// All of them.
    pub const ALL: [Chart; 2] = [Chart::Ewma, Chart::Cusum];

    /// Over how many runs a chart is drawn where nothing else is said.
    pub const WINDOW: usize = 64;

    /// The name in policies.
    pub fn name(self) -> &'static str {
        match self {
            Chart::Ewma => "ewma",
            Chart::Cusum => "cusum",
        }
    }

    /// The chart of that name.
    pub fn from_name(name: &str) -> Option<Chart> {
        Chart::ALL.into_iter().find(|chart| chart.name() == name)
    }

    /// The usual limit, in standard deviations.
    pub fn usual_limit(self) -> f64 {
        match self {
            Chart::Ewma => 3.0,
            Chart::Cusum => 5.0,
        }
    }
}

/// What a chart shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Control {
    /// The mean of the first half, which is taken for normal.
    pub mean: f64,
    /// Its standard deviation, at least 1 % of the mean.
    pub sigma: f64,
    /// How many points the first half has.
    pub normal: usize,
    /// The indices, within the series, of points out of control; all in the second half.
    pub out: Vec<usize>,
    /// The newest figure of the chart: the moving average, or the larger of the sums in standard deviations.
    pub figure: f64,
    /// How far that may lie from the mean, or how large the sum may be.
    pub reach: f64,
    /// On which side of the mean the newest point is out of control, if it is.
    pub side: Option<Side>,
    /// Where the series is by now: its moving average.
    pub level: f64,
}

/// Draws a chart over at least 50 points in the order of time: the first half says what is normal, the second is watched.
/// `limit` is in standard deviations, [`Chart::usual_limit`] as a rule. Only when asked: it takes values for independent and
/// evenly scattered, and benchmarks are neither.
pub fn control(series: &[f64], chart: Chart, limit: f64) -> Result<Control, NoAnswer> {
    let have = series.len();
    if have < FEWEST {
        return Err(NoAnswer::TooFew { have, need: FEWEST });
    }
    let (normal, watched) = series.split_at(have / 2);
    let moments = Moments::of(normal)?;
    let mean = moments.mean;
    let sigma = moments.sample.max(LEAST_SPREAD * mean.abs());
    let width = match chart {
        Chart::Ewma => limit,
        Chart::Cusum => Chart::Ewma.usual_limit(),
    };
    let averages = ewma(watched, mean, sigma, 0.2, width)?;
    let now = averages
        .last()
        .ok_or(NoAnswer::TooFew { have, need: FEWEST })?;
    let drawn = Control {
        mean,
        sigma,
        normal: normal.len(),
        out: Vec::new(),
        figure: now.average,
        reach: now.reach,
        side: (now.out).then_some(match now.average > mean {
            true => Side::Upper,
            false => Side::Lower,
        }),
        level: now.average,
    };
    let out = |each: &mut dyn Iterator<Item = bool>| {
        let numbered = (normal.len()..).zip(each);
        numbered
            .filter_map(|(index, out)| out.then_some(index))
            .collect()
    };
    if chart == Chart::Ewma {
        let out = out(&mut averages.iter().map(|point| point.out));
        return Ok(Control { out, ..drawn });
    }
    let sums = cusum(watched, mean, sigma, 0.5, (limit, limit + KEPT_BEYOND))?;
    let now = sums.last().ok_or(NoAnswer::TooFew { have, need: FEWEST })?;
    Ok(Control {
        out: out(&mut sums.iter().map(|point| point.out)),
        figure: now.above.max(now.below),
        reach: limit,
        side: match (now.out, now.above > now.below) {
            (false, _) => None,
            (true, true) => Some(Side::Upper),
            (true, false) => Some(Side::Lower),
        },
        ..drawn
    })
}

/// What a chart shows of its newest point, in words.
pub fn chart_words(
    found: &Control,
    chart: Chart,
    by: By,
    amount: impl Fn(f64) -> String,
) -> String {
    let normal = by.counted(found.normal);
    let mean = amount(found.mean);
    let stands = match found.side {
        Some(_) => "beyond",
        None => "within",
    };
    match chart {
        Chart::Ewma => format!(
            "the moving average {} is {stands} {mean} ± {} of {normal}",
            amount(found.figure),
            amount(found.reach),
        ),
        Chart::Cusum => format!(
            "{} standard deviations gathered about the mean {mean} of {normal}, {stands} the limit {}",
            number::decimal((found.figure * 10.0).round() / 10.0),
            number::decimal(found.reach),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_of_one_deviation_shows_in_time() {
        let saw = |i: usize| if i.is_multiple_of(2) { 99.0 } else { 101.0 };
        let steady: Vec<f64> = (0..80).map(saw).collect();
        let shifted: Vec<f64> = (0..80)
            .map(|i| saw(i) + if i < 45 { 0.0 } else { 1.2 })
            .collect();
        for chart in Chart::ALL {
            let drawn = |series: &[f64]| control(series, chart, chart.usual_limit());
            assert_eq!(Chart::from_name(chart.name()), Some(chart));
            let calm = drawn(&steady).unwrap();
            assert_eq!((calm.out, calm.side, calm.normal), (vec![], None, 40));
            let found = drawn(&shifted).unwrap();
            assert!(
                found
                    .out
                    .first()
                    .is_some_and(|first| (46..65).contains(first)),
                "{found:?}"
            );
            assert_eq!(found.side, Some(Side::Upper));
            assert!(found.figure > found.reach || chart == Chart::Ewma);
            assert!((found.level - 101.2).abs() < 0.5, "{found:?}");
            let mirrored: Vec<f64> = shifted.iter().map(|value| -value).collect();
            assert_eq!(drawn(&mirrored).unwrap().side, Some(Side::Lower));
            // Back, it is in control soon, however far it was away.
            let back: Vec<f64> = (0..80)
                .map(|i| saw(i) + if (50..65).contains(&i) { 10.0 } else { 0.0 })
                .collect();
            assert_eq!(drawn(&back[..60]).unwrap().side, Some(Side::Upper));
            assert_eq!(drawn(&back).unwrap().side, None);
            // What asks for more sees less.
            assert!(control(&shifted, chart, 50.0).unwrap().out.is_empty());
            let lack = NoAnswer::TooFew { have: 49, need: 50 };
            assert_eq!(drawn(&steady[..49]), Err(lack));
            assert_eq!(drawn(&[0.0; 60]), Err(NoAnswer::NoSpread));
        }
    }
}
