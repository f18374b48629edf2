use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;

fn deflated() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer.start_file(*name, deflated()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Replaces every occurrence, of the same length.
fn replaced(mut archive: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let places: Vec<usize> = (0..archive.len())
        .filter(|at| archive[*at..].starts_with(from))
        .collect();
    assert!(!places.is_empty());
    for at in places {
        archive[at..at + to.len()].copy_from_slice(to);
    }
    archive
}

/// Noise that deflate cannot make smaller.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as u8
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn plain_files_come_out() {
    let files = unpack(&zip(&[
        ("result.json", b"{}"),
        ("a/b.json", b"[1]"),
        ("empty", b""),
    ]))
    .unwrap();
    let files: Vec<_> = files
        .iter()
        .map(|file| (file.name.as_str(), file.bytes.as_slice()))
        .collect();
    assert_eq!(
        files,
        [
            ("result.json", &b"{}"[..]),
            ("a/b.json", b"[1]"),
            ("empty", b"")
        ]
    );
    assert!(unpack(&zip(&[])).unwrap().is_empty());
}

#[test]
fn folders_are_passed_over() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .add_directory("a", SimpleFileOptions::default())
        .unwrap();
    writer.start_file("a/b", deflated()).unwrap();
    let files = unpack(&writer.finish().unwrap().into_inner()).unwrap();
    assert_eq!(files.len(), 1);
}

#[test]
fn no_name_leads_elsewhere() {
    for name in [
        "../x", "/abs", "a/../b", "a//bc", "./abc", "C:/ab", "ab\\cd", "a\nbcd", "a\0bcd", "..",
        ".", "a/..", "//host",
    ] {
        // The writer would not take some of these names.
        let plain = "x".repeat(name.len());
        let archive = replaced(
            zip(&[(&plain, b"1234567")]),
            plain.as_bytes(),
            name.as_bytes(),
        );
        let refused = unpack(&archive).unwrap_err();
        assert!(
            matches!(refused, Refused::Entry(_, Fault::Name)),
            "{name:?}: {refused}"
        );
    }
    let long = "x".repeat(1025);
    assert!(matches!(
        unpack(&zip(&[(&long, b"")])),
        Err(Refused::Entry(_, Fault::Name))
    ));
}

#[test]
fn links_and_devices_are_refused() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .add_symlink("result.json", "/etc/passwd", SimpleFileOptions::default())
        .unwrap();
    let archive = writer.finish().unwrap().into_inner();
    assert!(matches!(
        unpack(&archive),
        Err(Refused::Entry(_, Fault::Irregular))
    ));
    // A named pipe, by its mode in the central directory.
    let mut pipe = zip(&[("pipe", b"")]);
    let entry = pipe
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .unwrap();
    pipe[entry + 40..entry + 42].copy_from_slice(&0o010_644_u16.to_le_bytes());
    assert!(matches!(
        unpack(&pipe),
        Err(Refused::Entry(_, Fault::Irregular))
    ));
}

#[test]
fn one_name_twice_is_refused() {
    let archive = zip(&[("first.json", b"{}"), ("other.json", b"[]")]);
    let archive = replaced(archive, b"other.json", b"first.json");
    assert!(matches!(
        unpack(&archive),
        Err(Refused::Entry(_, Fault::Duplicate))
    ));
}

#[test]
fn a_bomb_does_not_go_off() {
    let zeros = vec![0; (EACH + 1) as usize];
    assert!(matches!(
        unpack(&zip(&[("large", &zeros)])),
        Err(Refused::Large(_))
    ));
    let ratio = zip(&[("small", &zeros[..2 << 20])]);
    assert!(matches!(unpack(&ratio), Err(Refused::Ratio)));
    // Under the bound of each alone.
    let many: Vec<String> = (0..60).map(|index| index.to_string()).collect();
    let many: Vec<_> = many
        .iter()
        .map(|name| (name.as_str(), &zeros[..1 << 20]))
        .collect();
    assert!(matches!(unpack(&zip(&many)), Err(Refused::Ratio)));
}

