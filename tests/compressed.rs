//! Compressed reports and archives of reports, as the tools of a build make them and as an attacker would.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails, and makes the files that it is about"
)]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use andon::app::Workspace;
use andon::app::reports::{self, Where};
use andon::domain::report::{Report, Weight};
use andon::formats::Limits;
use andon::platform::Env;
use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const LCOV: &[u8] = b"TN:\nSF:src/a.c\nDA:1,1\nDA:2,0\nend_of_record\n";
const JUNIT: &[u8] =
    b"<testsuites><testsuite name=\"s\" tests=\"1\"><testcase name=\"a\" classname=\"c\"/></testsuite></testsuites>";

fn workspace(folder: &Path) -> Workspace {
    Workspace::open(folder, Env::of([("SOURCE_DATE_EPOCH", "0")])).unwrap()
}

fn read(folder: &Path, names: &[&str]) -> (Vec<Report>, Vec<String>) {
    let names: Vec<_> = names.iter().map(Into::into).collect();
    let read = reports::read(&workspace(folder), Where::Named(&names), Limits::default()).unwrap();
    (read.read, read.passed_over)
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    writer.write_all(content).unwrap();
    writer.finish().unwrap()
}

fn zip(path: &Path, members: &[(&str, &[u8])]) {
    let mut writer = ZipWriter::new(fs::File::create(path).unwrap());
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in members {
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap();
}

fn paths(reports: &[Report]) -> Vec<(&str, &str, bool)> {
    let is_sound = |report: &Report| !report.problems.iter().any(|p| p.weight == Weight::Error);
    reports
        .iter()
        .map(|report| (report.path.as_str(), report.format, is_sound(report)))
        .collect()
}

fn said(report: &Report) -> &str {
    report
        .problems
        .first()
        .map_or("", |problem| &problem.message)
}

#[test]
fn compressed_reports_are_told_by_their_content() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("lcov.info.gz"), gzip(LCOV)).unwrap();
    let zstd = zstd::encode_all(JUNIT, 3).unwrap();
    // By content, not by name.
    fs::write(folder.path().join("junit.xml"), zstd).unwrap();
    let (reports, _) = read(folder.path(), &["lcov.info.gz", "junit.xml"]);
    let expected = [("junit.xml", "junit", true), ("lcov.info.gz", "lcov", true)];
    assert_eq!(paths(&reports), expected);
    let usual = reports::read(&workspace(folder.path()), Where::Usual, Limits::default()).unwrap();
    assert_eq!(paths(&usual.read), expected);
    // Beside what was packed, it is the same report again.
    fs::write(folder.path().join("lcov.info"), LCOV).unwrap();
    let (reports, _) = read(folder.path(), &["."]);
    let expected = [("junit.xml", "junit", true), ("lcov.info", "lcov", true)];
    assert_eq!(paths(&reports), expected);
}

#[test]
fn a_policy_names_an_archive_or_some_of_its_members() {
    let folder = tempfile::tempdir().unwrap();
    zip(
        &folder.path().join("a.zip"),
        &[
            ("linux/lcov.info", LCOV),
            ("mac/lcov.info", LCOV),
            ("junit.xml", JUNIT),
        ],
    );
    let policy = "version: 1
reports:
  - { path: 'a.zip!linux/**', labels: { os: linux } }
  - { path: '*.zip!junit.xml', format: junit }
  - { path: 'a.zip!windows/**' }
  - { path: 'a.zip!{linux,ios}/**' }
";
    fs::write(folder.path().join("andon.yaml"), policy).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_andon"));
    let output = command
        .args(["check", "--format", "json"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    for said in [
        "a.zip!linux/lcov.info",
        "a.zip!junit.xml",
        "no file of this archive is named windows/**",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(!text.contains("a.zip!mac/"), "{text}");
    assert!(!text.contains("is named {linux,ios}"), "{text}");
    // Of two lines, each counted once.
    assert!(
        text.contains("\"part\": 1,") && text.contains("\"whole\": 2"),
        "{text}"
    );
}

#[test]
fn a_compressed_report_that_is_damaged_is_no_stranger() {
    let folder = tempfile::tempdir().unwrap();
    let whole = gzip(LCOV);
    let mut wrong = whole.clone();
    let checksum = wrong.len() - 8;
    wrong[checksum] ^= 1;
    for (name, content) in [
        ("cut", &whole[..whole.len() - 3]),
        ("checksum", &wrong),
        ("garbage", &[whole.as_slice(), b"garbage"].concat()),
        ("twice", &gzip(&whole)),
    ] {
        let folder = folder.path().join(name);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("lcov.info.gz"), content).unwrap();
    }
    let usual = reports::read(&workspace(folder.path()), Where::Usual, Limits::default()).unwrap();
    assert_eq!(usual.read.len(), 4);
    for report in &usual.read {
        assert!(
            report.problems.iter().any(|p| p.weight == Weight::Error),
            "{}",
            report.path
        );
    }
    assert!(said(&usual.read[3]).contains("only one layer is opened"));
}

#[test]
fn a_damaged_member_is_no_stranger_beside_a_good_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    zip(&path, &[("good.xml", JUNIT), ("bad.xml", JUNIT)]);
    let mut archive = fs::read(&path).unwrap();
    // The checksum stands 16 bytes into the entry of the directory.
    let entry = |at: &usize| archive[*at..].starts_with(b"PK\x01\x02");
    let last = (0..archive.len()).rev().find(entry).unwrap();
    archive[last + 16] ^= 1;
    fs::write(&path, archive).unwrap();
    let (reports, strangers) = read(folder.path(), &["a.zip"]);
    assert_eq!(
        paths(&reports),
        [
            ("a.zip!bad.xml", "junit", false),
            ("a.zip!good.xml", "junit", true)
        ]
    );
    assert!(strangers.is_empty());
}

#[test]
fn a_large_compressed_report_is_checked_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = LCOV.repeat(20_000);
    text.extend_from_slice(b"# the end\n");
    let mut packed = gzip(&text);
    fs::write(folder.path().join("good.gz"), &packed).unwrap();
    let checksum = packed.len() - 8;
    packed[checksum] ^= 1;
    fs::write(folder.path().join("wrong.gz"), &packed).unwrap();
    let (reports, _) = read(folder.path(), &["good.gz", "wrong.gz"]);
    assert_eq!(
        paths(&reports),
        [("good.gz", "lcov", true), ("wrong.gz", "lcov", false)]
    );
    assert!(
        reports[1].content.coverage.is_some(),
        "what was read before is kept"
    );
}

