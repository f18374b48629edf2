//! Figures: what is taken of a metric.

use std::fmt;

use jiff::SignedDuration;

use super::NoValue;
use crate::domain::series::Stat;
use crate::domain::unit::Unit;

/// What is taken of a metric: `coverage.line`, `p95(response_time, 24h)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The metric's id.
    pub metric: String,
    /// What of its points.
    pub taken: Taken,
    /// Of which points: those so long before now. `None` for all.
    pub over: Option<SignedDuration>,
}

/// What is taken of points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Taken {
    /// The latest value.
    Latest,
    /// A figure of the samples.
    Stat(Stat),
    /// All together, divided by the span's seconds.
    Rate,
    /// The latest value less the first.
    Delta,
}

impl Taken {
    /// The functions of conditions, for messages.
    pub(super) const WORDS: &'static str = "`p95` and its like, `median`, `avg`, `sum`, `count`, `stddev`, `lowest`, `highest`, `first`, `last`, `share`, `rate` and `delta`";

    /// Whether it says something of points in a unit.
    fn suits(self, unit: &Unit) -> bool {
        match self {
            Taken::Stat(stat) => stat.suits(unit),
            // It is their sum by the second.
            Taken::Rate => Stat::Sum.suits(unit),
            Taken::Latest | Taken::Delta => true,
        }
    }

    /// The function of this name. `min` and `max` are of numbers, so that the extremes of points have words of their own.
    pub(super) fn named(name: &str) -> Option<Taken> {
        Some(match name {
            "rate" => Taken::Rate,
            "delta" => Taken::Delta,
            "last" => Taken::Latest,
            "lowest" => Taken::Stat(Stat::Min),
            "highest" => Taken::Stat(Stat::Max),
            "min" | "max" => return None,
            name => Taken::Stat(name.parse().ok()?),
        })
    }
}

impl Figure {
    /// Its value.
    ///
    /// # Errors
    /// When there are no points for it, or it says nothing of what the metric is measured in.
    pub(super) fn value(&self, figures: &dyn Figures) -> Result<f64, NoValue> {
        let unit = figures.unit(&self.metric);
        if unit.is_some_and(|unit| !self.taken.suits(&unit)) {
            let instead = Figure {
                taken: Taken::Stat(Stat::Percentile(50.0)),
                ..self.clone()
            };
            return Err(NoValue::Ratios(self.to_string(), instead.to_string()));
        }
        if let Some(value) = figures.figure(self) {
            return Ok(value);
        }
        let is_share = matches!(self.taken, Taken::Stat(stat) if stat.is_share());
        let odd = is_share.then(|| figures.odd(self)).flatten();
        Err(match odd {
            Some(odd) => NoValue::Odd(self.to_string(), odd.to_string()),
            None => NoValue::Missing(self.to_string()),
        })
    }

    /// What it is measured in.
    pub fn unit(&self, figures: &dyn Figures) -> Option<Unit> {
        match (self.taken, figures.unit(&self.metric)) {
            (Taken::Stat(Stat::Count), _) => Some(Unit::Count),
            (Taken::Stat(stat), _) if stat.is_share() => Some(Unit::Percent),
            (Taken::Rate, Some(Unit::Count | Unit::Bytes)) => Some(Unit::PerSecond),
            (Taken::Rate, _) => None,
            (_, unit) => unit,
        }
    }
}

impl Figure {
    /// The function that takes it.
    pub(super) fn word(&self) -> String {
        match self.taken {
            Taken::Latest => "last".to_owned(),
            Taken::Stat(Stat::Min) => "lowest".to_owned(),
            Taken::Stat(Stat::Max) => "highest".to_owned(),
            Taken::Stat(Stat::Mean) => "avg".to_owned(),
            Taken::Stat(Stat::Percentile(50.0)) => "median".to_owned(),
            Taken::Stat(stat) => stat.to_string(),
            Taken::Rate => "rate".to_owned(),
            Taken::Delta => "delta".to_owned(),
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Figure { metric, over, .. } = self;
        if self.taken == Taken::Latest {
            return f.write_str(metric);
        }
        let name = self.word();
        match over {
            None => write!(f, "{name}({metric})"),
            Some(over) => write!(f, "{name}({metric}, {})", shown(*over)),
        }
    }
}

fn shown(span: SignedDuration) -> String {
    let seconds = span.as_secs();
    match seconds {
        s if s % 86_400 == 0 => format!("{}d", s / 86_400),
        s if s % 3_600 == 0 => format!("{}h", s / 3_600),
        s if s % 60 == 0 => format!("{}m", s / 60),
        s => format!("{s}s"),
    }
}

/// Where figures come from.
pub trait Figures {
    /// The figure, in the metric's base unit; `None` where there are no points for it.
    fn figure(&self, figure: &Figure) -> Option<f64>;

    /// What a metric is measured in, where that is known.
    fn unit(&self, metric: &str) -> Option<Unit>;

    /// The first of the points of a figure that is neither yes nor no, 1 or 0, where the points are known: of such there is no
    /// share.
    fn odd(&self, figure: &Figure) -> Option<f64> {
        let _ = figure;
        None
    }
}

/// Values alone, of metrics in whatever units.
pub(super) struct Plain<F>(pub(super) F);

impl<F: Fn(&str) -> Option<f64>> Figures for Plain<F> {
    fn figure(&self, figure: &Figure) -> Option<f64> {
        (self.0)(&figure.metric)
    }

    fn unit(&self, _metric: &str) -> Option<Unit> {
        None
    }
}
