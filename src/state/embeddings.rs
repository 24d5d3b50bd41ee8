//! What the encoder made of a text, so that a text that comes again is not computed again.

use jiff::civil::Date;
use rusqlite::{OptionalExtension, params};

use super::State;
use crate::error::Result;

impl State {
    /// The vectors of texts, each known by a hash of its words, as `model` made them; `None` for those that are not there.
    ///
    /// # Errors
    /// Where the state cannot be read.
    pub fn embeddings(&self, model: &str, hashes: &[&[u8]]) -> Result<Vec<Option<Vec<f32>>>> {
        self.read(|c| {
            let sql =
                "SELECT vector FROM embeddings WHERE model = (SELECT id FROM models WHERE name = ?1) AND hash = ?2";
            let mut statement = c.prepare(sql)?;
            let vector = |hash: &&[u8]| {
                let row = statement.query_row(params![model, hash], |row| Ok(floats(row.get_ref(0)?.as_blob()?)));
                row.optional()
            };
            hashes.iter().map(vector).collect()
        })
    }

    /// Keeps vectors, and says that those of `used` were needed again on `day`.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn put_embeddings(&mut self, model: &str, new: &[(&[u8], &[f32])], used: &[&[u8]], day: Date) -> Result<()> {
        self.write(|t| {
            t.execute("INSERT OR IGNORE INTO models (name) VALUES (?1)", [model])?;
            let model: i64 = t.query_row("SELECT id FROM models WHERE name = ?1", [model], |row| row.get(0))?;
            let day = day.to_string();
            let mut insert =
                t.prepare("INSERT OR REPLACE INTO embeddings (model, hash, vector, used) VALUES (?1, ?2, ?3, ?4)")?;
            for (hash, vector) in new {
                let bytes: Vec<u8> = vector.iter().flat_map(|x| x.to_le_bytes()).collect();
                insert.execute(params![model, hash, bytes, day])?;
            }
            let mut touch =
                t.prepare("UPDATE embeddings SET used = ?3 WHERE model = ?1 AND hash = ?2 AND used <> ?3")?;
            for hash in used {
                touch.execute(params![model, hash, day])?;
            }
            Ok(())
        })
    }

    /// Forgets vectors that were last needed before `day`; returns how many.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn prune_embeddings(&mut self, day: Date) -> Result<usize> {
        self.write(|t| t.execute("DELETE FROM embeddings WHERE used < ?1", [day.to_string()]))
    }
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    let four = bytes.chunks_exact(4);
    four.map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}
