//! The verdicts that every renderer is tried on.

mod change;
mod over_time;

use std::sync::Arc;

use super::json::v1::{self, Document};
use super::view::View;
use crate::domain::catalogue as metric;
use crate::domain::consequence::Level;
use crate::domain::gate::Against;
use crate::domain::gate::policy::Selector;
use crate::domain::gate::verdict::{
    Effect, GateVerdict, Observed, Offender, Outcome, Pointer, ReportProblem, Verdict,
};
use crate::domain::measurement::{
    Absence, Basis, Cause, Interval, Labels, Measurement, Part, Scope,
};
use crate::domain::metric::Metric;
use crate::domain::report::Problem;
use crate::domain::snapshot::{Input, Snapshot, Subject};
use crate::domain::value::Value;

/// Every fixture, by name.
pub(crate) fn all() -> Vec<(&'static str, Document)> {
    let mut all = shown();
    all.push(("huge", document(huge())));
    all.push(("long", document(long())));
    all
}

/// Those small enough to be committed as snapshots.
pub(crate) fn shown() -> Vec<(&'static str, Document)> {
    [
        ("green", green()),
        ("red", red()),
        ("mixed", mixed()),
        ("hostile", hostile()),
        ("missing", missing()),
        ("nothing_judged", verdict(vec![], vec![])),
        ("waived", verdict(vec![waived()], vec![])),
        ("tool_error", verdict(vec![tool_error()], vec![])),
        ("over_time", verdict(over_time::gates(), vec![])),
    ]
    .map(|(name, verdict)| (name, document(verdict)))
    .into_iter()
    .chain(change::all())
    .collect()
}

/// The view of each of [`shown`].
pub(crate) fn views() -> Vec<(&'static str, View)> {
    shown()
        .iter()
        .map(|(name, document)| (*name, View::new(document)))
        .collect()
}

/// One fixture.
pub(crate) fn named(name: &str) -> Document {
    let (_, document) = all().into_iter().find(|(other, _)| *other == name).unwrap();
    document
}

/// What `andon diff` makes of one of the changes.
pub(crate) use change::difference;

/// The view of one fixture.
pub(crate) fn view(name: &str) -> View {
    View::new(&named(name))
}

/// A green result whose policy is relaxed, with names that are hostile; read from there.
pub(crate) fn relaxed(from: v1::PolicyFrom) -> Document {
    let commit = Some("9f8e7d6c5b4a39281706f5e4d3c2b1a098765432".to_owned());
    let mut items = vec!["`coverage.line`: required >= 80%, now >= 60%".to_owned()];
    items.extend(HOSTILE.iter().map(|&text| text.to_owned()));
    let files = ["andon.yaml".to_owned()];
    Document {
        policy: Some(v1::Policy::new(from, commit, &files, Some(items))),
        ..named("green")
    }
}

fn document(verdict: Verdict) -> Document {
    Document::new(&verdict, &snapshot(), &Against::nothing(), metric::find)
}

fn snapshot() -> Snapshot {
    let mut snapshot = Snapshot::new(Subject {
        commit: Some("2f1c9a7d0b3e4f5a6b7c8d9e0f1a2b3c4d5e6f70".to_owned()),
        branch: Some("feature/login".to_owned()),
        folder: String::new(),
        taken_at: Some("2026-03-01T12:00:00Z".parse().unwrap()),
    });
    let measured = |id: &'static str, value| Measurement::new(id, Scope::Project, value);
    snapshot.measurements = vec![
        measured("complexity.cyclomatic.max", Value::Count(17))
            .over(1482)
            .by("radon"),
        Measurement::new(
            "coverage.line",
            Scope::Component("api".to_owned()),
            Value::ratio(900, 1000).unwrap(),
        ),
        measured("coverage.line", Value::ratio(8770, 10_000).unwrap()).over(10_000),
        measured("dora.lead_time", Value::Number(266_400.0)).over(214),
        Measurement {
            interval: Some(Interval {
                low: 3.1,
                high: 22.4,
                confidence: 95.0,
            }),
            ..measured("dora.change_fail_rate", Value::ratio(2, 21).unwrap())
        },
        measured("tests.failed", Value::Count(3)),
        measured("tests.total", Value::Count(1204)),
    ];
    snapshot.absences = vec![Absence {
        metric: "coverage.branch".into(),
        cause: Cause::Empty,
        reason: "no report states branches: run coverage with `--branch`".to_owned(),
    }];
    snapshot.inputs = ["coverage.xml", "junit.xml"]
        .map(|path| Input {
            path: path.to_owned(),
            format: if path == "junit.xml" {
                "junit"
            } else {
                "cobertura"
            }
            .to_owned(),
            labels: Labels::new(),
            problems: vec![],
        })
        .to_vec();
    snapshot.sort();
    snapshot
}

