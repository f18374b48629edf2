//! The two documents of an entry, as JSON lines: a head, records, and an end that counts them. *Values* holds what
//! trends and ratchets read: the measurements of the project, its components and its benchmarks. *Detail* holds all else.
//!
//! One record a line and no compression of our own: git compresses by itself, and its deltas between the documents of
//! neighbouring commits need lines that stay the same.

use serde::{Deserialize, Serialize};

use crate::domain::event::Context;
use crate::domain::measurement::{Absence, Measurement, Scope};
use crate::domain::report::{Benchmark, Case, Documentation, Duplication, Finding, RollEntry};
use crate::domain::snapshot::{
    Evidence, FailedDeployment, FileLines, Input, SNAPSHOT_VERSION, Snapshot, Subject,
};

/// The version of the documents' form. Raised when a reader of the old form would misread the new one.
const VERSION: u32 = 2;
/// The first form: its values do not state what the detail is.
const FIRST: u32 = 1;

/// Which of the two documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Part {
    /// What trends and ratchets read.
    Values,
    /// All else.
    Detail,
}

impl Part {
    /// The word for it in names.
    pub(super) fn word(self) -> &'static str {
        match self {
            Part::Values => "values",
            Part::Detail => "detail",
        }
    }

    /// The part with this word.
    pub(super) fn of_word(word: &str) -> Option<Part> {
        [Part::Values, Part::Detail]
            .into_iter()
            .find(|part| part.word() == word)
    }

    /// Bytes of a document beyond which it is not read.
    pub(super) fn limit(self) -> u64 {
        match self {
            Part::Values => 64 << 20,
            Part::Detail => 1 << 30,
        }
    }
}

/// The first line of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Head {
    andon_history: u32,
    /// The version of the snapshot's records.
    andon_snapshot: u32,
    part: Part,
    pub(super) subject: Subject,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) run: Option<String>,
    /// Of documents that were written before it was noted, nothing is known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    repository: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    runner: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) verdict: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hosted: Option<bool>,
    /// Whether every test case is listed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    roll: bool,
    /// git's hash of the detail, in the values: so one hash is of both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// What is kept of the check that recorded a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CameOf<'a> {
    /// What came of it: `pass`, `warn` or `fail`.
    pub verdict: &'a str,
    /// Whether it was on a hosted runner, and judged as is meant there.
    pub hosted: bool,
}

/// What the values document of an entry says.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    /// Of what: with the whole names of branch and folder.
    pub subject: Subject,
    /// What tells the run from all others of the commit, if it was known.
    pub run: Option<String>,
    /// The repository; empty where it was not noted.
    pub repository: String,
    /// The sort of machine that it ran on; empty where it was not noted.
    pub runner: String,
    /// What came of the check that recorded it: `pass`, `warn` or `fail`.
    pub verdict: Option<String>,
    /// Whether that check was on a hosted runner, and judged as is meant there; `None` where it was not noted.
    pub hosted: Option<bool>,
    /// The measurements of the project, its components and its benchmarks.
    pub measurements: Vec<Measurement>,
    /// Values that could be expected but were absent.
    pub absences: Vec<Absence>,
    /// What was read.
    pub inputs: Vec<Input>,
}

impl Values {
    /// What the run was that recorded it.
    pub(super) fn context(&self) -> Context {
        let subject = &self.subject;
        Context {
            repository: self.repository.clone(),
            commit: subject.commit.clone().unwrap_or_default(),
            branch: subject.branch.clone().unwrap_or_default(),
            folder: subject.folder.clone(),
            run: self.run.clone().unwrap_or_default(),
            runner: self.runner.clone(),
        }
    }
}

/// A line between the head and the end.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Record {
    Measurement(Measurement),
    Absence(Absence),
    Input(Input),
    Lines(FileLines),
    Test(RollEntry),
    Case(Case),
    Slowest(Case),
    Finding(Finding),
    Duplication(Duplication),
    Documentation(Documentation),
    Benchmark(Benchmark),
    FailedDeployment(FailedDeployment),
}

/// The last line: how many records stand before it.
#[derive(Serialize, Deserialize)]
struct End {
    end: u64,
}

