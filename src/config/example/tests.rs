use std::collections::BTreeSet;

use serde::de::{Deserialize, Deserializer, Error as _, Visitor, value::Error as Plain};

use super::*;
use crate::config::{DigestMail, DigestOptions, Generate, Keep, Mail, Smtp, StateOptions};
use crate::{cluster, figures, follow, ingest, rank, segment, summarize};

/// Asks a type for its fields and gives it nothing.
struct Ask<'a>(&'a mut BTreeSet<&'static str>);

impl<'de> Deserializer<'de> for Ask<'_> {
    type Error = Plain;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Plain> {
        Err(Plain::custom("only structs are asked"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Plain> {
        self.0.extend(fields);
        Err(Plain::custom("asked"))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq
        tuple tuple_struct map enum identifier ignored_any
    }
}

fn fields<'de, T: Deserialize<'de>>() -> BTreeSet<&'static str> {
    let mut fields = BTreeSet::new();
    let _ = T::deserialize(Ask(&mut fields));
    assert!(!fields.is_empty());
    fields
}

/// The fields that the table has, those with a section of their own included.
fn told(header: &str) -> BTreeSet<&'static str> {
    let bare = |h: &'static str| h.trim_matches(['[', ']']);
    let own = SECTIONS.iter().filter(|s| bare(s.header) == header);
    let below = SECTIONS
        .iter()
        .filter_map(|s| bare(s.header).strip_prefix(header)?.strip_prefix('.'));
    let below = below.filter(|rest| !rest.contains('.'));
    own.flat_map(|s| s.fields.iter().map(|f| f.0)).chain(below).collect()
}

#[test]
fn no_field_is_missing_and_none_is_made_up() {
    let top = SECTIONS
        .iter()
        .map(|s| s.header.trim_matches(['[', ']']))
        .filter(|h| !h.contains('.'));
    assert_eq!(top.collect::<BTreeSet<_>>(), fields::<Config>());
    for (header, fields) in [
        ("digest", fields::<DigestOptions>()),
        ("digests", fields::<DigestConfig>()),
        ("digests.include", fields::<rank::Rules>()),
        ("digests.exclude", fields::<rank::Rules>()),
        ("digests.keep", fields::<Keep>()),
        ("digests.mail", fields::<DigestMail>()),
        ("sources", fields::<SourceConfig>()),
        ("rank", fields::<rank::Options>()),
        ("rank.include", fields::<rank::Rules>()),
        ("rank.exclude", fields::<rank::Rules>()),
        ("rank.sections", fields::<rank::Section>()),
        ("rank.sections.rules", fields::<rank::Rules>()),
        ("summarize", fields::<summarize::Options>()),
        ("generate", fields::<Generate>()),
        ("figures", fields::<figures::Options>()),
        ("follow", fields::<follow::Options>()),
        ("ingest", fields::<ingest::Options>()),
        ("state", fields::<StateOptions>()),
        ("mail", fields::<Mail>()),
        ("mail.smtp", fields::<Smtp>()),
        ("cluster", fields::<cluster::Options>()),
        ("segment", fields::<segment::Options>()),
    ] {
        assert_eq!(told(header), fields, "[{header}]");
    }
}

#[test]
fn as_it_stands_it_changes_nothing() {
    assert_eq!(Config::from_toml(&text(), "example").unwrap(), Config::default());
}

/// The example with the `#` taken from every setting.
fn set() -> String {
    let setting = |line: &str| line.starts_with('#') && !line.starts_with("# ") && line.len() > 1;
    text()
        .lines()
        .map(|line| if setting(line) { &line[1..] } else { line }.to_string() + "\n")
        .collect()
}

#[test]
fn every_field_that_the_table_has_is_printed_and_can_be_set() {
    let text = set();
    let config = Config::from_toml(&text, "example").unwrap();
    assert_eq!(
        (config.digests.len(), config.sources.len(), config.rank.sections.len()),
        (1, 1, 1)
    );
    let table: Table = text.parse().unwrap();
    for section in SECTIONS {
        let mut value = Value::Table(table.clone());
        for key in section.header.trim_matches(['[', ']']).split('.') {
            value = value[key].clone();
            if let Value::Array(items) = value {
                value = items[0].clone();
            }
        }
        for Field(name, ..) in section.fields {
            assert!(
                value.get(name.trim_matches('"')).is_some(),
                "{}: {name}",
                section.header
            );
        }
    }
}

#[test]
fn defaults_are_printed_as_they_are() {
    let set: Table = set().parse().unwrap();
    for section in SECTIONS
        .iter()
        .filter(|s| !s.header.starts_with('[') && !s.header.starts_with("digests."))
    {
        for (name, default) in defaults(section.header) {
            let Some(Field(_, _, None)) = section.fields.iter().find(|f| f.0 == name) else {
                continue;
            };
            let mut value = Value::Table(set.clone());
            for key in section.header.split('.') {
                value = value[key].clone();
            }
            let same = match (&value[&name], &default) {
                (Value::Float(a), Value::Float(b)) => *a as f32 == *b as f32,
                (a, b) => a == b,
            };
            assert!(same, "{}.{name}", section.header);
        }
    }
    assert!(text().contains("\n#length = \"medium\"\n"), "{}", text());
}

#[test]
fn a_field_knows_its_section() {
    assert_eq!(places_of("compress"), ["[summarize]"]);
    assert_eq!(places_of("weight"), ["[[sources]]", "[[rank.sections]]"]);
}

/// The worked example of docs/configuration.md, and what it says of it.
#[test]
fn the_manuals_example_has_no_mistake() {
    use crate::config::check::{World, check};
    use crate::config::layers::{Layer, join};
    let manual = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/configuration.md"));
    let blocks: Vec<&str> = manual
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert_eq!(blocks.len(), 1);
    let layer = Layer {
        name: "broadsheet.toml".into(),
        folder: "/news".into(),
        text: blocks[0].into(),
    };
    let world = World {
        home: Some(std::path::Path::new("/home/ada")),
        is_set: &|name| name == "SMTP_USER",
        wrong_with: &|_, _| None,
    };
    assert_eq!(check(std::slice::from_ref(&layer), &world), []);
    let config = join(&[layer], world.home).unwrap();
    let (sport, sources) = config.of(Some("weekend-sport")).unwrap();
    assert_eq!(
        sources.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(),
        ["Courier sport", "Newsletters"]
    );
    assert_eq!(sport.rank.sections.len(), 1);
    assert_eq!(sport.current().out(), std::path::Path::new("/news/sport"));
    assert_eq!(config.of(Some("morning")).unwrap().1.len(), 5);
    assert_eq!(
        config.of(Some("morning")).unwrap().0.mail.recipients,
        Some("/news/readers.txt".into())
    );
}