#[test]
fn the_members_of_an_archive_are_reports() {
    let folder = tempfile::tempdir().unwrap();
    zip(
        &folder.path().join("artifact.zip"),
        &[
            ("coverage/lcov.info", LCOV),
            ("coverage/index.html", b"<html></html>"),
            ("coverage/notes.txt", b"notes"),
            ("junit.xml.gz", &gzip(JUNIT)),
            ("empty/junit.xml", b""),
        ],
    );
    let (reports, strangers) = read(folder.path(), &["artifact.zip"]);
    assert_eq!(
        paths(&reports),
        [
            ("artifact.zip!coverage/lcov.info", "lcov", true),
            ("artifact.zip!empty/junit.xml", "", false),
            ("artifact.zip!junit.xml.gz", "junit", true),
        ]
    );
    assert_eq!(strangers, ["artifact.zip!coverage/notes.txt"]);
    let (reports, _) = read(folder.path(), &["artifact.zip!**/*.info"]);
    assert_eq!(
        paths(&reports),
        [("artifact.zip!coverage/lcov.info", "lcov", true)]
    );
    let (reports, _) = read(folder.path(), &["artifact.zip!other.xml"]);
    assert!(said(&reports[0]).contains("no file of this archive is named other.xml"));
    let (reports, _) = read(folder.path(), &["artifact.zip!coverage/notes.txt"]);
    assert!(said(&reports[0]).contains("no known format"));
}

#[test]
fn an_archive_without_reports_is_an_error_if_it_was_named() {
    let folder = tempfile::tempdir().unwrap();
    zip(&folder.path().join("a.zip"), &[("readme.md", b"# Hello")]);
    zip(&folder.path().join("b.zip"), &[]);
    let (reports, _) = read(folder.path(), &["a.zip", "b.zip"]);
    assert_eq!(
        paths(&reports),
        [("a.zip", "", false), ("b.zip", "", false)]
    );
    assert!(
        said(&reports[0])
            .contains("no file of this archive is a report (it begins with readme.md)")
    );
    assert!(said(&reports[1]).contains("it is empty"));
    let (reports, strangers) = read(folder.path(), &["."]);
    assert!(reports.is_empty());
    assert_eq!(strangers, ["a.zip", "b.zip"]);
}

#[test]
fn an_archive_in_an_archive_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner.zip");
    zip(&inner, &[("lcov.info", LCOV)]);
    let inner = fs::read(inner).unwrap();
    let outer = folder.path().join("outer.zip");
    zip(
        &outer,
        &[
            ("inner.zip", &inner),
            ("lib.jar", &inner),
            ("lcov.info", LCOV),
        ],
    );
    let (reports, _) = read(folder.path(), &["outer.zip"]);
    assert_eq!(
        paths(&reports),
        [
            ("outer.zip!inner.zip", "", false),
            ("outer.zip!lcov.info", "lcov", true)
        ]
    );
    assert!(said(&reports[0]).contains("holds another zip file"));
    let (reports, _) = read(folder.path(), &["outer.zip!inner.zip"]);
    assert_eq!(paths(&reports), [("outer.zip!inner.zip", "", false)]);
    fs::write(folder.path().join("outer.gz"), gzip(&inner)).unwrap();
    let (reports, _) = read(folder.path(), &["outer.gz"]);
    assert!(said(&reports[0]).contains("holds another zip file"));
}

