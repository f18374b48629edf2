//! Counts that a report declares beside its cases. They are compared with the cases, and used only when there is none.

use crate::domain::report::tests::Counts;

/// What the attributes of a suite, or of the root, declare.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Declared {
    tests: Option<u64>,
    failures: Option<u64>,
    errors: Option<u64>,
    skipped: Option<u64>,
    disabled: Option<u64>,
}

/// What was counted in a suite, or in the document.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counted {
    /// The cases directly in it.
    pub(super) own: Counts,
    /// These and the cases of all suites within.
    pub(super) all: Counts,
    /// The suites directly in it: node counts them as tests.
    pub(super) suites: u64,
    /// Those of `all` that stand for no case: failures of a suite itself.
    pub(super) synthetic: u64,
    /// Further runs of cases of `all`: Surefire counts runs.
    pub(super) reruns: u64,
}

impl Declared {
    /// Takes an attribute, if it declares a count.
    pub(super) fn take(&mut self, key: &str, value: &str) {
        let slot = match key {
            "tests" => &mut self.tests,
            "failures" => &mut self.failures,
            "errors" => &mut self.errors,
            "skipped" | "skips" | "skip" | "ignored" => &mut self.skipped,
            "disabled" => &mut self.disabled,
            _ => return,
        };
        *slot = value.trim().parse().ok();
    }

    /// Adds what the suites within declare, for a report that states no total.
    pub(super) fn add(&mut self, other: &Declared) {
        for (to, from) in [
            (&mut self.tests, other.tests),
            (&mut self.failures, other.failures),
            (&mut self.errors, other.errors),
            (&mut self.skipped, other.skipped),
            (&mut self.disabled, other.disabled),
        ] {
            if let Some(from) = from {
                *to = Some(to.unwrap_or(0).saturating_add(from));
            }
        }
    }

    /// Whether it says how many tests there are.
    pub(super) fn is_stated(&self) -> bool {
        self.tests.is_some()
    }

    /// The declared counts, if they declare any test at all.
    pub(super) fn counts(&self) -> Option<Counts> {
        let total = self.tests.filter(|&tests| tests > 0)?;
        let failed = self.failures.unwrap_or(0).min(total);
        let errored = self.errors.unwrap_or(0).min(total - failed);
        let skipped = self.skipped.unwrap_or(0);
        let skipped = skipped.saturating_add(self.disabled.unwrap_or(0));
        let skipped = skipped.min(total - failed - errored);
        Some(Counts {
            passed: total - failed - errored - skipped,
            failed,
            errored,
            skipped,
            flaky: 0,
        })
    }

    /// Whether it declares failures where no case shows any, nor a failure in an earlier try.
    pub(super) fn tells_of_unseen_failures(&self, counted: &Counted) -> bool {
        let (failures, errors) = (self.failures.unwrap_or(0), self.errors.unwrap_or(0));
        counted.all.broken() == 0
            && failures.saturating_add(errors) > counted.all.flaky.saturating_add(counted.reruns)
    }

