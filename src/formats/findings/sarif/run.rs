//! One run of a tool.

use std::collections::BTreeMap;

use super::super::gathered::Gathered;
use super::model::{
    Artifact, ArtifactLocation, Component, Invocation, Location, Message, Notification, Properties,
    Reference, Result as Said,
};
use super::rules::{Known, Rules, Source};
use super::{place, security};
use crate::domain::report::{Finding, Problem, Risk, Severity};
use crate::formats::json::{Maybe, Walk};

/// A run as far as it was read.
#[derive(Default)]
pub(super) struct Run {
    tool: String,
    rules: Rules,
    pending: Vec<Pending>,
    bases: BTreeMap<String, ArtifactLocation>,
    artifacts: Vec<ArtifactLocation>,
    /// How many artifacts the tool was told to look at, where roles say so.
    targets: u64,
    failures: Vec<String>,
    unsuccessful: bool,
    /// How many results are suppressed.
    pub(super) suppressed: u64,
}

/// A result that waits for the rules, which may stand behind it.
struct Pending {
    rule_id: String,
    rule: Reference,
    level: String,
    message: Message,
    at: ArtifactLocation,
    line: u32,
    column: u32,
    taxa: Vec<Reference>,
    properties: Option<Properties>,
    /// Whether it is the tool's own trouble with a file.
    trouble: bool,
}

impl Run {
    /// Reads a run; what was read before an error is kept.
    pub(super) fn read(&mut self, walk: &mut Walk<'_, '_>) -> Result<(), Problem> {
        walk.object(|walk, key| match key {
            "tool" => walk.object(|walk, key| match key {
                "driver" => {
                    let driver: Component = walk.read_or_warn()?.unwrap_or_default();
                    self.tool = driver.name.0.clone();
                    self.rules.add(Source::Driver, driver);
                    Ok(())
                }
                "extensions" => self.components(Source::Extensions, walk),
                _ => Ok(()),
            }),
            "taxonomies" => self.components(Source::Taxonomies, walk),
            "results" => walk.array(|walk| {
                if let Some(said) = walk.read_or_warn::<Said>()? {
                    self.take(said);
                }
                Ok(())
            }),
            "artifacts" => walk.array(|walk| {
                let artifact: Artifact = walk.read_or_warn()?.unwrap_or_default();
                let mut roles = artifact.roles.0.iter();
                self.targets += u64::from(roles.any(|role| role.0 == "analysisTarget"));
                self.artifacts.push(artifact.location.0.unwrap_or_default());
                Ok(())
            }),
            "originalUriBaseIds" => walk.object(|walk, name| {
                if let Maybe(Some(base)) = walk.read()? {
                    self.bases.insert(name.to_owned(), base);
                }
                Ok(())
            }),
            "invocations" => walk.array(|walk| {
                let invocation: Option<Invocation> = walk.read_or_warn()?;
                invocation
                    .into_iter()
                    .for_each(|invocation| self.invoked(invocation));
                Ok(())
            }),
            _ => Ok(()),
        })
    }

    fn components(&mut self, source: Source, walk: &mut Walk<'_, '_>) -> Result<(), Problem> {
        walk.array(|walk| {
            let component: Component = walk.read_or_warn()?.unwrap_or_default();
            self.rules.add(source, component);
            Ok(())
        })
    }

    fn take(&mut self, said: Said) {
        // `fail` is what a result is unless it says otherwise; what passed or never applied, and what has gone since the
        // baseline, is no finding.
        let kind = matches!(said.kind.0.as_str(), "pass" | "notApplicable");
        if kind || said.baseline_state.0 == "absent" {
            return;
        }
        let mut pleas = said
            .suppressions
            .0
            .iter()
            .filter_map(|plea| plea.0.as_ref());
        let refused = |status: &str| matches!(status, "underReview" | "rejected");
        if !said.suppressions.0.is_empty() && !pleas.any(|plea| refused(&plea.status.0)) {
            self.suppressed += 1;
            return;
        }
        let mut rule = said.rule.0.unwrap_or_default();
        rule.index.0 = rule.index.0.or(said.rule_index.0);
        if rule.id.0.is_empty() {
            rule.id.0.clone_from(&said.rule_id.0);
        }
        let level = match said.level.0 {
            // Only what failed has a level; the rest is there to be known.
            level if level.is_empty() && !matches!(said.kind.0.as_str(), "" | "fail") => {
                "note".to_owned()
            }
            level => level,
        };
        let (at, line, column) = first_place(said.locations.objects());
        self.pending.push(Pending {
            rule_id: said.rule_id.0,
            rule,
            level,
            message: said.message.0.unwrap_or_default(),
            at,
            line,
            column,
            taxa: said.taxa.objects().collect(),
            properties: said.properties.0,
            trouble: false,
        });
    }

    fn invoked(&mut self, invocation: Invocation) {
        let before = (self.failures.len(), self.pending.len());
        let noted = invocation.tool_execution_notifications.objects();
        for notification in noted.chain(invocation.tool_configuration_notifications.objects()) {
            if notification.level.0 == "error" {
                self.trouble(notification);
            }
        }
        let explained = before != (self.failures.len(), self.pending.len());
        if invocation.execution_successful == Some(false) && !explained {
            self.unsuccessful = true;
            for why in [
                invocation.exit_code_description.0,
                invocation.process_start_failure_message.0,
            ] {
                if !why.is_empty() {
                    self.failures.push(why);
                }
            }
        }
    }

