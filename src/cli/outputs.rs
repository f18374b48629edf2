//! `--format` and `--output`, which may repeat and belong together in the order in which they are typed.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, Error, FromArgMatches, error::ErrorKind};

/// An output's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(in crate::cli) enum OutputFormat {
    /// A table for people at a terminal.
    Terminal,
    /// Markdown for a job summary or a comment.
    Markdown,
    /// The versioned result document.
    Json,
    /// GitHub workflow commands that mark lines of a change.
    Annotations,
    /// SARIF 2.1.0 for code scanning.
    Sarif,
    /// JUnit XML: a test case per gate.
    Junit,
    /// GitLab Code Quality.
    Gitlab,
    /// One line for GitLab's `coverage:` keyword.
    Total,
    /// Diagnostics for reviewdog.
    Rdjson,
    /// A badge (SVG) of the verdict, or of a metric with --badge.
    Badge,
    /// The same for shields.io's endpoint.
    BadgeJson,
    /// Markdown for `buildkite-agent annotate`.
    Buildkite,
    /// Azure Pipelines logging commands.
    Azure,
    /// TeamCity service messages.
    Teamcity,
}

impl OutputFormat {
    /// Whether it is a whole document, which nothing else may stand beside.
    pub(in crate::cli) fn stands_alone(self) -> bool {
        use OutputFormat::{Badge, BadgeJson, Gitlab, Json, Junit, Rdjson, Sarif};
        matches!(
            self,
            Json | Sarif | Junit | Gitlab | Rdjson | Badge | BadgeJson
        )
    }

    /// Whether it consists of commands to the system that runs the build.
    pub(in crate::cli) fn commands(self) -> bool {
        use OutputFormat::{Annotations, Azure, Teamcity};
        matches!(self, Annotations | Azure | Teamcity)
    }
}

/// One output: what, and where to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Target {
    /// The language.
    pub(in crate::cli) format: OutputFormat,
    /// Which metric a badge shows; the verdict if there is none.
    pub(in crate::cli) metric: Option<String>,
    /// The file; standard output if there is none.
    pub(in crate::cli) path: Option<PathBuf>,
}

/// The outputs asked for; empty means that the command chooses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::cli) struct Targets(pub(in crate::cli) Vec<Target>);

impl Target {
    fn new(format: OutputFormat, path: Option<PathBuf>) -> Target {
        Target {
            format,
            metric: None,
            path,
        }
    }
}

impl Targets {
    /// The outputs asked for, or this one on standard output.
    pub(in crate::cli) fn or_stdout(&self, format: OutputFormat) -> Vec<Target> {
        if self.0.is_empty() {
            return vec![Target::new(format, None)];
        }
        self.0.clone()
    }
}

const FORMAT: &str = "format";
const OUTPUT: &str = "output";
const BADGE: &str = "badge";

