//! Keeping a share of what comes too often to be kept as a whole.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use super::{Context, Event};

/// A share above 0, up to 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Share(f64);

impl FromStr for Share {
    type Err = String;

    /// `0.1` or `10%`.
    fn from_str(text: &str) -> Result<Share, String> {
        let number = |text: &str| text.trim().parse::<f64>().ok();
        let share = match text.trim().strip_suffix('%') {
            Some(percent) => number(percent).map(|percent| percent / 100.0),
            None => number(text),
        };
        match share.filter(|share| *share > 0.0 && *share <= 1.0) {
            Some(share) => Ok(Share(share)),
            None => Err(format!(
                "`{text}` is no share to keep: write a number above 0 and up to 1, or a percentage: `0.1`, `10%`"
            )),
        }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Of which metrics a share is kept.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sampling {
    /// Of all of which nothing else is said.
    pub all: Option<Share>,
    /// By metric.
    pub metrics: BTreeMap<String, Share>,
}

impl Sampling {
    /// The dimension that says of a kept event which share of its like was kept.
    pub const DIMENSION: &'static str = "sampled";

    /// Whether an event is one of those that are kept; then it says of which share it is. The choice is the same whenever
    /// it is made: by the event's id or, if it has none, by its run, series, time and value. An event that says already
    /// of which share it is was chosen before.
    pub fn keeps(&self, event: &mut Event, context: &Context) -> bool {
        let share = self.metrics.get(&event.key.name).copied().or(self.all);
        let Some(share) = share.filter(|share| share.0 < 1.0) else {
            return true;
        };
        if event.key.dimensions.contains_key(Self::DIMENSION) {
            return true;
        }
        let hash = match &event.id {
            Some(id) => Sha256::digest(id.as_bytes()),
            None => {
                let at = event.at.as_millisecond();
                let said = (&context.run, &context.commit, &event.key, at, event.value);
                Sha256::digest(serde_json::to_vec(&said).unwrap_or_default())
            }
        };
        // The first 52 bits as a number from 0 to below 1, which a double holds exactly.
        let bits = hash.iter().take(8);
        let bits = bits.fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte)) >> 12;
        #[allow(clippy::cast_precision_loss, reason = "52 bits are held exactly")]
        let place = bits as f64 / (1_u64 << 52) as f64;
        let is_kept = place < share.0;
        if is_kept {
            let dimension = (Self::DIMENSION.to_owned(), share.to_string());
            event.key.dimensions.extend([dimension]);
        }
        is_kept
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::event::Key;
    use crate::domain::unit::Unit;

    fn event(name: &str, n: u32, id: bool) -> Event {
        Event {
            id: id.then(|| format!("id-{n}")),
            at: Timestamp::UNIX_EPOCH,
            key: Key::new(name, Unit::Count),
            value: f64::from(n),
            metadata: None,
        }
    }

    fn kept(sampling: &Sampling, name: &str, id: bool) -> Vec<u32> {
        let run = Context::default();
        let mut numbers: Vec<u32> = (0..10_000).collect();
        numbers.retain(|n| sampling.keeps(&mut event(name, *n, id), &run));
        numbers
    }

    #[test]
    fn the_share_is_kept_and_always_the_same() {
        let mut sampling = Sampling {
            all: Some("10%".parse().unwrap()),
            ..Sampling::default()
        };
        for id in [true, false] {
            let ten = kept(&sampling, "a", id);
            // Four standard deviations of a fair choice are 120.
            assert!((880..1120).contains(&ten.len()), "{}", ten.len());
            assert_eq!(kept(&sampling, "a", id), ten);
        }
        // What a smaller share keeps, a larger one keeps too; and ids choose alike whatever the metric.
        let ten = kept(&sampling, "a", true);
        sampling
            .metrics
            .insert("b".to_owned(), "0.2".parse().unwrap());
        let twenty = kept(&sampling, "b", true);
        assert!(ten.iter().all(|n| twenty.contains(n)));
        sampling
            .metrics
            .insert("b".to_owned(), "1".parse().unwrap());
        assert_eq!(kept(&sampling, "b", true).len(), 10_000);
    }

    #[test]
    fn what_is_kept_says_of_which_share_it_is() {
        let sampling = Sampling {
            all: Some("0.5".parse().unwrap()),
            ..Sampling::default()
        };
        let run = Context::default();
        let mut all = (0..100).map(|n| event("a", n, true));
        let mut one = all
            .find_map(|mut event| sampling.keeps(&mut event, &run).then_some(event))
            .unwrap();
        assert_eq!(one.key.dimensions["sampled"], "0.5");
        // Chosen once, it is not drawn again.
        let rare = Sampling {
            all: Some("0.0001".parse().unwrap()),
            ..Sampling::default()
        };
        assert!(rare.keeps(&mut one, &run));
        assert_eq!(one.key.dimensions["sampled"], "0.5");
    }

    #[test]
    fn a_share_is_more_than_nothing_and_no_more_than_all() {
        for text in ["0", "-1", "1.1", "101%", "NaN", "inf", "", "%", "half"] {
            assert!(text.parse::<Share>().is_err(), "{text}");
        }
        assert_eq!("5 %".parse::<Share>().unwrap().to_string(), "0.05");
    }
}
