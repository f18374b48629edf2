//! Formats of this kind, one file each.

mod aunit;
mod boost_test;
mod catch2;
mod check;
mod clock;
mod cppunit;
mod ctest;
mod ctrf;
mod cucumber;
mod dart;
mod doctest;
mod embunit;
mod fpcunit;
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
mod nested;
mod nunit;
mod nunit2;
mod nunit3;
mod path;
mod phpunit_testdox;
mod place;
mod playwright;
mod qt_test;
mod record;
mod robot;
mod roll;
mod rspec;
mod seconds;
mod tap;
mod told;
mod trx;
mod xunit;

use super::Format;

/// The formats of this kind.
pub(in crate::formats) static FORMATS: &[&Format] = &[
    &junit::FORMAT,
    &aunit::FORMAT,
    &boost_test::FORMAT,
    &catch2::FORMAT,
    &check::FORMAT,
    &cppunit::FORMAT,
    &ctest::FORMAT,
    &doctest::FORMAT,
    &embunit::FORMAT,
    &fpcunit::FORMAT,
    &nunit2::FORMAT,
    &nunit3::FORMAT,
    &phpunit_testdox::FORMAT,
    &qt_test::FORMAT,
    &robot::FORMAT,
    &trx::FORMAT,
    &xunit::FORMAT,
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
