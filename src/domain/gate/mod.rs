//! Judging: a policy's gates against a snapshot give a verdict. Pure: the same inputs give the same verdict.

mod against;
pub mod condition;
mod evaluate;
mod evidence;
pub mod followed;
pub mod following;
mod judge;
mod missing;
mod panel;
mod past;
pub mod policy;
mod quarantine;
mod regression;
mod remarks;
mod returned;
mod sampled;
mod select;
mod silence;
pub mod target;
mod targeted;
pub mod verdict;
mod waive;
mod watched;
mod zoned;

pub use against::Against;
pub use evaluate::evaluate;
pub use quarantine::counts_tests_by_name;
pub(in crate::domain) use returned::Miss;
pub use watched::series_name;

#[cfg(test)]
mod cases;
#[cfg(test)]
mod cases_adjusted;
#[cfg(test)]
mod cases_benchmarks;
#[cfg(test)]
mod cases_change;
#[cfg(test)]
mod cases_over_time;
#[cfg(test)]
pub(in crate::domain) mod fixture;
#[cfg(test)]
mod laws;
