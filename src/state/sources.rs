//! The sources' health and validators, and the entries that they have had.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::pack::{moment, pack_document};
use super::{Sql, State, digest_id, known_digest};
use crate::error::Result;
use crate::ingest::{Gathered, Health, Known, Source, Validators};

/// The longest that a server's `Retry-After` is believed.
const LONGEST_WAIT: i64 = 7 * 24 * 3600;

/// The entries that a digest's sources have had. Given out whole, so that several threads can look entries up.
#[derive(Debug, Clone, Default)]
pub struct Entries {
    /// Sorted.
    keys: Vec<i64>,
}

impl Entries {
    /// Whether a document with this id was taken in when the source said the same of it.
    pub fn contains(&self, id: &str, hash: &str) -> bool {
        self.keys.binary_search(&key(id, hash)).is_ok()
    }
}

/// Eight bytes of a hash: with a million entries the odds that any two share them are one to forty million.
fn key(id: &str, hash: &str) -> i64 {
    let mut sha = Sha256::new();
    sha.update(id.as_bytes());
    sha.update([0]);
    sha.update(hash.as_bytes());
    let digest = sha.finalize();
    i64::from_be_bytes(std::array::from_fn(|n| digest[n]))
}

/// How a source has done lately.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct History {
    /// How many runs in a row it has failed.
    pub failures: u32,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    /// When its server said that it is gone for good (410).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gone: Option<Timestamp>,
    /// It said so for the first time.
    #[serde(skip)]
    pub just_gone: bool,
    /// Where its server says it has moved, for the first time.
    #[serde(skip)]
    pub just_moved: bool,
}

/// What was stored of what the sources gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TakenIn {
    /// How many items came into the inbox.
    pub items: usize,
    /// How each source has done, in their order.
    pub histories: Vec<History>,
}

impl State {
    /// What is known of each source, in their order. What concerns the server (moved, gone, to be left alone for a time) is known
    /// whichever digest learnt it.
    ///
    /// # Errors
    /// Where the state cannot be read.
    pub fn known(&self, digest: &str, sources: &[Source], now: Timestamp) -> Result<Vec<Known>> {
        let own = "SELECT etag, last_modified FROM sources WHERE digest = ?1 AND name = ?2 AND location = ?3";
        // A clock that was put back must not make a wait longer: what was said in the future does not count.
        let shared = "SELECT max(moved_to), max(gone) IS NOT NULL, max(CASE WHEN checked <= ?3 THEN not_before END)
            FROM sources WHERE name = ?1 AND location = ?2";
        self.read(|c| {
            let digest = known_digest(c, digest)?;
            let (mut own, mut shared) = (c.prepare(own)?, c.prepare(shared)?);
            let known = |source: &Source| {
                let validators = own.query_row(params![digest, source.name, source.location], |row| {
                    Ok(Validators {
                        etag: row.get(0)?,
                        last_modified: row.get(1)?,
                    })
                });
                shared.query_row(params![source.name, source.location, now.as_second()], |row| {
                    let until: Option<i64> = row.get(2)?;
                    Ok(Known {
                        validators: validators.optional()?.unwrap_or_default(),
                        moved_to: row.get(0)?,
                        gone: row.get(1)?,
                        not_before: until.map(moment).transpose()?,
                    })
                })
            };
            sources.iter().map(known).collect()
        })
    }

    /// The entries that a digest's sources have had.
    ///
    /// # Errors
    /// Where the state cannot be read.
    pub fn entries(&self, digest: &str) -> Result<Entries> {
        self.read(|c| {
            let mut statement = c.prepare("SELECT key FROM entries WHERE digest = ?1 ORDER BY key")?;
            let keys = statement.query_map([known_digest(c, digest)?], |row| row.get(0))?;
            Ok(Entries {
                keys: keys.collect::<Sql<_>>()?,
            })
        })
    }

