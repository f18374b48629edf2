//! What is wrong with a policy. All mistakes are collected; none ends the reading.

use std::collections::BTreeSet;
use std::fmt;

use super::diagnostic::{Diagnostic, Severity};
use super::excerpt;
use super::source::{Sources, Span};

/// Everything that is wrong with a policy, in the order in which it was found.
#[derive(Debug, Default)]
pub struct Diagnostics {
    items: Vec<Diagnostic>,
    /// Where mistakes go once there are too many.
    surplus: Option<Box<Diagnostic>>,
    left_out: usize,
    /// The key of the policy under which stands what is noted now, if it is known.
    part: Option<&'static str>,
    /// The keys under which there are errors; nothing for those that are about no part, or about which is not known.
    broken: BTreeSet<Option<&'static str>>,
    pub(in crate::config) sources: Sources,
}

/// Mistakes beyond this number are counted and not kept: a hostile file has a mistake in every byte.
const KEPT: usize = 100;

impl Diagnostics {
    /// The mistakes and warnings.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.items.iter()
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether anything makes the policy unusable.
    pub fn has_errors(&self) -> bool {
        self.items
            .iter()
            .any(|item| item.severity == Severity::Error)
    }

    /// The parts that have errors, if all errors are in some of these.
    pub(in crate::config) fn broken_within(
        &self,
        parts: &[&'static str],
    ) -> Option<Vec<&'static str>> {
        let broken = self.broken.iter().copied();
        let within = |part: Option<&'static str>| part.filter(|part| parts.contains(part));
        broken.map(within).collect()
    }

    /// Notes what `read` finds as being under a key of the policy.
    pub(in crate::config) fn under<T>(
        &mut self,
        part: &'static str,
        read: impl FnOnce(&mut Diagnostics) -> T,
    ) -> T {
        let outer = self.part.replace(part);
        let read = read(self);
        self.part = outer;
        read
    }

    /// Notes a mistake.
    pub(in crate::config) fn error(
        &mut self,
        span: Span,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        self.push(Severity::Error, Some(span), message.into())
    }

    /// Notes something that the author should know.
    pub(in crate::config) fn warning(
        &mut self,
        span: Span,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        self.push(Severity::Warning, Some(span), message.into())
    }

    /// Notes a mistake that has no place in any text.
    pub(in crate::config) fn error_without_place(
        &mut self,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        self.push(Severity::Error, None, message.into())
    }

    /// Notes a mistake that two places make together.
    pub(in crate::config) fn error_with(
        &mut self,
        span: Span,
        message: impl Into<String>,
        other: Span,
        how: impl Into<String>,
    ) -> &mut Diagnostic {
        let related = self.sources.place(other).map(|place| (place, how.into()));
        let diagnostic = self.error(span, message);
        diagnostic.related = related;
        diagnostic
    }

    /// The mistake noted last, to add to it.
    pub(in crate::config) fn last(&mut self) -> Option<&mut Diagnostic> {
        if self.left_out > 0 {
            return self.surplus.as_deref_mut();
        }
        self.items.last_mut()
    }

    fn push(&mut self, severity: Severity, span: Option<Span>, message: String) -> &mut Diagnostic {
        if severity == Severity::Error {
            self.broken.insert(self.part);
        }
        let keep = self.items.len() < KEPT;
        let place = span.filter(|_| keep);
        let place = place.and_then(|span| self.sources.place(span));
        let diagnostic = Diagnostic {
            severity,
            message,
            place,
            label: String::new(),
            related: None,
            help: None,
        };
        let at = self.items.len();
        if keep {
            self.items.push(diagnostic.clone());
            if let Some(kept) = self.items.get_mut(at) {
                return kept;
            }
        } else {
            self.left_out += 1;
        }
        &mut *self.surplus.insert(Box::new(diagnostic))
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, item) in self.items.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            excerpt::write(f, item)?;
        }
        if self.left_out > 0 {
            writeln!(f, "\nand {} more", self.left_out)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}
