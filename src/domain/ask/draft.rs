//! A question as far as it has been read.

use jiff::Timestamp;

use super::hints::Hints;
use super::misread::Misread;
use super::span::{Length, Span};
use super::stats::Extreme;
use super::vocabulary::Vocabulary;
use crate::domain::series::Query;

/// The most words of a metric's name.
pub(super) const NAME: usize = 6;

/// What has been read so far.
pub(super) struct Draft<'v> {
    pub(super) vocabulary: &'v Vocabulary,
    pub(super) query: Query,
    pub(super) misread: Misread,
    /// Whether the next value is one that is not wanted.
    pub(super) without: bool,
    pub(super) span: Option<Span>,
    pub(super) compared: Option<Compared>,
    /// Whether the figure is asked for by `how many`.
    pub(super) how_many: bool,
    /// What stands first: the slowest, the lowest.
    pub(super) rank: Rank,
    /// What a question like this one would be put together by, and the words of its span.
    pub(super) hints: Hints,
    pub(super) now: Timestamp,
}

/// What the span is held against.
pub(super) enum Compared {
    /// That of this span.
    With(Span),
    /// The time before; so long, or as long as the span.
    Before(Option<Length>),
}

/// How the rows are ranked, as far as it has been read.
#[derive(Debug, Default)]
pub(super) struct Rank {
    /// Which end is asked for as a figure: the slowest, the lowest.
    pub(super) extreme: Option<Extreme>,
    /// Which end stands first where no figure says so: `top`, `highest first`.
    pub(super) first: Option<Extreme>,
    /// Whether rows are ranked that would else go on as time does.
    pub(super) is_asked: bool,
    /// So many rows at the most.
    pub(super) most: Option<usize>,
}
