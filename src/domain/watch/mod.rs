//! Judging series: whether a run is worse than its past ([`regression`]) or than its base ([`compare`]), and what a
//! history shows by itself (anomalies, trends, change points, correlations, what stopped arriving). Pure functions of
//! values and times; what cannot be judged is said and never passes in silence.

mod alert;
mod andon;
mod anomaly;
mod by;
mod changes;
mod compare;
mod completeness;
mod control;
mod correlation;
mod derived;
mod level;
mod method;
mod outcome;
mod outlook;
mod prospect;
mod regression;
mod scale;
mod settings;
mod track;
mod trend;

pub use alert::{Alert, Memory, News, Rule, State, Test, Told, judge, judge_those, news};
pub use anomaly::{Anomaly, anomaly};
pub use by::By;
pub use changes::{Change, Changes, Shift, Way, change_points, newest_changes};
pub use compare::{Pair, compare, compare_all};
pub use completeness::{Completeness, arrivals, completeness, due, is_feed};
pub use control::{Chart, Control, chart_words, control};
pub use correlation::{Correlation, adjust, apart, correlation};
pub use derived::derived;
pub use level::{Level, Since};
pub use method::Method;
pub use outcome::{Judgement, Outcome, Reference, Standing};
pub use outlook::{Outlook, outlook};
pub use prospect::{Gradual, Moved, NoForecast, Prospect};
pub use regression::regression;
pub use settings::{EffectBy, Settings};
pub use track::{Point, Starts, Track};
pub use trend::{Pace, Trend, trend};
