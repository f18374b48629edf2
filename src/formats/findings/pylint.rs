//! pylint's JSON, `json2` and text.

mod message;
mod text;

use super::super::{Format, Head, Input, Kind, Limits, json};
use super::functions::Functions;
use super::lines;
use super::worded::{Figure, Of};
use crate::domain::catalogue::{CYCLOMATIC_SPREAD, CYCLOMATIC_WORST, LINT_COUNTED, SIZE_FUNCTIONS};
use crate::domain::report::{Content, Findings, Problem};
use message::{Message, Statistics};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "pylint",
    title: "pylint JSON and text",
    kind: Kind::Findings,
    producers: &[
        "pylint --output-format=json",
        "pylint --output-format=json2",
        "pylint",
        "pylint --output-format=parseable",
        "pylint --output-format=github",
    ],
    default_paths: &["**/pylint*.json", "**/pylint*.txt"],
    sniff,
    parse,
    reads: "Messages: errors, warnings, and as notes what pylint calls refactoring, convention and information; a fatal message is a failure of the tool. The cyclomatic complexity of functions from the text of `too-complex` and their parameters from `too-many-arguments`. In `json2`, how many modules were looked at.",
    omits: "The score. GitHub's commands state the identifier of a rule and not its symbol: the rule is `W0622` there and not `redefined-builtin`. The forms `msvs` and `colorized` and templates of one's own are refused. A clean `json` report is `[]`, which could be any tool's, and a text of nothing but messages without `--score` may be too: name it with `format: pylint`. pylint counts its two sources of options as modules, which is taken off, and its configuration file as a third, which cannot be told.",
    supplies: &[
        LINT_COUNTED,
        CYCLOMATIC_WORST,
        CYCLOMATIC_SPREAD,
        &[&SIZE_FUNCTIONS],
    ],
};

/// What the findings and measures are labelled with.
const PRODUCER: &str = "pylint";

fn sniff(head: &Head) -> bool {
    // Other reports quote such text.
    if head.xml_root().is_some() {
        return false;
    }
    if !head.is_json() {
        return text::sniff(head);
    }
    let keys = |depth, names: &[&str]| names.iter().all(|name| head.has_key(depth, name));
    keys(2, &["message-id", "symbol", "module", "obj"])
        || keys(3, &["messageId", "symbol", "module", "absolutePath"])
        || (keys(1, &["messages", "statistics"]) && keys(2, &["messageTypeCount", "modulesLinted"]))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut run = Run::new(input.source.limits().clone());
    let result = if lines::is_json(input)? {
        run.read_json(input)
    } else {
        text::read(&mut run, input)
    };
    content.code = run.functions.into_code();
    content.findings = Some(run.findings);
    result
}

/// What was read so far.
struct Run {
    limits: Limits,
    findings: Findings,
    functions: Functions,
}

impl Run {
    fn new(limits: Limits) -> Run {
        let mut findings = Findings::default();
        findings.producers.insert(PRODUCER.into());
        Run {
            limits,
            findings,
            functions: Functions::default(),
        }
    }

    fn read_json(&mut self, input: &mut Input<'_>) -> Result<(), Problem> {
        json::walk(input, |walk| {
            if walk.shape()? == json::Shape::Array {
                return self.messages(walk);
            }
            walk.object(|walk, key| match key {
                "messages" => self.messages(walk),
                "statistics" => {
                    if let Some(statistics) = walk.read_or_warn::<Statistics>()? {
                        self.count(&statistics, walk);
                    }
                    Ok(())
                }
                _ => Ok(()),
            })
        })
    }

    fn messages(&mut self, walk: &mut json::Walk<'_, '_>) -> Result<(), Problem> {
        walk.array(|walk| {
            if let Some(message) = walk.read_or_warn::<Message>()? {
                self.take(message);
            }
            Ok(())
        })
    }

    fn count(&mut self, statistics: &Statistics, walk: &mut json::Walk<'_, '_>) {
        let inspected = statistics.modules();
        if inspected == Some(1) && self.findings.items.is_empty() {
            walk.warn(Problem::warning(
                "pylint counts its configuration file as a module: the one module that it found nothing in may be that",
            ));
        }
        self.findings.inspected = inspected;
    }

