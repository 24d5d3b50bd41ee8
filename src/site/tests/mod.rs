//! Tests of the whole archive: what pages say and where their links lead. Those of a part stand beside it.

mod folder;
mod generate;
mod pages;
mod search;

use super::*;
use crate::digest::Digest;
use crate::render::Templates;

/// An archive of these digests.
fn built(digests: Vec<Digest>) -> Site {
    built_with(digests, &Options::default())
}

fn built_with(digests: Vec<Digest>, options: &Options) -> Site {
    let editions = digests
        .into_iter()
        .map(|digest| Edition::new(digest.date.to_string(), 1, digest));
    build(
        editions.collect(),
        &Renderer::new(&Templates::new(), 80).unwrap(),
        options,
    )
    .unwrap()
}

fn text<'a>(site: &'a Site, path: &str) -> &'a str {
    let file = site.files.iter().find(|file| file.path == path);
    let file = file.unwrap_or_else(|| panic!("no {path} among {:?}", paths(site)));
    std::str::from_utf8(&file.bytes).unwrap()
}

fn paths(site: &Site) -> Vec<&str> {
    site.files.iter().map(|file| file.path.as_str()).collect()
}
