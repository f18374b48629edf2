//! The examples of docs/metrics.md, run on the file that they speak of. `TRYCMD=overwrite cargo test --test metrics` writes
//! what is printed now; read it before it is committed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

#[test]
fn examples_are_true() {
    trycmd::TestCases::new()
        .case("docs/metrics.md")
        .env("SOURCE_DATE_EPOCH", "1798761600")
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1")
        // Outside of any CI system, wherever the tests run.
        .env("CI", "false")
        .env("GITHUB_ACTIONS", "false")
        .env("GITLAB_CI", "false")
        .register_bin("andon", std::path::Path::new(env!("CARGO_BIN_EXE_andon")))
        .run();
}
