//! `andon record`: events and reports enter the history by one way.
//!
//! ```text
//! file ─formats/events─▶ Raw ─veil─▶ ─check─▶ Event ┐
//! report ─collect─▶ measurements ─Key::of─▶ Event   ├─enrich─▶ Batch ─▶ history
//! arguments ─▶ Raw ─veil─▶ ─check─▶ Event           ┘
//! ```

mod context;
mod intake;
mod measured;
mod rejects;
mod request;

pub use context::context;
pub use request::{Outcome, Request, record};
