//! A folder of digests to editions. A file that cannot be read becomes a warning, and the others go on.

use std::path::Path;

use rayon::prelude::*;
use serde_json::{Value, json};

use super::archive::{Edition, stem_of};
use crate::digest::Digest;
use crate::error::{Error, Result, Warning};

/// Reads every `DATE.json` and `DATE-N.json` of a folder, in order of name. `newest` is the digests' format that this program writes;
/// earlier ones are read as far as they have what the archive shows.
///
/// # Errors
/// [`Error::Io`] where the folder cannot be read.
pub fn read(folder: &Path, newest: u32) -> Result<(Vec<Edition>, Vec<Warning>)> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(Error::io(folder))? {
        let path = entry.map_err(Error::io(folder))?.path();
        let hidden = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if !hidden && path.extension().is_some_and(|e| e == "json") && path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    let read = paths
        .par_iter()
        .map(|path| edition(path, newest).map_err(|reason| Warning::lost(path.display().to_string(), reason)));
    let (mut editions, mut warnings) = (Vec::new(), Vec::new());
    for one in read.collect::<Vec<_>>() {
        match one {
            Ok(edition) => editions.push(edition),
            Err(warning) => warnings.push(warning),
        }
    }
    Ok((editions, warnings))
}

fn edition(path: &Path, newest: u32) -> Result<Edition, String> {
    let stem = path
        .file_stem()
        .map(|s| s.to_string_lossy().into_owned())
        .unwrap_or_default();
    let (date, number) =
        stem_of(&stem).ok_or("is not named as a digest is, DATE.json or DATE-2.json; left out of the archive")?;
    let bytes = std::fs::read(path).map_err(|e| format!("cannot be read: {e}; left out of the archive"))?;
    let digest = digest(&bytes, newest).map_err(|reason| format!("{reason}; left out of the archive"))?;
    if digest.date != date {
        return Err(format!(
            "is the digest of {}, not of the day in its name; left out of the archive",
            digest.date
        ));
    }
    Ok(Edition::new(stem, number, digest))
}

/// Reads a digest of this format or an earlier one.
pub(super) fn digest(bytes: &[u8], newest: u32) -> Result<Digest, String> {
    if let Ok(digest) = serde_json::from_slice::<Digest>(bytes)
        && digest.version <= newest
    {
        return Ok(digest);
    }
    let mut value: Value = serde_json::from_slice(bytes).map_err(|e| format!("is not whole JSON ({e})"))?;
    let version = value.get("version").and_then(Value::as_u64);
    match version {
        None => return Err("is not a digest: it has no `version`".to_string()),
        Some(version) if version > u64::from(newest) => {
            return Err(format!(
                "its format is {version}, this program reads up to {newest}: use a newer broadsheet"
            ));
        }
        Some(_) => {}
    }
    fill(&mut value);
    serde_json::from_value(value).map_err(|e| format!("is not a digest that can be shown ({e})"))
}

/// Puts in what earlier formats did not have: format 1 knew no threads, and its `seen` was how many articles there were.
fn fill(digest: &mut Value) {
    let Some(fields) = digest.as_object_mut() else { return };
    if let Some(articles) = fields.get("seen").filter(|seen| !seen.is_array()).cloned() {
        fields.entry("articles").or_insert(articles);
        fields.insert("seen".to_string(), json!([]));
    }
    // What the archive does not show must not keep a digest out of it.
    fields.insert("faded".to_string(), json!([]));
    fields.insert("dormant".to_string(), json!([]));
    for (name, empty) in [
        ("articles", json!(0)),
        ("replaced", json!(0)),
        ("warnings", json!([])),
        ("briefs", json!([])),
        ("models", json!([])),
        ("generator", json!("broadsheet")),
    ] {
        fields.entry(name).or_insert(empty);
    }
    for part in ["stories", "briefs"] {
        for story in fields.get_mut(part).and_then(Value::as_array_mut).into_iter().flatten() {
            let Some(story) = story.as_object_mut() else { continue };
            let id = story.get("id").cloned().unwrap_or_else(|| json!(""));
            story.entry("thread").or_insert(id);
            let sources = story.get("sources").and_then(Value::as_array).map_or(0, Vec::len);
            story.entry("voices").or_insert(json!(sources));
            story.entry("figures").or_insert(json!([]));
            for figure in story
                .get_mut("figures")
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten()
            {
                let Some(figure) = figure.as_object_mut() else { continue };
                let words = ["context", "surface"]
                    .iter()
                    .find_map(|name| figure.get(*name))
                    .cloned();
                figure.entry("line").or_insert(words.unwrap_or_else(|| json!("")));
            }
        }
    }
}
