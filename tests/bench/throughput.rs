//! How fast every format is read, beside the tokenizer that it rests on, as ratios of one run in one process.
//!
//! `throughput FOLDER` reads the large reports in FOLDER (`FORMAT.ext`, as `large.py` writes them); formats without one are
//! read from their real reports in `tests/fixtures`, again and again. Prints a table in markdown.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a measurement reads the clock and the files as directly as can be, and prints what it found"
)]

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use andon::formats::{Format, Limits, read, registry};
use quick_xml::events::Event;
use serde::de::IgnoredAny;

/// How often each is timed; the fastest counts, since everything else only slows down.
const RUNS: usize = 5;
/// How long small reports are read again and again.
const LEAST: Duration = Duration::from_millis(60);

type Failure = Box<dyn std::error::Error>;

/// What a format's reports are cut into before anything is understood.
#[derive(Clone, Copy)]
enum Tokens {
    Xml,
    Json,
    Lines,
    /// Lines and the numbers in them: the least that any reader of lines of numbers must do.
    Numbers,
}

impl Tokens {
    fn of(report: &[u8]) -> Tokens {
        match report
            .iter()
            .find(|byte| !byte.is_ascii_whitespace() && **byte < 0x80)
        {
            Some(b'<') => Tokens::Xml,
            Some(b'{' | b'[') => Tokens::Json,
            _ => Tokens::Lines,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Tokens::Xml => "quick-xml events",
            Tokens::Json => "serde_json IgnoredAny",
            Tokens::Lines => "memchr lines",
            Tokens::Numbers => "lines and their numbers",
        }
    }

    /// Cuts a report and does nothing with the pieces.
    fn cut(self, mut report: impl Read) -> Result<u64, Failure> {
        let mut pieces = 0;
        match self {
            Tokens::Xml => {
                let report = BufReader::with_capacity(64 << 10, report);
                let mut reader = quick_xml::Reader::from_reader(report);
                reader.config_mut().allow_dangling_amp = true;
                let mut buffer = Vec::new();
                while !matches!(reader.read_event_into(&mut buffer)?, Event::Eof) {
                    pieces += 1;
                    buffer.clear();
                }
            }
            Tokens::Json => {
                let mut text = String::new();
                report.read_to_string(&mut text)?;
                let values = serde_json::Deserializer::from_str(&text).into_iter::<IgnoredAny>();
                pieces += values.take_while(Result::is_ok).count() as u64;
            }
            Tokens::Lines => {
                let mut bytes = Vec::new();
                report.read_to_end(&mut bytes)?;
                pieces += memchr::memchr_iter(b'\n', &bytes).count() as u64;
            }
            Tokens::Numbers => {
                let mut bytes = Vec::new();
                report.read_to_end(&mut bytes)?;
                let mut from = 0;
                for to in memchr::memchr_iter(b'\n', &bytes) {
                    let mut number = 0_u64;
                    for byte in bytes.get(from..=to).unwrap_or_default() {
                        if byte.is_ascii_digit() {
                            number = number.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
                        } else {
                            pieces = pieces.wrapping_add(number);
                            number = 0;
                        }
                    }
                    from = to + 1;
                }
            }
        }
        Ok(pieces)
    }
}

/// The reports of a format: one large file, or the real ones.
enum Reports {
    Large(PathBuf),
    Real(Vec<Vec<u8>>),
}

impl Reports {
    fn of(format: &Format, folder: &Path) -> Result<Reports, Failure> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.file_stem().is_some_and(|stem| stem == format.id) {
                return Ok(Reports::Large(path));
            }
        }
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        let mut reports = Vec::new();
        for entry in fs::read_dir(fixtures.join(format.id))? {
            let path = entry?.path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if name != "says.yaml" && !name.starts_with("README") && !name.contains(".input.") {
                reports.push(fs::read(path)?);
            }
        }
        // Damaged and empty ones end before they begin: the largest say most.
        reports.sort_by_key(|report| std::cmp::Reverse(report.len()));
        reports.truncate(5);
        Ok(Reports::Real(reports))
    }

    fn size(&self) -> Result<u64, Failure> {
        Ok(match self {
            Reports::Large(path) => fs::metadata(path)?.len(),
            Reports::Real(reports) => reports.iter().map(|report| report.len() as u64).sum(),
        })
    }

    fn tokens(&self) -> Result<Tokens, Failure> {
        Ok(match self {
            Reports::Large(path) => {
                let mut head = vec![0; 100];
                let count = File::open(path)?.read(&mut head)?;
                Tokens::of(head.get(..count).unwrap_or_default())
            }
            Reports::Real(reports) => Tokens::of(reports.first().map_or(&[], Vec::as_slice)),
        })
    }

    /// Hands every report to `each`.
    fn visit(
        &self,
        mut each: impl FnMut(Box<dyn Read + Send>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        match self {
            Reports::Large(path) => each(Box::new(File::open(path)?)),
            Reports::Real(reports) => reports
                .iter()
                .try_for_each(|report| each(Box::new(Cursor::new(report.clone())))),
        }
    }
}

/// Megabytes (10⁶ bytes) in a second, of the fastest run.
fn fastest(size: u64, mut act: impl FnMut() -> Result<(), Failure>) -> Result<f64, Failure> {
    let mut best = 0.0_f64;
    for _ in 0..RUNS {
        let (begin, mut times) = (Instant::now(), 0);
        while times == 0 || begin.elapsed() < LEAST {
            act()?;
            times += 1;
        }
        let seconds = begin.elapsed().as_secs_f64() / f64::from(times);
        best = best.max(size as f64 / 1e6 / seconds);
    }
    Ok(best)
}

fn main() -> Result<(), Failure> {
    let folder = PathBuf::from(
        std::env::args_os()
            .nth(1)
            .ok_or("which folder of large reports?")?,
    );
    let only = std::env::args().nth(2).unwrap_or_default();
    println!("| format | report | andon MB/s | tokenizer | its MB/s | ratio |");
    println!("|:--|:--|--:|:--|--:|--:|");
    for format in
        registry().filter(|format| only.is_empty() || only.split(',').any(|id| id == format.id))
    {
        let reports = Reports::of(format, &folder)?;
        let (size, tokens) = (reports.size()?, reports.tokens()?);
        if size == 0 {
            continue;
        }
        let andon = fastest(size, || {
            reports.visit(|report| {
                black_box(read(
                    "report",
                    report,
                    Some(format),
                    Default::default(),
                    &Limits::default(),
                ));
                Ok(())
            })
        })?;
        let what = match &reports {
            Reports::Large(_) => format!("{:.0} MB", size as f64 / 1e6),
            Reports::Real(reports) => {
                format!("{} real, {:.0} kB", reports.len(), size as f64 / 1e3)
            }
        };
        let more = matches!(tokens, Tokens::Lines).then_some(Tokens::Numbers);
        for tokens in [tokens].into_iter().chain(more) {
            // What is damaged ends the tokenizer too.
            let raw = fastest(size, || {
                reports.visit(|report| {
                    black_box(tokens.cut(report)).ok();
                    Ok(())
                })
            })?;
            println!(
                "| `{}` | {what} | {andon:.0} | {} | {raw:.0} | {:.2} |",
                format.id,
                tokens.name(),
                raw / andon
            );
        }
    }
    Ok(())
}
