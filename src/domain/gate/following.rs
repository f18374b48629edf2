//! What a gate asks of a metric over time.

use jiff::SignedDuration;

use crate::domain::consequence::OnMissing;
use crate::domain::series::Stat;
use crate::domain::watch::{Chart, EffectBy, Method, Settings, Since};

/// How far back rules over a series look at the most.
pub const YEARS: SignedDuration = SignedDuration::from_hours(2 * 366 * 24);

/// A figure of single samples, of all together or for each value of a dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct Samples {
    /// The figure.
    pub stat: Stat,
    /// The dimensions whose values are judged one by one: each combination that there is. None for all samples together.
    pub per: Vec<String>,
    /// How far back samples count.
    pub last: SignedDuration,
    /// The fewest samples that a figure may rest on.
    pub least: u64,
    /// The same as the policy writes it: `p95 per operation, last 7d`.
    pub text: String,
}

impl Samples {
    /// How many figures of earlier spans a direction is sought in, the newest.
    pub const SPANS: u16 = 64;

    /// How far back samples are wanted: for a direction so many spans, and of single values as far as any rule looks.
    pub fn reach(&self, directed: bool) -> SignedDuration {
        match (directed, self.stat) {
            (false, _) => self.last,
            (true, Stat::Last) => self.last.max(YEARS),
            (true, _) => {
                let all = self.last.checked_mul(i32::from(Self::SPANS));
                all.map_or(YEARS, |all| all.min(YEARS)).max(self.last)
            }
        }
    }
}

/// A rule over a series.
#[derive(Debug, Clone, PartialEq)]
pub struct Watch {
    /// The rule.
    pub rule: Rule,
    /// The dimensions that tell series apart, beside those that `where` fixes; left out, all but personal ones.
    pub per: Option<Vec<String>>,
    /// The rule as it is shown: `anomaly: z within 4 of 64 runs`.
    pub text: String,
    /// What it means if there is too little to judge by.
    pub on_insufficient: OnMissing,
}

impl Watch {
    /// Whether it judges by what was before; the rule that does not holds this run's head against its base.
    pub fn asks_the_past(&self) -> bool {
        !matches!(self.rule, Rule::Interleaved { .. })
    }

    /// The same where the run is on a hosted runner: where the policy does not say otherwise, a regression counts from 10 % on.
    /// Base and head that take turns on one machine scatter alike, and are judged as anywhere.
    pub(super) fn on_hosted_runner(&mut self) {
        let Rule::Regression { settings, .. } = &mut self.rule else {
            return;
        };
        if settings.method == Method::Andon && settings.effect_by == EffectBy::Usual {
            *settings = Settings {
                effect_by: EffectBy::Runner,
                ..settings.hosted()
            };
            self.text += ", from 10% on: a hosted runner";
        }
    }
}

/// What must not be seen in a series.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// A value that stands out from the ones before, for the worse.
    Anomaly {
        /// The robust z beyond which it does.
        sensitivity: f64,
        /// How many earlier runs it is held against.
        window: usize,
    },
    /// Small shifts for the worse that last, at the end of the series.
    Chart {
        /// The chart that shows them.
        chart: Chart,
        /// Its limit, in standard deviations.
        limit: f64,
        /// Over how many earlier runs, of which the first half is taken for normal.
        window: usize,
    },
    /// A steady change for the worse.
    Trend {
        /// Over how many runs, this one included.
        window: usize,
        /// How improbable the order must be without a trend.
        p: f64,
        /// The least change over the window that counts, as a share of where it starts.
        drift: f64,
    },
    /// A lasting change of level for the worse.
    ChangePoint {
        /// How long ago it may have been to count.
        within: SignedDuration,
    },
    /// That it stopped arriving.
    Completeness {
        /// How often it should arrive; left out, as often as it did.
        every: Option<SignedDuration>,
    },
    /// A run that is worse than its past.
    Regression {
        /// How it is judged.
        settings: Settings,
        /// How many repetitions a run's value must rest on; left out, 5 of samples, and 1 of what a report states.
        repetitions: Option<usize>,
        /// From where on the level is an accepted one; left out, all of the past counts.
        since: Option<Since>,
    },
    /// A head that is worse than its base, both measured in turn by this run.
    Interleaved {
        /// How it is judged: by the effect and the probability of these.
        settings: Settings,
    },
}

impl Rule {
    /// The key of a policy that asks for it.
    pub fn key(&self) -> &'static str {
        match self {
            Rule::Anomaly { .. } | Rule::Chart { .. } => "anomaly",
            Rule::Trend { .. } => "trend",
            Rule::ChangePoint { .. } => "change_point",
            Rule::Completeness { .. } => "completeness",
            Rule::Regression { .. } | Rule::Interleaved { .. } => "regression",
        }
    }
}
