//! Questions in plain words: `p95 of install last week by backend`. The grammar is in `docs/ask.md`.
//!
//! Nothing is guessed: a word that has no meaning here is named, with the nearest known ones, and then there is no
//! question.

mod draft;
mod filters;
mod grammar;
mod groups;
mod hints;
mod misread;
mod question;
mod rank;
mod reader;
mod span;
mod stats;
mod vocabulary;
mod words;

pub use grammar::GRAMMAR;
pub use misread::{Misread, Unknown};
pub use question::{Question, Sorted, ask};
pub use vocabulary::Vocabulary;
