//! Who and what is in a story: the people, organisations and places of all its documents, each once.
//!
//! Within a document `annotate` has tied short names to full ones. Here the full names of several documents are tied in the
//! same way: by equal words, by surname and first names that do not gainsay each other, by initials. Two names that one
//! document tells apart are never made one.

use std::collections::{BTreeMap, BTreeSet};

use crate::digest::{Citation, Name};
use crate::document::{Annotated, Entity, EntityKind};
use crate::name;

/// News agencies: they are named because they were quoted, not because the story is about them.
const AGENCIES: &[&str] = &[
    "reuters",
    "ap",
    "associated press",
    "afp",
    "agence france presse",
    "press association",
    "pa media",
    "pa",
    "upi",
    "united press international",
    "bloomberg",
    "bloomberg news",
    "dpa",
    "ansa",
    "efe",
    "xinhua",
    "tass",
    "interfax",
    "kyodo",
    "yonhap",
    "anadolu agency",
    "getty",
    "getty images",
    "press trust of india",
    "pti",
    "ani",
    "ap news",
    "reuters news",
];

/// How often an agency or the publication itself is mentioned before it is taken for a part of the story.
const SUBJECT: usize = 3;

/// The most names that a short one is compared with.
const MOST: usize = 24;

/// A name as one document has it.
struct Local<'a> {
    document: usize,
    name: &'a str,
    words: Vec<String>,
    kind: EntityKind,
    mentions: Vec<&'a Entity>,
}

/// The names of a story's documents, the most telling first: by how many documents have them, then by how often, then people
/// and organisations before places and the rest. At most `most`.
pub fn names(documents: &[&Annotated], most: usize) -> Vec<Name> {
    let locals = locals(documents);
    let groups = tie(&locals);
    let mut told: Vec<Told> = groups
        .iter()
        .filter_map(|group| describe(documents, &group.iter().map(|at| &locals[*at]).collect::<Vec<_>>()))
        .collect();
    told.sort_by(|a, b| {
        let size = |t: &Told| (t.documents, t.mentions);
        let first = |t: &Told| (t.at.0, t.at.1.span.start);
        size(b)
            .cmp(&size(a))
            .then(rank(a.kind).cmp(&rank(b.kind)))
            .then(a.name.cmp(b.name))
            .then(first(a).cmp(&first(b)))
    });
    let name = |told: Told| Name {
        name: told.name.to_owned(),
        kind: told.kind,
        role: told.role,
        mentions: told.mentions,
        documents: told.documents,
        citation: Citation::new(&documents[told.at.0].document, &told.at.1.span),
    };
    told.into_iter().take(most).map(name).collect()
}

/// A [`Name`] whose place is not yet counted in characters, which takes a walk through the text.
struct Told<'a> {
    name: &'a str,
    kind: EntityKind,
    role: Option<String>,
    mentions: usize,
    documents: usize,
    /// The document and the mention to show.
    at: (usize, &'a Entity),
}

fn rank(kind: EntityKind) -> u8 {
    match kind {
        EntityKind::Per | EntityKind::Org => 0,
        EntityKind::Loc => 1,
        EntityKind::Misc => 2,
    }
}

/// The names of each document with their mentions, in order of document and first mention.
fn locals<'a>(documents: &[&'a Annotated]) -> Vec<Local<'a>> {
    let mut locals: Vec<Local> = Vec::new();
    for (document, annotated) in documents.iter().enumerate() {
        let mut known: BTreeMap<(&str, EntityKind), usize> = BTreeMap::new();
        for entity in &annotated.entities {
            if annotated.document.article.text.get(entity.span.clone()).is_none() {
                continue;
            }
            let at = *known.entry((&entity.name, entity.kind)).or_insert_with(|| {
                let words = match entity.kind {
                    EntityKind::Per => name::without_suffix(&name::words(&entity.name)).to_vec(),
                    _ => name::without_company(&name::words(&entity.name)).to_vec(),
                };
                locals.push(Local {
                    document,
                    name: &entity.name,
                    words,
                    kind: entity.kind,
                    mentions: Vec::new(),
                });
                locals.len() - 1
            });
            locals[at].mentions.push(entity);
        }
    }
    locals.retain(|local| !local.words.is_empty());
    locals
}