fn verdict(gates: Vec<GateVerdict>, problems: Vec<ReportProblem>) -> Verdict {
    let judged = gates.iter().filter(|gate| gate.observed.is_some()).count();
    let worst = gates
        .iter()
        .map(|gate| gate.effect)
        .max()
        .unwrap_or(Effect::None);
    let broken = if problems.is_empty() {
        Effect::None
    } else {
        Effect::Fail
    };
    let unjudged = if judged == 0 {
        Effect::Warn
    } else {
        Effect::None
    };
    let notes = if judged == 0 {
        vec!["no gate had anything to judge: add gates to andon.yaml".to_owned()]
    } else {
        vec![]
    };
    Verdict {
        effect: worst.max(broken).max(unjudged),
        judged,
        gates,
        problems,
        notes,
    }
}

fn gate(
    metric: &'static Metric,
    outcome: Outcome,
    requirement: &str,
    value: Option<Value>,
) -> GateVerdict {
    GateVerdict {
        id: metric.id.to_string(),
        metric: Arc::new(metric.clone()),
        selector: Selector::Project,
        part: Part::Whole,
        labels: Labels::new(),
        level: Level::Must,
        outcome,
        effect: match outcome {
            Outcome::Pass | Outcome::NotJudged | Outcome::Waived => Effect::None,
            Outcome::Warn => Effect::Warn,
            Outcome::Missing | Outcome::ToolError | Outcome::Fail => Effect::Fail,
        },
        requirement: requirement.to_owned(),
        observed: value.map(|value| Observed {
            value,
            interval: None,
            basis: None,
            producer: String::new(),
            baseline: None,
        }),
        judged: usize::from(value.is_some()),
        offenders: vec![],
        distance: String::new(),
        remedy: String::new(),
        pointers: vec![],
        pointers_total: 0,
        notes: vec![],
        target: None,
        reading: None,
        series: vec![],
        left_out: 0,
        caveat: None,
        few: None,
        samples: vec![],
        description: None,
        origin: "andon.yaml:12".to_owned(),
    }
}

fn pointer(path: &str, line: u32, end_line: u32, text: &str) -> Pointer {
    Pointer {
        path: path.to_owned(),
        line,
        end_line,
        text: text.to_owned(),
    }
}

fn function(path: &str, name: &str, line: u32, value: u64) -> Offender {
    Offender {
        scope: Scope::Function {
            path: path.to_owned(),
            name: name.to_owned(),
            line,
        },
        value: Value::Count(value),
        producer: "radon".to_owned(),
        distance: format!("{} above", value - 10),
        waiver: None,
    }
}

fn coverage() -> GateVerdict {
    let mut gate = gate(
        &metric::COVERAGE_LINE,
        Outcome::Fail,
        ">= 90%, max_drop: 0.5pp",
        Value::ratio(8770, 10_000),
    );
    if let Some(observed) = &mut gate.observed {
        observed.basis = Some(Basis::new(10_000, "lines"));
        observed.baseline = Value::ratio(8830, 10_000);
    }
    gate.distance = "2.3 pp below".to_owned();
    gate.remedy =
        "cover 230 more lines; the largest uncovered block is src/login.py:40–71".to_owned();
    gate.pointers = vec![
        pointer("src/login.py", 40, 71, "31 uncovered lines"),
        pointer("src/session.py", 7, 7, "1 uncovered line"),
    ];
    gate.pointers_total = 39;
    gate.description = Some("agreed in the architecture round".to_owned());
    gate
}

fn tests() -> GateVerdict {
    let mut gate = gate(
        &metric::TESTS_FAILED,
        Outcome::Fail,
        "== 0",
        Some(Value::Count(3)),
    );
    gate.distance = "3 above".to_owned();
    gate.remedy = "mend 3 tests".to_owned();
    gate.pointers = vec![
        pointer(
            "tests/test_login.py",
            12,
            0,
            "test_login: expected 3, got 4",
        ),
        pointer(
            "",
            0,
            0,
            "test_without_a_file: assertion `left == right` failed",
        ),
    ];
    gate
}

fn complexity() -> GateVerdict {
    let mut gate = gate(
        &metric::CYCLOMATIC,
        Outcome::Fail,
        "<= 10",
        Some(Value::Count(17)),
    );
    gate.selector = Selector::EachFunction;
    gate.level = Level::Should;
    gate.effect = Effect::Warn;
    gate.judged = 1482;
    gate.distance = "7 above".to_owned();
    gate.remedy = "split 2 functions".to_owned();
    gate.offenders = vec![
        function("src/a.py", "Parser.parse", 88, 17),
        function("src/b.py", "main", 3, 11),
    ];
    gate
}

fn waived() -> GateVerdict {
    let mut gate = complexity();
    gate.outcome = Outcome::Waived;
    gate.effect = Effect::None;
    gate.remedy = String::new();
    for offender in &mut gate.offenders {
        offender.waiver =
            Some("waived until 2027-01-31 by @org/core: rewrite under way".to_owned());
    }
    gate
}

