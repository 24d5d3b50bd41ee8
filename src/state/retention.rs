//! Which files of old editions this program wrote and may therefore remove.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::params;

use super::{Sql, State, known_digest};
use crate::error::Result;

/// An old edition whose files are still there as far as the state knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Old {
    pub(super) edition: i64,
    /// [`super::Edition::name`].
    pub name: String,
    /// The day that it is for.
    pub date: Date,
    /// Its files, each with the SHA-256 of what was written.
    pub files: Vec<(String, Vec<u8>)>,
}

impl State {
    /// A digest's editions with files, the newest first; the first is the last that was made. Only what is finished.
    ///
    /// # Errors
    /// Where the state cannot be read.
    pub fn with_files(&self, digest: &str) -> Result<Vec<Old>> {
        let sql = "SELECT e.id, e.name, e.date, f.path, f.sha256 FROM editions AS e JOIN files AS f ON f.edition = e.id
            WHERE e.digest = ?1 AND e.stage <> 'made' AND f.pruned IS NULL ORDER BY e.id DESC, f.path";
        self.read(|c| {
            let mut statement = c.prepare(sql)?;
            let mut rows = statement.query([known_digest(c, digest)?])?;
            let mut all: Vec<Old> = Vec::new();
            while let Some(row) = rows.next()? {
                let (edition, file) = (row.get(0)?, (row.get(3)?, row.get(4)?));
                match all.last_mut() {
                    Some(last) if last.edition == edition => last.files.push(file),
                    _ => all.push(Old {
                        edition,
                        name: row.get(1)?,
                        date: super::pack::date(row.get_ref(2)?.as_str()?)?,
                        files: vec![file],
                    }),
                }
            }
            Ok(all)
        })
    }

    /// A file is no longer there, or no longer ours.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn pruned(&mut self, old: &Old, path: &str, now: Timestamp) -> Result<()> {
        self.write(|t| -> Sql<()> {
            let sql = "UPDATE files SET pruned = ?3 WHERE edition = ?1 AND path = ?2";
            t.execute(sql, params![old.edition, path, now.as_second()])?;
            Ok(())
        })
    }
}
