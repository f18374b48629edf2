//! A process and its descendants, as Linux shows them in `/proc`. Other systems show nothing here.
//!
//! A descendant whose parent has ended belongs to another process from then on, and is no longer counted.

/// Resident memory at one moment, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Resident {
    /// Of all the processes together.
    pub(super) sum: u64,
    /// The most that any one of them has held so far.
    pub(super) largest: u64,
}

/// Looks at a process and its descendants; `None` if there is nothing to be seen.
#[cfg(not(target_os = "linux"))]
pub(super) fn resident(_: u32) -> Option<Resident> {
    None
}

#[cfg(target_os = "linux")]
pub(super) use linux::resident;

#[cfg(target_os = "linux")]
#[allow(
    clippy::disallowed_methods,
    reason = "this is the port by which processes are looked at"
)]
mod linux {
    use std::fs;

    use super::Resident;

    /// So many processes are looked at, at the most.
    const MOST: usize = 4096;

    /// Looks at a process and its descendants; `None` if it has ended or does not let itself be seen.
    pub(in super::super) fn resident(root: u32) -> Option<Resident> {
        let mut found = None::<Resident>;
        let mut waiting = vec![root];
        let mut looked = 0;
        while let Some(id) = waiting.pop() {
            looked += 1;
            // A process may end at any moment while it is looked at.
            let Ok(status) = fs::read_to_string(format!("/proc/{id}/status")) else {
                continue;
            };
            if let (Some(now), Some(most)) = (size(&status, "VmRSS:"), size(&status, "VmHWM:"))
                && has_begun(&status)
            {
                let sum = found.get_or_insert(Resident { sum: 0, largest: 0 });
                sum.sum = sum.sum.saturating_add(now);
                sum.largest = sum.largest.max(most);
            }
            if looked + waiting.len() < MOST {
                children(id, number(&status, "Threads:") == Some(1), &mut waiting);
            }
        }
        found
    }

    /// Adds a process's children. They belong to the thread that started them.
    fn children(id: u32, single: bool, into: &mut Vec<u32>) {
        let mut add = |thread: &str| {
            let list = fs::read_to_string(format!("/proc/{id}/task/{thread}/children"));
            let list = list.unwrap_or_default();
            into.extend(
                list.split_ascii_whitespace()
                    .filter_map(|id| id.parse::<u32>().ok()),
            );
        };
        if single {
            return add(&id.to_string());
        }
        for thread in fs::read_dir(format!("/proc/{id}/task"))
            .into_iter()
            .flatten()
            .flatten()
        {
            add(&thread.file_name().to_string_lossy());
        }
    }

    /// Whether a process has run any of its program. While the kernel loads one, which takes long on a busy machine, the
    /// process has nothing but a page or two of arguments: that is no figure of the program. The bounds of its code stand at
    /// the end of loading, and its first instruction brings in a page of a file. Kernels that do not tell are believed.
    fn has_begun(status: &str) -> bool {
        let code = size(status, "VmExe:");
        let pages = ["RssFile:", "RssShmem:"].map(|field| size(status, field));
        let is_told = pages.iter().any(Option::is_some);
        code != Some(0) && (!is_told || pages.iter().flatten().any(|size| *size > 0))
    }

    fn number(status: &str, field: &str) -> Option<u64> {
        let line = status.lines().find_map(|line| line.strip_prefix(field))?;
        line.split_ascii_whitespace().next()?.parse().ok()
    }

    /// A size, which the kernel writes in units of 1024 bytes.
    fn size(status: &str, field: &str) -> Option<u64> {
        number(status, field).map(|size| size.saturating_mul(1024))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn this_very_process_is_seen_and_one_that_is_not_is_not() {
            let seen = resident(std::process::id()).unwrap();
            assert!(seen.sum > 100_000 && seen.largest > 100_000, "{seen:?}");
            assert_eq!(resident(u32::MAX), None);
            assert_eq!(
                size("Name:\tVmRSS:\nVmRSS:\t  12 kB\n", "VmRSS:"),
                Some(12_288)
            );
        }

        #[test]
        fn a_process_whose_program_is_being_loaded_says_nothing_of_it() {
            let of = |exe, anon, file, shared| {
                has_begun(&format!(
                    "VmHWM:\t{anon} kB\nVmRSS:\t{anon} kB\nRssAnon:\t{anon} kB\nRssFile:\t{file} kB\nRssShmem:\t{shared} kB\n\
                     VmExe:\t{exe} kB\n"
                ))
            };
            assert!(!of(0, 4, 0, 0), "its memory is new");
            assert!(!of(120, 12, 0, 0), "it is loaded, and has not run");
            assert!(of(120, 12, 64, 0));
            assert!(of(120, 12, 0, 64), "a program that lies in memory");
            assert!(
                has_begun("VmHWM:\t900 kB\nVmRSS:\t900 kB\n"),
                "an old kernel"
            );
            assert!(has_begun(&fs::read_to_string("/proc/self/status").unwrap()));
        }
    }
}