/// Writes the values and the detail of a snapshot, and of its run what the snapshot does not say itself. Only measurements of whole things are kept: what was measured on a
/// change says nothing about any other.
pub(super) fn write(
    snapshot: &Snapshot,
    run: &Context,
    check: Option<CameOf<'_>>,
) -> serde_json::Result<(Vec<u8>, Vec<u8>)> {
    // Taken apart, so that what is added to it cannot be forgotten here.
    let Evidence {
        lines,
        roll,
        cases,
        slowest,
        findings,
        duplication,
        documentation,
        benchmarks,
        failed_deployments,
        gone: _,
        functions: _,
    } = &snapshot.evidence;
    let head = |part| Head {
        andon_history: VERSION,
        andon_snapshot: SNAPSHOT_VERSION,
        part,
        subject: snapshot.subject.clone(),
        run: Some(run.run.clone()).filter(|run| !run.is_empty()),
        repository: run.repository.clone(),
        runner: run.runner.clone(),
        verdict: check.map(|check| check.verdict.to_owned()),
        hosted: None,
        roll: part == Part::Detail && roll.is_some(),
        detail: None,
    };
    let (mut values, mut detail) = (Lines::default(), Lines::begin(&head(Part::Detail))?);
    for measurement in &snapshot.measurements {
        if !measurement.part.is_whole() {
            continue;
        }
        let document = match measurement.scope {
            // Benchmarks are few, and looked at over time.
            Scope::Project | Scope::Component(_) | Scope::Benchmark(_) => &mut values,
            Scope::File(_) | Scope::Function { .. } => &mut detail,
        };
        document.add("measurement", measurement)?;
    }
    values.all("absence", &snapshot.absences)?;
    values.all("input", &snapshot.inputs)?;
    detail.all("lines", lines)?;
    detail.all("test", roll.as_deref().unwrap_or_default())?;
    detail.all("case", cases)?;
    detail.all("slowest", slowest)?;
    detail.all("finding", findings)?;
    detail.all("duplication", duplication)?;
    detail.all("documentation", documentation)?;
    detail.all("benchmark", benchmarks)?;
    detail.all("failed_deployment", failed_deployments)?;
    let detail = detail.end()?;
    let stating = Head {
        detail: Some(hash(&detail).map_err(serde::ser::Error::custom)?),
        hosted: check.map(|check| check.hosted),
        ..head(Part::Values)
    };
    let mut whole = Lines::begin(&stating)?;
    whole.append(&values);
    Ok((whole.end()?, detail))
}

/// git's hash of a document.
pub(super) fn hash(bytes: &[u8]) -> Result<String, git2::Error> {
    git2::Oid::hash_object(git2::ObjectType::Blob, bytes).map(|hash| hash.to_string())
}

/// What values state as the hash of the detail; `None` in the first form, which states none.
pub(super) fn stated_detail(values: &[u8]) -> Result<Option<String>, String> {
    let line = values.split(|byte| *byte == b'\n').next();
    let line = std::str::from_utf8(line.unwrap_or_default()).map_err(|_| "it is not UTF-8")?;
    let head = head(line, Part::Values)?;
    Ok((head.andon_history > FIRST).then(|| head.detail.unwrap_or_default()))
}

/// Values that state a detail, where they state one.
pub(super) fn restated(values: &[u8], detail: &[u8]) -> Result<Vec<u8>, String> {
    let text = std::str::from_utf8(values).map_err(|_| "it is not UTF-8")?;
    let (first, rest) = text.split_once('\n').ok_or("it is cut off")?;
    let mut head = head(first, Part::Values)?;
    if head.andon_history == FIRST {
        return Ok(values.to_owned());
    }
    head.detail = Some(hash(detail).map_err(|error| error.message().to_owned())?);
    let first = serde_json::to_string(&head).map_err(|error| error.to_string())?;
    Ok(format!("{first}\n{rest}").into_bytes())
}

/// Reads a values document.
pub(super) fn read_values(bytes: &[u8]) -> Result<Values, String> {
    let mut values = None;
    read(bytes, Part::Values, |head, record| {
        let values = values.get_or_insert_with(|| of_head(head));
        match record {
            None => {}
            Some(Record::Measurement(measurement)) => values.measurements.push(measurement),
            Some(Record::Absence(absence)) => values.absences.push(absence),
            Some(Record::Input(input)) => values.inputs.push(input),
            Some(_) => return Err("it holds what belongs into the detail".to_owned()),
        }
        Ok(())
    })?;
    values.ok_or_else(|| "it is empty".to_owned())
}

fn of_head(head: &Head) -> Values {
    Values {
        subject: head.subject.clone(),
        run: head.run.clone(),
        repository: head.repository.clone(),
        runner: head.runner.clone(),
        verdict: head.verdict.clone(),
        hosted: head.hosted,
        measurements: Vec::new(),
        absences: Vec::new(),
        inputs: Vec::new(),
    }
}

/// Joins a values document with the bytes of its detail to the snapshot that they were made of.
pub(super) fn join(values: Values, detail: &[u8]) -> Result<Snapshot, String> {
    let mut snapshot = Snapshot::new(values.subject);
    snapshot.measurements = values.measurements;
    snapshot.absences = values.absences;
    snapshot.inputs = values.inputs;
    let subject = snapshot.subject.clone();
    let evidence = &mut snapshot.evidence;
    let measurements = &mut snapshot.measurements;
    read(detail, Part::Detail, |head, record| {
        if head.subject != subject {
            return Err("its detail is of another snapshot".to_owned());
        }
        match record {
            None if head.roll => evidence.roll = Some(Vec::new()),
            None => {}
            Some(Record::Measurement(measurement)) => measurements.push(measurement),
            Some(Record::Lines(lines)) => evidence.lines.push(lines),
            Some(Record::Test(test)) => evidence.roll.get_or_insert_default().push(test),
            Some(Record::Case(case)) => evidence.cases.push(case),
            Some(Record::Slowest(case)) => evidence.slowest.push(case),
            Some(Record::Finding(finding)) => evidence.findings.push(finding),
            Some(Record::Duplication(clones)) => evidence.duplication.push(clones),
            Some(Record::Documentation(said)) => evidence.documentation.push(said),
            Some(Record::Benchmark(said)) => evidence.benchmarks.push(said),
            Some(Record::FailedDeployment(failed)) => evidence.failed_deployments.push(failed),
            Some(_) => return Err("its detail holds what belongs into the values".to_owned()),
        }
        Ok(())
    })?;
    snapshot.sort();
    Ok(snapshot)
}

