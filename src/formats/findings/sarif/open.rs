//! What a result takes from elsewhere in its run: the rule, the file, the bases of URIs may all stand behind it.

use super::model::Message;
use super::rules::Known;
use super::run::Run;
use super::said::Open;
use super::{place, security};
use crate::domain::report::{Finding, Risk};

impl Run {
    /// Adds to a finding what stands elsewhere.
    pub(super) fn complete(&self, finding: &mut Finding, open: Open, scanner: bool, smells: bool) {
        let rest = open.rest.map(|rest| *rest).unwrap_or_default();
        let rule = match &rest.rule {
            Some(rule) => self.rules.find(rule),
            None => self.rules.of_driver(open.rule, &finding.rule),
        };
        let properties = || {
            let of_rule = rule.map(|rule| &rule.properties);
            let of_taxa = self.rules.taxa(rule, &rest.taxa);
            rest.properties.iter().chain(of_rule).chain(of_taxa)
        };
        // Trouble with a file belongs to what the run was about.
        let about_security =
            scanner || rest.trouble && !smells || properties().any(security::concerns);
        let rated = || {
            properties()
                .find_map(security::risk)
                .unwrap_or(Risk::Unrated)
        };
        finding.risk = about_security.then(rated);
        if open.level {
            finding.severity = rule.and_then(|rule| rule.level).unwrap_or_default();
        }
        if let Some(message) = rest.message {
            finding.message = text(message, rule);
        }
        if finding.risk.is_some() {
            finding.remedy = security::remedy(&finding.message);
        }
        if finding.rule.is_empty() {
            let referred = rest.rule.as_ref().map(|rule| &rule.id.0);
            if let Some(id) = rule.map(|rule| &rule.id).or(referred) {
                finding.rule.clone_from(id);
            }
        }
        let artifact = open.artifact.and_then(|at| usize::try_from(at).ok());
        let artifact = artifact.filter(|_| finding.path.is_empty());
        finding.path = match artifact.and_then(|at| self.artifacts.get(at)) {
            Some(at) => place::path(at.uri.0.clone(), &at.uri_base_id.0, &self.bases),
            None => place::path(std::mem::take(&mut finding.path), &open.base, &self.bases),
        };
    }
}

/// The text of a message without one of its own: the rule's with the arguments in their places.
fn text(message: Message, rule: Option<&Known>) -> String {
    let Some(form) = rule.and_then(|rule| rule.messages.get(&message.id.0)) else {
        return message.markdown.0;
    };
    let arguments = message.arguments.0.iter().enumerate().take(100);
    arguments.fold(form.clone(), |text, (at, argument)| {
        text.replace(&format!("{{{at}}}"), &argument.0)
    })
}
