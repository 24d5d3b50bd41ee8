//! Editions: each digest that was made, with its files until they are in their places.
//!
//! The database comes first and the files follow it. One transaction stores the edition, the bytes of its files and that its
//! items are told; the files are then written from those bytes, as often as it takes. So a kill leaves either no edition
//! and the items in the inbox, or an edition whose files the next run puts into their places.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest as _, Sha256};

use super::pack::{expand, moment, odd, pack, squeeze, unpack};
use super::{Item, Sql, State, archive, digest_id, known_digest, memory};
use crate::digest::Digest;
use crate::error::{Result, Warning};

/// How far an edition has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// It is in the state, and its files may not be in their places.
    Made,
    /// Its files are in their places, and it may not have been delivered.
    Published,
    /// Nothing is left to do.
    Done,
}

/// An edition of a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// Its number in the state; later editions have higher ones.
    pub id: i64,
    /// `2026-03-14`, and for the day's second `2026-03-14-2`: the stem of its files.
    pub name: String,
    /// The day that it is for.
    pub date: Date,
    /// The folder of its files.
    pub folder: String,
    /// The edition before it.
    pub previous: Option<i64>,
    /// How far it has come.
    pub stage: Stage,
    /// When it was made.
    pub made: Timestamp,
}

/// A file of an edition that is not yet known to be in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditionFile {
    /// Where it belongs.
    pub path: String,
    /// What is in it.
    pub content: Vec<u8>,
}

/// A new edition.
#[derive(Debug)]
pub struct Made<'a> {
    /// [`Edition::name`].
    pub name: &'a str,
    /// The folder of its files.
    pub folder: &'a Path,
    /// The clock.
    pub now: Timestamp,
    /// The digest itself.
    pub digest: &'a Digest,
    /// The edition before it, with its digest.
    pub before: Option<(&'a Edition, &'a Digest)>,
    /// What it was made of.
    pub items: &'a [Item],
    /// The warnings that went in with them.
    pub warnings: &'a [Warning],
    /// Its files.
    pub files: &'a [EditionFile],
}

/// What is needed to make an edition again.
#[derive(Debug)]
pub struct Remade {
    /// What it was made of.
    pub items: Vec<Item>,
    /// The warnings that went in with them.
    pub warnings: Vec<Warning>,
    /// The edition before it, with its digest.
    pub before: Option<(Edition, Digest)>,
}

const COLUMNS: &str = "SELECT id, name, date, folder, previous, stage, made FROM editions";

impl Edition {
    fn read(row: &Row) -> Sql<Edition> {
        Ok(Edition {
            id: row.get(0)?,
            name: row.get(1)?,
            date: super::pack::date(row.get_ref(2)?.as_str()?)?,
            folder: row.get(3)?,
            previous: row.get(4)?,
            stage: match row.get_ref(5)?.as_str()? {
                "made" => Stage::Made,
                "published" => Stage::Published,
                _ => Stage::Done,
            },
            made: moment(row.get(6)?)?,
        })
    }
}

impl State {
    /// A digest's last edition.
    ///
    /// # Errors
    /// Where the state cannot be read.
    pub fn last(&self, digest: &str) -> Result<Option<Edition>> {
        self.read(|c| {
            let sql = format!("{COLUMNS} WHERE digest = ?1 ORDER BY id DESC LIMIT 1");
            c.query_row(&sql, [known_digest(c, digest)?], Edition::read).optional()
        })
    }

    /// A digest's editions with something left to do, the oldest first.
    ///
    /// # Errors
    /// Where the state cannot be read.
    pub fn open_editions(&self, digest: &str) -> Result<Vec<Edition>> {
        self.read(|c| {
            let mut statement = c.prepare(&format!("{COLUMNS} WHERE digest = ?1 AND stage <> 'done' ORDER BY id"))?;
            statement
                .query_map([known_digest(c, digest)?], Edition::read)?
                .collect()
        })
    }

    /// The digest of an edition as it was made. `None` where it is no longer kept: the last two are, and those that wait to be delivered.
    ///
    /// # Errors
    /// Where the state cannot be read.
    pub fn digest(&self, edition: &Edition) -> Result<Option<Digest>> {
        self.read(|c| digest_of(c, edition.id))
    }

    /// The digest of the edition before the named one, and for `None` that of the last: what the next is made against.
    ///
    /// # Errors
    /// Where the state cannot be read.
    pub fn previous(&self, digest: &str, edition: Option<&str>) -> Result<Option<Digest>> {
        self.read(|c| {
            let sql = "SELECT CASE WHEN ?2 IS NULL THEN id ELSE previous END FROM editions
                WHERE digest = ?1 AND (?2 IS NULL OR name = ?2) ORDER BY id DESC LIMIT 1";
            let found = c.query_row(sql, params![known_digest(c, digest)?, edition], |row| row.get(0));
            match found.optional()?.flatten() {
                Some(id) => digest_of(c, id),
                None => Ok(None),
            }
        })
    }

