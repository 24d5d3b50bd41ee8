//! Files to a folder. What an earlier build wrote and this one does not have is removed, after everything new is in place; what somebody
//! else wrote is never touched.
//!
//! A list in the folder ([`MANIFEST`]) says which files are the program's, with a hash of each. It is written before the first file is
//! moved into place, with the earlier build's files and the new ones, and again at the end: after a kill at any moment the
//! next build knows which files are its own.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::File;
use super::archive::hash;
use crate::error::{Error, Result};

/// The list of the program's files: a hash and a path a line.
const MANIFEST: &str = ".broadsheet-site";
/// Where files are written before they are moved.
const WORKSHOP: &str = ".broadsheet-site.tmp";

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// Files that are new or have changed.
    pub written: usize,
    /// Files that were as they are to be, and were left alone: whoever copies the folder to a server sends only what changed.
    pub unchanged: usize,
    /// Files of an earlier build that are not of this one.
    pub removed: usize,
}

type Known = BTreeSet<(String, String)>;

/// Writes the files to a folder, which is made where it is not there.
///
/// # Errors
/// [`Error::Invalid`] where a file stands in the way that this program did not write; [`Error::Io`] where the disk says no. What was
/// there before is then still there.
pub fn write(files: &[File], out: &Path) -> Result<Written> {
    std::fs::create_dir_all(out).map_err(Error::io(out))?;
    let before = manifest(out)?;
    let ours: BTreeSet<&str> = before.iter().map(|(path, _)| path.as_str()).collect();
    let changed = files
        .par_iter()
        .map(|file| state(file, out, &ours))
        .collect::<Result<Vec<_>>>()?;
    let mut changed: Vec<&File> = files
        .iter()
        .zip(changed)
        .filter(|(_, changed)| *changed)
        .map(|(file, _)| file)
        .collect();
    let after: Known = files
        .par_iter()
        .map(|file| (file.path.clone(), fingerprint(&file.bytes)))
        .collect();

    let workshop = out.join(WORKSHOP);
    clear(&workshop)?;
    if !changed.is_empty() {
        fill(&changed, &workshop)?;
        record(out, &before.union(&after).cloned().collect())?;
        // Pages that others lead to first, so that at no time a link leads nowhere.
        changed.sort_by_key(|file| (rank(&file.path), &file.path));
        for file in &changed {
            let path = out.join(&file.path);
            parent(&path)?;
            std::fs::rename(workshop.join(&file.path), &path).map_err(Error::io(&path))?;
        }
        clear(&workshop)?;
    }
    let removed = remove(out, &before, &after)?;
    record(out, &after)?;
    Ok(Written {
        written: changed.len(),
        unchanged: files.len() - changed.len(),
        removed,
    })
}

/// What leads to other files is moved into place after them: lists after pages, the first page and the feeds last.
fn rank(path: &str) -> usize {
    let list = path.starts_with("months/") || path.ends_with("/index.html") || path.contains("/letters/");
    match path {
        _ if list => 1,
        _ if path.contains('/') || path.starts_with("style.") => 0,
        "index.html" => 3,
        _ => 2,
    }
}

/// Whether a file must be written.
fn state(file: &File, out: &Path, ours: &BTreeSet<&str>) -> Result<bool> {
    let path = out.join(&file.path);
    let stranger = |what: &str| Error::Invalid {
        subject: path.display().to_string(),
        reason: format!("is {what}, not a page that `broadsheet site` wrote: move it away or name another folder"),
    };
    match std::fs::read(&path) {
        Ok(bytes) if bytes == file.bytes => Ok(false),
        Ok(_) if ours.contains(file.path.as_str()) => Ok(true),
        Ok(_) => Err(stranger("somebody's file")),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(_) if path.is_dir() => Err(stranger("a folder")),
        Err(e) => Err(Error::io(&path)(e)),
    }
}

