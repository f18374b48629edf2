//! `andon` alone: what it would do here, and how to start.

use std::fmt::Write as _;

use crate::app::{self, ecosystem, reports::Where};
use crate::cli::{Exit, Session};
use crate::formats;
use crate::formats::Limits;
use crate::text::escape::visible;
use crate::text::plural;

/// Prints what `andon check` would do here. Reads, judges nothing.
///
/// # Errors
/// When the policy is unusable or the reports cannot be looked for.
pub fn run(session: &Session) -> anyhow::Result<Exit> {
    let workspace = &session.workspace;
    let config = app::policy::load(workspace, session.config.as_deref())?;
    let place = super::check::place(&[], &config);
    let reports = app::reports::read(workspace, place, Limits::default())?;
    // Writing to a string cannot fail.
    let mut text = String::from(
        "andon judges a build by the reports it left behind. `andon check` would do this here:\n\n",
    );
    let gates = plural::s(config.policy.gates.len() as u64, "gate");
    let _ = writeln!(text, "policy   {} ({gates})", visible(&config.origin()));
    let found = plural::s(reports.read.len() as u64, "report");
    let looked = match place {
        Where::Usual => "found in the usual places",
        Where::Policy(_) | Where::Named(_) => "named by the policy",
    };
    let _ = writeln!(text, "reports  {found} {looked}");
    for report in &reports.read {
        let title = formats::registry().find(|format| format.id == report.format);
        let title = title.map_or("not readable", |format| format.title);
        let _ = writeln!(text, "         {} ({title})", visible(&report.path));
    }
    let _ = writeln!(
        text,
        "git      {}",
        app::dora::in_short(workspace, &config.dora)
    );
    text.push_str("\nNext:\n");
    if reports.read.is_empty() {
        let advice = ecosystem::advice(workspace);
        if !advice.is_empty() {
            text.push_str("  write reports first, for example with\n");
            for line in advice {
                let _ = writeln!(text, "    {line}");
            }
        }
        text.push_str("  andon formats        which reports are read\n");
    } else {
        text.push_str("  andon check          judge them\n");
    }
    if config.files.is_empty() {
        text.push_str("  andon init           write an andon.yaml that holds today\n");
    }
    text.push_str("  andon inspect FILE   what andon sees in a report\n  andon --help         everything else\n");
    session.console.report(&text)?;
    Ok(Exit::Done)
}