    /// Whether an edition of any digest has this name in this folder.
    ///
    /// # Errors
    /// Where the state cannot be read.
    pub fn is_taken(&self, folder: &Path, name: &str) -> Result<bool> {
        self.read(|c| {
            let mut statement = c.prepare_cached("SELECT 1 FROM editions WHERE folder = ?1 AND name = ?2")?;
            statement.exists(params![folder.to_string_lossy(), name])
        })
    }

    /// Stores a new edition: from here on its items are told, and its files will be in their places. Returns it.
    ///
    /// # Errors
    /// Where it cannot be written; nothing of it is then stored.
    pub fn make(&mut self, digest: &str, made: &Made) -> Result<Edition> {
        self.write(|t| {
            let own = digest_id(t, digest)?;
            t.execute(
                "INSERT INTO editions (digest, name, date, folder, previous, stage, made, articles, stories, briefs)
                 VALUES (?1, ?2, ?3, ?4, ?5, 'made', ?6, 0, 0, 0)",
                params![
                    own,
                    made.name,
                    made.digest.date.to_string(),
                    made.folder.to_string_lossy(),
                    made.before.map(|(edition, _)| edition.id),
                    made.now.as_second(),
                ],
            )?;
            let id = t.last_insert_rowid();
            fill(t, own, id, made)?;
            let warnings = pack(&made.warnings)?;
            t.execute("UPDATE editions SET warnings = ?2 WHERE id = ?1", params![id, warnings])?;
            tidy(t, own, id)?;
            t.query_row(&format!("{COLUMNS} WHERE id = ?1"), [id], Edition::read)
        })
    }

    /// What a digest's last edition was made of. `None` where that is no longer kept.
    ///
    /// # Errors
    /// Where the state cannot be read.
    pub fn remake(&self, edition: &Edition) -> Result<Option<Remade>> {
        let items = self.inputs(edition.id)?;
        self.read(|c| {
            let warnings: Option<Vec<u8>> =
                c.query_row("SELECT warnings FROM editions WHERE id = ?1", [edition.id], |row| {
                    row.get(0)
                })?;
            let Some(warnings) = warnings.filter(|_| !items.is_empty()) else {
                return Ok(None);
            };
            let before = match edition.previous {
                None => None,
                Some(id) => {
                    let before = c.query_row(&format!("{COLUMNS} WHERE id = ?1"), [id], Edition::read)?;
                    let Some(digest) = digest_of(c, id)? else {
                        return Ok(None);
                    };
                    Some((before, digest))
                }
            };
            Ok(Some(Remade {
                items,
                warnings: unpack(&warnings)?,
                before,
            }))
        })
    }

    /// Puts what was made again in the place of a digest's last edition.
    ///
    /// # Errors
    /// Where it cannot be written; the edition is then as it was.
    pub fn replace(&mut self, edition: &Edition, made: &Made) -> Result<()> {
        self.write(|t| {
            let sql = "SELECT digest FROM editions WHERE id = ?1";
            let own: i64 = t.query_row(sql, [edition.id], |row| row.get(0))?;
            let last: i64 = t.query_row("SELECT max(id) FROM editions WHERE digest = ?1", [own], |row| {
                row.get(0)
            })?;
            if last != edition.id {
                return Err(odd(format!("a later edition than {} was made meanwhile", edition.name)));
            }
            memory::undo(t, own, edition.id)?;
            archive::undo(t, edition.id)?;
            let sql = "UPDATE editions SET stage = 'made', folder = ?2 WHERE id = ?1";
            t.execute(sql, params![edition.id, made.folder.to_string_lossy()])?;
            fill(t, own, edition.id, made)
        })
    }

    /// An edition's files that are not yet known to be in their places.
    ///
    /// # Errors
    /// Where the state cannot be read.
    pub fn files(&self, edition: &Edition) -> Result<Vec<EditionFile>> {
        self.read(|c| {
            let sql = "SELECT path, content FROM files WHERE edition = ?1 AND content IS NOT NULL ORDER BY path";
            let mut statement = c.prepare(sql)?;
            let files = statement.query_map([edition.id], |row| {
                let content: Vec<u8> = row.get(1)?;
                Ok(EditionFile {
                    path: row.get(0)?,
                    content: expand(&content)?,
                })
            })?;
            files.collect()
        })
    }