/// The names that are one, as indices into the names of the documents.
fn tie(locals: &[Local]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut order: Vec<usize> = (0..locals.len()).collect();
    // Full names first, so that every short one meets those that it may stand for.
    order.sort_by_key(|at| (std::cmp::Reverse(locals[*at].words.len()), *at));
    let mut equal: BTreeMap<(Vec<String>, bool), usize> = BTreeMap::new();
    let mut parts: BTreeMap<(String, bool), Vec<usize>> = BTreeMap::new();
    for at in order {
        let local = &locals[at];
        let person = local.kind == EntityKind::Per;
        let lone = local.words.len() == 1;
        // "Washington" is a place or a person; "Anna Ford" is one, whatever it is tagged as here and there.
        let key = (local.words.clone(), person && lone);
        // A name that its own document has beside the other is not the other.
        let free = |group: &Vec<usize>| group.iter().all(|other| locals[*other].document != local.document);
        let mut fits: Vec<usize> = Vec::new();
        match equal.get(&key) {
            Some(group) => fits.push(*group),
            None => {
                let joined = local.words.join(" ");
                let short = match (person, name::acronym(local.name)) {
                    (true, _) | (false, Some(_)) => true,
                    (false, None) => local.kind == EntityKind::Org && !name::is_shared(&joined),
                };
                let near = if person && !lone {
                    local.words.last().map(|last| (last.clone(), true))
                } else {
                    Some((joined, person)).filter(|_| short)
                };
                let list = near.and_then(|near| parts.get(&near));
                let alike = |group: &usize| -> bool {
                    let other = &locals[groups[*group][0]];
                    let both = name::person(&local.words).zip(name::person(&other.words));
                    !person || lone || both.is_some_and(|(a, b)| name::same_person(&a, &b))
                };
                fits.extend(list.into_iter().flatten().filter(|g| alike(g) && free(&groups[**g])));
            }
        }
        let group = match fits[..] {
            [only] => only,
            _ => {
                groups.push(Vec::new());
                groups.len() - 1
            }
        };
        groups[group].push(at);
        equal.entry(key).or_insert(group);
        for part in short_forms(local) {
            let list = parts.entry((part, person)).or_default();
            if list.len() < MOST && !list.contains(&group) {
                list.push(group);
            }
        }
    }
    groups
}

/// What a name may be called elsewhere: by surname and first name, by initials, by the beginning of a body's name.
fn short_forms(local: &Local) -> Vec<String> {
    let words = &local.words;
    let (Some(first), Some(last)) = (words.first(), words.last()) else {
        return Vec::new();
    };
    if words.len() < 2 {
        return Vec::new();
    }
    match local.kind {
        EntityKind::Per => vec![last.clone(), first.clone()],
        EntityKind::Org => {
            let mut forms = name::initials(words);
            forms.extend((1..words.len().min(4)).map(|cut| words[..cut].join(" ")));
            forms
        }
        _ => name::initials(words),
    }
}

/// What is told of a name, unless it is that of who tells the story.
fn describe<'a>(documents: &[&Annotated], group: &[&Local<'a>]) -> Option<Told<'a>> {
    let mentions: Vec<(usize, &'a Entity)> = group
        .iter()
        .flat_map(|local| local.mentions.iter().map(|m| (local.document, *m)))
        .collect();
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    for local in group {
        *uses.entry(local.name).or_default() += 1;
    }
    let fullness = |local: &Local| {
        let long = local.words.iter().filter(|word| word.chars().count() > 1).count();
        // More words than a name has are two names run together.
        if long > 6 { 0 } else { long }
    };
    let best = group.iter().copied().max_by(|a, b| {
        // "Jr." belongs to a person, "plc" is no part of a body's name.
        let whole = |local: &Local| local.kind == EntityKind::Per || name::words(local.name) == local.words;
        let key = |local: &Local| (fullness(local), uses[local.name], whole(local), local.name.len());
        key(a).cmp(&key(b)).then(b.name.cmp(a.name)).then(b.kind.cmp(&a.kind))
    })?;
    let publisher = group.iter().any(|local| {
        let site = documents[local.document].document.article.site_name.as_deref();
        let is_site = site.is_some_and(|site| {
            let site = name::words(site);
            site == local.words || site.concat() == local.words.concat()
        });
        is_site || AGENCIES.contains(&local.words.join(" ").as_str())
    });
    if publisher && mentions.len() < SUBJECT {
        return None;
    }
    let role = role(&mentions);
    let told: BTreeSet<usize> = group.iter().map(|local| local.document).collect();
    let first = |(document, entity): &(usize, &Entity)| (*document, entity.span.start);
    let shown = mentions
        .iter()
        .copied()
        .filter(|(_, m)| role.is_some() && m.role == role)
        .min_by_key(first);
    Some(Told {
        name: best.name,
        kind: kind(group, best),
        role,
        mentions: mentions.len(),
        documents: told.len(),
        at: shown.or_else(|| mentions.iter().copied().min_by_key(first))?,
    })
}

/// What most mentions say that it is; even votes go to the fullest name's.
fn kind(group: &[&Local], fullest: &Local) -> EntityKind {
    let mut votes: BTreeMap<EntityKind, usize> = BTreeMap::new();
    for local in group {
        *votes.entry(local.kind).or_default() += local.mentions.len();
    }
    let most = votes.values().max().copied().unwrap_or_default();
    match votes.get(&fullest.kind) {
        Some(count) if *count == most => fullest.kind,
        _ => votes
            .iter()
            .find(|(_, count)| **count == most)
            .map_or(fullest.kind, |(kind, _)| *kind),
    }
}

/// The role that most mentions give, then the longest, then the first by letters.
fn role(mentions: &[(usize, &Entity)]) -> Option<String> {
    let mut counts: BTreeMap<String, (usize, &String)> = BTreeMap::new();
    for role in mentions.iter().filter_map(|(_, m)| m.role.as_ref()) {
        counts.entry(role.to_lowercase()).or_insert((0, role)).0 += 1;
    }
    let best = counts
        .iter()
        .max_by_key(|(key, (count, role))| (*count, role.chars().count(), std::cmp::Reverse(*key)));
    best.map(|(_, (_, role))| (*role).clone())
}
