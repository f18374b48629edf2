//! Findings of linters and about security: how many to mend, and where they are.

use crate::domain::gate::judge::Judgement;
use crate::domain::gate::verdict::Pointer;
use crate::domain::measure::counts;
use crate::domain::measurement::Part;
use crate::domain::report::Finding;

use super::reach::Reach;
use super::shortfall::{Deed, Shortfall, counted, generic};

pub(super) fn remedy(shortfall: &Shortfall<'_>, worst: &Judgement<'_>) -> String {
    let noun = match &*shortfall.gate.metric.id {
        "lint.errors" => "lint error",
        "lint.warnings" => "lint warning",
        "lint.infos" => "lint note",
        "lint.findings" => "lint finding",
        "security.critical" => "critical security finding",
        "security.high" => "high-risk security finding",
        "security.medium" => "medium-risk security finding",
        "security.low" => "low-risk security finding",
        "security.unrated" => "unrated security finding",
        "security.fixable" => "fixable security finding",
        _ => "security finding",
    };
    let (before, after) = match shortfall.gate.part {
        Part::Whole => ("", ""),
        Part::Changed => ("", " on changed lines"),
        Part::New => ("new ", ""),
    };
    let (one, several) = (
        format!("{before}{noun}{after}"),
        format!("{before}{noun}s{after}"),
    );
    let deed = Deed {
        verb: "mend",
        more: "",
        noun: (&one, &several),
        of: Some(counted),
    };
    let falls = worst
        .missed
        .iter()
        .all(|rule| !worst.must_rise(shortfall.gate, *rule));
    let remedy = if falls { shortfall.deed(&deed) } else { None };
    remedy.unwrap_or_else(|| generic(shortfall, worst))
}

/// The findings behind the figure, errors first.
pub(super) fn pointers(shortfall: &Shortfall<'_>) -> Vec<Pointer> {
    let reach = Reach::new(shortfall);
    let counted = |finding: &&Finding| {
        counts(&shortfall.gate.metric.id, finding)
            && reach.concerns_of(&finding.producer, &finding.path)
    };
    let all = match shortfall.gate.part {
        Part::New => &shortfall.delta.findings.new,
        Part::Whole | Part::Changed => &shortfall.snapshot.evidence.findings,
    };
    let touched = |finding: &&Finding| match (shortfall.gate.part, &shortfall.delta.change) {
        (Part::Changed, Some(Ok(change))) => change.adds(&finding.path, finding.line),
        _ => true,
    };
    let mut found: Vec<&Finding> = all.iter().filter(counted).filter(touched).collect();
    let worst = |finding: &Finding| (finding.severity, finding.risk);
    found.sort_by(|a, b| worst(b).cmp(&worst(a)).then_with(|| a.cmp(b)));
    found.into_iter().map(point).collect()
}

fn point(finding: &Finding) -> Pointer {
    let text = match (finding.message.as_str(), finding.rule.as_str()) {
        (message, "") => message.to_owned(),
        ("", rule) => rule.to_owned(),
        (message, rule) => format!("{message} ({rule})"),
    };
    let text = match &*finding.remedy {
        "" => text,
        remedy => format!("{text}: {remedy}"),
    };
    Pointer {
        path: finding.path.clone(),
        line: finding.line,
        end_line: 0,
        text,
    }
}
