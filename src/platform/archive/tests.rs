use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.set_comment("a comment").unwrap();
    writer.finish().unwrap().into_inner()
}

fn listed(archive: &[u8]) -> Result<Vec<Member>, Refused> {
    members(&mut Cursor::new(archive), 100)
}

fn content(archive: &[u8], member: &Member) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    member.open(Cursor::new(archive))?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[test]
fn members_are_listed_and_read() {
    let archive = zip(&[("a/b.xml", b"<a/>"), ("empty", b"")]);
    let members = listed(&archive).unwrap();
    assert_eq!(members.len(), 2);
    assert_eq!(content(&archive, &members[0]).unwrap(), b"<a/>");
    assert_eq!(content(&archive, &members[1]).unwrap(), b"");
    assert!(listed(&zip(&[])).unwrap().is_empty());
}

#[test]
fn members_in_the_same_bytes_are_refused() {
    let archive = zip(&[("a", b"1"), ("b", b"2")]);
    let mut central = archive.windows(4).enumerate();
    let second = central.rfind(|(_, four)| *four == b"PK\x01\x02").unwrap().0;
    let mut overlapping = archive.clone();
    // The second member where the first one is.
    overlapping[second + 42..second + 46].fill(0);
    assert!(matches!(listed(&overlapping), Err(Refused::Overlap)));
}

#[test]
fn large_numbers_of_an_archive_are_read() {
    // Everything in the 64-bit form, as archivers write whose input is a pipe.
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let large = SimpleFileOptions::default().large_file(true);
    writer.start_file("a", large).unwrap();
    writer.write_all(b"text").unwrap();
    let archive = writer.finish().unwrap().into_inner();
    let members = listed(&archive).unwrap();
    assert_eq!(content(&archive, &members[0]).unwrap(), b"text");
}

#[test]
fn a_directory_of_many_members_is_not_read() {
    let names: Vec<String> = (0..101).map(|index| index.to_string()).collect();
    let entries: Vec<_> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert!(matches!(listed(&zip(&entries)), Err(Refused::Members(100))));
    assert_eq!(listed(&zip(&entries[..100])).unwrap().len(), 100);
}

#[test]
fn what_stands_before_or_after_an_archive_is_refused() {
    let archive = zip(&[("a", b"1")]);
    assert!(listed(&[b"MZ", archive.as_slice()].concat()).is_err());
    assert!(listed(&[archive.as_slice(), b"\n"].concat()).is_err());
}

proptest! {
    #[test]
    fn damage_never_goes_unnoticed(at in any::<prop::sample::Index>(), to: u8) {
        let mut archive = zip(&[("a.json", b"{\"a\": 1}"), ("b.json", &[7; 3000])]);
        let at = at.index(archive.len());
        archive[at] = to;
        for member in listed(&archive).unwrap_or_default() {
            if let Ok(bytes) = content(&archive, &member) {
                let kept = bytes == b"{\"a\": 1}" || bytes == [7; 3000];
                prop_assert!(kept, "{}", member.name);
            }
        }
    }

    #[test]
    fn sound_names_lead_nowhere_else(name in r"[a./\\:]{0,12}") {
        if directory::is_sound(&name) {
            let path = std::path::Path::new(&name);
            let inside = path.components().all(|part| matches!(part, std::path::Component::Normal(_)));
            prop_assert!(inside && !name.contains(['\\', ':']), "{name}");
        }
    }
}
