//! The configuration of one digest: its own words laid over the shared sections.

use std::collections::{BTreeMap, BTreeSet};

use super::{Config, DigestConfig, SourceConfig};
use crate::error::{Error, Result};
use crate::ingest;

impl Config {
    /// What one digest is made with, and the sources it reads, in the order of the configuration.
    ///
    /// In the result `digests` holds this digest alone, with its `title` and `out` filled in, and `sources` its sources alone.
    /// A configuration without digests makes one, `daily`, of all its sources, in the folder `digests`; `None` names the only
    /// digest. Laid over the shared sections are:
    ///
    /// - `title`, `unchanged`, `length`, `max_stories`, `min_sources`, `include` and all of `mail`, each in place of the shared one;
    /// - `exclude`, beside the shared one;
    /// - `sections`, which picks from `rank.sections` and puts them in order;
    /// - each source's `weight`, as `rank.weights` of its name and of its `site`, else of its host. What `rank.weights` itself says
    ///   of one of these names is kept;
    /// - each source's `section`, as a rule of that section: stories that only such sources tell stand in it.
    ///
    /// Where sources of one host say different things, the host stands for none of them, and only their names and sites count.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there is no such digest, where several are there and none is named, or where it names a source, tag
    /// or section that is not there.
    pub fn of(&self, name: Option<&str>) -> Result<(Config, Vec<ingest::Source>)> {
        let mut digest = self.digest_named(name)?;
        if !digest.is_well_named() {
            return Err(Error::Invalid {
                subject: format!("digest {:?}", digest.name),
                reason: "is no name; use letters, digits, `-` and `_`".into(),
            });
        }
        let mut config = self.clone();
        config.sources = self.sources_of(&digest)?;
        config.rank.sections = self.sections_of(&digest)?;
        digest.out = Some(digest.out());
        config.digest.title = digest.title.get_or_insert_with(|| self.digest.title.clone()).clone();
        config.digest.unchanged = digest.unchanged.unwrap_or(self.digest.unchanged);
        config.summarize.length = digest.length.unwrap_or(self.summarize.length);
        let rank = &mut config.rank;
        rank.max_stories = digest.max_stories.unwrap_or(rank.max_stories);
        rank.min_sources = digest.min_sources.unwrap_or(rank.min_sources);
        if let Some(include) = &digest.include {
            rank.include = include.clone();
        }
        if let Some(exclude) = &digest.exclude {
            rank.exclude.words.extend_from_slice(&exclude.words);
            rank.exclude.names.extend_from_slice(&exclude.names);
            rank.exclude.sources.extend_from_slice(&exclude.sources);
        }
        for (key, weight) in said_of(
            &config.sources,
            |s| (s.weight != 1.0).then_some(s.weight.to_bits()),
            1f64.to_bits(),
        ) {
            rank.weights.entry(key).or_insert(f64::from_bits(weight));
        }
        for (key, section) in said_of(&config.sources, |s| s.section.clone(), String::new()) {
            if let Some(section) = rank.sections.iter_mut().find(|s| s.name == section) {
                section.rules.sources.push(key);
            }
        }
        if let Some(own) = &digest.mail {
            let mail = &mut config.mail;
            mail.from = own.from.clone().or(mail.from.take());
            mail.reply_to = own.reply_to.clone().or(mail.reply_to.take());
            mail.list_id = own.list_id.clone().or(mail.list_id.take());
            mail.recipients = own.recipients.clone().or(mail.recipients.take());
            if let Some(unsubscribe) = &own.unsubscribe {
                mail.unsubscribe = unsubscribe.clone();
            }
        }
        let sources = config
            .sources
            .iter()
            .map(SourceConfig::source)
            .collect::<Result<Vec<_>>>()?;
        config.digests = vec![digest];
        Ok((config, sources))
    }

    /// The one digest of what [`Config::of`] gives.
    pub fn current(&self) -> DigestConfig {
        self.digests.first().cloned().unwrap_or_else(standard)
    }

    /// The digests that can be named: those of the configuration, else the one of all sources.
    pub fn names(&self) -> Vec<String> {
        match self.digests.is_empty() {
            true => vec![standard().name],
            false => self.digests.iter().map(|d| d.name.clone()).collect(),
        }
    }

