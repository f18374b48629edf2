//! The command line as its users see it. A case is a file in `tests/cmd`: what is typed (`.toml`), what is printed.
//! `TRYCMD=overwrite cargo test --test cli` writes what is printed now; read it before it is committed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

#[test]
fn cases() {
    trycmd::TestCases::new()
        .case("tests/cmd/*.toml")
        .insert_var("[VERSION]", env!("CARGO_PKG_VERSION"))
        .expect("the variable has a lawful name");
}
