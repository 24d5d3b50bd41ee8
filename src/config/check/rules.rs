//! What a configuration that can be read may still get wrong: names that are not there, times that never come, files that
//! cannot be read.

use std::collections::BTreeMap;
use std::path::Path;

use url::{Host, Url};

use super::{Kind, Places, Problem, World, nearest};
use crate::config::{Config, DigestConfig, FORMATS, Secret, SourceConfig, THEMES, schedule};
use crate::error::Error;

/// One look over a configuration.
struct Look<'a> {
    config: &'a Config,
    places: &'a Places<'a, 'a>,
    world: &'a World<'a>,
    problems: Vec<Problem>,
}

/// All that is wrong with what a configuration says.
pub(super) fn check(config: &Config, places: &Places, world: &World) -> Vec<Problem> {
    let mut look = Look {
        config,
        places,
        world,
        problems: Vec::new(),
    };
    for (at, digest) in config.digests.iter().enumerate() {
        look.digest(&at.to_string(), digest);
    }
    for (at, source) in config.sources.iter().enumerate() {
        look.source(&at.to_string(), source);
    }
    look.twice("digests", "name", config.digests.iter().map(|d| d.name.clone()));
    look.twice(
        "digests",
        "out",
        config.digests.iter().map(|d| d.out().display().to_string()),
    );
    look.twice("sources", "name", config.sources.iter().map(|s| s.name.clone()));
    look.unused();
    look.mail();
    look.stages();
    look.problems
}