fn fill(files: &[&File], workshop: &Path) -> Result<()> {
    let folders: BTreeSet<PathBuf> = files
        .iter()
        .filter_map(|file| workshop.join(&file.path).parent().map(Path::to_path_buf))
        .collect();
    for folder in &folders {
        std::fs::create_dir_all(folder).map_err(Error::io(folder))?;
    }
    files.par_iter().try_for_each(|file| {
        let path = workshop.join(&file.path);
        std::fs::write(&path, &file.bytes).map_err(Error::io(&path))
    })
}

/// Removes what an earlier build wrote, is as it wrote it, and is not of this one.
fn remove(out: &Path, before: &Known, after: &Known) -> Result<usize> {
    let kept: BTreeSet<&str> = after.iter().map(|(path, _)| path.as_str()).collect();
    let mut stale: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (path, print) in before.iter().filter(|(path, _)| !kept.contains(path.as_str())) {
        stale.entry(path).or_default().push(print);
    }
    let mut removed = 0;
    for (name, prints) in stale {
        let path = out.join(name);
        let Ok(bytes) = std::fs::read(&path) else { continue };
        if prints.contains(&fingerprint(&bytes).as_str()) {
            std::fs::remove_file(&path).map_err(Error::io(&path))?;
            removed += 1;
            // Goes only where it is empty.
            let _ = path.parent().filter(|folder| *folder != out).map(std::fs::remove_dir);
        }
    }
    Ok(removed)
}

fn fingerprint(bytes: &[u8]) -> String {
    hash(bytes, 16)
}

/// The files that the program knows to be its own. Paths that would lead out of the folder are not of its making.
fn manifest(out: &Path) -> Result<Known> {
    let path = out.join(MANIFEST);
    let text = match std::fs::read(&path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Known::new()),
        Err(e) => return Err(Error::io(&path)(e)),
    };
    let inside = |path: &str| {
        !path.is_empty()
            && path
                .split('/')
                .all(|part| !matches!(part, "" | "." | "..") && !part.contains('\\'))
    };
    let lines = text.lines().filter_map(|line| line.split_once(' '));
    Ok(lines
        .filter(|(_, path)| inside(path))
        .map(|(print, path)| (path.to_string(), print.to_string()))
        .collect())
}

fn record(out: &Path, known: &Known) -> Result<()> {
    let path = out.join(MANIFEST);
    let mut text = String::from("# Files of `broadsheet site`: what is here, the next build may replace or remove.\n");
    for (path, print) in known {
        text.push_str(&format!("{print} {path}\n"));
    }
    let mut file = tempfile::Builder::new()
        .prefix(".broadsheet-")
        .tempfile_in(out)
        .map_err(Error::io(out))?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.as_file().sync_all())
        .map_err(Error::io(&path))?;
    file.persist(&path).map_err(|e| Error::io(&path)(e.error))?;
    Ok(())
}

fn parent(path: &Path) -> Result<()> {
    match path.parent() {
        Some(folder) => std::fs::create_dir_all(folder).map_err(Error::io(folder)),
        None => Ok(()),
    }
}

