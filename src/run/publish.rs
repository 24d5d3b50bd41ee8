//! The files of an edition, put into their places.
//!
//! All are written and flushed beside their places before the first is moved. Their temporary names are made of digest and
//! edition, so what a killed run left is overwritten by the run that finishes its edition.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::{Step, Work};
use crate::error::{Error, Result};
use crate::state::{Edition, State};

/// Puts an edition's files into their places, and says so to the state. Doing it again does no harm.
///
/// # Errors
/// Where a file cannot be written: what was in its place is still there, and nothing else is.
pub(super) fn publish(state: &mut State, digest: &str, edition: &Edition, work: &mut dyn Work) -> Result<Vec<String>> {
    let folder = Path::new(&edition.folder);
    std::fs::create_dir_all(folder).map_err(Error::io(folder))?;
    let files = state.files(edition)?;
    let mut moves: Vec<(PathBuf, &Path)> = Vec::new();
    for file in &files {
        let path = Path::new(&file.path);
        if path.is_dir() {
            return Err(Error::Invalid {
                subject: file.path.clone(),
                reason: "is a folder; move it away".into(),
            });
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let part = folder.join(format!("{}{name}.part", prefix(digest)));
        work.reached(Step::Write);
        if let Err(error) = write(&part, &file.content) {
            let _ = std::fs::remove_file(&part);
            moves.iter().for_each(|(part, _)| {
                let _ = std::fs::remove_file(part);
            });
            return Err(Error::io(path)(error));
        }
        moves.push((part, path));
    }
    for (part, path) in &moves {
        work.reached(Step::Move);
        std::fs::rename(part, path).map_err(Error::io(path))?;
    }
    work.reached(Step::Settle);
    flush(folder).map_err(Error::io(folder))?;
    sweep(folder, digest);
    state.published(edition)?;
    Ok(files.into_iter().map(|file| file.path).collect())
}

fn write(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Makes renames outlive a loss of power.
#[cfg(unix)]
pub(super) fn flush(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
pub(super) fn flush(_: &Path) -> std::io::Result<()> {
    Ok(())
}

fn prefix(digest: &str) -> String {
    let plain = |c: char| {
        if c.is_alphanumeric() || "-_".contains(c) {
            c
        } else {
            '-'
        }
    };
    // No full stop in the name, so that `morning` leaves alone what is of `morning-london`.
    format!(".broadsheet-{}.", digest.chars().map(plain).collect::<String>())
}

/// Removes what dead runs of this digest left: whoever asks holds its lock, and has moved its own.
fn sweep(folder: &Path, digest: &str) {
    let prefix = prefix(digest);
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(&prefix) && name.ends_with(".part") {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Writes a file whole or not at all.
///
/// # Errors
/// Where it cannot be written.
pub fn write_whole(path: &Path, content: &[u8]) -> Result<()> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let all = write(&part, content).and_then(|()| std::fs::rename(&part, path));
    all.map_err(|error| {
        let _ = std::fs::remove_file(&part);
        Error::io(path)(error)
    })
}