    fn digest_named(&self, name: Option<&str>) -> Result<DigestConfig> {
        let invalid = |subject: &str, reason: String| Error::Invalid {
            subject: subject.to_string(),
            reason,
        };
        let all = match self.digests.is_empty() {
            true => vec![standard()],
            false => self.digests.clone(),
        };
        let names = all.iter().map(|d| d.name.as_str()).collect::<Vec<_>>().join(", ");
        match name {
            Some(name) => all.iter().find(|d| d.name == name).cloned().ok_or_else(|| {
                invalid(
                    &format!("digest {name:?}"),
                    format!("is not in the configuration; there: {names}"),
                )
            }),
            None if all.len() == 1 => Ok(all[0].clone()),
            None => Err(invalid("digests", format!("there are several; name one of {names}"))),
        }
    }

    fn sources_of(&self, digest: &DigestConfig) -> Result<Vec<SourceConfig>> {
        let matches = |source: &SourceConfig, wanted: &String| source.name == *wanted || source.tags.contains(wanted);
        if let Some(wanted) = digest
            .sources
            .iter()
            .find(|w| !self.sources.iter().any(|s| matches(s, w)))
        {
            return Err(Error::Invalid {
                subject: format!("digest {:?}", digest.name),
                reason: format!("no source has the name or tag {wanted:?}"),
            });
        }
        let chosen = |s: &&SourceConfig| digest.sources.is_empty() || digest.sources.iter().any(|w| matches(s, w));
        Ok(self.sources.iter().filter(chosen).cloned().collect())
    }

    fn sections_of(&self, digest: &DigestConfig) -> Result<Vec<crate::rank::Section>> {
        if digest.sections.is_empty() {
            return Ok(self.rank.sections.clone());
        }
        let find = |name: &String| {
            let found = self.rank.sections.iter().find(|s| s.name == *name);
            found.cloned().ok_or_else(|| Error::Invalid {
                subject: format!("digest {:?}", digest.name),
                reason: format!("[[rank.sections]] has no section {name:?}"),
            })
        };
        digest.sections.iter().map(find).collect()
    }
}

/// The digest of a configuration that has none.
fn standard() -> DigestConfig {
    DigestConfig {
        out: Some("digests".into()),
        ..DigestConfig::new("daily")
    }
}

