//! The policy by which was judged.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::fit;

/// Relaxations that are named.
const NAMED: usize = 200;
/// The longest text of one, in characters.
const LONGEST: usize = 500;

/// The policy that counted, and how that of the change stands to that of the base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Policy {
    /// Where it was read from.
    pub from: PolicyFrom,
    /// The commit of the base, as a full SHA: from which the policy was read, or with whose policy that of the change was
    /// compared; null if none is known.
    pub commit: Option<String>,
    /// The policy files that were read, relative to the folder that was judged; empty if there are none.
    pub files: Vec<String>,
    /// What the policy of the change demands less than that of the base, in words; null if they were not compared.
    pub relaxed: Option<Vec<String>>,
}

/// Where a policy was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PolicyFrom {
    /// From the commit that the change is to be merged into.
    Base,
    /// From what is checked out.
    Head,
    /// There is none, so the preset `recommended` counted.
    Default,
}

impl Policy {
    /// The policy's part of a result. Of many relaxations the first are named.
    pub fn new(
        from: PolicyFrom,
        commit: Option<String>,
        files: &[String],
        relaxed: Option<Vec<String>>,
    ) -> Policy {
        let named = |texts: Vec<String>| {
            let more = texts.len().saturating_sub(NAMED);
            let mut named: Vec<String> = texts
                .iter()
                .take(NAMED)
                .map(|text| fit::cut(text, LONGEST).into_owned())
                .collect();
            if more > 0 {
                named.push(format!("and {more} more"));
            }
            named
        };
        Policy {
            from,
            commit,
            files: files
                .iter()
                .map(|file| fit::cut(file, LONGEST).into_owned())
                .collect(),
            relaxed: relaxed.map(named),
        }
    }
}
