//! What a failure tells: its message and the place in the source.

use super::place;
use super::record::Detail;
use crate::formats::limits::cut;

/// Bytes kept of a message: enough for a summary.
const MESSAGE: usize = 2048;

/// A message, and a stack trace that may name the place; without one, the message may.
pub(super) fn traced(message: &str, trace: &str) -> Detail {
    let place = place::innermost(trace).or_else(|| place::innermost(message));
    let (file, line) = place.unwrap_or_default();
    let message = if message.trim().is_empty() {
        trace
    } else {
        message
    };
    Detail {
        file: file.to_owned(),
        line,
        message: cut(message.trim(), MESSAGE).to_owned(),
    }
}

/// A message of a failure at a place that the report states; where it states none, the message may.
pub(super) fn placed(message: &str, file: &str, line: &str) -> Detail {
    let line: u32 = line.trim().parse().unwrap_or(0);
    // Boost writes `unknown location` in line 0.
    if file.is_empty() || (line == 0 && file.contains(' ')) {
        return traced(message, "");
    }
    Detail {
        file: file.to_owned(),
        line,
        message: cut(message.trim(), MESSAGE).to_owned(),
    }
}

#[cfg(test)]
mod rules {
    use super::*;

    #[test]
    fn a_place_is_taken_from_the_report_or_the_trace_or_the_message() {
        let place = |detail: Detail| (detail.file, detail.line);
        let at = |file: &str, line| (file.to_owned(), line);
        assert_eq!(place(placed("m", "a b.c", "7")), at("a b.c", 7));
        assert_eq!(place(placed("m", "a.c", "99999999999")), at("a.c", 0));
        assert_eq!(place(placed("m", "unknown location", "0")), at("", 0));
        assert_eq!(place(placed("x.c:3: m", "", "0")), at("x.c", 3));
        assert_eq!(place(traced("x.c:3: m", " at y.c:4")), at("y.c", 4));
        assert_eq!(traced(" ", "only a trace").message, "only a trace");
        assert_eq!(traced(&"x".repeat(5000), "").message.len(), MESSAGE);
    }
}