impl clap::Args for Targets {
    fn augment_args(command: Command) -> Command {
        command
            .arg(
                Arg::new(FORMAT)
                    .long(FORMAT)
                    .short('f')
                    .value_name("FORMAT")
                    .action(ArgAction::Append)
                    .value_parser(clap::value_parser!(OutputFormat))
                    .help("Write this format; may repeat, each with an --output of its own"),
            )
            .arg(
                Arg::new(OUTPUT)
                    .long(OUTPUT)
                    .short('o')
                    .value_name("PATH")
                    .action(ArgAction::Append)
                    .value_parser(clap::value_parser!(PathBuf))
                    .help(
                        "Write the --format before it to this file, `-` for standard output; \
                         without one the file's ending tells the format (.md, .json, .txt, .sarif, \
                         .xml for JUnit, .svg for a badge)",
                    ),
            )
            .arg(
                Arg::new(BADGE)
                    .long(BADGE)
                    .value_name("METRIC")
                    .action(ArgAction::Append)
                    .value_parser(clap::value_parser!(String))
                    .help("Let the --format badge or badge-json before it show this metric, not the verdict"),
            )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Targets {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let formats =
            indexed::<OutputFormat>(matches, FORMAT).map(|(at, f)| (at, Typed::Format(f)));
        let outputs = indexed::<PathBuf>(matches, OUTPUT).map(|(at, p)| (at, Typed::Output(p)));
        let badges = indexed::<String>(matches, BADGE).map(|(at, m)| (at, Typed::Badge(m)));
        let mut typed: Vec<(usize, Typed)> = formats.chain(outputs).chain(badges).collect();
        typed.sort_by_key(|(at, _)| *at);
        let mut targets: Vec<Target> = Vec::new();
        let mut open = false;
        for (_, item) in typed {
            match item {
                Typed::Format(format) => {
                    targets.push(Target::new(format, None));
                    open = true;
                }
                Typed::Output(path) => {
                    let path = Some(path).filter(|path| path.as_os_str() != "-");
                    // What goes to people goes into no file whose ending promises a document.
                    let other =
                        by_ending(path.as_deref()).is_ok_and(|by| by != OutputFormat::Terminal);
                    let fits =
                        |target: &&mut Target| target.format != OutputFormat::Terminal || !other;
                    match targets.last_mut().filter(|_| open).filter(fits) {
                        Some(target) => target.path = path,
                        None => targets.push(Target::new(by_ending(path.as_deref())?, path)),
                    }
                    open = false;
                }
                Typed::Badge(metric) => {
                    use OutputFormat::{Badge, BadgeJson};
                    let badge = |it: &&mut Target| matches!(it.format, Badge | BadgeJson);
                    match targets.last_mut().filter(badge) {
                        Some(target) => target.metric = Some(metric),
                        None => {
                            return Err(Error::raw(
                                ErrorKind::MissingRequiredArgument,
                                "--badge says what a badge shows; put --format badge or badge-json before it\n",
                            ));
                        }
                    }
                }
            }
        }
        let on_stdout = targets.iter().filter(|target| target.path.is_none());
        if on_stdout.clone().any(|target| target.format.stands_alone()) && on_stdout.count() > 1 {
            return Err(Error::raw(
                ErrorKind::ArgumentConflict,
                "two outputs would mix on standard output, and one of them is a document that has to stand alone; give one of them an --output\n",
            ));
        }
        Ok(Targets(targets))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

enum Typed {
    Format(OutputFormat),
    Output(PathBuf),
    Badge(String),
}

fn indexed<'a, T: Clone + Send + Sync + 'static>(
    matches: &'a ArgMatches,
    id: &str,
) -> impl Iterator<Item = (usize, T)> + use<'a, T> {
    let indices = matches.indices_of(id).into_iter().flatten();
    let values = matches.get_many::<T>(id).into_iter().flatten().cloned();
    indices.zip(values)
}

fn by_ending(path: Option<&std::path::Path>) -> Result<OutputFormat, Error> {
    let ending = path.and_then(|path| path.extension()?.to_str());
    match ending {
        Some("md" | "markdown") => Ok(OutputFormat::Markdown),
        Some("json") => Ok(OutputFormat::Json),
        Some("txt") => Ok(OutputFormat::Terminal),
        Some("sarif") => Ok(OutputFormat::Sarif),
        Some("xml") => Ok(OutputFormat::Junit),
        Some("svg") => Ok(OutputFormat::Badge),
        _ => Err(Error::raw(
            ErrorKind::MissingRequiredArgument,
            "the output's ending tells no format; put a --format before it, such as --format markdown\n",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Args as _;

    fn parse(line: &str) -> Result<Vec<(OutputFormat, Option<String>)>, Error> {
        let command = Targets::augment_args(Command::new("x"));
        let matches = command.try_get_matches_from(line.split(' '))?;
        let targets = Targets::from_arg_matches(&matches)?;
        Ok(targets
            .0
            .into_iter()
            .map(|target| (target.format, target.path.map(|p| p.display().to_string())))
            .collect())
    }

    #[test]
    fn an_output_belongs_to_the_format_before_it() {
        use OutputFormat::{Json, Markdown, Terminal};
        let file = |name: &str| Some(name.to_owned());
        let parsed = parse("x -f terminal -f json -o a.json --format markdown --output b").unwrap();
        assert_eq!(
            parsed,
            [
                (Terminal, None),
                (Json, file("a.json")),
                (Markdown, file("b"))
            ]
        );
        assert_eq!(parse("x -o s.md").unwrap(), [(Markdown, file("s.md"))]);
        let parsed = parse("x -f terminal -o a.json").unwrap();
        assert_eq!(parsed, [(Terminal, None), (Json, file("a.json"))]);
        assert_eq!(parse("x -f json -o -").unwrap(), [(Json, None)]);
        let parsed = parse("x -o a.sarif -o b.xml -o c.svg").unwrap();
        let formats: Vec<OutputFormat> = parsed.iter().map(|(format, _)| *format).collect();
        assert_eq!(
            formats,
            [
                OutputFormat::Sarif,
                OutputFormat::Junit,
                OutputFormat::Badge
            ]
        );
        assert_eq!(parse("x").unwrap(), []);
    }

    #[test]
    fn what_cannot_be_told_is_refused() {
        assert!(parse("x -o summary").is_err());
        assert!(parse("x -f json -f terminal").is_err());
        assert!(parse("x -f yaml").is_err());
        assert!(parse("x -f sarif -f total").is_err());
        assert!(parse("x -f azure -f total").is_ok());
        assert!(parse("x -f json --badge coverage.line").is_err());
        assert!(parse("x --badge coverage.line").is_err());
    }

    #[test]
    fn a_badge_belongs_to_the_format_before_it() {
        let command = Targets::augment_args(Command::new("x"));
        let line = "x -f badge -o a.svg -f badge -o b.svg --badge coverage.line -f badge-json -o c --badge tests.total";
        let matches = command.try_get_matches_from(line.split(' ')).unwrap();
        let targets = Targets::from_arg_matches(&matches).unwrap().0;
        let metrics: Vec<Option<&str>> = targets.iter().map(|it| it.metric.as_deref()).collect();
        assert_eq!(metrics, [None, Some("coverage.line"), Some("tests.total")]);
    }
}
