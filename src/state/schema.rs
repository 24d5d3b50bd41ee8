//! The tables, version by version. A version that was released is never changed; what is new is one more.

use rusqlite::{Connection, TransactionBehavior};

use super::Sql;

/// Marks the file as ours (`PRAGMA application_id`): "Brds".
const APPLICATION: i64 = 0x4272_6473;

/// What brings the schema from each version to the next, the first from nothing.
pub(super) const MIGRATIONS: &[&str] = &[FIRST, SECOND, THIRD];

/// Days are `YYYY-MM-DD`; moments are seconds since 1970; `body` and `content` are compressed.
const FIRST: &str = "
CREATE TABLE digests (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);
-- A digest's sources, each with what the server said last.
CREATE TABLE sources (
    digest INTEGER NOT NULL REFERENCES digests,
    name TEXT NOT NULL,
    location TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    moved_to TEXT,
    not_before INTEGER,
    gone INTEGER,
    failures INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    reason TEXT,
    checked INTEGER,
    fresh INTEGER,
    PRIMARY KEY (digest, name)
) WITHOUT ROWID;
-- Every entry that a source ever had, by a hash of its id and of what the source says of it.
CREATE TABLE entries (
    digest INTEGER NOT NULL REFERENCES digests,
    key INTEGER NOT NULL,
    PRIMARY KEY (digest, key)
) WITHOUT ROWID;
CREATE TABLE editions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest INTEGER NOT NULL REFERENCES digests,
    name TEXT NOT NULL,
    date TEXT NOT NULL,
    folder TEXT NOT NULL,
    previous INTEGER REFERENCES editions,
    stage TEXT NOT NULL CHECK (stage IN ('made', 'published', 'done')),
    made INTEGER NOT NULL,
    articles INTEGER NOT NULL,
    stories INTEGER NOT NULL,
    briefs INTEGER NOT NULL,
    -- The digest without what the tables seen, faded and dormant hold, and the warnings that went in.
    body BLOB,
    warnings BLOB,
    UNIQUE (folder, name)
);
CREATE INDEX editions_of_digest ON editions (digest, id);
-- What was fetched: edition is null until one was made with it.
CREATE TABLE inbox (
    id INTEGER PRIMARY KEY,
    digest INTEGER NOT NULL REFERENCES digests,
    document TEXT NOT NULL,
    source TEXT NOT NULL,
    fetched INTEGER NOT NULL,
    -- How many digests were made with it and left it out.
    left INTEGER NOT NULL DEFAULT 0,
    edition INTEGER REFERENCES editions,
    body BLOB NOT NULL
);
CREATE UNIQUE INDEX inbox_waiting ON inbox (digest, document) WHERE edition IS NULL;
CREATE INDEX inbox_told ON inbox (edition) WHERE edition IS NOT NULL;
CREATE TABLE files (
    edition INTEGER NOT NULL REFERENCES editions,
    path TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    -- Until it is in its place.
    content BLOB,
    pruned INTEGER,
    PRIMARY KEY (edition, path)
) WITHOUT ROWID;
-- Digest::seen of each edition: the rows with added <= edition < ended.
CREATE TABLE seen (
    digest INTEGER NOT NULL REFERENCES digests,
    document TEXT NOT NULL,
    words TEXT NOT NULL,
    first TEXT NOT NULL,
    last TEXT NOT NULL,
    thread TEXT,
    added INTEGER NOT NULL,
    ended INTEGER,
    PRIMARY KEY (digest, document, words, added)
) WITHOUT ROWID;
CREATE INDEX seen_ended ON seen (digest, ended) WHERE ended IS NOT NULL;
CREATE INDEX seen_added ON seen (digest, added);
CREATE TABLE faded (
    digest INTEGER NOT NULL REFERENCES digests,
    key BLOB NOT NULL,
    added INTEGER NOT NULL,
    PRIMARY KEY (digest, key)
) WITHOUT ROWID;
-- Digest::dormant of the last editions; the stories themselves once each.
CREATE TABLE tales (
    hash BLOB PRIMARY KEY,
    body BLOB NOT NULL
);
CREATE TABLE dormant (
    edition INTEGER NOT NULL REFERENCES editions,
    position INTEGER NOT NULL,
    told TEXT NOT NULL,
    concluded INTEGER NOT NULL,
    tale BLOB NOT NULL REFERENCES tales,
    PRIMARY KEY (edition, position)
) WITHOUT ROWID;
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest INTEGER NOT NULL REFERENCES digests,
    pid INTEGER NOT NULL,
    host TEXT NOT NULL,
    started INTEGER NOT NULL,
    ended INTEGER,
    stage TEXT NOT NULL,
    outcome TEXT,
    edition TEXT
);
CREATE INDEX runs_of_digest ON runs (digest, id);
CREATE TABLE deliveries (
    digest INTEGER NOT NULL REFERENCES digests,
    edition TEXT NOT NULL,
    recipient TEXT NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (digest, edition, recipient)
) WITHOUT ROWID;
CREATE TABLE models (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);
CREATE TABLE embeddings (
    model INTEGER NOT NULL REFERENCES models,
    hash BLOB NOT NULL,
    vector BLOB NOT NULL,
    used TEXT NOT NULL,
    PRIMARY KEY (model, hash)
) WITHOUT ROWID;
";

