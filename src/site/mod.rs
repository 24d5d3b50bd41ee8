//! A static archive of digests: pages by day, stories over days, people and places, search, feeds.
//!
//! Three steps, of which only the first and the last touch the disk:
//!
//! 1. [`read()`]: a folder of `DATE.json` to [`Edition`]s; what cannot be read is a warning that names it;
//! 2. [`build`]: editions to files, each a path and bytes. Pure: the same digests give the same bytes;
//! 3. [`write()`]: files to a folder, so that at no time a page leads to one that is not there.
//!
//! The archive needs no server: every link is relative, nothing is asked of another host, and search runs in the page
//! on an index that is a script (search.rs).

mod archive;
mod feeds;
mod pages;
mod read;
mod search;
mod series;
#[cfg(test)]
mod tests;
mod views;
mod write;

use std::collections::BTreeMap;

use url::Url;

pub use self::archive::Edition;
pub use self::read::read;
pub use self::search::{LIMIT, Size};
pub use self::write::{Written, write};
use crate::error::{Error, Result};
use crate::render::Renderer;

/// What the archive is called and where it will stand.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What the archive is called; without it what its newest digest is called.
    pub title: Option<String>,
    /// The address of the folder that the archive is published at, for absolute links in the feeds. Without it they
    /// have relative ones, which few programs follow.
    pub base_url: Option<Url>,
}

/// A file of the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Where it stands in the archive's folder, parts separated by `/`.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// The archive, and what is in it.
#[derive(Debug, Clone)]
pub struct Site {
    /// In order of path.
    pub files: Vec<File>,
    /// How many digests.
    pub editions: usize,
    /// How many stories have a page of their own, since more than one digest tells them.
    pub threads: usize,
    /// How many people, organisations and places have a page of their own, since more than one story names them.
    pub names: usize,
    /// How much the search index takes, and what is in it.
    pub index: Size,
}

/// The address of the folder that an archive is published at: http or https; a missing `/` at its end is added.
///
/// # Errors
/// [`Error::Invalid`] for anything else.
pub fn base_url(address: &str) -> Result<Url> {
    let invalid = |reason: String| Error::Invalid {
        subject: format!("base URL {address:?}"),
        reason,
    };
    let mut url = Url::parse(address).map_err(|e| invalid(format!("{e}; it looks like https://example.org/news/")))?;
    if !matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some() {
        return Err(invalid(
            "must be http or https, without `?` and `#`, as in https://example.org/news/".to_string(),
        ));
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

/// Builds the archive's files from digests. Their order does not matter.
///
/// # Errors
/// [`Error::Invalid`] where there is no digest; [`Error::Template`] as in [`Renderer::digest`].
pub fn build(editions: Vec<Edition>, renderer: &Renderer, options: &Options) -> Result<Site> {
    let archive = archive::Archive::new(editions);
    let Some(newest) = archive.editions.last() else {
        return Err(Error::Invalid {
            subject: "archive".to_string(),
            reason: "there is no digest to put into it".to_string(),
        });
    };
    let title = options.title.as_deref().unwrap_or(&newest.digest.title);
    let title = pages::line(title);
    let title = if title.is_empty() { "Digests".to_string() } else { title };
    let index = search::index(&archive);
    let mut files: BTreeMap<String, Vec<u8>> = pages::pages(&archive, renderer, &title)?;
    files.insert("search.js".to_string(), search::SCRIPT.into());
    files.insert("search-index.js".to_string(), index.script.into_bytes());
    let entries = feeds::entries(&archive, renderer, options.base_url.as_ref())?;
    let base = options.base_url.as_ref();
    files.insert("feed.xml".to_string(), feeds::atom(&title, &entries, base).into_bytes());
    files.insert(
        "feed.json".to_string(),
        feeds::json(&title, &entries, base).into_bytes(),
    );
    Ok(Site {
        files: files.into_iter().map(|(path, bytes)| File { path, bytes }).collect(),
        editions: archive.editions.len(),
        threads: archive.threads.iter().filter(|thread| thread.has_page()).count(),
        names: archive.names.iter().filter(|name| name.has_page()).count(),
        index: index.size,
    })
}
