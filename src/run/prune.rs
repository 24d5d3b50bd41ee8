//! Retention: the files of old editions are removed where the configuration says how many to keep, and only those that are
//! as this program wrote them.

use std::path::Path;

use jiff::{Timestamp, ToSpan};
use sha2::{Digest as _, Sha256};

use super::{Step, Work};
use crate::config::Keep;
use crate::error::{Result, Warning};
use crate::state::{Old, State};

/// The editions whose files are to go: older than `days` before the last edition, and not among the newest `editions`. The
/// last one never goes, and with both 0 none does.
pub(super) fn due(state: &State, digest: &str, keep: Keep) -> Result<Vec<Old>> {
    if keep == Keep::default() {
        return Ok(Vec::new());
    }
    let all = state.with_files(digest)?;
    let Some(last) = all.first().map(|old| old.date) else {
        return Ok(Vec::new());
    };
    // By the last edition's date and not by the clock: one that is wrong by years then costs at most what its own edition pushes out.
    let oldest = last.saturating_sub(i64::from(keep.days).min(100_000).days());
    let spared = keep.editions.max(1);
    Ok(all.into_iter().skip(spared).filter(|old| old.date < oldest).collect())
}

/// Removes the files that are due. Returns them, and a note for each that is not as it was written and therefore stays.
pub(super) fn prune(
    state: &mut State,
    digest: &str,
    keep: Keep,
    now: Timestamp,
    work: &mut dyn Work,
) -> Result<(Vec<String>, Vec<Warning>)> {
    let (mut gone, mut notes) = (Vec::new(), Vec::new());
    for old in due(state, digest, keep)? {
        for (path, sha) in &old.files {
            work.reached(Step::Prune);
            match std::fs::read(Path::new(path)) {
                Ok(content) if Sha256::digest(&content)[..] == sha[..] => match std::fs::remove_file(path) {
                    Ok(()) => gone.push(path.clone()),
                    Err(error) => {
                        notes.push(Warning::note(
                            path,
                            format!("is due to be removed and cannot be: {error}"),
                        ));
                        continue;
                    }
                },
                Ok(_) => notes.push(Warning::note(
                    path,
                    "was changed since it was written: it stays, and is yours now",
                )),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => {
                    notes.push(Warning::note(
                        path,
                        format!("is due to be removed and cannot be read: {error}"),
                    ));
                    continue;
                }
            }
            state.pruned(&old, path, now)?;
        }
    }
    Ok((gone, notes))
}