impl Look<'_> {
    fn wrong(&mut self, path: &[&str], message: impl Into<String>) {
        self.problem(path, message.into(), true);
    }

    fn odd(&mut self, path: &[&str], message: impl Into<String>) {
        self.problem(path, message.into(), false);
    }

    fn problem(&mut self, path: &[&str], message: String, fatal: bool) {
        let place = self.places.of(path);
        self.problems.push(Problem { place, message, fatal });
    }

    /// What an error says, with its subject, at a path.
    fn error(&mut self, path: &[&str], error: &Error) {
        self.wrong(path, error.to_string());
    }

    /// Checks a path on the disk.
    fn on_disk(&mut self, path: &[&str], file: &Path, kind: Kind, fatal: bool) {
        if let Some(reason) = (self.world.wrong_with)(file, kind) {
            self.problem(path, format!("{}: {reason}", file.display()), fatal);
        }
    }

    /// Says which known word may be meant by one that is not known.
    fn unknown(&mut self, path: &[&str], what: &str, given: &str, known: &[&str]) {
        let hint = match nearest(given, known.iter().copied()) {
            Some(near) => format!("; did you mean {near:?}?"),
            None if known.is_empty() => "; there are none".to_string(),
            None => format!("; there are {}", known.join(", ")),
        };
        self.wrong(path, format!("{what} {given:?} is not there{hint}"));
    }

    fn digest(&mut self, at: &str, digest: &DigestConfig) {
        if !digest.is_well_named() {
            let message = format!(
                "a digest's name is made of letters, digits, `-` and `_`, unlike {:?}",
                digest.name
            );
            self.wrong(&["digests", at, "name"], message);
        }
        if let Some(text) = &digest.schedule
            && let Err(error) = schedule::Schedule::parse(text)
        {
            self.error(&["digests", at, "schedule"], &error);
        }
        if let Some(name) = &digest.timezone
            && let Err(error) = schedule::zone(name)
        {
            self.error(&["digests", at, "timezone"], &error);
        }
        let config = self.config;
        let names = config.sources.iter().map(|s| s.name.as_str());
        let tags = config.sources.iter().flat_map(|s| s.tags.iter().map(String::as_str));
        let mut known: Vec<&str> = names.chain(tags).collect();
        known.sort_unstable();
        known.dedup();
        for (n, wanted) in digest
            .sources
            .iter()
            .enumerate()
            .filter(|(_, w)| !known.contains(&w.as_str()))
        {
            self.unknown(
                &["digests", at, "sources", &n.to_string()],
                "a source or tag",
                wanted,
                &known,
            );
        }
        let sections: Vec<&str> = config.rank.sections.iter().map(|s| s.name.as_str()).collect();
        for (n, wanted) in digest
            .sections
            .iter()
            .enumerate()
            .filter(|(_, w)| !sections.contains(&w.as_str()))
        {
            self.unknown(
                &["digests", at, "sections", &n.to_string()],
                "a section of [[rank.sections]]",
                wanted,
                &sections,
            );
        }
        for (n, format) in digest
            .formats
            .iter()
            .enumerate()
            .filter(|(_, f)| !FORMATS.contains(&f.as_str()))
        {
            self.unknown(
                &["digests", at, "formats", &n.to_string()],
                "a format",
                format,
                &FORMATS,
            );
        }
        if digest.formats.is_empty() {
            self.wrong(
                &["digests", at, "formats"],
                "nothing would be written; name at least one format",
            );
        }
        if !THEMES.contains(&digest.theme.as_str()) {
            self.unknown(&["digests", at, "theme"], "a theme", &digest.theme, &THEMES);
        }
        let subtags = |c: &str| (1..=8).contains(&c.len()) && c.chars().all(|c| c.is_ascii_alphanumeric());
        if !digest.language.split('-').all(subtags) {
            let message = format!("{:?} is no language tag; use one such as \"en-GB\"", digest.language);
            self.wrong(&["digests", at, "language"], message);
        }
        if let Some(folder) = &digest.templates {
            self.on_disk(&["digests", at, "templates"], folder, Kind::Templates, true);
        }
        if let Some(file) = digest.mail.as_ref().and_then(|m| m.recipients.as_ref()) {
            self.on_disk(&["digests", at, "mail", "recipients"], file, Kind::File, true);
        }
        let own = digest.mail.as_ref();
        let to = own
            .and_then(|m| m.recipients.as_ref())
            .or(config.mail.recipients.as_ref());
        let from = own.and_then(|m| m.from.as_ref()).or(config.mail.from.as_ref());
        if to.is_some() && from.is_none() {
            self.wrong(
                &["digests", at, "mail"],
                "has recipients and no sender; give it or [mail] a `from`",
            );
        }
    }

    fn source(&mut self, at: &str, source: &SourceConfig) {
        if source.name.trim().is_empty() {
            self.wrong(&["sources", at, "name"], "a source needs a name");
        }
        if let Err(error) = source.source() {
            self.error(&["sources", at], &error);
        }
        for (field, location) in SourceConfig::LOCATIONS.into_iter().zip([
            &source.feed,
            &source.page,
            &source.folder,
            &source.jsonl,
            &source.mail,
        ]) {
            if let Some(location) = location {
                self.location(&["sources", at, field], field, location, source.private);
            }
        }
        if !(source.weight.is_finite() && source.weight >= 0.0) {
            self.wrong(
                &["sources", at, "weight"],
                format!("{} is no weight; use 0 or more", source.weight),
            );
        }
        if source.timeout == Some(0) {
            self.wrong(
                &["sources", at, "timeout"],
                "no time at all; leave it out for that of [ingest]",
            );
        }
        let sections: Vec<&str> = self.config.rank.sections.iter().map(|s| s.name.as_str()).collect();
        if let Some(section) = source.section.as_ref().filter(|s| !sections.contains(&s.as_str())) {
            self.unknown(
                &["sources", at, "section"],
                "a section of [[rank.sections]]",
                section,
                &sections,
            );
        }
    }

    fn location(&mut self, path: &[&str], field: &str, location: &str, private: bool) {
        if !location.contains("://") {
            let kind = match field {
                "folder" => Kind::Folder,
                "mail" => Kind::Any,
                _ => Kind::File,
            };
            return self.on_disk(path, Path::new(location), kind, false);
        }
        let url = match Url::parse(location) {
            Ok(url) => url,
            Err(error) => return self.wrong(path, format!("{location}: is no address: {error}")),
        };
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return self.wrong(path, format!("{location}: only http and https addresses are fetched"));
        }
        if matches!(field, "folder" | "mail") {
            return self.wrong(path, format!("{location}: `{field}` takes a path, not an address"));
        }
        if url.password().is_some() {
            self.odd(path, "holds a password, which is shown wherever the address is");
        }
        if !private && self.config.ingest.networks.is_empty() && is_private(&url) {
            self.wrong(
                path,
                format!("{location}: lies at a private address; say `private = true` if that is meant"),
            );
        }
    }

    /// Says of each element of `list` whose `field` is that of one before it.
    fn twice(&mut self, list: &str, field: &str, values: impl Iterator<Item = String>) {
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        for (at, value) in values.enumerate() {
            let path = [list, &at.to_string(), field];
            match seen.get(&value) {
                Some(before) => {
                    let message = format!("`{field}` {value:?} is that of another one too, at {before}");
                    self.wrong(&path, message);
                }
                None => {
                    seen.insert(value, self.places.of(&path));
                }
            }
        }
    }

    /// Sources that are read twice, or by no digest.
    fn unused(&mut self) {
        let config = self.config;
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        for (at, source) in config.sources.iter().enumerate() {
            let at = at.to_string();
            if let [(_, location)] = source.locations()[..]
                && let Some(before) = seen.insert(location, &source.name)
            {
                let message = format!("{:?} reads what {before:?} reads: {location}", source.name);
                self.odd(&["sources", &at], message);
            }
            let wants = |d: &DigestConfig| {
                d.sources.is_empty() || d.sources.iter().any(|w| *w == source.name || source.tags.contains(w))
            };
            if !config.digests.is_empty() && !config.digests.iter().any(wants) {
                self.odd(&["sources", &at], format!("no digest reads {:?}", source.name));
            }
        }
    }

    fn mail(&mut self) {
        let mail = &self.config.mail;
        if let Some(file) = &mail.recipients {
            self.on_disk(&["mail", "recipients"], file, Kind::File, true);
        }
        if let Some(file) = &mail.smtp.ca_file {
            self.on_disk(&["mail", "smtp", "ca_file"], file, Kind::File, true);
        }
        for (at, address) in mail.unsubscribe.iter().enumerate() {
            if !address.starts_with("mailto:") && !address.starts_with("https://") {
                let message = format!("{address:?}: only mailto: and https:// addresses can be used");
                self.wrong(&["mail", "unsubscribe", &at.to_string()], message);
            }
        }
        for (field, secret) in [("user", &mail.smtp.user), ("password", &mail.smtp.password)] {
            match secret {
                Some(Secret::Env(name)) if !(self.world.is_set)(name) => {
                    self.odd(
                        &["mail", "smtp", field],
                        format!("the environment variable {name} is not set here"),
                    );
                }
                Some(Secret::File(file)) => self.on_disk(&["mail", "smtp", field], file, Kind::File, false),
                _ => {}
            }
        }
    }

    /// Numbers that stages cannot work with.
    fn stages(&mut self) {
        let config = self.config;
        for (name, weight) in config
            .rank
            .weights
            .iter()
            .filter(|(_, w)| !(w.is_finite() && **w >= 0.0))
        {
            self.wrong(
                &["rank", "weights", name],
                format!("{weight} is no weight; use 0 or more"),
            );
        }
        let mut names: Vec<&str> = Vec::new();
        for (at, section) in config.rank.sections.iter().enumerate() {
            if names.contains(&section.name.as_str()) {
                let message = format!("a section {:?} is there already", section.name);
                self.wrong(&["rank", "sections", &at.to_string(), "name"], message);
            }
            names.push(&section.name);
        }
        if !(config.rank.half_life.is_finite() && config.rank.half_life > 0.0) {
            self.wrong(&["rank", "half_life"], "a half life is more than 0 hours");
        }
        if config.ingest.parallel == 0 {
            self.wrong(&["ingest", "parallel"], "nothing could be fetched; use 1 or more");
        }
        if config.summarize.length.sentences() == 0 {
            self.wrong(
                &["summarize", "length"],
                "nothing would be said; use 1 or more sentences",
            );
        }
        if config.digest.title.trim().is_empty() {
            self.odd(&["digest", "title"], "the digest has no title");
        }
    }
}

/// Whether an address says by itself that it is not on the public network.
fn is_private(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified(),
        Some(Host::Ipv6(ip)) => {
            ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local()
        }
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost")
        }
        None => false,
    }
}
