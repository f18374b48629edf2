//! `andon record`: events and reports enter the history by one way.
//!
//! ```text
//! file ─formats/events─▶ Raw ─veil─▶ ─check─▶ Event ┐
//! report ─collect─▶ measurements ─Key::of─▶ Event   ├─enrich─▶ Batch ─▶ history
//! arguments ─▶ Raw ─veil─▶ ─check─▶ Event           ┘
//! ```

mod compare;
mod intake;
mod measured;
mod once;
mod rejects;
mod request;
mod units;
mod unnamed;

pub use request::{Outcome, Request, record};