#[test]
fn a_size_that_lies_does_not_help() {
    // The central directory says ten bytes of what is 17 MiB.
    let mut archive = zip(&[("large", &vec![0; (EACH + 1) as usize])]);
    let entry = archive
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .unwrap();
    archive[entry + 24..entry + 28].copy_from_slice(&10_u32.to_le_bytes());
    assert!(unpack(&archive).is_err());
}

#[test]
fn too_much_in_all_is_refused() {
    let noise = noise(EACH as usize);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for name in ["a", "b", "c", "d", "e"] {
        writer.start_file(name, stored).unwrap();
        writer.write_all(&noise).unwrap();
    }
    let archive = writer.finish().unwrap().into_inner();
    assert!(matches!(unpack(&archive), Err(Refused::Total)));
}

#[test]
fn too_many_entries_are_refused() {
    let names: Vec<String> = (0..65).map(|index| index.to_string()).collect();
    let entries: Vec<_> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert!(matches!(
        unpack(&zip(&entries)),
        Err(Refused::Archive(archive::Refused::Members(_)))
    ));
    assert_eq!(unpack(&zip(&entries[..64])).unwrap().len(), 64);
    // A count that would make a reader reserve room for entries that are not there.
    let mut archive = zip(&[("a", b"")]);
    let end = archive.len() - 22;
    archive[end + 8..end + 12].copy_from_slice(&[0xFF; 4]);
    assert!(matches!(
        unpack(&archive),
        Err(Refused::Archive(archive::Refused::Members(_)))
    ));
}

#[test]
fn what_is_encrypted_or_packed_otherwise_is_refused() {
    let archive = zip(&[("a", b"text")]);
    let set = |at: usize, value: u16| {
        let mut archive = archive.clone();
        let central = archive
            .windows(4)
            .position(|four| four == b"PK\x01\x02")
            .unwrap();
        archive[central + at..central + at + 2].copy_from_slice(&value.to_le_bytes());
        archive
    };
    assert!(matches!(
        unpack(&set(8, 1)),
        Err(Refused::Entry(_, Fault::Encrypted))
    ));
    for method in [1, 9, 12, 14, 93] {
        let refused = unpack(&set(10, method));
        assert!(
            matches!(
                refused,
                Err(Refused::Entry(_, Fault::Compression) | Refused::Damaged(..))
            ),
            "{method}"
        );
    }
}

#[test]
fn what_is_no_archive_is_refused() {
    for bytes in [
        &b""[..],
        b"PK",
        b"{}",
        &[0; 22],
        b"PK\x05\x06",
        &[b'x'; 500],
    ] {
        assert!(matches!(
            unpack(bytes),
            Err(Refused::Archive(archive::Refused::NotAnArchive))
        ));
    }
    // Something before or after an archive makes two readers see two archives.
    let archive = zip(&[("a", b"1")]);
    assert!(unpack(&[b"#!/bin/sh\n", archive.as_slice()].concat()).is_err());
    assert!(unpack(&[archive.as_slice(), b"\n"].concat()).is_err());
}

#[test]
fn no_part_of_an_archive_passes_for_it() {
    let archive = zip(&[("a.json", b"{\"a\": 1}"), ("b.json", b"[1, 2, 3, 4]")]);
    for end in 0..archive.len() {
        assert!(unpack(&archive[..end]).is_err(), "{end}");
    }
}

proptest! {
    #[test]
    fn damage_never_goes_unnoticed(at in any::<prop::sample::Index>(), to: u8) {
        let original = zip(&[("a.json", b"{\"a\": 1}"), ("b.json", &[7; 3000])]);
        let mut archive = original.clone();
        let at = at.index(archive.len());
        archive[at] = to;
        if let Ok(files) = unpack(&archive) {
            // Names and traits that do not matter may change; content is guarded by its checksum.
            for file in files {
                let kept = file.bytes == b"{\"a\": 1}" || file.bytes == [7; 3000];
                prop_assert!(kept, "{}", file.name);
                let leaves = file.name.starts_with('/') || file.name.split('/').any(|part| part == "..");
                prop_assert!(!leaves, "{}", file.name);
            }
        }
    }

    #[test]
    fn any_bytes_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(unpack(&bytes).is_err());
    }
}
