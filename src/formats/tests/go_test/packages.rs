//! The packages that are being tested.

use std::collections::{BTreeSet, HashMap};

use super::super::record::{Detail, Ended, Record};
use super::event::Event;
use crate::domain::report::Outcome;

/// What a test or a package has printed, still escaped as in a JSON string.
#[derive(Default)]
struct Printed(String);

impl Printed {
    /// Keeps the beginning.
    fn add(&mut self, escaped: &str, most: usize) {
        // Frames say what the events say: `=== RUN`, `--- FAIL: …`.
        let frame = escaped.starts_with("=== ") || escaped.trim_start().starts_with("--- ");
        if !frame && self.0.len() + escaped.len() <= most {
            self.0.push_str(escaped);
        }
    }

    fn text(&self) -> String {
        let text: String = serde_json::from_str(&format!("\"{}\"", self.0)).unwrap_or_default();
        text.trim_end().to_owned()
    }
}

/// A package with events and no end.
#[derive(Default)]
struct Package {
    /// Tests that have begun and not ended, in no order.
    running: HashMap<String, Printed>,
    printed: Printed,
    /// Whether a test of it failed.
    failed: bool,
}

/// The packages that are being tested: memory grows with the tests that run at a time.
pub(super) struct Packages {
    record: Record,
    open: HashMap<String, Package>,
    /// What builds printed.
    builds: HashMap<String, Printed>,
    /// Builds that failed, and no package has said yet that it failed for them.
    unbuilt: BTreeSet<String>,
    /// Bytes kept of what is printed.
    most: usize,
    /// Whether the first event was seen, which says when the run began.
    dated: bool,
}

impl Packages {
    pub(super) fn new(record: Record, most: usize) -> Packages {
        Packages {
            record,
            open: HashMap::new(),
            builds: HashMap::new(),
            unbuilt: BTreeSet::new(),
            most,
            dated: false,
        }
    }

    pub(super) fn take(&mut self, event: &Event<'_>) {
        if !self.dated {
            self.dated = true;
            event.time.parse().map(|at| self.record.started(at)).ok();
        }
        match &*event.action {
            "output" if event.test.is_empty() => {
                let most = self.most;
                let package = self.package(&event.package);
                package.printed.add(event.printed, most);
            }
            "output" => {
                let most = self.most;
                if let Some(printed) = self
                    .open
                    .get_mut(&*event.package)
                    .and_then(|package| package.running.get_mut(&*event.test))
                {
                    printed.add(event.printed, most);
                }
            }
            "pass" => self.end(event, Outcome::Passed),
            "fail" => self.end(event, Outcome::Failed),
            "skip" => self.end(event, Outcome::Skipped),
            "run" => {
                let test = event.test.to_string();
                let package = self.package(&event.package);
                package.running.insert(test, Printed::default());
            }
            "bench" => {
                if let Some(package) = self.open.get_mut(&*event.package) {
                    package.running.remove(&*event.test);
                }
            }
            "start" => drop(self.package(&event.package)),
            "build-output" => {
                let most = self.most;
                self.build(&event.import_path).add(event.printed, most);
            }
            "build-fail" => drop(self.unbuilt.insert(event.import_path.to_string())),
            _ => {}
        }
    }

    /// A line that is no event. Before Go 1.24 that a package could not be built is said in words only.
    pub(super) fn foreign(&mut self, line: &str) {
        let Some(rest) = line.strip_prefix("FAIL\t") else {
            return;
        };
        for why in [" [build failed]", " [setup failed]"] {
            if let Some(package) = rest.trim_end().strip_suffix(why) {
                let message = format!("the package could not be tested:{why}");
                self.broken(package, &message);
            }
        }
    }

    fn package(&mut self, name: &str) -> &mut Package {
        self.open.entry(name.to_owned()).or_default()
    }

    fn build(&mut self, name: &str) -> &mut Printed {
        self.builds.entry(name.to_owned()).or_default()
    }

