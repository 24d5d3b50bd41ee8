//! What a digest remembers of those before it, kept so that a year of it stays small: a text that was seen is one row with
//! the editions that it holds for, and a dormant story is stored once, however many editions carry it.

use std::cmp::Ordering;

use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ToSql, Transaction, params};
use sha2::{Digest as _, Sha256};

use super::Sql;
use super::pack::{date, expand, odd, squeeze};
use crate::digest::{Digest, Dormant, Seen};

/// Writes what `digest` remembers as that of an edition, as changes to what `before` did.
pub(super) fn save(t: &Transaction, own: i64, edition: i64, before: Option<&Digest>, digest: &Digest) -> Sql<()> {
    save_seen(t, own, edition, before.map_or(&[][..], |b| &b.seen), &digest.seen)?;
    // Both are in order; should one not be, a key that is there already is passed over.
    let known = before.map_or(&[][..], |b| &b.faded);
    let mut insert = t.prepare("INSERT OR IGNORE INTO faded (digest, key, added) VALUES (?1, ?2, ?3)")?;
    for key in digest.faded.iter().filter(|key| known.binary_search(key).is_err()) {
        insert.execute(params![own, Hex(key), edition])?;
    }
    let mut tale = t.prepare("INSERT OR IGNORE INTO tales (hash, body) VALUES (?1, ?2)")?;
    let mut insert =
        t.prepare("INSERT INTO dormant (edition, position, told, concluded, tale) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (position, dormant) in digest.dormant.iter().enumerate() {
        let body = serde_json::to_vec(&dormant.story).map_err(odd)?;
        let hash = &Sha256::digest(&body)[..16];
        // Compressing is the slow part, and most tales are there from the day before.
        if !t
            .prepare_cached("SELECT 1 FROM tales WHERE hash = ?1")?
            .exists([hash])?
        {
            tale.execute(params![hash, squeeze(&body)?])?;
        }
        insert.execute(params![
            edition,
            position as i64,
            dormant.told.to_string(),
            dormant.concluded,
            hash
        ])?;
    }
    Ok(())
}

/// Takes back what [`save`] wrote for the digest's last edition.
pub(super) fn undo(t: &Transaction, own: i64, edition: i64) -> Sql<()> {
    t.execute("DELETE FROM seen WHERE digest = ?1 AND added = ?2", [own, edition])?;
    t.execute(
        "UPDATE seen SET ended = NULL WHERE digest = ?1 AND ended = ?2",
        [own, edition],
    )?;
    t.execute("DELETE FROM faded WHERE digest = ?1 AND added = ?2", [own, edition])?;
    t.execute("DELETE FROM dormant WHERE edition = ?1", [edition])?;
    Ok(())
}

/// Puts what an edition remembers into its digest.
pub(super) fn load(c: &Connection, own: i64, edition: i64, digest: &mut Digest) -> Sql<()> {
    let mut statement = c.prepare(
        "SELECT document, words, first, last, thread FROM seen
         WHERE digest = ?1 AND added <= ?2 AND (ended IS NULL OR ended > ?2) ORDER BY document, words",
    )?;
    let mut rows = statement.query([own, edition])?;
    while let Some(row) = rows.next()? {
        digest.seen.push(Seen {
            id: row.get(0)?,
            words: row.get(1)?,
            first: date(row.get_ref(2)?.as_str()?)?,
            last: date(row.get_ref(3)?.as_str()?)?,
            thread: row.get(4)?,
        });
    }
    let mut statement = c.prepare("SELECT key FROM faded WHERE digest = ?1 AND added <= ?2")?;
    let mut rows = statement.query([own, edition])?;
    while let Some(row) = rows.next()? {
        digest.faded.push(unhex(row.get_ref(0)?)?);
    }
    digest.faded.sort_unstable();
    let mut statement = c.prepare(
        "SELECT told, concluded, body FROM dormant JOIN tales ON hash = tale WHERE edition = ?1 ORDER BY position",
    )?;
    let mut rows = statement.query([edition])?;
    while let Some(row) = rows.next()? {
        // One that an older version wrote and this one cannot read is forgotten, as it would be after some days without news.
        let Ok(story) = serde_json::from_slice(&expand(row.get_ref(2)?.as_blob()?)?) else {
            continue;
        };
        digest.dormant.push(Dormant {
            told: date(row.get_ref(0)?.as_str()?)?,
            concluded: row.get(1)?,
            story,
        });
    }
    Ok(())
}

/// Drops what no edition from `kept` on needs.
pub(super) fn forget(t: &Transaction, own: i64, kept: i64) -> Sql<()> {
    t.execute("DELETE FROM seen WHERE digest = ?1 AND ended <= ?2", [own, kept])?;
    t.execute(
        "DELETE FROM dormant WHERE edition IN (SELECT id FROM editions WHERE digest = ?1 AND id < ?2)",
        [own, kept],
    )?;
    t.execute(
        "DELETE FROM tales WHERE NOT EXISTS (SELECT 1 FROM dormant WHERE tale = hash)",
        [],
    )?;
    Ok(())
}

/// Both lists are in the order of id and words.
fn save_seen(t: &Transaction, own: i64, edition: i64, before: &[Seen], after: &[Seen]) -> Sql<()> {
    let mut end =
        t.prepare("UPDATE seen SET ended = ?4 WHERE digest = ?1 AND document = ?2 AND words = ?3 AND ended IS NULL")?;
    let mut insert = t.prepare(
        "INSERT INTO seen (digest, document, words, first, last, thread, added) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let mut end = |seen: &Seen| end.execute(params![own, seen.id, seen.words, edition]).map(|_| ());
    let mut insert = |seen: &Seen| {
        let days = [seen.first.to_string(), seen.last.to_string()];
        let row = params![own, seen.id, seen.words, days[0], days[1], seen.thread, edition];
        insert.execute(row).map(|_| ())
    };
    let (mut before, mut after) = (before.iter().peekable(), after.iter().peekable());
    loop {
        let order = match (before.peek(), after.peek()) {
            (None, None) => return Ok(()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => (&old.id, &old.words).cmp(&(&new.id, &new.words)),
        };
        let old = before.next_if(|_| order.is_le());
        let new = after.next_if(|_| order.is_ge());
        if old == new {
            continue;
        }
        old.map_or(Ok(()), &mut end)?;
        new.map_or(Ok(()), &mut insert)?;
    }
}

/// Hexadecimal digits as bytes, half as long; what is not such digits stays a text.
struct Hex<'a>(&'a str);

impl ToSql for Hex<'_> {
    fn to_sql(&self) -> Sql<ToSqlOutput<'_>> {
        let digits = self.0.as_bytes();
        let plain = digits.len().is_multiple_of(2) && digits.iter().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
        if !plain {
            return Ok(ToSqlOutput::Borrowed(ValueRef::Text(digits)));
        }
        let value = |c: u8| if c.is_ascii_digit() { c - b'0' } else { c - b'a' + 10 };
        let bytes = digits.chunks_exact(2).map(|pair| value(pair[0]) << 4 | value(pair[1]));
        Ok(ToSqlOutput::Owned(Value::Blob(bytes.collect())))
    }
}

pub(super) fn unhex(value: ValueRef) -> Sql<String> {
    Ok(match value {
        ValueRef::Blob(bytes) => hex(bytes),
        other => other.as_str()?.to_owned(),
    })
}

pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let nibbles = bytes.iter().flat_map(|b| [b >> 4, b & 15]);
    nibbles.map(|n| char::from(DIGITS[usize::from(n)])).collect()
}
