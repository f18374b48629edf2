//! Formats of this kind, one file each.

mod ctrf;
mod cucumber;
mod dart;
mod ginkgo;
mod go_test;
mod googletest;
mod jest;
mod junit;
mod libtest;
mod libtest_text;
mod mocha;
mod mocha_stream;
mod mochawesome;
mod place;
mod playwright;
mod record;
mod roll;
mod rspec;
mod seconds;
mod tap;

use super::Format;

/// The formats of this kind.
pub(in crate::formats) static FORMATS: &[&Format] = &[
    &junit::FORMAT,
    &go_test::FORMAT,
    &libtest::FORMAT,
    &libtest_text::FORMAT,
    &tap::FORMAT,
    &ctrf::FORMAT,
    &mocha::FORMAT,
    &mocha_stream::FORMAT,
    &mochawesome::FORMAT,
    &jest::FORMAT,
    &playwright::FORMAT,
    &dart::FORMAT,
    &rspec::FORMAT,
    &ginkgo::FORMAT,
    &cucumber::FORMAT,
    &googletest::FORMAT,
];