    fn take(&mut self, message: Message) {
        if message.is_fatal() && self.findings.tool_error.is_none() {
            self.findings.tool_error = Some(self.limits.cap(message.message.clone()));
        }
        for mut figure in Figure::of(message.rule(), &message.message) {
            if !message.obj.is_empty() {
                message.obj.clone_into(&mut figure.name);
            }
            // Statements outside functions are measured too, and belong to no object.
            if figure.of == Of::Cyclomatic && figure.name.is_empty() {
                self.functions.note(&figure);
            } else {
                figure.name = self.limits.cap(figure.name);
                self.functions
                    .measure(PRODUCER, &message.path, message.line, figure);
            }
        }
        self.findings.items.push(message.into_finding(&self.limits));
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::{Content, Severity};
    use crate::formats::testing::{report, sniffed};

    fn message(r#type: &str, symbol: &str, text: &str) -> String {
        format!(
            r#"{{"type":"{type}","module":"a","obj":"A.f","line":3,"column":4,"endLine":null,"path":"a.py","symbol":"{symbol}","message":"{text}","message-id":"X1"}}"#
        )
    }

    fn content(text: &str) -> Content {
        let report = report("", text);
        assert_eq!(report.problems, []);
        report.content
    }

    #[test]
    fn severities_are_on_one_scale_and_columns_from_1() {
        let types = ["error", "warning", "refactor", "convention", "info"];
        let all = types.map(|r#type| message(r#type, "x", "y")).join(",");
        let items = content(&format!("[{all}]")).findings.unwrap().items;
        let severities = items.iter().map(|item| item.severity).collect::<Vec<_>>();
        use Severity::{Error, Info, Warning};
        assert_eq!(severities, [Error, Warning, Info, Info, Info]);
        assert_eq!((items[0].line, items[0].column), (3, 5));
    }

    #[test]
    fn a_fatal_message_is_a_failure_of_the_tool() {
        let fatal = message("fatal", "astroid-error", "crashed");
        let findings = content(&format!("[{fatal}]")).findings.unwrap();
        assert_eq!(findings.tool_error.as_deref(), Some("crashed"));
    }

    #[test]
    fn functions_are_measured_and_statements_outside_are_not() {
        let complex = message(
            "refactor",
            "too-complex",
            "'f' is too complex. The McCabe rating is 12",
        );
        let outside = message(
            "refactor",
            "too-complex",
            "This 'if' is too complex. The McCabe rating is 4",
        )
        .replace("A.f", "");
        let many = message("refactor", "too-many-arguments", "Too many arguments (7/5)");
        let code = content(&format!("[{complex},{outside},{many}]"))
            .code
            .unwrap();
        let functions = code.functions.iter();
        let all: Vec<_> = functions
            .map(|f| (f.name.as_str(), f.cyclomatic, f.parameters))
            .collect();
        assert_eq!(all, [("A.f", Some(12), Some(7))]);
        assert_eq!(code.reported_above.cyclomatic, 3);
    }

    #[test]
    fn its_own_options_are_no_modules() {
        let clean = |modules: u32| {
            format!(
                r#"{{"messages":[],"statistics":{{"messageTypeCount":{{"fatal":0}},"modulesLinted":{modules},"score":10.0}}}}"#
            )
        };
        assert_eq!(sniffed(&clean(2)), ["pylint"]);
        assert_eq!(content(&clean(2)).findings.unwrap().inspected, Some(0));
        assert_eq!(content(&clean(9)).findings.unwrap().inspected, Some(7));
        assert_eq!(report("", &clean(3)).problems.len(), 1);
    }

    #[test]
    fn text_says_the_same() {
        let text = "************* Module a\na.py:3:4: R1260: 'f' is too complex. The McCabe rating is 12 (too-complex)\nC:\\a.py:1:0: R0801: Similar lines in 2 files\n==a:[1:2]\n    x (y)\n (duplicate-code)\na.py:9: [E0001(syntax-error), ] Parsing failed\na.py:9: [F0002(astroid-error), A.f] crash\n\n---\nYour code has been rated at 8.72/10\n";
        let content = content(text);
        let findings = content.findings.unwrap();
        let rules = findings.items.iter().map(|item| item.rule.as_str());
        assert_eq!(
            rules.collect::<Vec<_>>(),
            [
                "too-complex",
                "duplicate-code",
                "syntax-error",
                "astroid-error"
            ]
        );
        assert_eq!(
            (findings.items[0].column, findings.items[1].path.as_str()),
            (5, "C:\\a.py")
        );
        assert_eq!(findings.items[2].severity, Severity::Error);
        assert_eq!(findings.tool_error.as_deref(), Some("crash"));
        assert_eq!(content.code.unwrap().functions[0].name, "f");
    }

    #[test]
    fn commands_of_a_workflow_say_the_same() {
        let text = "************* Module a\n::warning file=a,b.py,line=3,endline=,col=4,title=W0622::Redefining::x\n::notice file=a.py,line=9,endline=9,col=0,title=R1260::'f' is too complex. The McCabe rating is 12\n::error file=a.py,line=1,endline=1,col=0,title=F0002::crash\n";
        assert_eq!(sniffed(text), ["pylint"]);
        let content = content(text);
        let findings = content.findings.unwrap();
        let first = &findings.items[0];
        assert_eq!(
            (
                first.path.as_str(),
                first.line,
                first.column,
                first.rule.as_str()
            ),
            ("a,b.py", 3, 5, "W0622")
        );
        assert_eq!(
            (first.message.as_str(), first.severity),
            ("Redefining::x", Severity::Warning)
        );
        assert_eq!(findings.tool_error.as_deref(), Some("crash"));
        assert_eq!(content.code.unwrap().functions[0].cyclomatic, Some(12));
    }

    #[test]
    fn messages_in_a_form_that_is_not_known_are_not_clean() {
        for text in [
            "************* Module a\na.py(3): [W0622(redefined-builtin)]Redefining\n",
            "\u{1b}[7;33m************* Module a\u{1b}[0m\nYour code has been rated at 8.72/10 (previous run: 10.00/10, -1.28)\n",
            "************* Module a\nRedefining\n\nYour code has been rated at 10.00/10\n",
        ] {
            let problems = report("pylint", text).problems;
            assert_eq!(problems.len(), 1, "{text}");
            assert!(
                problems[0].message.contains("--output-format=json2"),
                "{problems:?}"
            );
        }
    }

    #[test]
    fn text_is_claimed_by_its_headings_or_its_rating() {
        for (text, claimed) in [
            (
                "************* Module a\na.py:1:0: C0114: Missing (missing-module-docstring)\n",
                true,
            ),
            ("\n-----\nYour code has been rated at 10.00/10\n", true),
            (
                "a.py:1:0: C0114: Missing module docstring (missing-module-docstring)\n",
                true,
            ),
            ("************* Module a\n", false),
            ("a.py:1:1: E501 line (too-long)\n", false),
        ] {
            assert_eq!(sniffed(text).contains(&"pylint"), claimed, "{text}");
        }
    }
}
