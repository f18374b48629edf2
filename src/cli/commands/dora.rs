//! `andon dora`: delivery metrics from git tags.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::ValueEnum;
use jiff::Timestamp;

use crate::app;
use crate::cli::{Exit, Session};
use crate::domain::dora::{BandYear, Clock, Options, Reach, TagPattern, Until};
use crate::domain::unit::Unit;
use crate::render;
use crate::text::escape::json::safe;

/// Delivery metrics (DORA's five) from git tags, with the evidence behind them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The repository, or a folder in it.
    #[arg(value_name = "REPOSITORY", default_value = ".")]
    repository: PathBuf,
    /// How far to look back: days, weeks or hours
    #[arg(long, value_name = "SPAN", default_value = "90d", value_parser = span)]
    window: i64,
    /// Where the window ends: `now`, `newest` (the newest deployment) or a date such as 2026-01-31
    #[arg(long, value_name = "END", default_value = "now", value_parser = until)]
    until: Until,
    /// What deployment tags have before their version, such as `v` or `api-`
    #[arg(long, value_name = "PREFIX")]
    tag_prefix: Option<String>,
    /// Each tag that this regular expression matches as a whole is a deployment, whatever its version
    #[arg(long, value_name = "REGEX")]
    tag_pattern: Option<String>,
    /// Count tags outside HEAD's history too (release branches)
    #[arg(long, conflicts_with = "reachable")]
    all_tags: bool,
    /// Count only tags reachable from HEAD
    #[arg(long)]
    reachable: bool,
    /// Which times are taken
    #[arg(long, value_enum, default_value_t)]
    clock: ClockArg,
    /// Count deployments at most this far apart as one, such as `15min`
    #[arg(long, value_name = "SPAN", value_parser = span)]
    cluster: Option<i64>,
    /// Leave commits of bots out of lead times
    #[arg(long)]
    exclude_bots: bool,
    /// The year whose performance bands are named
    #[arg(long, value_enum, default_value_t)]
    bands: BandsArg,
    /// How to write the result
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
}

/// Which times are taken.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum ClockArg {
    /// When commits were committed
    #[default]
    Committer,
    /// From when changes were first written
    Author,
    /// Up to when tags were made
    Tagger,
}

/// The year whose bands are named.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum BandsArg {
    /// The report of 2023
    #[value(name = "2023")]
    Y2023,
    /// The report of 2024
    #[default]
    #[value(name = "2024")]
    Y2024,
}

/// How the result is written.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    /// For a terminal
    #[default]
    Terminal,
    /// For a pull request or a wiki
    Markdown,
    /// For programs
    Json,
}

/// Runs the command.
///
/// # Errors
/// When the arguments contradict each other, the repository cannot be measured, or standard output cannot be written.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let (workspace, console) = (&session.workspace, &session.console);
    let folder = workspace.root.join(&args.repository);
    let report = app::dora::report(
        &folder,
        &options(args)?,
        &workspace.env,
        workspace.clock.now(),
    )?;
    let text = match args.format {
        Format::Terminal => render::dora::terminal(&report, console.width, console.color),
        Format::Markdown => render::dora::markdown(&report),
        Format::Json => safe(&serde_json::to_string_pretty(&report)?) + "\n",
    };
    console.report(&text)?;
    Ok(Exit::Done)
}

fn options(args: &Args) -> anyhow::Result<Options> {
    let pattern = args.tag_pattern.as_deref().map(TagPattern::new).transpose();
    Ok(Options {
        window: args.window,
        until: args.until,
        tag_prefix: args.tag_prefix.clone(),
        tag_pattern: pattern.context("--tag-pattern is not a regular expression")?,
        reach: match (args.all_tags, args.reachable) {
            (true, _) => Reach::All,
            (_, true) => Reach::Head,
            _ => Reach::Auto,
        },
        clock: match args.clock {
            ClockArg::Committer => Clock::Committer,
            ClockArg::Author => Clock::Author,
            ClockArg::Tagger => Clock::Tagger,
        },
        cluster: args.cluster.unwrap_or(0),
        exclude_bots: args.exclude_bots,
        bands: match args.bands {
            BandsArg::Y2023 => BandYear::Y2023,
            BandsArg::Y2024 => BandYear::Y2024,
        },
    })
}

/// A century, in seconds: beyond it dates leave the calendar.
const LONGEST: f64 = 100.0 * 366.0 * 86_400.0;

/// Reads a length of time as seconds.
#[allow(
    clippy::cast_possible_truncation,
    reason = "the range is checked just before"
)]
fn span(text: &str) -> anyhow::Result<i64> {
    let amount = Unit::Seconds.parse_amount(text);
    let amount = amount.context("write a number and a unit, such as 90d, 12w or 36h")?;
    match amount.to_f64() {
        seconds if (1.0..=LONGEST).contains(&seconds) => Ok(seconds as i64),
        _ => bail!("the span must be at least a second and at most a century"),
    }
}

/// Reads `now`, `newest`, a date (its last second, in UTC) or a timestamp.
fn until(text: &str) -> anyhow::Result<Until> {
    match text {
        "now" => return Ok(Until::Now),
        "newest" => return Ok(Until::Newest),
        _ => {}
    }
    if let Ok(date) = text
        .parse::<jiff::civil::Date>()
        .map(|date| date.at(23, 59, 59, 0))
        && !text.contains(['T', ' '])
    {
        return Ok(Until::At(
            date.to_zoned(jiff::tz::TimeZone::UTC)?.timestamp(),
        ));
    }
    let time: Timestamp = text
        .parse()
        .context("write now, newest, a date (2026-01-31) or a time (2026-01-31T12:00:00Z)")?;
    Ok(Until::At(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_positive_and_bounded() {
        assert_eq!(span("365d").unwrap(), 365 * 86_400);
        assert_eq!(span("36h").unwrap(), 36 * 3600);
        for text in [
            "",
            "d",
            "0d",
            "-1d",
            "1y",
            "99999999999999999999d",
            "200000000w",
        ] {
            assert!(span(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_date_is_taken_whole() {
        let end = "2026-01-31T23:59:59Z".parse().unwrap();
        assert_eq!(until("2026-01-31").unwrap(), Until::At(end));
        assert_eq!(until("2026-01-31T23:59:59Z").unwrap(), Until::At(end));
        assert_eq!(until("newest").unwrap(), Until::Newest);
        assert!(until("yesterday").is_err());
        assert!(until("2026-02-30").is_err());
    }
}
