//! State: what outlives a run, in one SQLite file: the sources' health, what was seen, what was fetched and not yet told, the
//! editions made of it, what became of each delivery, and what a later run can save itself from computing again.
//!
//! Deleting the file loses history and nothing else: sources are asked again as if for the first time.
//!
//! Every change is one transaction that takes the write lock at its start (`BEGIN IMMEDIATE`), so that two processes wait
//! for each other and never deadlock; a kill at any moment leaves the last whole transaction. `synchronous = FULL`: what a
//! commit said survives a loss of power, which files that are written afterwards rely on. Nothing here reads the clock.

mod archive;
mod editions;
mod embeddings;
mod export;
mod inbox;
mod ledger;
mod memory;
mod pack;
mod retention;
mod runs;
mod schema;
mod sources;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior};

use crate::error::{Error, Result};

pub use editions::{Edition, EditionFile, Made, Remade, Stage};
pub use export::{Info, SourceInfo};
pub use inbox::Item;
pub use ledger::EditionLedger;
pub use retention::Old;
pub use runs::{Ended, PastRun};
pub use sources::{Entries, History, TakenIn};

/// How long to wait for another process's transaction. Transactions take milliseconds; the longest, a first run's inbox of
/// some hundred megabytes, seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// The state of all digests of one user.
#[derive(Debug)]
pub struct State {
    connection: Connection,
    path: PathBuf,
}

/// The result of a statement, before it is said which file it is about.
type Sql<T> = rusqlite::Result<T>;

impl State {
    /// Opens the state, makes it where there is none, and brings it to this version's schema.
    ///
    /// # Errors
    /// Where the file cannot be read or written, is damaged, is not a state, or was written by a newer version.
    pub fn open(path: &Path) -> Result<Self> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(Error::io(folder))?;
        }
        private(path).map_err(Error::io(path))?;
        let made = Connection::open(path).and_then(|mut connection| {
            prepare(&connection)?;
            Ok(schema::migrate(&mut connection)?.map(|()| connection))
        });
        Self::ready(made, path)
    }

    /// A state that ends with the program.
    ///
    /// # Errors
    /// Where there is no memory for it.
    pub fn memory() -> Result<Self> {
        let made = Connection::open_in_memory()
            .and_then(|mut connection| Ok(schema::migrate(&mut connection)?.map(|()| connection)));
        Self::ready(made, Path::new(":memory:"))
    }

    /// A copy in memory, for those who want to know what would be done: nothing is written to the file nor beside it. Where
    /// there is no file, an empty state.
    ///
    /// # Errors
    /// As [`State::open`].
    pub fn copy_of(path: &Path) -> Result<Self> {
        if !path.exists() {
            return Self::memory();
        }
        let made = read_only(path).and_then(|file| {
            let mut connection = Connection::open_in_memory()?;
            rusqlite::backup::Backup::new(&file, &mut connection)?.run_to_completion(1_000, Duration::ZERO, None)?;
            Ok(schema::migrate(&mut connection)?.map(|()| connection))
        });
        Self::ready(made, path)
    }

    fn ready(made: Sql<Result<Connection, String>>, path: &Path) -> Result<Self> {
        let connection = made.map_err(|error| explain(path, &error))?;
        let connection = connection.map_err(|reason| Error::Invalid {
            subject: path.display().to_string(),
            reason,
        })?;
        Ok(State {
            connection,
            path: path.to_path_buf(),
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives freed pages back to the file system. Takes as much free space as the file is large.
    ///
    /// # Errors
    /// Where another process uses the state, or the disk is full.
    pub fn vacuum(&mut self) -> Result<()> {
        self.read(|c| c.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);"))
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> Sql<T>) -> Result<T> {
        work(&self.connection).map_err(|error| explain(&self.path, &error))
    }

    fn write<T>(&mut self, work: impl FnOnce(&Transaction) -> Sql<T>) -> Result<T> {
        let all = || {
            let transaction = self
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            let result = work(&transaction)?;
            transaction.commit()?;
            Ok(result)
        };
        all().map_err(|error| explain(&self.path, &error))
    }
}

/// Makes the file for its owner alone: it names those whom digests are sent to. What SQLite puts beside it gets the same rights.
fn private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.write(true).create_new(true).open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// What holds for a connection as long as it is open, and the journal mode of the file.
fn prepare(connection: &Connection) -> Sql<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")?;
    // Two processes that make a new file at once: the change of mode does not wait by itself.
    let mut waited = Duration::ZERO;
    loop {
        match connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())) {
            Err(error) if is_busy(&error) && waited < PATIENCE => {
                let pause = Duration::from_millis(20);
                std::thread::sleep(pause);
                waited += pause;
            }
            other => return other,
        }
    }
}

/// Opens a file without leaving anything beside it.
fn read_only(path: &Path) -> Sql<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    // Without a log nobody is using it, and it can be read as it lies; to read it through a log would make one.
    let settled = !Path::new(&log).exists();
    let escaped: String = path.to_string_lossy().chars().map(escape).collect();
    let query = if settled { "?immutable=1" } else { "?mode=ro" };
    let connection = Connection::open_with_flags(format!("file:{escaped}{query}"), flags)?;
    connection.busy_timeout(PATIENCE)?;
    Ok(connection)
}

/// A character of a path in a `file:` address.
fn escape(c: char) -> String {
    match c {
        '%' | '?' | '#' => format!("%{:02X}", u32::from(c)),
        _ => c.to_string(),
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
    matches!(error.sqlite_error_code(), Some(DatabaseBusy | DatabaseLocked))
}

/// What went wrong, and what to do about it.
fn explain(path: &Path, error: &rusqlite::Error) -> Error {
    use rusqlite::ErrorCode as Code;
    let file = path.display();
    let reason = match error.sqlite_error_code() {
        Some(Code::DatabaseCorrupt | Code::NotADatabase) => format!(
            "is damaged ({error}): move it away, as in `mv {file} {file}.damaged && rm -f {file}-wal {file}-shm`; the next run \
             begins a new one, which knows nothing of earlier digests"
        ),
        Some(Code::DiskFull) => "no room left on the disk: nothing was changed; make room and run again".into(),
        Some(Code::DatabaseBusy | Code::DatabaseLocked) => format!(
            "another process has been writing to it for {} seconds: try again when it has ended",
            PATIENCE.as_secs()
        ),
        Some(Code::CannotOpen) => "cannot be opened: is its folder there, and may this user write to it?".into(),
        Some(Code::ReadOnly | Code::PermissionDenied) => "may not be written to by this user".into(),
        Some(Code::SystemIoFailure) => {
            format!("cannot be read or written ({error}): is the disk full, or is the file on a network share?")
        }
        _ => error.to_string(),
    };
    Error::Invalid {
        subject: format!("state {file}"),
        reason,
    }
}

/// The number of a digest, given at its first mention.
fn digest_id(connection: &Connection, name: &str) -> Sql<i64> {
    let find = || {
        let mut statement = connection.prepare_cached("SELECT id FROM digests WHERE name = ?1")?;
        statement.query_row([name], |row| row.get(0)).optional()
    };
    if let Some(id) = find()? {
        return Ok(id);
    }
    connection.execute("INSERT INTO digests (name) VALUES (?1)", [name])?;
    Ok(connection.last_insert_rowid())
}

/// The number of a digest, 0 where the state has never heard of it.
fn known_digest(connection: &Connection, name: &str) -> Sql<i64> {
    let mut statement = connection.prepare_cached("SELECT id FROM digests WHERE name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?.unwrap_or(0))
}

#[cfg(test)]
mod tests;
