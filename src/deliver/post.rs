//! One edition of a digest, ready to be sent to anybody.

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;

use super::Options;
use crate::digest::Digest;
use crate::error::Result;
use crate::render::{Frame, Headers, Letter, Letters, Mailbox, archive_url, eml, unsubscribe_link};

/// A letter with what its headers say.
#[derive(Debug, Clone)]
pub struct Post {
    /// The letter.
    pub letter: Letter,
    options: Options,
    name: String,
    edition: String,
    date: Timestamp,
}

impl Post {
    /// The letter of an edition of the digest that the configuration calls `name`. `date` is when it was sent; [`Post::date_of`]
    /// gives one that is the same whenever it is asked for.
    ///
    /// # Errors
    /// Where a template or an address of the configuration cannot be used.
    pub fn new(
        letters: &Letters,
        digest: &Digest,
        (name, edition): (&str, &str),
        options: &Options,
        date: Timestamp,
    ) -> Result<Self> {
        let mut options = options.clone();
        options.archive = match &options.archive {
            Some(archive) => Some(archive_url(&archive.replace("{edition}", edition))?.to_string()),
            None => None,
        };
        let frame = Frame {
            unsubscribe: unsubscribe_link(&options.unsubscribe)?,
            archive: options.archive.clone(),
        };
        Ok(Post {
            letter: letters.letter(digest, &frame)?,
            options,
            name: name.to_string(),
            edition: edition.to_string(),
            date,
        })
    }

    /// When the digest's newest source was published, else the beginning of its day.
    pub fn date_of(digest: &Digest) -> Timestamp {
        let midnight = || digest.date.to_datetime(Time::midnight());
        let newest = digest.window.as_ref().map(|window| window.to);
        newest
            .or_else(|| TimeZone::UTC.to_timestamp(midnight()).ok())
            .unwrap_or_default()
    }

    /// The message for one recipient, or for nobody named: a file that a mail program opens.
    ///
    /// # Errors
    /// As [`Post::new`].
    pub fn message(&self, to: Option<&Mailbox>) -> Result<Vec<u8>> {
        eml(
            &self.letter,
            &Headers {
                from: self.options.from.as_deref(),
                to,
                reply_to: self.options.reply_to.as_deref(),
                list_id: self.options.list_id.as_deref(),
                unsubscribe: &self.options.unsubscribe,
                archive: self.options.archive.as_deref(),
                date: self.date,
                name: &self.name,
                edition: &self.edition,
            },
        )
    }
}
