//! What a run would do, without doing any of it.

use std::fmt::Write;

use super::{Request, free_name, is_local, lock, prune};
use crate::error::Result;
use crate::state::{Stage, State};

/// The plan of a run, in lines. `state` may be a copy ([`State::copy_of`]): nothing is written.
///
/// # Errors
/// Where the state cannot be read.
pub fn plan(state: &State, request: &Request, formats: &[String], delivers: bool) -> Result<String> {
    let name = &request.digest;
    let mut text = format!("Digest {name}\n");
    let mut say = |line: String| {
        let _ = writeln!(text, "  {line}");
    };
    if let Some(holder) = lock::look(&lock::path(state.path(), name)) {
        let who = holder.map_or("who it is cannot be read".to_owned(), |holder| holder.to_string());
        say(format!(
            "another run is under way, and this one would end at once: {who}"
        ));
    }
    for edition in state.open_editions(name)? {
        match edition.stage {
            Stage::Made => say(format!(
                "finish edition {}: its files are not all in {}",
                edition.name, edition.folder
            )),
            _ if delivers => say(format!("deliver edition {} to whom it has not reached", edition.name)),
            _ => {}
        }
    }
    let (new, left) = state.waiting(name)?;
    if request.again {
        match state.last(name)?.filter(|last| last.date == request.date) {
            Some(last) => say(format!("make edition {} again, of what it was made of", last.name)),
            None => say(format!("fail: there is no edition of {} to make again", request.date)),
        }
    } else {
        let known = state.known(name, &request.sources, request.now)?;
        let mut asked = 0;
        let mut lines = Vec::new();
        for (source, known) in request.sources.iter().zip(&known) {
            let location = known.moved_to.as_ref().unwrap_or(&source.location);
            let wait = known.not_before.filter(|until| *until > request.now);
            let note = match (known.gone, wait) {
                _ if request.offline && !is_local(source) => "not asked: offline".into(),
                (true, _) => format!(
                    "not asked: gone; `broadsheet state enable '{}'` to ask again",
                    source.name
                ),
                (_, Some(until)) => format!("not asked before {until}"),
                _ => {
                    asked += 1;
                    let validators = &known.validators;
                    match validators.etag.is_some() || validators.last_modified.is_some() {
                        true => "asked whether it has changed".into(),
                        false => "read".into(),
                    }
                }
            };
            lines.push(format!("  {}: {location}: {note}", source.name));
        }
        say(format!("ask {asked} of {} sources", request.sources.len()));
        lines.into_iter().for_each(&mut say);
        say(format!(
            "in the inbox: {new} new items, {left} that were left out before"
        ));
        let edition = free_name(state, &request.out, request.date).map_err(|_| crate::error::Error::Invalid {
            subject: request.out.display().to_string(),
            reason: "cannot be read".into(),
        })?;
        let files: Vec<String> = formats.iter().map(|format| format!("{edition}.{format}")).collect();
        say(format!(
            "if there is anything new, write {} to {}",
            files.join(", "),
            request.out.display()
        ));
        if delivers && !request.offline {
            say(format!("deliver edition {edition}"));
        }
    }
    for old in prune::due(state, name, request.keep)? {
        for (path, _) in &old.files {
            say(format!("remove {path}, if it is as it was written"));
        }
    }
    Ok(text)
}
