//! What was fetched and not yet told.

use rusqlite::{Row, params};

use super::pack::unpack_document;
use super::{Sql, State, known_digest};
use crate::document::RawDocument;
use crate::error::Result;

/// How often an item that was left out for want of room or sources is offered to a later digest.
const OFFERS: u32 = 3;

/// An item of the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub(super) row: i64,
    /// How many digests were made with it and left it out.
    pub left: u32,
    /// The source that gave it.
    pub source: String,
    /// What was fetched.
    pub document: RawDocument,
}

impl Item {
    fn read(row: &Row) -> Sql<Item> {
        let body: Vec<u8> = row.get(4)?;
        let source: String = row.get(2)?;
        Ok(Item {
            row: row.get(0)?,
            left: row.get(1)?,
            document: unpack_document(row.get(3)?, source.clone(), &body)?,
            source,
        })
    }
}

const COLUMNS: &str = "SELECT id, left, source, document, body FROM inbox";

impl State {
    /// What waits for a digest, in the order in which it came: new items, and those that the digests before left out for want of
    /// room or sources, which may find company now.
    ///
    /// # Errors
    /// Where the state cannot be read.
    pub fn inbox(&self, digest: &str) -> Result<Vec<Item>> {
        let sql = format!(
            "{COLUMNS} AS one WHERE digest = ?1 AND left <= ?2 AND (edition IS NULL OR (left > 0
             AND edition = (SELECT max(id) FROM editions WHERE digest = ?1)
             AND NOT EXISTS (SELECT 1 FROM inbox WHERE digest = ?1 AND document = one.document AND edition IS NULL)))
             ORDER BY id"
        );
        self.read(|c| {
            let mut statement = c.prepare(&sql)?;
            let items = statement.query_map(params![known_digest(c, digest)?, OFFERS], Item::read)?;
            items.collect()
        })
    }

    /// How many new items wait, and how many that were left out before.
    ///
    /// # Errors
    /// Where the state cannot be read.
    pub fn waiting(&self, digest: &str) -> Result<(usize, usize)> {
        let sql = "SELECT count(*) FILTER (WHERE edition IS NULL AND left = 0), count(*) FILTER (WHERE left BETWEEN 1 AND ?2
            AND (edition IS NULL OR edition = (SELECT max(id) FROM editions WHERE digest = ?1))) FROM inbox WHERE digest = ?1";
        self.read(|c| {
            let digest = known_digest(c, digest)?;
            c.query_row(sql, params![digest, OFFERS], |row| Ok((row.get(0)?, row.get(1)?)))
        })
    }

    /// The items that an edition was made of, in the same order. Empty where they are no longer kept.
    ///
    /// # Errors
    /// Where the state cannot be read.
    pub fn inputs(&self, edition: i64) -> Result<Vec<Item>> {
        self.read(|c| {
            let mut statement = c.prepare(&format!("{COLUMNS} WHERE edition = ?1 ORDER BY id"))?;
            statement.query_map([edition], Item::read)?.collect()
        })
    }

    /// Items were put into a digest that came out empty, so no edition was made: those that were left out wait on, the others had
    /// nothing new to say and go.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn set_aside(&mut self, items: &[Item], left_out: &dyn Fn(&str) -> bool) -> Result<()> {
        self.write(|t| {
            let mut keep = t.prepare("UPDATE inbox SET left = left + 1 WHERE id = ?1")?;
            // What belongs to an edition is that edition's to keep.
            let mut drop = t.prepare("DELETE FROM inbox WHERE id = ?1 AND edition IS NULL")?;
            for item in items {
                if left_out(&item.document.id) {
                    keep.execute([item.row])?;
                } else {
                    drop.execute([item.row])?;
                }
            }
            Ok(())
        })
    }
}
