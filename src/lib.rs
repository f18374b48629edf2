//! andon reads what a build already produced, turns it into one set of metrics, compares them with thresholds and with
//! the past, and says what slipped, where, and what would make it pass.
//!
//! ```text
//! report files ──formats──▶ Report ──┐
//! git repository ──vcs────▶ History ─┴─measure──▶ Snapshot ──┐
//! andon.yaml ──config──▶ Policy ─────────────────────────────┴─▶ gate::evaluate ──▶ Verdict ──▶ render ──▶ github
//! ```
//!
//! Dependencies run one way: `main → cli → app → {github, render, history, config, formats, vcs, ci} → domain`;
//! `platform` and `text` are leaves. `tests/architecture.rs` holds it.

pub mod app;
pub mod ci;
pub mod cli;
pub mod config;
pub mod domain;
pub mod formats;
#[cfg(feature = "github")]
pub mod github;
pub mod history;
pub mod platform;
pub mod render;
pub mod text;
pub mod vcs;