fn branches() -> GateVerdict {
    let mut gate = gate(&metric::COVERAGE_BRANCH, Outcome::Missing, ">= 80%", None);
    gate.notes = vec!["no report states branches: run coverage with `--branch`".to_owned()];
    gate
}

fn tool_error() -> GateVerdict {
    let mut gate = gate(&metric::LINT_ERRORS, Outcome::ToolError, "== 0", None);
    gate.notes = vec!["clippy stopped: could not compile `app`".to_owned()];
    gate.remedy = "mend the build, then run clippy again".to_owned();
    gate
}

fn passing() -> GateVerdict {
    let mut gate = gate(
        &metric::DORA_LEAD_TIME,
        Outcome::Pass,
        "<= 7d",
        Some(Value::Number(266_400.0)),
    );
    if let Some(observed) = &mut gate.observed {
        observed.interval = Some(Interval {
            low: 200_000.0,
            high: 400_000.0,
            confidence: 95.0,
        });
        observed.baseline = Some(Value::Number(300_000.0));
    }
    gate
}

fn green() -> Verdict {
    let pass = gate(
        &metric::COVERAGE_LINE,
        Outcome::Pass,
        ">= 80%",
        Value::ratio(8770, 10_000),
    );
    verdict(vec![pass, passing()], vec![])
}

fn red() -> Verdict {
    let broken = ReportProblem {
        path: "out/junit-2.xml".to_owned(),
        problem: Problem::error(
            "the file ends in the middle of an element: the tool did not finish",
        )
        .at(812, 17),
    };
    verdict(vec![coverage(), tests()], vec![broken])
}

fn mixed() -> Verdict {
    let mut skipped = branches();
    skipped.effect = Effect::None;
    let mut wish = complexity();
    wish.level = Level::Nice;
    wish.effect = Effect::Inform;
    wish.labels = [("producer".to_owned(), "lizard".to_owned())].into();
    verdict(
        vec![
            passing(),
            waived(),
            skipped,
            complexity(),
            coverage(),
            wish,
            tests(),
        ],
        vec![],
    )
}

fn missing() -> Verdict {
    verdict(vec![branches()], vec![])
}

/// Text that tries to be something else.
pub(crate) const HOSTILE: &[&str] = &[
    "::add-mask::secret\n::error::x",
    "##[error]boo ##vso[task.complete]",
    "</details></code></table><h1>pwned</h1><!-- andon -->",
    "a|b `c` **d** _e_ ![i](http://e.vil/i.png) [l](http://e.vil)",
    "@org/team #1 GH-2 org/repo#3 mail@e.vil http://e.vil www.e.vil",
    "user\u{202E}nimda \u{1b}[31mred\u{1b}]0;t\u{7} \0",
    "first line\r\n\r\n| second | line |\n|---|---|\n# third",
];

fn hostile() -> Verdict {
    let mut tests = tests();
    tests.pointers = HOSTILE
        .iter()
        .map(|text| pointer(&format!("../{text}"), 3, 0, text))
        .collect();
    tests.notes = HOSTILE.iter().map(|&text| text.to_owned()).collect();
    tests.requirement = HOSTILE[2].to_owned();
    tests.remedy = HOSTILE[4].to_owned();
    tests.distance = HOSTILE[3].to_owned();
    tests.description = Some(HOSTILE[6].to_owned());
    tests.labels = [(HOSTILE[0].to_owned(), HOSTILE[1].to_owned())].into();
    let mut own = metric::CYCLOMATIC.clone();
    own.title = HOSTILE[0].into();
    let mut functions = complexity();
    functions.metric = Arc::new(own);
    functions.effect = Effect::Fail;
    functions.offenders = HOSTILE
        .iter()
        .map(|text| function(text, text, 4, 12))
        .collect();
    let problems = HOSTILE
        .iter()
        .map(|&text| ReportProblem {
            path: text.to_owned(),
            problem: Problem::error(text),
        })
        .collect();
    verdict(vec![tests, functions], problems)
}

fn huge() -> Verdict {
    let mut functions = complexity();
    functions.effect = Effect::Fail;
    functions.offenders = (0..10_000)
        .map(|at| function(&format!("src/module_{at}.py"), "function", at + 1, 10_011))
        .collect();
    let gates = std::iter::once(functions).chain((0..3_000).map(|at| {
        let mut gate = if at % 3 == 0 { coverage() } else { passing() };
        gate.id = format!("gate-{at}");
        gate
    }));
    verdict(gates.collect(), vec![])
}

fn long() -> Verdict {
    let text = "x".repeat(10_000_000);
    let mut tests = tests();
    tests.pointers = vec![pointer(&text, 1, 0, &text)];
    tests.notes = vec![text.clone()];
    tests.remedy = format!("漢{text}");
    tests.requirement = text;
    verdict(vec![tests], vec![])
}
