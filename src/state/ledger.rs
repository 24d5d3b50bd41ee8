//! What became of each recipient's message.

use rusqlite::{OptionalExtension, params};

use super::pack::odd;
use super::{Sql, State, digest_id, known_digest};
use crate::deliver::{Delivery, Ledger};
use crate::error::Result;

/// The [`Ledger`] of one edition of one digest.
#[derive(Debug)]
pub struct EditionLedger<'a> {
    state: &'a mut State,
    digest: String,
    edition: String,
}

impl State {
    /// The ledger of an edition.
    pub fn ledger(&mut self, digest: &str, edition: &str) -> EditionLedger<'_> {
        EditionLedger {
            state: self,
            digest: digest.to_owned(),
            edition: edition.to_owned(),
        }
    }

    /// What became of each message of an edition, by recipient.
    ///
    /// # Errors
    /// Where the state cannot be read.
    pub fn deliveries(&self, digest: &str, edition: &str) -> Result<Vec<(String, Delivery)>> {
        self.read(|c| {
            let sql = "SELECT recipient, outcome FROM deliveries WHERE digest = ?1 AND edition = ?2 ORDER BY recipient";
            let mut statement = c.prepare(sql)?;
            let rows = statement.query_map(params![known_digest(c, digest)?, edition], |row| {
                Ok((row.get(0)?, read(row.get_ref(1)?.as_str()?)?))
            })?;
            rows.collect()
        })
    }
}

fn read(outcome: &str) -> Sql<Delivery> {
    serde_json::from_str(outcome).map_err(odd)
}

impl EditionLedger<'_> {
    fn set(&mut self, recipient: &str, outcome: &Delivery) -> Result<()> {
        let (digest, edition) = (&self.digest, &self.edition);
        self.state.write(|t| {
            let outcome = serde_json::to_string(outcome).map_err(odd)?;
            let sql = "INSERT OR REPLACE INTO deliveries (digest, edition, recipient, outcome) VALUES (?1, ?2, ?3, ?4)";
            t.prepare_cached(sql)?
                .execute(params![digest_id(t, digest)?, edition, recipient, outcome])?;
            Ok(())
        })
    }
}

impl Ledger for EditionLedger<'_> {
    fn outcome(&self, recipient: &str) -> Result<Option<Delivery>> {
        self.state.read(|c| {
            let sql = "SELECT outcome FROM deliveries WHERE digest = ?1 AND edition = ?2 AND recipient = ?3";
            let key = params![known_digest(c, &self.digest)?, self.edition, recipient];
            let found = c
                .prepare_cached(sql)?
                .query_row(key, |row| read(row.get_ref(0)?.as_str()?));
            found.optional()
        })
    }

    fn begin(&mut self, recipient: &str) -> Result<()> {
        self.set(recipient, &Delivery::Sending)
    }

    fn finish(&mut self, recipient: &str, outcome: Delivery) -> Result<()> {
        self.set(recipient, &outcome)
    }
}