    /// All files of an edition are in their places.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn published(&mut self, edition: &Edition) -> Result<()> {
        self.write(|t| {
            t.execute("UPDATE files SET content = NULL WHERE edition = ?1", [edition.id])?;
            t.execute("UPDATE editions SET stage = 'published' WHERE id = ?1", [edition.id])?;
            Ok(())
        })
    }

    /// An edition was delivered as far as it can be.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn done(&mut self, edition: &Edition) -> Result<()> {
        self.write(|t| {
            t.execute("UPDATE editions SET stage = 'done' WHERE id = ?1", [edition.id])?;
            let own: i64 = t.query_row("SELECT digest FROM editions WHERE id = ?1", [edition.id], |row| {
                row.get(0)
            })?;
            forget_bodies(t, own)
        })
    }
}

fn digest_of(c: &Connection, edition: i64) -> Sql<Option<Digest>> {
    let sql = "SELECT digest, body FROM editions WHERE id = ?1 AND body IS NOT NULL";
    let found = c.query_row(sql, [edition], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
    });
    let Some((own, body)) = found.optional()? else {
        return Ok(None);
    };
    let mut digest = read_body(c, edition, &body)?;
    memory::load(c, own, edition, &mut digest)?;
    Ok(Some(digest))
}

/// A digest without its memory. One of an older version that this one cannot read has no stories: threads then begin anew, but what
/// was told is still known.
fn read_body(c: &Connection, edition: i64, body: &[u8]) -> Sql<Digest> {
    if let Ok(digest) = serde_json::from_slice(&expand(body)?) {
        return Ok(digest);
    }
    let day: String = c.query_row("SELECT date FROM editions WHERE id = ?1", [edition], |row| row.get(0))?;
    let empty = serde_json::json!({
        "version": 0, "title": "", "date": day, "stories": [], "briefs": [], "warnings": [], "articles": 0, "replaced": 0,
        "models": [], "generator": "",
    });
    serde_json::from_value(empty).map_err(odd)
}

/// Everything of an edition but what stays the same when it is made again.
fn fill(t: &rusqlite::Transaction, own: i64, id: i64, made: &Made) -> Sql<()> {
    let digest = made.digest;
    let body = pack(&Digest {
        seen: Vec::new(),
        faded: Vec::new(),
        dormant: Vec::new(),
        ..digest.clone()
    })?;
    t.execute(
        "UPDATE editions SET body = ?2, articles = ?3, stories = ?4, briefs = ?5 WHERE id = ?1",
        params![
            id,
            body,
            digest.articles as i64,
            digest.stories.len() as i64,
            digest.briefs.len() as i64
        ],
    )?;
    memory::save(t, own, id, made.before.map(|(_, digest)| digest), digest)?;
    archive::save(t, own, id, digest)?;
    let untold = digest
        .seen
        .iter()
        .filter(|seen| seen.thread.is_none() && seen.last == digest.date);
    let untold: std::collections::BTreeSet<&str> = untold.map(|seen| seen.id.as_str()).collect();
    let mut told = t.prepare("UPDATE inbox SET edition = ?2, left = ?3 WHERE id = ?1")?;
    for item in made.items {
        let left = u32::from(untold.contains(item.document.id.as_str()));
        // Made again, an item has been left out no more often than before.
        let again = item.left > 0
            && t.prepare_cached("SELECT 1 FROM inbox WHERE id = ?1 AND edition = ?2")?
                .exists([item.row, id])?;
        told.execute(params![
            item.row,
            id,
            if again {
                left * item.left
            } else {
                left * (item.left + 1)
            }
        ])?;
    }
    let mut file = t.prepare(
        "INSERT INTO files (edition, path, sha256, content) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (edition, path)
         DO UPDATE SET sha256 = excluded.sha256, content = excluded.content, pruned = NULL",
    )?;
    for one in made.files {
        let sha = Sha256::digest(&one.content);
        file.execute(params![id, one.path, &sha[..], squeeze(&one.content)?])?;
    }
    Ok(())
}

/// Drops what only the editions before the last two needed.
fn tidy(t: &rusqlite::Transaction, own: i64, last: i64) -> Sql<()> {
    t.execute(
        "DELETE FROM inbox WHERE digest = ?1 AND edition IS NOT NULL AND edition < ?2",
        [own, last],
    )?;
    t.execute(
        "UPDATE editions SET warnings = NULL WHERE digest = ?1 AND id < ?2",
        [own, last],
    )?;
    let kept: Option<i64> = t.query_row("SELECT previous FROM editions WHERE id = ?1", [last], |row| row.get(0))?;
    if let Some(kept) = kept {
        memory::forget(t, own, kept)?;
    }
    forget_bodies(t, own)
}

fn forget_bodies(t: &rusqlite::Transaction, own: i64) -> Sql<()> {
    t.execute(
        "UPDATE editions SET body = NULL WHERE digest = ?1 AND stage = 'done' AND body IS NOT NULL
         AND id NOT IN (SELECT id FROM editions WHERE digest = ?1 ORDER BY id DESC LIMIT 2)",
        [own],
    )?;
    Ok(())
}
