//! One run of a tool.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::super::gathered::Gathered;
use super::model::{Artifact, ArtifactLocation, Component, Invocation, Notification, Reference};
use super::rules::{Rules, Source};
use super::said::{Found, Open, Outcome, Rest};
use super::security;
use crate::domain::report::{Finding, Problem, Severity};
use crate::formats::json::{Maybe, Walk};

/// Findings that are worth a thread.
const ENOUGH: usize = 4096;

/// A run as far as it was read.
#[derive(Default)]
pub(super) struct Run {
    tool: String,
    pub(super) rules: Rules,
    /// What was found, with what each states of itself.
    found: Vec<Finding>,
    /// Of each finding: what stands elsewhere in the run, maybe behind it.
    open: Vec<Open>,
    pub(super) bases: BTreeMap<String, ArtifactLocation>,
    pub(super) artifacts: Vec<ArtifactLocation>,
    /// How many artifacts the tool was told to look at, where roles say so.
    targets: u64,
    failures: Vec<String>,
    unsuccessful: bool,
    /// How many results are suppressed.
    pub(super) suppressed: u64,
}

impl Run {
    /// Reads a run; what was read before an error is kept.
    pub(super) fn read(&mut self, walk: &mut Walk<'_, '_>) -> Result<(), Problem> {
        walk.object(|walk, key| match key {
            "tool" => walk.object(|walk, key| match key {
                "driver" => {
                    let driver: Component = walk.read_or_warn()?.unwrap_or_default();
                    self.tool = walk.limits().cap(driver.name.0.clone());
                    self.rules.add(Source::Driver, driver, walk.limits());
                    Ok(())
                }
                "extensions" => self.components(Source::Extensions, walk),
                _ => Ok(()),
            }),
            "taxonomies" => self.components(Source::Taxonomies, walk),
            "results" => walk.each(|_, outcome| {
                match outcome {
                    Outcome::Nothing => {}
                    Outcome::Suppressed => self.suppressed += 1,
                    Outcome::Found(found) => self.keep(found),
                }
                Ok(())
            }),
            "artifacts" => walk.array(|walk| {
                let artifact: Artifact = walk.read_or_warn()?.unwrap_or_default();
                let mut roles = artifact.roles.0.iter();
                self.targets += u64::from(roles.any(|role| role.0 == "analysisTarget"));
                let mut at = artifact.location.0.unwrap_or_default();
                at.uri.0 = walk.limits().cap(at.uri.0);
                self.artifacts.push(at);
                Ok(())
            }),
            "originalUriBaseIds" => walk.object(|walk, name| {
                if let Maybe(Some(base)) = walk.read()? {
                    let mut base: ArtifactLocation = base;
                    base.uri.0 = walk.limits().cap(base.uri.0);
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
            self.rules.add(source, component, walk.limits());
            Ok(())
        })
    }

    fn keep(&mut self, found: Found) {
        self.found.push(found.finding);
        self.open.push(found.open);
    }

    fn invoked(&mut self, invocation: Invocation) {
        let before = (self.failures.len(), self.found.len());
        let noted = invocation.tool_execution_notifications.objects();
        for notification in noted.chain(invocation.tool_configuration_notifications.objects()) {
            if notification.level.0 == Some(Severity::Error) {
                self.trouble(notification);
            }
        }
        let explained = before != (self.failures.len(), self.found.len());
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
        let at = &notification.locations.at;
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
        let finding = Finding {
            rule: rule_id.unwrap_or_default(),
            severity: Severity::Error,
            ..Finding::default()
        };
        let rest = Rest {
            // It is described apart from the rules.
            rule: Some(Reference::default()),
            trouble: true,
            ..Rest::default()
        };
        let open = Open::default();
        self.keep(Found::new(
            finding,
            open,
            rest,
            message,
            notification.locations,
        ));
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
        let limits = gathered.limits.clone();
        let mut found = std::mem::take(&mut self.found);
        let open = std::mem::take(&mut self.open);
        let complete = |(finding, open): (&mut Finding, Open)| {
            self.complete(finding, open, scanner, smells);
            finding.producer = producer.clone().into();
            for text in [&mut finding.path, &mut finding.message] {
                *text = limits.cap(std::mem::take(text));
            }
        };
        let each = found.par_iter_mut().zip(open).with_min_len(ENOUGH);
        each.for_each(complete);
        gathered.add_all(found);
    }
}