/// Takes away what a build that was killed left.
fn clear(workshop: &Path) -> Result<()> {
    match std::fs::remove_dir_all(workshop) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::io(workshop)(e)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(of: &[(&str, &str)]) -> Vec<File> {
        of.iter()
            .map(|(path, text)| File {
                path: path.to_string(),
                bytes: text.as_bytes().to_vec(),
            })
            .collect()
    }

    fn listed(folder: &Path) -> Vec<String> {
        fn walk(folder: &Path, root: &Path, out: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => walk(&path, root, out),
                    false => out.push(path.strip_prefix(root).unwrap().to_string_lossy().into_owned()),
                }
            }
        }
        let mut out = Vec::new();
        walk(folder, folder, &mut out);
        out.sort();
        out
    }

    #[test]
    fn a_second_build_writes_what_changed_and_removes_what_is_gone() {
        let out = tempfile::tempdir().unwrap();
        let out = out.path().join("new/site");
        let first = write(
            &files(&[
                ("index.html", "1"),
                ("days/a.html", "a"),
                ("days/b.html", "b"),
                ("names/x.html", "x"),
            ]),
            &out,
        )
        .unwrap();
        assert_eq!(
            first,
            Written {
                written: 4,
                unchanged: 0,
                removed: 0
            }
        );
        let second = write(
            &files(&[("index.html", "2"), ("days/a.html", "a"), ("days/c.html", "c")]),
            &out,
        )
        .unwrap();
        assert_eq!(
            second,
            Written {
                written: 2,
                unchanged: 1,
                removed: 2
            }
        );
        assert_eq!(
            listed(&out),
            [".broadsheet-site", "days/a.html", "days/c.html", "index.html"]
        );
        assert_eq!(std::fs::read_to_string(out.join("index.html")).unwrap(), "2");
    }

    #[test]
    fn what_others_wrote_is_neither_replaced_nor_removed() {
        let out = tempfile::tempdir().unwrap();
        let out = out.path();
        std::fs::create_dir(out.join("days")).unwrap();
        std::fs::write(out.join("CNAME"), "news.example").unwrap();
        std::fs::write(out.join("days/notes.txt"), "mine").unwrap();
        write(
            &files(&[("index.html", "1"), ("days/a.html", "a"), ("days/b.html", "b")]),
            out,
        )
        .unwrap();
        // A page of ours that somebody has changed is not ours to remove.
        std::fs::write(out.join("days/b.html"), "corrected by hand").unwrap();
        write(&files(&[("index.html", "1")]), out).unwrap();
        assert_eq!(
            listed(out),
            [
                ".broadsheet-site",
                "CNAME",
                "days/b.html",
                "days/notes.txt",
                "index.html"
            ]
        );

        let error = write(&files(&[("days/notes.txt", "page"), ("index.html", "3")]), out)
            .unwrap_err()
            .to_string();
        assert!(error.contains("days/notes.txt: is somebody's file"), "{error}");
        assert_eq!(
            std::fs::read_to_string(out.join("index.html")).unwrap(),
            "1",
            "nothing was written"
        );
        let error = write(&files(&[("days", "page")]), out).unwrap_err().to_string();
        assert!(error.contains("is a folder"), "{error}");
    }

    #[test]
    fn a_build_after_a_killed_one_goes_on() {
        let out = tempfile::tempdir().unwrap();
        let out = out.path();
        write(&files(&[("index.html", "1"), ("days/a.html", "a")]), out).unwrap();
        // Killed after one of two files was moved: the list has both builds' files.
        let (old, new) = (
            files(&[("index.html", "1"), ("days/a.html", "a")]),
            files(&[("index.html", "2"), ("days/b.html", "b")]),
        );
        record(
            out,
            &old.iter()
                .chain(&new)
                .map(|f| (f.path.clone(), fingerprint(&f.bytes)))
                .collect(),
        )
        .unwrap();
        std::fs::write(out.join("days/b.html"), "b").unwrap();
        std::fs::create_dir_all(out.join(WORKSHOP)).unwrap();
        std::fs::write(out.join(WORKSHOP).join("index.html"), "half").unwrap();
        let third = write(&files(&[("index.html", "3"), ("days/c.html", "c")]), out).unwrap();
        assert_eq!(third.removed, 2);
        assert_eq!(listed(out), [".broadsheet-site", "days/c.html", "index.html"]);
    }

    #[test]
    fn a_list_that_somebody_wrote_leads_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("site");
        std::fs::create_dir(&out).unwrap();
        std::fs::write(folder.path().join("secret"), "x").unwrap();
        std::fs::write(out.join(MANIFEST), format!("{} ../secret\n", fingerprint(b"x"))).unwrap();
        write(&files(&[("index.html", "1")]), &out).unwrap();
        assert!(folder.path().join("secret").exists());
    }

    #[test]
    fn the_first_page_is_moved_last() {
        let mut paths = [
            "index.html",
            "feed.xml",
            "months/2026-03.html",
            "days/a.html",
            "names/letters/a.html",
            "style.css",
            "threads/index.html",
        ];
        paths.sort_by_key(|path| (rank(path), *path));
        assert_eq!(
            paths,
            [
                "days/a.html",
                "style.css",
                "months/2026-03.html",
                "names/letters/a.html",
                "threads/index.html",
                "feed.xml",
                "index.html"
            ]
        );
    }
}
