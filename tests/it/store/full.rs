//! A full disk refuses commands clearly, and nothing needs repair when there is space again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tierdesk::app::Desk;

use crate::desk::{assert_whole, create, log, note};

/// A small file system in memory, gone with the value.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` where one may not be mounted.
    fn mount(at: &Path) -> Option<Self> {
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"]).arg(at).output().ok()?;
        done.status.success().then(|| Self(at.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

#[test]
fn a_full_disk_refuses_commands_and_needs_no_repair_afterwards() {
    let dir = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mount(dir.path()) else {
        println!("skipped: no right to mount a small file system here");
        return;
    };
    let mut desk = create(&disk.0.join("desk.db"));
    let agg = log(&mut desk, "VPN drops");
    let ballast = disk.0.join("ballast");
    fs::write(&ballast, vec![0u8; 1 << 20]).unwrap();

    let mut written = 0;
    let refused = loop {
        match desk.run(&note(&"the log says the same again ".repeat(40)), agg) {
            Ok(_) => written += 1,
            Err(error) => break error,
        }
        assert!(written < 10_000, "a disk of 4 MiB is full by now");
    };
    assert_eq!(refused.code(), "disk_full");
    assert_eq!(refused.to_string(), "the disk is full: nothing was written; free some space and try again");
    assert_eq!(notes(&desk, agg), written, "nothing half");
    assert_eq!(
        desk.run(&note("still full, still clear about it, and long ".repeat(40).as_str()), agg).unwrap_err().code(),
        "disk_full"
    );
    assert_whole(&desk);

    fs::remove_file(&ballast).unwrap();
    desk.run(&note("space again"), agg).unwrap();
    assert_eq!(notes(&desk, agg), written + 1);
    assert_whole(&desk);
    println!("{written} notes until the disk was full");
}

fn notes(desk: &Desk, agg: tierdesk::domain::id::AggId) -> usize {
    desk.record(agg).unwrap().worklog.len()
}
