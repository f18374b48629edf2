//! Why something on GitHub could not be done.

/// What kind of failure it is: what a caller may do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// 401: the credentials are not accepted.
    Unauthorized,
    /// 403: the credentials do not suffice, as those of a fork's pull request.
    Forbidden,
    /// 404 or 410: it is not there, or the credentials cannot see it.
    NotFound,
    /// Any other refusal of the request as it is, 422 above all.
    Invalid,
    /// GitHub asks to wait, for longer than there is time.
    RateLimited,
    /// GitHub cannot be reached, or fails itself.
    Unavailable,
    /// Whether the request was carried out is not known: look before it is sent again.
    Uncertain,
    /// The request was not sent: too much failed before, or there is no time left.
    Refused,
    /// The answer is not what GitHub documents, or too large.
    Unreadable,
}

/// Why something on GitHub could not be done. Its message ends in what to do and holds no credentials.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What kind of failure it is.
    pub kind: Kind,
    /// The status that GitHub answered with, if it answered.
    pub status: Option<u16>,
    /// What failed, and what to do.
    pub message: String,
}

impl Failure {
    /// A failure in which GitHub answered nothing.
    pub(super) fn without_answer(kind: Kind, message: impl Into<String>) -> Failure {
        Failure {
            kind,
            status: None,
            message: message.into(),
        }
    }
}
