//! What the models made of texts, so that what waits in the inbox, or is made again, is not computed again.
//!
//! Readings that no run of a day needed are forgotten at its end, and no more than [`MOST`] are kept: 1.7 KB each.

#[cfg(unix)]
use std::ffi::CString;
#[cfg(unix)]
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use jiff::civil::Date;
use rusqlite::{OptionalExtension, params};

use super::State;
use super::pack::odd;
use crate::document::{EntityKind, Tagged};
use crate::error::Result;
use crate::infer::{Key, Reading, Shelf};

/// So many readings are kept, those that come first: the sentences of some hundred articles, 35 MB.
const MOST: usize = 20_000;

/// Bytes that a disk must have left for readings to be kept: an edition needs the room more.
const ROOM: u64 = 200 << 20;

/// The state as a shelf of readings, on a day.
pub struct Readings<'a> {
    state: &'a mut State,
    day: Date,
}

impl State {
    /// What texts were read as; what is found there is marked as needed on `day`.
    pub fn readings(&mut self, day: Date) -> Readings<'_> {
        Readings { state: self, day }
    }

    /// Forgets readings that were last needed before `day`; returns how many.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn prune_readings(&mut self, day: Date) -> Result<usize> {
        self.write(|t| t.execute("DELETE FROM embeddings WHERE used < ?1", [day.to_string()]))
    }
}

impl Shelf for Readings<'_> {
    fn find(&mut self, models: &str, keys: &[Key]) -> Result<Vec<Option<Reading>>> {
        let day = self.day.to_string();
        self.state.write(|t| {
            let own = "model = (SELECT id FROM models WHERE name = ?1) AND hash = ?2";
            let mut statement = t.prepare(&format!("SELECT vector, names, used FROM embeddings WHERE {own}"))?;
            let mut touch = t.prepare(&format!("UPDATE embeddings SET used = ?3 WHERE {own}"))?;
            let mut found = Vec::with_capacity(keys.len());
            for key in keys {
                let row = statement.query_row(params![models, key], |row| {
                    let vector = floats(row.get_ref(0)?.as_blob()?);
                    let names: Vec<(usize, usize, EntityKind)> =
                        serde_json::from_str(row.get_ref(1)?.as_str()?).map_err(odd)?;
                    let names = names
                        .into_iter()
                        .map(|(start, end, kind)| Tagged { span: start..end, kind });
                    let names = names.collect();
                    Ok((Reading { vector, names }, row.get::<_, String>(2)?))
                });
                let row = row.optional()?;
                if row.as_ref().is_some_and(|(_, used)| *used < day) {
                    touch.execute(params![models, key, day])?;
                }
                found.push(row.map(|(reading, _)| reading));
            }
            Ok(found)
        })
    }

    fn keep(&mut self, models: &str, new: &[(Key, &Reading)]) -> Result<()> {
        if room(&self.state.path).is_some_and(|free| free < ROOM) {
            return Ok(());
        }
        let day = self.day.to_string();
        self.state.write(|t| {
            t.execute("INSERT OR IGNORE INTO models (name) VALUES (?1)", [models])?;
            let model: i64 = t.query_row("SELECT id FROM models WHERE name = ?1", [models], |row| row.get(0))?;
            let there: usize = t.query_row("SELECT count(*) FROM embeddings", [], |row| row.get(0))?;
            let mut insert = t.prepare(
                "INSERT OR REPLACE INTO embeddings (model, hash, vector, names, used) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?;
            for (key, reading) in new.iter().take(MOST.saturating_sub(there)) {
                let vector: Vec<u8> = reading.vector.iter().flat_map(|x| x.to_le_bytes()).collect();
                let names = reading.names.iter().map(|n| (n.span.start, n.span.end, n.kind));
                let names = serde_json::to_string(&names.collect::<Vec<_>>()).map_err(odd)?;
                insert.execute(params![model, key, vector, names, day])?;
            }
            Ok(())
        })
    }
}

/// The bytes that are left on a file's disk, where that can be told.
#[cfg(unix)]
fn room(path: &Path) -> Option<u64> {
    let path = CString::new(path.as_os_str().as_bytes()).ok()?;
    // SAFETY: all of the structure is numbers, and it is read only after the call has filled it.
    unsafe {
        let mut disk: libc::statvfs = std::mem::zeroed();
        let failed = libc::statvfs(path.as_ptr(), &raw mut disk) != 0;
        (!failed).then(|| disk.f_bavail.saturating_mul(disk.f_frsize))
    }
}

#[cfg(not(unix))]
fn room(_: &Path) -> Option<u64> {
    None
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    let float = |chunk: &[u8]| chunk.try_into().map_or(0.0, f32::from_le_bytes);
    bytes.chunks_exact(4).map(float).collect()
}