    /// Stores what the sources gave: the items into the inbox together with the validators and entries that stand for them, so that
    /// "not modified" is never said of an item that was lost. `gathered` is in the order of `sources`.
    ///
    /// # Errors
    /// Where it cannot be written; nothing of it is then stored.
    pub fn take_in(
        &mut self,
        digest: &str,
        sources: &[Source],
        gathered: &[Gathered],
        now: Timestamp,
    ) -> Result<TakenIn> {
        self.write(|t| {
            let digest = digest_id(t, digest)?;
            let mut taken = TakenIn::default();
            let mut ids = std::collections::BTreeSet::new();
            for (source, gathered) in sources.iter().zip(gathered) {
                taken.histories.push(set_health(t, digest, source, gathered, now)?);
                for document in &gathered.documents {
                    // Two sources may name one page: the first is kept.
                    if !ids.insert(document.id.as_str()) {
                        continue;
                    }
                    let mut statement = t.prepare_cached(
                        "INSERT INTO inbox (digest, document, source, fetched, body) VALUES (?1, ?2, ?3, ?4, ?5)
                         ON CONFLICT (digest, document) WHERE edition IS NULL
                         DO UPDATE SET source = excluded.source, fetched = excluded.fetched, left = 0, body = excluded.body",
                    )?;
                    let body = pack_document(document)?;
                    statement.execute(params![digest, document.id, source.name, now.as_second(), body])?;
                    taken.items += 1;
                }
                let mut statement = t.prepare_cached("INSERT OR IGNORE INTO entries (digest, key) VALUES (?1, ?2)")?;
                for (id, hash) in &gathered.entries {
                    statement.execute(params![digest, key(id, hash)])?;
                }
            }
            Ok(taken)
        })
    }

    /// Asks a source again that its server has said is gone, has moved or is to be left alone. False where no source of that name was ever asked.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn enable(&mut self, source: &str) -> Result<bool> {
        let sql =
            "UPDATE sources SET gone = NULL, moved_to = NULL, not_before = NULL, failures = 0, failing_since = NULL,
            reason = NULL, etag = NULL, last_modified = NULL WHERE name = ?1";
        self.write(|t| Ok(t.execute(sql, [source])? > 0))
    }
}

/// Writes down how asking a source went.
fn set_health(t: &Transaction, digest: i64, source: &Source, gathered: &Gathered, now: Timestamp) -> Sql<History> {
    let now_s = now.as_second();
    let key = params![digest, source.name];
    // A source whose address was changed begins anew.
    t.prepare_cached(
        "INSERT INTO sources (digest, name, location) VALUES (?1, ?2, ?3) ON CONFLICT (digest, name) DO UPDATE SET
         location = excluded.location, etag = NULL, last_modified = NULL, moved_to = NULL, not_before = NULL, gone = NULL,
         failures = 0, failing_since = NULL, reason = NULL WHERE location <> excluded.location",
    )?
    .execute(params![digest, source.name, source.location])?;
    let before = |column: &str| {
        let sql = format!("SELECT {column} IS NOT NULL FROM sources WHERE digest = ?1 AND name = ?2");
        t.prepare_cached(&sql)?.query_row(key, |row| row.get::<_, bool>(0))
    };
    let (was_gone, had_moved) = (before("gone")?, before("moved_to")?);
    match &gathered.health {
        Health::Fresh | Health::Unchanged => {
            let Validators { etag, last_modified } = &gathered.validators;
            let fresh = matches!(gathered.health, Health::Fresh);
            t.prepare_cached(
                "UPDATE sources SET etag = ?3, last_modified = ?4, not_before = NULL, gone = NULL, failures = 0,
                 failing_since = NULL, reason = NULL, checked = ?5, fresh = CASE WHEN ?6 THEN ?5 ELSE fresh END
                 WHERE digest = ?1 AND name = ?2",
            )?
            .execute(params![digest, source.name, etag, last_modified, now_s, fresh])?;
        }
        Health::Failed { reason, retry_after } => {
            let until = retry_after.map(|until| until.as_second().min(now_s + LONGEST_WAIT));
            t.prepare_cached(
                "UPDATE sources SET failures = failures + 1, failing_since = coalesce(failing_since, ?3), reason = ?4,
                 not_before = ?5, checked = ?3 WHERE digest = ?1 AND name = ?2",
            )?
            .execute(params![digest, source.name, now_s, reason, until])?;
        }
        // It was not asked.
        Health::Waiting { .. } => {}
        Health::Gone => {
            t.prepare_cached("UPDATE sources SET gone = coalesce(gone, ?3) WHERE digest = ?1 AND name = ?2")?
                .execute(params![digest, source.name, now_s])?;
        }
    }
    if let Some(address) = &gathered.moved_to {
        t.prepare_cached("UPDATE sources SET moved_to = ?3 WHERE digest = ?1 AND name = ?2")?
            .execute(params![digest, source.name, address])?;
    }
    let select = "SELECT failures, failing_since, gone FROM sources WHERE digest = ?1 AND name = ?2";
    t.prepare_cached(select)?.query_row(key, |row| {
        let (since, gone): (Option<i64>, Option<i64>) = (row.get(1)?, row.get(2)?);
        Ok(History {
            failures: row.get(0)?,
            failing_since: since.map(moment).transpose()?,
            gone: gone.map(moment).transpose()?,
            just_gone: gone.is_some() && !was_gone,
            just_moved: gathered.moved_to.is_some() && !had_moved,
        })
    })
}
