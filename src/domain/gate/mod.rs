//! Judging: a policy's gates against a snapshot give a verdict. Pure: the same inputs give the same verdict.

pub mod policy;
pub mod verdict;