    /// An error of the tool: with a file it is a finding there, without one the tool failed.
    fn trouble(&mut self, notification: Notification) {
        let message = notification.message.0.unwrap_or_default();
        let (at, line, column) = first_place(notification.locations.objects());
        if at.uri.0.is_empty() && at.index.0.is_none() {
            let said = if message.text.0.is_empty() {
                message.id.0
            } else {
                message.text.0
            };
            self.failures.push(said);
            return;
        }
        let rule_id = notification.descriptor.0.map(|descriptor| descriptor.id.0);
        self.pending.push(Pending {
            rule_id: rule_id.unwrap_or_default(),
            rule: Reference::default(),
            level: "error".to_owned(),
            message,
            at,
            line,
            column,
            taxa: Vec::new(),
            properties: None,
            trouble: true,
        });
    }

    /// Hands over what was found, now that everything is known about it.
    pub(super) fn give(mut self, gathered: &mut Gathered) {
        let tool = self.tool.trim().to_ascii_lowercase();
        // Semgrep's editions are one tool.
        let tool = tool.strip_suffix(" oss").unwrap_or(&tool).to_owned();
        let producer = if tool.is_empty() {
            super::FORMAT.id.to_owned()
        } else {
            tool
        };
        let scanner = security::is_scanner(&producer);
        let mut rules = self.rules.all();
        let holes = scanner
            || rules
                .by_ref()
                .any(|rule| security::concerns(&rule.properties));
        let smells = !scanner
            && (!holes
                || self
                    .rules
                    .all()
                    .any(|rule| !security::concerns(&rule.properties)));
        let inspected = match (self.targets, self.artifacts.len() as u64) {
            (0, 0) => None,
            (0, all) => Some(all),
            (targets, _) => Some(targets),
        };
        let failures = std::mem::take(&mut self.failures);
        let failed = self.unsuccessful || !failures.is_empty();
        let why = match failures.join("; ") {
            none if none.is_empty() => "the run says that it was not successful".to_owned(),
            why => why,
        };
        let parts = [(smells, false), (holes, true)];
        for (_, security) in parts.into_iter().filter(|(looked, _)| *looked) {
            let part = if security {
                gathered.security()
            } else {
                gathered.lint()
            };
            part.producers.insert(producer.clone().into());
            part.inspected = match (part.inspected, inspected) {
                (Some(a), Some(b)) => Some(a.saturating_add(b)),
                (a, b) => a.or(b),
            };
            if failed {
                part.tool_error.get_or_insert_with(|| why.clone());
            }
        }
        let pending = std::mem::take(&mut self.pending);
        for result in pending {
            gathered.add(self.finding(result, &producer, scanner, smells));
        }
    }

    fn finding(&self, result: Pending, producer: &str, scanner: bool, smells: bool) -> Finding {
        let rule = self.rules.find(&result.rule);
        let own = result.properties.as_ref();
        let properties = || {
            let of_rule = rule.map(|rule| &rule.properties);
            let of_taxa = self.rules.taxa(rule, &result.taxa);
            own.into_iter().chain(of_rule).chain(of_taxa)
        };
        // Trouble with a file belongs to what the run was about.
        let about_security =
            scanner || result.trouble && !smells || properties().any(security::concerns);
        let rated = || {
            properties()
                .find_map(security::risk)
                .unwrap_or(Risk::Unrated)
        };
        let risk = about_security.then(rated);
        let severity = match result.level.as_str() {
            "" => rule.map_or("", |rule| &rule.level),
            level => level,
        };
        let at = match result.at.index.0.and_then(|at| usize::try_from(at).ok()) {
            Some(index) if result.at.uri.0.is_empty() => self.artifacts.get(index),
            _ => None,
        };
        let id = match rule {
            Some(rule) if result.rule_id.is_empty() => &rule.id,
            _ if result.rule_id.is_empty() => &result.rule.id.0,
            _ => &result.rule_id,
        };
        let message = text(result.message, rule);
        Finding {
            path: place::path(at.unwrap_or(&result.at), &self.bases),
            line: result.line,
            column: result.column,
            severity: match severity {
                "error" => Severity::Error,
                "note" | "none" => Severity::Info,
                _ => Severity::Warning,
            },
            producer: producer.to_owned().into(),
            rule: id.clone(),
            remedy: risk.map(|_| security::remedy(&message)).unwrap_or_default(),
            message,
            risk,
            ..Finding::default()
        }
    }
}

/// The first place that names a file, with line and column.
fn first_place(locations: impl Iterator<Item = Location>) -> (ArtifactLocation, u32, u32) {
    let mut places = locations.filter_map(|location| location.physical_location.0);
    let place = places.find_map(|place| Some((place.artifact_location.0?, place.region.0)));
    let (at, region) = place.unwrap_or_default();
    let region = region.unwrap_or_default();
    (at, region.start_line.place(), region.start_column.place())
}

/// The text of a message: its own, or the rule's with the arguments in their places.
fn text(message: Message, rule: Option<&Known>) -> String {
    if !message.text.0.is_empty() {
        return message.text.0;
    }
    let Some(form) = rule.and_then(|rule| rule.messages.get(&message.id.0)) else {
        return message.markdown.0;
    };
    let arguments = message.arguments.0.iter().enumerate().take(100);
    arguments.fold(form.clone(), |text, (at, argument)| {
        text.replace(&format!("{{{at}}}"), &argument.0)
    })
}