#[test]
fn a_bomb_is_a_problem_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    // Well formed, so that nothing but its size speaks against it.
    let mut bomb = JUNIT[..JUNIT.len() - b"</testsuites>".len()].to_vec();
    bomb.resize(80 << 20, b' ');
    bomb.extend_from_slice(b"</testsuites>");
    zip(
        &folder.path().join("a.zip"),
        &[("bomb.xml", &bomb), ("lcov.info", LCOV)],
    );
    fs::write(folder.path().join("bomb.gz"), gzip(&bomb)).unwrap();
    let (reports, _) = read(folder.path(), &["a.zip", "bomb.gz"]);
    assert_eq!(
        paths(&reports),
        [
            ("a.zip!bomb.xml", "junit", false),
            ("a.zip!lcov.info", "lcov", true),
            ("bomb.gz", "junit", false)
        ]
    );
    for bomb in [&reports[0], &reports[2]] {
        assert!(said(bomb).contains("200 times its size"), "{}", said(bomb));
    }
}

#[test]
fn a_name_that_leads_out_and_a_link_are_said_and_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    let mut writer = ZipWriter::new(fs::File::create(&path).unwrap());
    let options = SimpleFileOptions::default();
    for name in ["xx/up.info", "good.info"] {
        writer.start_file(name, options).unwrap();
        writer.write_all(LCOV).unwrap();
    }
    writer
        .add_symlink("link.info", "/etc/passwd", options)
        .unwrap();
    writer.finish().unwrap();
    let archive = fs::read(&path).unwrap();
    let hostile: Vec<u8> = archive.clone();
    let text = unsafe_name(hostile);
    fs::write(&path, text).unwrap();
    let (reports, _) = read(folder.path(), &["a.zip"]);
    assert_eq!(
        paths(&reports),
        [
            ("a.zip!../up.info", "", false),
            ("a.zip!good.info", "lcov", true),
            ("a.zip!link.info", "", false)
        ]
    );
    assert!(said(&reports[0]).contains("leads elsewhere"));
    assert!(said(&reports[2]).contains("no regular file"));
}

fn unsafe_name(mut archive: Vec<u8>) -> Vec<u8> {
    let places: Vec<usize> = (0..archive.len())
        .filter(|at| archive[*at..].starts_with(b"xx/up"))
        .collect();
    for at in places {
        archive[at..at + 2].copy_from_slice(b"..");
    }
    archive
}

/// Whether a program is there: these tests also run where it is not.
fn has(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}

#[test]
fn what_the_usual_tools_pack_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let run = |program: &str, args: &[&str]| {
        if !has(program) {
            return false;
        }
        let mut command = Command::new(program);
        command.args(args).current_dir(folder.path());
        assert!(command.output().unwrap().status.success(), "{program}");
        true
    };
    fs::create_dir(folder.path().join("coverage")).unwrap();
    fs::write(folder.path().join("coverage/lcov.info"), LCOV).unwrap();
    let python = "import zipfile, sys
z = zipfile.ZipFile(open('python.zip', 'wb'), 'w', zipfile.ZIP_DEFLATED)
z.write('coverage')
with z.open('coverage/lcov.info', 'w', force_zip64=True) as member: member.write(open('coverage/lcov.info', 'rb').read())
z.close()";
    let lcov = "coverage/lcov.info";
    let cases: [(&str, &str, &[&str]); 5] = [
        (
            "zip.zip!coverage/lcov.info",
            "zip",
            &["-r", "zip.zip", "coverage"],
        ),
        (
            "stored.zip!coverage/lcov.info",
            "zip",
            &["-0", "stored.zip", lcov],
        ),
        ("python.zip!coverage/lcov.info", "python3", &["-c", python]),
        ("lcov.gz", "gzip", &["-k", "-S", ".gz", lcov]),
        ("lcov.zst", "zstd", &["-q", "-k", "-19", lcov]),
    ];
    for (name, program, args) in cases {
        if !run(program, args) {
            continue;
        }
        let file = match name.split_once('!') {
            Some((file, _)) => file.to_owned(),
            None => format!("coverage/lcov.info.{}", name.rsplit('.').next().unwrap()),
        };
        let (reports, _) = read(folder.path(), &[&file]);
        let reports: Vec<_> = paths(&reports)
            .into_iter()
            .map(|(_, format, sound)| (format, sound))
            .collect();
        assert_eq!(reports, [("lcov", true)], "{name}");
    }
    if has("zip") && run("zip", &["-P", "secret", "locked.zip", lcov]) {
        let (reports, _) = read(folder.path(), &["locked.zip"]);
        assert!(
            said(&reports[0]).contains("is encrypted"),
            "{}",
            said(&reports[0])
        );
    }
}