/// History that no run needs and people ask for.
const SECOND: &str = "
CREATE TABLE threads (
    digest INTEGER NOT NULL REFERENCES digests,
    thread TEXT NOT NULL,
    edition INTEGER NOT NULL REFERENCES editions,
    course TEXT NOT NULL,
    headline TEXT NOT NULL,
    PRIMARY KEY (digest, thread, edition)
) WITHOUT ROWID;
CREATE INDEX threads_of_edition ON threads (edition);
CREATE TABLE figures (
    edition INTEGER NOT NULL REFERENCES editions,
    thread TEXT NOT NULL,
    position INTEGER NOT NULL,
    value REAL NOT NULL,
    max REAL,
    unit TEXT,
    line TEXT NOT NULL,
    PRIMARY KEY (edition, thread, position)
) WITHOUT ROWID;
";

/// A reading is a vector and the names in the text. With row numbers two share a page; without, each would take one of its own.
const THIRD: &str = "
DROP TABLE embeddings;
CREATE TABLE embeddings (
    id INTEGER PRIMARY KEY,
    model INTEGER NOT NULL REFERENCES models,
    hash BLOB NOT NULL,
    vector BLOB NOT NULL,
    names TEXT NOT NULL,
    used TEXT NOT NULL,
    UNIQUE (model, hash)
);
";

/// Brings the schema to the newest version. The inner error says why this file is not for this program.
pub(super) fn migrate(connection: &mut Connection) -> Sql<Result<(), String>> {
    migrate_to(connection, MIGRATIONS)
}

pub(super) fn migrate_to(connection: &mut Connection, migrations: &[&str]) -> Sql<Result<(), String>> {
    let newest = migrations.len() as i64;
    let version = |c: &Connection| c.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0));
    let checked = |found: i64| match found {
        _ if found > newest => Err(format!(
            "was written by a newer broadsheet (its schema is {found}, this one knows up to {newest}): use that version, or \
             name another file by --state"
        )),
        _ => Ok(()),
    };
    if let Err(reason) = ours(connection)?.and(checked(version(connection)?)) {
        return Ok(Err(reason));
    }
    if version(connection)? == newest {
        return Ok(Ok(()));
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have done it meanwhile.
    let found = version(&transaction)?;
    for step in migrations.iter().skip(usize::try_from(found).unwrap_or(0)) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", newest)?;
    transaction.commit()?;
    Ok(Ok(()))
}

/// Whether the file is empty or a state.
fn ours(connection: &Connection) -> Sql<Result<(), String>> {
    let mark: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(match mark == APPLICATION || (mark == 0 && tables == 0) {
        true => Ok(()),
        false => Err("is a database of another program: name another file by --state".into()),
    })
}
