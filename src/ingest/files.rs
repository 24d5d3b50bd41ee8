//! Files, folders and standard input.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};
use std::path::{MAIN_SEPARATOR, Path};

use flate2::read::MultiGzDecoder;
use walkdir::WalkDir;

use super::part::{Part, add_text};
use super::{Format, Options, charset, human_size, mail, rows, sniff};
use crate::error::Warning;

const KINDS: &str = ".txt .md .html .json .jsonl .xml .rss .atom .eml .mbox, each also .gz";

/// What is said of a folder without files.
pub(super) const NOTHING: &str = "nothing to read in this folder";

/// Reads a file, or all files of a folder that have a known extension.
pub(super) fn read_path(input: &str, options: &Options, progress: &dyn Fn(&str), part: &mut Part) {
    let path = Path::new(input);
    match std::fs::metadata(path) {
        Err(error) => part.warnings.push(Warning::lost(input, reason(&error))),
        Ok(found) if found.is_dir() => read_folder(input, options, progress, part),
        Ok(found) => {
            progress(input);
            let id = id_of(input);
            let (named, compressed) = sniff::by_name(path);
            let format = options.format.or(named);
            // What is no file (a pipe) has a name that says nothing.
            if format.is_none() && found.is_file() {
                let message = format!("unknown kind of file; known are {KINDS}; else say the input format");
                part.warnings.push(Warning::lost(id, message));
                return;
            }
            read_file(path, &id, format, compressed, options, part);
        }
    }
}

fn read_folder(input: &str, options: &Options, progress: &dyn Fn(&str), part: &mut Part) {
    let mut any = false;
    let is_hidden = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(b".");
    let own = options.skip.as_ref().and_then(|folder| folder.canonicalize().ok());
    let is_own = |entry: &walkdir::DirEntry| {
        own.is_some() && entry.file_type().is_dir() && entry.path().canonicalize().ok() == own
    };
    let walk = WalkDir::new(input).follow_links(true).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry.file_name()) && !is_own(entry)) {
        let entry = match entry {
            Ok(entry) => entry,
            // A link back up the tree: what it leads to is read already.
            Err(error) if error.loop_ancestor().is_some() => continue,
            Err(error) => {
                let subject = error
                    .path()
                    .map_or_else(|| input.to_string(), |path| path.display().to_string());
                let reason = error.io_error().map_or_else(|| "cannot be read".to_string(), reason);
                part.warnings.push(Warning::lost(id_of(&subject), reason));
                continue;
            }
        };
        if !entry.file_type().is_file() {
            continue;
        }
        let (Some(format), compressed) = sniff::by_name(entry.path()) else {
            continue;
        };
        any = true;
        let id = id_of(&entry.path().to_string_lossy());
        progress(&id);
        read_file(entry.path(), &id, Some(format), compressed, options, part);
    }
    if !any {
        part.warnings
            .push(Warning::lost(input, format!("{NOTHING}; known are {KINDS}")));
    }
}

/// Reads a file of mail (.eml, mbox), or all files of a folder as such (a maildir too).
pub(super) fn read_mail(input: &str, options: &Options, progress: &dyn Fn(&str), part: &mut Part) {
    if !Path::new(input).is_dir() {
        return read_path(input, options, progress, part);
    }
    let is_hidden = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(b".");
    // What a maildir is still writing.
    let is_draft = |entry: &walkdir::DirEntry| entry.file_type().is_dir() && entry.file_name() == "tmp";
    let walk = WalkDir::new(input).follow_links(true).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry.file_name()) && !is_draft(entry)) {
        match entry {
            Ok(entry) if entry.file_type().is_file() => {
                let id = id_of(&entry.path().display().to_string());
                let (_, compressed) = sniff::by_name(entry.path());
                progress(&id);
                read_file(entry.path(), &id, Some(Format::Mail), compressed, options, part);
            }
            Ok(_) => {}
            Err(error) if error.loop_ancestor().is_some() => {}
            Err(error) => {
                let reason = error.io_error().map_or_else(|| "cannot be read".to_string(), reason);
                part.warnings.push(Warning::lost(id_of(input), reason));
            }
        }
    }
}

/// Reads standard input.
pub(super) fn read_stdin(options: &Options, part: &mut Part) {
    let input = std::io::stdin().lock();
    if options.format == Some(Format::Jsonl) {
        rows::read_lines(input, "-", options.max_bytes, part);
    } else if options.format == Some(Format::Mail) {
        mail::read(input, "-", options, part);
    } else {
        read_bytes(input, "-", options.format, options, part);
    }
}

fn read_file(path: &Path, id: &str, format: Option<Format>, compressed: bool, options: &Options, part: &mut Part) {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) => return part.warnings.push(Warning::lost(id, reason(&error))),
    };
    let size = file.metadata().map(|found| found.len()).unwrap_or(0);
    if size == 0 && path.is_file() {
        return part.warnings.push(Warning::lost(id, "is empty"));
    }
    let input: Box<dyn Read> = if compressed {
        Box::new(MultiGzDecoder::new(BufReader::new(file)))
    } else {
        Box::new(file)
    };
    if format == Some(Format::Jsonl) {
        rows::read_lines(BufReader::new(input), id, options.max_bytes, part);
    } else if format == Some(Format::Mail) {
        mail::read(BufReader::new(input), id, options, part);
    } else if !compressed && size > options.max_bytes as u64 {
        let (size, limit) = (
            human_size(usize::try_from(size).unwrap_or(usize::MAX)),
            human_size(options.max_bytes),
        );
        part.warnings.push(Warning::lost(
            id,
            format!("is {size}, more than the limit of {limit} (max_bytes)"),
        ));
    } else {
        read_bytes(input, id, format, options, part);
    }
}

/// Reads what is not JSON Lines, at most as much as the limit allows.
fn read_bytes(input: impl Read, id: &str, format: Option<Format>, options: &Options, part: &mut Part) {
    let mut bytes = vec![];
    if let Err(error) = input.take(options.max_bytes as u64 + 1).read_to_end(&mut bytes) {
        return part.warnings.push(Warning::lost(id, reason(&error)));
    }
    if bytes.len() > options.max_bytes {
        let limit = human_size(options.max_bytes);
        return part.warnings.push(Warning::lost(
            id,
            format!("is more than the limit of {limit} (max_bytes)"),
        ));
    }
    let markup = !matches!(format, Some(Format::Text | Format::Markdown | Format::Json));
    match charset::decode(&bytes, None, markup) {
        Ok(decoded) => {
            part.warnings.extend(decoded.note.map(|note| Warning::note(id, note)));
            let format = format.unwrap_or_else(|| sniff::by_content(&decoded.text));
            add_text(decoded.text, format, id, None, options, part);
        }
        Err(kind) => part
            .warnings
            .push(Warning::lost(id, format!("is {kind}, not an article"))),
    }
}

/// A path as an id: as given, with forward slashes, without a leading `./`.
fn id_of(path: &str) -> String {
    let path = if MAIN_SEPARATOR == '/' {
        path.to_string()
    } else {
        path.replace(MAIN_SEPARATOR, "/")
    };
    let mut id = path.as_str();
    while let Some(rest) = id.strip_prefix("./") {
        id = rest.trim_start_matches('/');
    }
    if id.is_empty() { path } else { id.to_string() }
}

pub(super) fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file or folder".into(),
        ErrorKind::PermissionDenied => "may not be read (permission denied)".into(),
        ErrorKind::InvalidInput | ErrorKind::UnexpectedEof | ErrorKind::InvalidData => {
            format!("is broken or not what its name says: {error}")
        }
        _ => format!("cannot be read: {error}"),
    }
}
