//! The journal of runs: which began, how far each came and how it ended.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde::Serialize;

use super::pack::moment;
use super::{State, digest_id, known_digest};
use crate::error::Result;

/// How many runs of a digest are kept.
const KEPT: i64 = 1_000;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// An edition was written, of all sources.
    Complete,
    /// An edition was written, and some sources failed.
    Partial,
    /// There was nothing new.
    NothingNew,
    /// Something that ends a run went wrong.
    Failed,
    /// It was asked to end (SIGTERM, SIGINT).
    Stopped,
    /// Another run of the digest was under way.
    Locked,
    /// It was killed, or the machine went down.
    Interrupted,
}

impl Ended {
    fn name(self) -> &'static str {
        match self {
            Ended::Complete => "complete",
            Ended::Partial => "partial",
            Ended::NothingNew => "nothing_new",
            Ended::Failed => "failed",
            Ended::Stopped => "stopped",
            Ended::Locked => "locked",
            Ended::Interrupted => "interrupted",
        }
    }
}

/// A run that did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PastRun {
    /// When it began.
    pub started: Timestamp,
    /// Its process.
    pub pid: u32,
    /// How far it came.
    pub stage: String,
}

impl State {
    /// Writes down that a run begins, and returns its number and the runs that were killed before: whoever asks holds the
    /// digest's lock, so none of them is still under way.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn begin_run(&mut self, digest: &str, pid: u32, host: &str, now: Timestamp) -> Result<(i64, Vec<PastRun>)> {
        self.write(|t| {
            let own = digest_id(t, digest)?;
            let dead = {
                let mut statement = t.prepare("SELECT started, pid, stage FROM runs WHERE digest = ?1 AND outcome IS NULL")?;
                let rows = statement.query_map([own], |row| {
                    Ok(PastRun {
                        started: moment(row.get(0)?)?,
                        pid: row.get(1)?,
                        stage: row.get(2)?,
                    })
                })?;
                rows.collect::<Result<Vec<_>, _>>()?
            };
            t.execute(
                "UPDATE runs SET outcome = ?2 WHERE digest = ?1 AND outcome IS NULL",
                params![own, Ended::Interrupted.name()],
            )?;
            t.execute(
                "INSERT INTO runs (digest, pid, host, started, stage) VALUES (?1, ?2, ?3, ?4, 'begun')",
                params![own, pid, host, now.as_second()],
            )?;
            let id = t.last_insert_rowid();
            t.execute(
                "DELETE FROM runs WHERE digest = ?1 AND id <= (SELECT id FROM runs WHERE digest = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
                params![own, KEPT],
            )?;
            Ok((id, dead))
        })
    }

    /// Writes down how far a run has come.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn reached(&mut self, run: i64, stage: &str) -> Result<()> {
        self.write(|t| {
            t.execute("UPDATE runs SET stage = ?2 WHERE id = ?1", params![run, stage])?;
            Ok(())
        })
    }

    /// Writes down how a run ended.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn end_run(&mut self, run: i64, outcome: Ended, edition: Option<&str>, now: Timestamp) -> Result<()> {
        self.write(|t| {
            let row = params![run, outcome.name(), edition, now.as_second()];
            t.execute(
                "UPDATE runs SET outcome = ?2, edition = ?3, ended = ?4 WHERE id = ?1",
                row,
            )?;
            Ok(())
        })
    }

    /// When a run of the digest last ended well, with an edition or with nothing new.
    ///
    /// # Errors
    /// Where the state cannot be read.
    pub fn last_success(&self, digest: &str) -> Result<Option<Timestamp>> {
        self.read(|c| {
            let sql = "SELECT ended FROM runs WHERE digest = ?1 AND outcome IN ('complete', 'partial', 'nothing_new')
                ORDER BY id DESC LIMIT 1";
            let ended: Option<i64> = c
                .query_row(sql, [known_digest(c, digest)?], |row| row.get(0))
                .optional()?;
            ended.map(moment).transpose()
        })
    }
}
