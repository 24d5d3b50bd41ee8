//! What is in the state, for people: in short, and all of it.

use std::io::Write;

use jiff::Timestamp;
use rusqlite::types::ValueRef;
use serde::Serialize;
use serde_json::{Map, Value};

use super::memory::hex;
use super::pack::{expand, moment};
use super::{Sql, State};
use crate::error::{Error, Result};

/// The state in short.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Info {
    /// The version of its schema.
    pub schema: i64,
    /// Its size in bytes.
    pub bytes: u64,
    /// Rows of each table.
    pub tables: Vec<(String, u64)>,
    /// Each digest with the name of its last edition, how many editions there are, and how many items wait.
    pub digests: Vec<(String, Option<String>, u64, u64)>,
    /// The sources that failed at the last try, moved or are gone.
    pub troubled: Vec<SourceInfo>,
}

/// A source that does not do well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceInfo {
    /// The digest that asked it.
    pub digest: String,
    /// Its name.
    pub name: String,
    /// Its address as configured.
    pub location: String,
    /// How many runs in a row it has failed.
    pub failures: u32,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    /// Why, the last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where it has moved for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<String>,
    /// When its server said that it is gone for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gone: Option<Timestamp>,
}

impl State {
    /// The state in short.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn info(&self) -> Result<Info> {
        self.read(|c| {
            let count = |table: &String| -> Sql<(String, u64)> {
                let rows = c.query_row(&format!("SELECT count(*) FROM \"{table}\""), [], |row| row.get(0))?;
                Ok((table.clone(), rows))
            };
            let pages: u64 = c.pragma_query_value(None, "page_count", |row| row.get(0))?;
            let size: u64 = c.pragma_query_value(None, "page_size", |row| row.get(0))?;
            let digests = "SELECT name, (SELECT name FROM editions WHERE digest = d.id ORDER BY id DESC LIMIT 1),
                (SELECT count(*) FROM editions WHERE digest = d.id),
                (SELECT count(*) FROM inbox WHERE digest = d.id AND edition IS NULL) FROM digests AS d ORDER BY name";
            let troubled = "SELECT d.name, s.name, location, failures, failing_since, reason, moved_to, gone
                FROM sources AS s JOIN digests AS d ON d.id = digest
                WHERE failures > 0 OR moved_to IS NOT NULL OR gone IS NOT NULL ORDER BY d.name, s.name";
            let (mut digests, mut troubled) = (c.prepare(digests)?, c.prepare(troubled)?);
            let digests = digests.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
            let troubled = troubled.query_map([], |row| {
                let (since, gone): (Option<i64>, Option<i64>) = (row.get(4)?, row.get(7)?);
                Ok(SourceInfo {
                    digest: row.get(0)?,
                    name: row.get(1)?,
                    location: row.get(2)?,
                    failures: row.get(3)?,
                    failing_since: since.map(moment).transpose()?,
                    reason: row.get(5)?,
                    moved_to: row.get(6)?,
                    gone: gone.map(moment).transpose()?,
                })
            })?;
            Ok(Info {
                schema: c.pragma_query_value(None, "user_version", |row| row.get(0))?,
                bytes: pages * size,
                tables: tables(c)?.iter().map(count).collect::<Sql<_>>()?,
                digests: digests.collect::<Sql<_>>()?,
                troubled: troubled.collect::<Sql<_>>()?,
            })
        })
    }

    /// Writes every row of every table as a line of JSON: `{"table": NAME, COLUMN: VALUE...}`. Compressed JSON is written as what it
    /// says, other bytes as hexadecimal digits; all as it was at one moment, whatever other processes write meanwhile.
    ///
    /// # Errors
    /// Where the state cannot be read or `out` cannot be written.
    pub fn export(&self, out: &mut dyn Write) -> Result<()> {
        let mut broken = None;
        let read = self.read(|c| {
            let moment = c.unchecked_transaction()?;
            for table in tables(&moment)? {
                let mut statement = moment.prepare(&format!("SELECT * FROM \"{table}\""))?;
                let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
                let mut rows = statement.query([])?;
                while let Some(row) = rows.next()? {
                    let mut line = Map::from_iter([("table".to_owned(), Value::from(table.as_str()))]);
                    for (at, column) in columns.iter().enumerate() {
                        line.insert(column.clone(), value(row.get_ref(at)?)?);
                    }
                    if let Err(error) = serde_json::to_writer(&mut *out, &line)
                        .map_err(std::io::Error::from)
                        .and_then(|()| out.write_all(b"\n"))
                    {
                        broken = Some(error);
                        return Ok(());
                    }
                }
            }
            Ok(())
        });
        match broken {
            Some(error) => Err(Error::io("state export")(error)),
            None => read,
        }
    }
}

fn tables(c: &rusqlite::Connection) -> Sql<Vec<String>> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
    let mut statement = c.prepare(sql)?;
    let names = statement.query_map([], |row| row.get(0))?;
    names.collect()
}

fn value(value: ValueRef) -> Sql<Value> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(n) => n.into(),
        ValueRef::Real(x) => x.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
        ValueRef::Blob(bytes) if bytes.starts_with(&[0x1f, 0x8b]) => {
            let plain = expand(bytes)?;
            serde_json::from_slice(&plain).unwrap_or_else(|_| String::from_utf8_lossy(&plain).into())
        }
        ValueRef::Blob(bytes) => hex(bytes).into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_names_its_table() {
        let mut state = State::memory().unwrap();
        state.begin_run("morning", 7, "desk", Timestamp::UNIX_EPOCH).unwrap();
        let mut out = Vec::new();
        state.export(&mut out).unwrap();
        let lines: Vec<Value> = String::from_utf8(out)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let run = lines.iter().find(|line| line["table"] == "runs").unwrap();
        assert_eq!((&run["pid"], &run["host"]), (&7.into(), &"desk".into()));
        assert!(
            lines
                .iter()
                .any(|line| line["table"] == "digests" && line["name"] == "morning")
        );
    }
}
