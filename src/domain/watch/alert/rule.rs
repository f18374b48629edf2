//! What is watched.

use jiff::SignedDuration;

use crate::domain::consequence::Level;
use crate::domain::formula::{Condition, Derived, FormulaError};
use crate::domain::metric::Better;
use crate::domain::series::Filter;
use crate::domain::watch::{By, Chart};

/// One thing that is watched.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its name, unique among the rules of a policy.
    pub name: String,
    /// The metric; empty for a condition, which names its own.
    pub metric: String,
    /// Which series of it.
    pub filters: Vec<Filter>,
    /// Which dimensions tell its series apart; all that are not personal where it does not say.
    pub per: Option<Vec<String>>,
    /// What is looked for.
    pub test: Test,
    /// Which way the metric is better.
    pub better: Better,
    /// What the values are of that an anomaly, a chart, a trend or a change of level is sought in.
    pub by: By,
    /// How far back the history counts; `None` for all of it.
    pub window: Option<SignedDuration>,
    /// How long a condition has to hold.
    pub hold: Option<SignedDuration>,
    /// Whether a share has to be beyond its bound with both ends of its 95 % interval.
    pub sure: bool,
    /// How much it matters.
    pub level: Level,
    /// Who answers for it.
    pub owner: Option<String>,
    /// What to do: an address or a path.
    pub runbook: Option<String>,
    /// For how long it is not told again.
    pub cooldown: SignedDuration,
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// That a condition holds.
    When(Condition),
    /// That the newest value stands out.
    Anomaly,
    /// That small shifts gathered at its end.
    Chart(Chart),
    /// That it drifts, for the worse where that is known.
    Trend,
    /// That its level shifted lately.
    ChangePoint,
    /// That it moves with another metric.
    Correlation {
        /// The other one.
        with: String,
        /// What their values are put beside each other by.
        by: By,
    },
    /// That it stopped arriving: expected this often, or as often as it used to come.
    Completeness(Option<SignedDuration>),
}

impl Rule {
    /// For how long an alert is not told again, where the rule does not say: a day.
    pub const COOLDOWN: SignedDuration = SignedDuration::from_hours(24);

    /// A rule of a test, with nothing else said.
    pub fn new(name: &str, metric: &str, test: Test) -> Rule {
        Rule {
            name: name.to_owned(),
            metric: metric.to_owned(),
            filters: Vec::new(),
            per: None,
            test,
            better: Better::Neither,
            by: By::Run,
            window: None,
            hold: None,
            sure: false,
            level: Level::Should,
            owner: None,
            runbook: None,
            cooldown: Rule::COOLDOWN,
        }
    }

    /// The same with its condition over the parts of derived metrics.
    ///
    /// # Errors
    /// When the condition takes a figure of a derived metric that there is only of points.
    pub fn derived(&self, derived: &Derived) -> Result<Rule, FormulaError> {
        let mut rule = self.clone();
        if let Test::When(condition) = &self.test {
            rule.test = Test::When(condition.derived(derived)?);
        }
        Ok(rule)
    }

    /// The metrics that it needs.
    pub fn metrics(&self) -> Vec<&str> {
        match &self.test {
            Test::When(condition) => condition.metrics(),
            Test::Correlation { with, .. } => vec![&self.metric, with],
            _ => vec![&self.metric],
        }
    }
}