/// Reads a document line by line: the head alone first, then the head with each record.
fn read(
    bytes: &[u8],
    part: Part,
    mut take: impl FnMut(&Head, Option<Record>) -> Result<(), String>,
) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    let whole = text.strip_suffix('\n').ok_or("it is cut off")?;
    let mut lines = whole.split('\n');
    let head = head(lines.next().unwrap_or_default(), part)?;
    take(&head, None)?;
    let mut records = 0;
    let mut pending: Option<&str> = None;
    for line in lines {
        if let Some(line) = pending.replace(line) {
            records += 1;
            let record = serde_json::from_str(line)
                .map_err(|error| format!("line {} is no record: {error}", records + 1))?;
            take(&head, Some(record))?;
        }
    }
    let end = pending.and_then(|line| serde_json::from_str::<End>(line).ok());
    match end {
        Some(End { end }) if end == records => Ok(()),
        _ => Err("it is cut off".to_owned()),
    }
}

/// A document without the records that go, and how many went.
pub(super) fn without(
    bytes: &[u8],
    mut goes: impl FnMut(&str) -> bool,
) -> Result<(Vec<u8>, u64), String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    let whole = text.strip_suffix('\n').ok_or("it is cut off")?;
    let (head, rest) = whole.split_once('\n').ok_or("it is cut off")?;
    let (records, _) = rest.rsplit_once('\n').unwrap_or_default();
    let mut left = Lines {
        bytes: format!("{head}\n").into_bytes(),
        records: 0,
    };
    let mut gone = 0;
    for record in records.split('\n').filter(|record| !record.is_empty()) {
        if goes(record) {
            gone += 1;
            continue;
        }
        left.bytes.extend_from_slice(record.as_bytes());
        left.bytes.push(b'\n');
        left.records += 1;
    }
    let left = left.end().map_err(|error| error.to_string())?;
    Ok((left, gone))
}

fn head(line: &str, part: Part) -> Result<Head, String> {
    /// What every version says of itself.
    #[derive(Deserialize)]
    struct Version {
        andon_history: u32,
        andon_snapshot: u32,
    }
    let Ok(version) = serde_json::from_str::<Version>(line) else {
        return Err("it was not written by andon".to_owned());
    };
    if version.andon_history > VERSION || version.andon_snapshot > SNAPSHOT_VERSION {
        return Err("it was written by a newer andon; use that version to read it".to_owned());
    }
    if version.andon_history < FIRST || version.andon_snapshot != SNAPSHOT_VERSION {
        return Err("its version is not one that this andon reads".to_owned());
    }
    let head: Head =
        serde_json::from_str(line).map_err(|error| format!("its first line is broken: {error}"))?;
    match head.part == part {
        true => Ok(head),
        false => Err(format!("it is no {} document", part.word())),
    }
}

/// A document being written.
#[derive(Default)]
struct Lines {
    bytes: Vec<u8>,
    records: u64,
}

impl Lines {
    fn begin(head: &Head) -> serde_json::Result<Lines> {
        let mut bytes = serde_json::to_vec(head)?;
        bytes.push(b'\n');
        Ok(Lines { bytes, records: 0 })
    }

    fn append(&mut self, records: &Lines) {
        self.bytes.extend_from_slice(&records.bytes);
        self.records += records.records;
    }

    /// Adds a record: a [`Record`] written without owning what it holds.
    fn add(&mut self, kind: &'static str, record: &impl Serialize) -> serde_json::Result<()> {
        self.bytes.extend_from_slice(b"{\"");
        self.bytes.extend_from_slice(kind.as_bytes());
        self.bytes.extend_from_slice(b"\":");
        serde_json::to_writer(&mut self.bytes, record)?;
        self.bytes.extend_from_slice(b"}\n");
        self.records += 1;
        Ok(())
    }

    fn all(&mut self, kind: &'static str, records: &[impl Serialize]) -> serde_json::Result<()> {
        records.iter().try_for_each(|record| self.add(kind, record))
    }

    fn end(mut self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_writer(&mut self.bytes, &End { end: self.records })?;
        self.bytes.push(b'\n');
        Ok(self.bytes)
    }
}
