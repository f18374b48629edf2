//! andon beside `diff-cover` and `diff-quality` on real changes. README.md says where all this comes from.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

mod added_lines;
mod diff_cover;
mod diff_quality;
mod project;