    /// What does not agree with the cases, as `declares 5 tests but holds 4`; both figures of each. Writers differ in
    /// whether they count the suites within, in what is a failure and what an error, and in whether disabled cases are
    /// skipped: only what fits no reading disagrees.
    pub(super) fn disagreement(&self, counted: &Counted) -> Option<String> {
        let Counted {
            own,
            all,
            suites,
            synthetic,
            reruns,
        } = *counted;
        let broken = |counts: &Counts| counts.failed.saturating_add(counts.errored);
        let mut wrong = Vec::new();
        let mut check = |declared: Option<u64>, word: &str, fits: &[u64], shown: u64| {
            if let Some(declared) = declared.filter(|declared| !fits.contains(declared)) {
                wrong.push(format!("{declared} {word} where the cases are {shown}"));
            }
        };
        let totals = [
            own.total(),
            own.total().saturating_add(suites),
            all.total(),
            all.total().saturating_sub(synthetic),
            own.total().saturating_sub(synthetic),
            all.total().saturating_add(reruns),
            // Ant and jest-junit: a class that would not load is an error, and no test.
            all.total().saturating_sub(self.errors.unwrap_or(0)),
        ];
        check(self.tests, "tests", &totals, all.total());
        let (failures, errors) = (self.failures.unwrap_or(0), self.errors.unwrap_or(0));
        // A suite that states only one of the two leaves the other kind out, or counts it there.
        let (stated, mut fits) = match (self.failures, self.errors) {
            (None, None) => (None, Vec::new()),
            (Some(_), Some(_)) => (Some(failures.saturating_add(errors)), Vec::new()),
            (Some(_), None) => (Some(failures), vec![own.failed, all.failed]),
            (None, Some(_)) => (Some(errors), vec![own.errored, all.errored]),
        };
        fits.extend([broken(&own), broken(&all)]);
        fits.push(broken(&all).saturating_sub(synthetic));
        fits.push(broken(&own).saturating_sub(synthetic));
        fits.push(broken(&all).saturating_add(reruns));
        // Some count errors among the failures as well.
        if self.failures == Some(broken(&all)) && errors <= failures {
            fits.extend(stated);
        }
        check(stated, "failures and errors", &fits, broken(&all));
        let disabled = self.disabled.unwrap_or(0);
        let mut skips = vec![own.skipped, all.skipped];
        skips.extend(skips.clone().iter().map(|all| all.saturating_sub(disabled)));
        check(self.skipped, "skipped", &skips, all.skipped);
        (!wrong.is_empty()).then(|| wrong.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(text: &str) -> Declared {
        let mut declared = Declared::default();
        for (key, value) in text.split(' ').filter_map(|pair| pair.split_once('=')) {
            declared.take(key, value);
        }
        declared
    }

    fn counted(passed: u64, failed: u64, errored: u64, skipped: u64) -> Counted {
        let own = Counts {
            passed,
            failed,
            errored,
            skipped,
            flaky: 0,
        };
        Counted {
            own,
            all: own,
            ..Counted::default()
        }
    }

    #[test]
    fn every_writers_way_of_counting_fits() {
        for text in [
            "",
            "tests=10 failures=2 errors=1 skipped=3",
            "tests=10 failures=0 errors=3",
            "tests=10 failures=3 errors=1",
            "tests=9 failures=2 errors=1",
            "tests=10 failures=2",
            "tests=10 errors=1 skips=3",
            "tests=10 failures=3 skipped=1 disabled=2",
            "tests=x failures= errors=-1",
        ] {
            let text = declared(text).disagreement(&counted(4, 2, 1, 3));
            assert_eq!(text, None);
        }
        let mut nested = counted(4, 0, 0, 0);
        nested.all.passed = 9;
        nested.suites = 1;
        for tests in ["tests=4", "tests=5", "tests=9"] {
            assert_eq!(declared(tests).disagreement(&nested), None);
        }
        let mut rerun = counted(1, 1, 0, 0);
        rerun.reruns = 3;
        assert_eq!(
            declared("tests=5 failures=4 errors=0").disagreement(&rerun),
            None
        );
    }

    #[test]
    fn a_failure_that_no_case_shows_is_told_from_other_disagreement() {
        let mut flaky = counted(4, 0, 0, 0);
        (flaky.own.flaky, flaky.all.flaky) = (2, 2);
        for (text, counted, unseen) in [
            ("tests=4 failures=1 errors=0", counted(4, 0, 0, 0), true),
            ("tests=4 failures=0 errors=1", counted(4, 0, 0, 0), true),
            ("tests=4 failures=2 errors=0", flaky, false),
            ("tests=4 failures=3 errors=0", flaky, true),
            ("tests=4 failures=3 errors=0", counted(3, 1, 0, 0), false),
            ("tests=5 failures=0 errors=0", counted(4, 0, 0, 0), false),
        ] {
            let declared = declared(text);
            assert_eq!(
                declared.tells_of_unseen_failures(&counted),
                unseen,
                "{text}"
            );
            assert!(declared.disagreement(&counted).is_some(), "{text}");
        }
    }

    #[test]
    fn what_fits_no_reading_is_named_with_both_figures() {
        let counted = counted(4, 2, 1, 3);
        for (text, expected) in [
            ("tests=11", "11 tests where the cases are 10"),
            (
                "failures=0 errors=0",
                "0 failures and errors where the cases are 3",
            ),
            (
                "failures=4 errors=1",
                "5 failures and errors where the cases are 3",
            ),
            ("skipped=4", "4 skipped where the cases are 3"),
        ] {
            let message = declared(text).disagreement(&counted);
            assert_eq!(message.as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn declared_counts_never_exceed_the_declared_total() {
        let counts = declared("tests=5 failures=4 errors=4 skipped=4")
            .counts()
            .unwrap();
        assert_eq!(
            (counts.total(), counts.failed, counts.errored, counts.passed),
            (5, 4, 1, 0)
        );
        assert_eq!(declared("tests=0 failures=1").counts(), None);
    }
}
