//! What a report of any linter adds up to: findings in the part that they belong to, and the functions they measure.

use super::super::Limits;
use super::functions::Functions;
use crate::domain::report::{Content, Finding, Findings};

/// Findings as they are read.
pub(super) struct Gathered {
    pub(super) limits: Limits,
    /// Lint findings; `None` while nothing says that anything looked for them.
    pub(super) lint: Option<Findings>,
    /// Findings about security; `None` while nothing says that anything looked for them.
    pub(super) security: Option<Findings>,
    functions: Functions,
}

impl Gathered {
    /// Of a report that may hold either.
    pub(super) fn new(limits: &Limits) -> Gathered {
        Gathered {
            limits: limits.clone(),
            lint: None,
            security: None,
            functions: Functions::default(),
        }
    }

    /// Of a report of this linter: without findings it is clean.
    pub(super) fn by(producer: &'static str, limits: &Limits) -> Gathered {
        let mut gathered = Gathered::new(limits);
        gathered.lint().producers.insert(producer.into());
        gathered
    }

    /// The lint findings, which were looked for.
    pub(super) fn lint(&mut self) -> &mut Findings {
        self.lint.get_or_insert_default()
    }

    /// The findings about security, which were looked for.
    pub(super) fn security(&mut self) -> &mut Findings {
        self.security.get_or_insert_default()
    }

    /// Adds one: to the lint findings, unless it has a risk.
    pub(super) fn add(&mut self, mut finding: Finding) {
        self.note(&mut finding);
        let part = match finding.risk {
            Some(_) => self.security(),
            None => self.lint(),
        };
        part.items.push(finding);
    }

    /// Adds many, and holds none of them twice.
    pub(super) fn add_all(&mut self, mut findings: Vec<Finding>) {
        findings.iter_mut().for_each(|finding| self.note(finding));
        let mut risky = findings
            .extract_if(.., |finding| finding.risk.is_some())
            .peekable();
        if risky.peek().is_some() {
            self.security().items.extend(risky);
        } else {
            drop(risky);
        }
        if !findings.is_empty() {
            let lint = &mut self.lint().items;
            if lint.is_empty() {
                *lint = findings;
            } else {
                lint.append(&mut findings);
            }
        }
    }

    /// Leaves of a finding's texts what is kept, and takes the measures from it.
    fn note(&mut self, finding: &mut Finding) {
        for text in [
            &mut finding.path,
            &mut finding.rule,
            &mut finding.message,
            &mut finding.remedy,
        ] {
            if text.len() > self.limits.text_bytes {
                *text = self.limits.cap(std::mem::take(text));
            }
        }
        self.functions.add(finding);
    }

    /// Counts one more inspected file among the lint findings.
    pub(super) fn inspect(&mut self) {
        let inspected = self.lint().inspected.get_or_insert_default();
        *inspected = inspected.saturating_add(1);
    }

    /// Hands everything over. Called after an error too: what was read stays.
    pub(super) fn give(self, content: &mut Content) {
        content.findings = self.lint;
        content.security = self.security;
        content.code = self.functions.into_code();
    }
}
