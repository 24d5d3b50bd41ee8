//! History for people: which thread was told in which edition, and the figures over time. No run reads it.

use rusqlite::{Transaction, params};

use super::Sql;
use crate::digest::{Course, Digest};

/// Writes an edition's threads and figures.
pub(super) fn save(t: &Transaction, own: i64, edition: i64, digest: &Digest) -> Sql<()> {
    let mut thread = t.prepare(
        "INSERT OR REPLACE INTO threads (digest, thread, edition, course, headline) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let mut figure = t.prepare(
        "INSERT OR REPLACE INTO figures (edition, thread, position, value, max, unit, line) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for story in digest.stories.iter().chain(&digest.briefs) {
        let course = match story.course {
            Course::New => "new",
            Course::Developing => "developing",
            Course::Unchanged => "unchanged",
            Course::Concluded => "concluded",
        };
        thread.execute(params![own, story.thread, edition, course, story.headline])?;
        for (position, f) in story.figures.iter().enumerate() {
            figure.execute(params![
                edition,
                story.thread,
                position as i64,
                f.value,
                f.max,
                f.unit,
                f.line
            ])?;
        }
    }
    Ok(())
}

/// Takes back what [`save`] wrote.
pub(super) fn undo(t: &Transaction, edition: i64) -> Sql<()> {
    t.execute("DELETE FROM threads WHERE edition = ?1", [edition])?;
    t.execute("DELETE FROM figures WHERE edition = ?1", [edition])?;
    Ok(())
}