    fn end(&mut self, event: &Event<'_>, outcome: Outcome) {
        if event.test.is_empty() {
            self.end_package(event, outcome);
            return;
        }
        let package = self.open.get_mut(&*event.package);
        let printed = match package {
            Some(package) => {
                package.failed |= outcome == Outcome::Failed;
                package.running.remove(&*event.test)
            }
            None => {
                let failed = outcome == Outcome::Failed;
                self.package(&event.package).failed = failed;
                None
            }
        };
        // A benchmark is no test, but one that fails fails the package.
        if outcome != Outcome::Failed && event.test.starts_with("Benchmark") {
            return;
        }
        let seconds = event.seconds();
        let text = || printed.as_ref().map(Printed::text).unwrap_or_default();
        count(
            &mut self.record,
            &event.package,
            &event.test,
            outcome,
            seconds,
            text,
        );
    }

    fn end_package(&mut self, event: &Event<'_>, outcome: Outcome) {
        // Of several builds that fail a package names one.
        if !event.failed_build.is_empty() {
            self.unbuilt.clear();
        }
        let Some(mut package) = self.open.remove(&*event.package) else {
            if outcome == Outcome::Failed {
                self.broken(&event.package, "the package failed");
            }
            return;
        };
        package.abandon(&mut self.record, &event.package, outcome);
        if outcome == Outcome::Failed && !package.failed {
            let build = self.builds.get(&*event.failed_build).map(Printed::text);
            let text = build.unwrap_or_else(|| package.printed.text());
            self.broken(&event.package, &text);
        }
    }

    /// A package that failed though none of its tests did.
    fn broken(&mut self, package: &str, message: &str) {
        let ended = Ended {
            suite: package,
            class: "",
            name: "(package)",
            outcome: Outcome::Errored,
            seconds: 0.0,
        };
        self.record.case(ended, || Detail::of(message));
    }

    /// A package that has begun and not ended.
    pub(super) fn unfinished(&self) -> Option<&str> {
        self.open.keys().min().map(String::as_str)
    }

    /// What was counted. Tests that have not ended by now never will.
    pub(super) fn finish(mut self) -> Record {
        let mut open: Vec<_> = std::mem::take(&mut self.open).into_iter().collect();
        open.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (name, mut package) in open {
            package.abandon(&mut self.record, &name, Outcome::Failed);
        }
        for name in std::mem::take(&mut self.unbuilt) {
            let text = self.builds.get(&name).map(Printed::text);
            self.broken(
                &name,
                &text.unwrap_or_else(|| "it could not be built".to_owned()),
            );
        }
        self.record
    }
}

impl Package {
    /// Counts the tests that never ended: they failed. A subtest of a test that has ended, in a package that passed, only
    /// lost its end to something printed without a line end.
    fn abandon(&mut self, record: &mut Record, name: &str, outcome: Outcome) {
        let mut running: Vec<_> = self.running.drain().collect();
        running.sort_by(|(one, _), (other, _)| one.cmp(other));
        let roots: Vec<&str> = running
            .iter()
            .map(|(test, _)| test.as_str())
            .filter(|test| !test.contains('/'))
            .collect();
        for (test, printed) in &running {
            let root = test.split('/').next().unwrap_or_default();
            let passed = outcome == Outcome::Passed && roots.binary_search(&root).is_err();
            let failed = if passed {
                Outcome::Passed
            } else {
                Outcome::Failed
            };
            if test.starts_with("Benchmark") {
                continue;
            }
            self.failed |= !passed;
            let text = || match printed.text() {
                text if text.is_empty() => "the test began and did not end".to_owned(),
                text => text,
            };
            count(record, name, test, failed, 0.0, text);
        }
    }
}

fn count(
    record: &mut Record,
    package: &str,
    test: &str,
    outcome: Outcome,
    seconds: f64,
    text: impl FnOnce() -> String,
) {
    let ended = Ended {
        suite: package,
        class: "",
        name: test,
        outcome,
        seconds,
    };
    record.case(ended, || match outcome {
        Outcome::Failed => {
            let mut detail = Detail::of(text());
            // Go names a file without its folder, which is the package's.
            if !detail.file.is_empty() && !detail.file.contains(['/', '\\']) {
                detail.file = format!("{package}/{}", detail.file);
            }
            detail
        }
        _ => Detail::default(),
    });
}
