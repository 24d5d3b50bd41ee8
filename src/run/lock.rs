//! One run of a digest at a time.
//!
//! The operating system holds the lock and lets go of it when the process ends, however it ends: a lock is never stale. What
//! the file says is only for people; it stays behind, empty, since removing it could take it from under another run.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Who holds a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The process.
    pub pid: u32,
    /// Its machine.
    pub host: String,
    /// When it took the lock.
    pub since: Timestamp,
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Nobody needs the nanoseconds.
        let since = self.since.strftime("%Y-%m-%d %H:%M:%S UTC");
        write!(f, "process {} on {} since {since}", self.pid, self.host)
    }
}

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub struct Lock(File);

/// What came of asking for a lock.
#[derive(Debug)]
pub enum Asked {
    /// It is ours.
    Got(Lock),
    /// Another run has it; who, where that could be read.
    Held(Option<Holder>),
}

/// Where the lock of a digest lies: beside the state.
pub fn path(state: &Path, digest: &str) -> PathBuf {
    let plain = |c: char| {
        if c.is_alphanumeric() || "-_".contains(c) {
            c
        } else {
            '-'
        }
    };
    let mut name = state.as_os_str().to_owned();
    name.push(format!(".{}.lock", digest.chars().map(plain).collect::<String>()));
    PathBuf::from(name)
}

/// Takes a lock, or says who has it. Does not wait.
///
/// # Errors
/// Where the file cannot be made or locked.
pub fn take(path: &Path, now: Timestamp) -> Result<Asked> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(Error::io(folder))?;
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    let mut file = options.open(path).map_err(Error::io(path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(Asked::Held(read(&mut file))),
        Err(TryLockError::Error(error)) => return Err(Error::io(path)(error)),
    }
    let own = Holder {
        pid: std::process::id(),
        host: host(),
        since: now,
    };
    // The lock holds whether or not there is room to say whose it is.
    let _ = serde_json::to_vec(&own).map(|line| {
        let _ = file.set_len(0).and_then(|()| file.write_all(&line));
    });
    Ok(Asked::Got(Lock(file)))
}

/// Who holds a lock now, without taking it or making the file: `None` where it is free.
pub fn look(path: &Path) -> Option<Option<Holder>> {
    let mut file = File::open(path).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => Some(read(&mut file)),
        _ => None,
    }
}

fn read(file: &mut File) -> Option<Holder> {
    let mut text = String::new();
    file.rewind().and_then(|()| file.read_to_string(&mut text)).ok()?;
    serde_json::from_str(&text).ok()
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.set_len(0);
        let _ = self.0.unlock();
    }
}

/// The machine's name.
pub fn host() -> String {
    let mut name = [0u8; 256];
    // SAFETY: the buffer is as long as is said, and its last byte stays zero.
    let failed = unsafe { libc::gethostname(name.as_mut_ptr().cast(), name.len() - 1) } != 0;
    let end = name.iter().position(|&b| b == 0).unwrap_or(0);
    match String::from_utf8_lossy(&name[..end]).into_owned() {
        name if failed || name.is_empty() => "this machine".into(),
        name => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_one_is_told_who_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = path(&folder.path().join("state.db"), "morning");
        let now: Timestamp = "2026-03-17T06:00:00Z".parse().unwrap();
        assert!(look(&path).is_none());
        let Asked::Got(lock) = take(&path, now).unwrap() else {
            panic!("nobody has it")
        };
        let Asked::Held(Some(holder)) = take(&path, now).unwrap() else {
            panic!("it is taken")
        };
        assert_eq!((holder.pid, holder.since), (std::process::id(), now));
        assert_eq!(look(&path), Some(Some(holder)));
        drop(lock);
        assert!(look(&path).is_none());
        assert!(matches!(take(&path, now).unwrap(), Asked::Got(_)));
    }

    #[test]
    fn what_a_dead_run_wrote_does_not_hold() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.lock");
        std::fs::write(&path, r#"{"pid":1,"host":"gone","since":"2026-03-17T06:00:00Z"}"#).unwrap();
        assert!(look(&path).is_none());
        assert!(matches!(take(&path, Timestamp::UNIX_EPOCH).unwrap(), Asked::Got(_)));
    }
}