/// What sources say of themselves, by every name that their stories may bear: the source's own, and its site, else its host.
/// A name of which different things are said is left out; a source that says nothing says `silent`.
fn said_of<T: Ord + Clone>(
    sources: &[SourceConfig],
    said: impl Fn(&SourceConfig) -> Option<T>,
    silent: T,
) -> BTreeMap<String, T> {
    let mut by_key: BTreeMap<String, BTreeSet<T>> = BTreeMap::new();
    for source in sources {
        let value = said(source).unwrap_or_else(|| silent.clone());
        for key in [Some(source.name.clone()), source.site.clone().or_else(|| source.host())]
            .into_iter()
            .flatten()
        {
            by_key.entry(key).or_default().insert(value.clone());
        }
    }
    let agreed = |(key, values): (String, BTreeSet<T>)| {
        let value = values.first().filter(|v| values.len() == 1 && **v != silent)?.clone();
        Some((key, value))
    };
    by_key.into_iter().filter_map(agreed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summarize::Length;

    const TEXT: &str = r#"
[digest]
title = "The Ansel Letter"
[rank]
max_stories = 9
exclude.words = ["horoscope"]
[rank.weights]
"wire.example" = 3.0
[[rank.sections]]
name = "Town"
[[rank.sections]]
name = "Sport"
[mail]
from = "desk@ansel.example"
recipients = "all.txt"
[[sources]]
name = "Courier"
feed = "https://www.courier.example/feed"
tags = ["town"]
weight = 2
section = "Town"
[[sources]]
name = "Courier sport"
feed = "https://www.courier.example/sport"
section = "Sport"
[[sources]]
name = "Wire"
feed = "https://feeds.wire.example/all"
site = "wire.example"
weight = 0.5
[[digests]]
name = "all"
[[digests]]
name = "town"
title = "The Town"
sources = ["town", "Wire"]
sections = ["Town"]
length = "short"
max_stories = 0
exclude.words = ["lottery"]
mail = { recipients = "town.txt" }
"#;

    fn config() -> Config {
        Config::from_toml(TEXT, "x").unwrap()
    }

    #[test]
    fn a_digest_lays_its_words_over_the_shared_ones() {
        let (town, sources) = config().of(Some("town")).unwrap();
        assert_eq!(
            sources.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(),
            ["Courier", "Wire"]
        );
        assert_eq!(sources[0].kind, ingest::SourceKind::Feed);
        assert_eq!(town.digest.title, "The Town");
        assert_eq!(town.summarize.length, Length::Short);
        assert_eq!(town.rank.max_stories, 0, "0 is a word, too");
        assert_eq!(town.rank.exclude.words, ["horoscope", "lottery"]);
        assert_eq!(town.rank.sections.len(), 1);
        assert_eq!(town.mail.from.as_deref(), Some("desk@ansel.example"));
        assert_eq!(town.mail.recipients, Some("town.txt".into()));
        let current = town.current();
        assert_eq!(
            (current.name.as_str(), current.out().as_path()),
            ("town", std::path::Path::new("digests/town"))
        );
        let (all, _) = config().of(Some("all")).unwrap();
        assert_eq!(
            (all.digest.title.as_str(), all.rank.max_stories),
            ("The Ansel Letter", 9)
        );
        assert_eq!(all.current().title.as_deref(), Some("The Ansel Letter"));
    }

    #[test]
    fn weights_and_sections_go_by_name_and_by_site_or_host() {
        let (town, _) = config().of(Some("town")).unwrap();
        let weights: Vec<_> = town.rank.weights.iter().map(|(k, w)| (k.as_str(), *w)).collect();
        // What [rank.weights] says of the site is kept.
        assert_eq!(
            weights,
            [
                ("Courier", 2.0),
                ("Wire", 0.5),
                ("courier.example", 2.0),
                ("wire.example", 3.0)
            ]
        );
        assert_eq!(town.rank.sections[0].rules.sources, ["Courier", "courier.example"]);
        // Where two feeds of a host say different things, the host says nothing.
        let (all, _) = config().of(Some("all")).unwrap();
        assert!(!all.rank.weights.contains_key("courier.example"));
        assert_eq!(all.rank.sections[0].rules.sources, ["Courier"]);
        assert_eq!(all.rank.sections[1].rules.sources, ["Courier sport"]);
    }

    #[test]
    fn what_one_digest_is_made_with_is_a_configuration_too() {
        let (town, sources) = config().of(Some("town")).unwrap();
        let again = Config::from_toml(&toml::to_string(&town).unwrap(), "x").unwrap();
        assert_eq!(again, town);
        assert_eq!(again.of(None).unwrap().1, sources);
    }

    #[test]
    fn without_digests_there_is_one_of_all_sources() {
        let mut config = config();
        config.digests.clear();
        let (daily, sources) = config.of(None).unwrap();
        assert_eq!((daily.current().name.as_str(), sources.len()), ("daily", 3));
        assert_eq!(daily.current().out(), std::path::Path::new("digests"));
        assert_eq!(config.names(), ["daily"]);
        assert!(config.of(Some("weekly")).is_err());
    }

    #[test]
    fn what_is_not_there_is_named() {
        let config = config();
        let error = |name: Option<&str>| config.of(name).unwrap_err().to_string();
        assert_eq!(error(None), "digests: there are several; name one of all, town");
        assert_eq!(
            error(Some("sport")),
            "digest \"sport\": is not in the configuration; there: all, town"
        );
        let mut config = config;
        config.digests[1].name = "../town".into();
        assert!(
            config
                .of(Some("../town"))
                .unwrap_err()
                .to_string()
                .contains("is no name")
        );
        config.digests[0].sources = vec!["nobody".into()];
        assert!(config.of(Some("all")).unwrap_err().to_string().contains("nobody"));
    }
}
