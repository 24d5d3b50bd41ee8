//! Ties the mentions of a document to those whom they name.
//!
//! First every name of two or more words is one of its own, or one with a name that it can only be; then the short
//! mentions are given to them: a surname, a first name, an acronym. Where several fit, the one last mentioned in full is
//! meant; where none was yet, nobody can tell, and the short name stands for itself.

use std::collections::{BTreeMap, BTreeSet};

use super::tidy::Mention;
use crate::document::EntityKind;
use crate::name::{self, Person, Sex};

/// Who or what is named.
#[derive(Debug, Clone)]
pub struct Named {
    /// The fullest form of the name in the document.
    pub name: String,
    /// What it is.
    pub kind: EntityKind,
}

/// The most names that a short form is compared with: a text with more of one surname is no news.
const MOST: usize = 24;

/// A name in one spelling, with its mentions.
struct Form {
    words: Vec<String>,
    mentions: Vec<usize>,
    kind: EntityKind,
    /// A state, by the name that states are shown by.
    country: Option<&'static str>,
    named: Option<usize>,
}

/// The mentions' indices into the list of who and what is named.
pub fn link(text: &str, mentions: &[Mention]) -> (Vec<usize>, Vec<Named>) {
    let mut linker = Linker::new(text, mentions);
    linker.people();
    linker.bodies();
    let names = linker.assign();
    linker.describe(names)
}

struct Linker<'a> {
    text: &'a str,
    mentions: &'a [Mention],
    forms: Vec<Form>,
    /// Which form a mention has.
    form: Vec<usize>,
    /// How many are named so far.
    named: usize,
    /// People by the ends of their names, by their beginnings, and by the words between.
    ends: BTreeMap<String, Vec<usize>>,
    starts: BTreeMap<String, Vec<usize>>,
    middles: BTreeMap<String, Vec<usize>>,
    sexes: BTreeMap<usize, Sex>,
    /// The forms that are both "Mr" and "Mrs" somewhere.
    couples: BTreeSet<usize>,
}

/// What a mention's name is compared by.
fn key(text: &str, mention: &Mention) -> (Vec<String>, Option<&'static str>, Option<EntityKind>) {
    if mention.kind != EntityKind::Per
        && let Some((country, kind)) = name::country(&text[mention.span.clone()])
    {
        return (name::words(country), Some(country), Some(kind));
    }
    (name::without_company(&mention.words).to_vec(), None, None)
}

fn add(index: &mut BTreeMap<String, Vec<usize>>, key: String, named: usize) {
    let list = index.entry(key).or_default();
    if list.len() < MOST && !list.contains(&named) {
        list.push(named);
    }
}

fn number(kind: EntityKind) -> usize {
    match kind {
        EntityKind::Per => 0,
        EntityKind::Org => 1,
        EntityKind::Loc => 2,
        EntityKind::Misc => 3,
    }
}

impl<'a> Linker<'a> {
    fn new(text: &'a str, mentions: &'a [Mention]) -> Self {
        let mut forms: Vec<Form> = Vec::new();
        let mut known: BTreeMap<Vec<String>, usize> = BTreeMap::new();
        let mut form = Vec::with_capacity(mentions.len());
        let mut fixed: Vec<Option<EntityKind>> = Vec::new();
        for (n, mention) in mentions.iter().enumerate() {
            let (words, country, kind) = key(text, mention);
            let at = *known.entry(words.clone()).or_insert_with(|| {
                forms.push(Form {
                    words,
                    mentions: Vec::new(),
                    kind: mention.kind,
                    country,
                    named: None,
                });
                fixed.push(kind);
                forms.len() - 1
            });
            forms[at].mentions.push(n);
            form.push(at);
        }
        // What the ends of longer names are, for the short names whose votes are even.
        let mut longer: BTreeMap<String, EntityKind> = BTreeMap::new();
        let mut order: Vec<usize> = (0..forms.len()).collect();
        order.sort_by_key(|at| (std::cmp::Reverse(forms[*at].words.len()), *at));
        for at in order {
            let kind = fixed[at].unwrap_or_else(|| vote(&forms[at], mentions, &longer));
            forms[at].kind = kind;
            if let [first, .., last] = forms[at].words.as_slice() {
                longer.entry(last.clone()).or_insert(kind);
                longer.entry(first.clone()).or_insert(kind);
            }
        }
        // "[ORG Ione Vasquille]" is a person where "Ms Vasquille" is one.
        for at in 0..forms.len() {
            let form = &forms[at];
            let name = (2..=3).contains(&form.words.len()) && form.country.is_none() && !name::is_body(&form.words);
            if form.kind == EntityKind::Per || !name {
                continue;
            }
            let short = form.words.last().and_then(|last| known.get(std::slice::from_ref(last)));
            let titled = |short: &&usize| forms[**short].mentions.iter().any(|n| !mentions[*n].titles.is_empty());
            if short
                .filter(titled)
                .is_some_and(|short| forms[*short].kind == EntityKind::Per)
            {
                forms[at].kind = EntityKind::Per;
            }
        }
        let bears = |form: &Form, sex: Sex| {
            form.mentions
                .iter()
                .any(|n| mentions[*n].titles.iter().any(|t| t.sex == Some(sex)))
        };
        let both = |at: &usize| bears(&forms[*at], Sex::Male) && bears(&forms[*at], Sex::Female);
        let couples = (0..forms.len()).filter(both).collect();
        Linker {
            couples,
            text,
            mentions,
            forms,
            form,
            named: 0,
            ends: BTreeMap::new(),
            starts: BTreeMap::new(),
            middles: BTreeMap::new(),
            sexes: BTreeMap::new(),
        }
    }

    /// Gives every full name of a person somebody whom it names.
    fn people(&mut self) {
        let mut full: Vec<usize> = (0..self.forms.len()).filter(|at| self.is_full_person(*at)).collect();
        full.sort_by_key(|at| (std::cmp::Reverse(self.forms[*at].words.len()), *at));
        let mut by_surname: BTreeMap<String, Vec<(Person, usize)>> = BTreeMap::new();
        for at in full {
            let words = name::without_suffix(&self.forms[at].words).to_vec();
            let Some(person) = name::person(&words) else { continue };
            let joined = words.join(" ");
            let same = by_surname.entry(person.surname.clone()).or_default();
            let mut fits: Vec<usize> = same
                .iter()
                .filter(|(other, _)| name::same_person(other, &person))
                .map(|(_, named)| *named)
                .collect();
            // "Duncan Smith" is the end of "Iain Duncan Smith", "Nicolás Maduro" the beginning of a longer name.
            if fits.is_empty() {
                fits.extend(self.ends.get(&joined).into_iter().flatten());
                fits.extend(self.starts.get(&joined).into_iter().flatten());
            }
            fits.sort_unstable();
            fits.dedup();
            let named = match fits[..] {
                [only] => only,
                _ => self.fresh(),
            };
            if same.len() < MOST {
                same.push((person.clone(), named));
            }
            self.forms[at].named = Some(named);
            let titles = self.forms[at].mentions.iter().flat_map(|n| &self.mentions[*n].titles);
            let sex = titles
                .filter_map(|title| title.sex)
                .next()
                .or_else(|| name::sex(&person.given[0]));
            if let Some(sex) = sex {
                self.sexes.entry(named).or_insert(sex);
            }
            for from in (1..words.len()).rev().take(4) {
                add(&mut self.ends, words[from..].join(" "), named);
            }
            add(&mut self.starts, name::given_root(&words[0]).to_owned(), named);
            for to in 1..words.len().min(4) {
                add(&mut self.starts, words[..to].join(" "), named);
            }
            for word in words.iter().skip(1).take(words.len().saturating_sub(2).min(4)) {
                add(&mut self.middles, word.clone(), named);
            }
        }
    }

    /// Gives names to bodies, places and other things: full names, then acronyms, then short names.
    fn bodies(&mut self) {
        let mut order: Vec<usize> = (0..self.forms.len())
            .filter(|at| self.forms[*at].kind != EntityKind::Per)
            .collect();
        let single = |form: &Form| form.words.len() == 1;
        order.sort_by_key(|at| (std::cmp::Reverse(self.forms[*at].words.len()), *at));
        let explicit = self.in_brackets();
        // By initials, and by the ends of bodies' names: who, and where it is first mentioned.
        let mut acronyms: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut parts: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for at in order {
            let written = &self.text[self.mentions[self.forms[at].mentions[0]].span.clone()];
            let acronym = single(&self.forms[at]).then(|| name::acronym(written)).flatten();
            let joined = self.forms[at].words.join(" ");
            let short = match (&acronym, self.forms[at].kind) {
                _ if self.forms[at].country.is_some() => None,
                (Some(letters), _) => match explicit.get(&at) {
                    Some(full) => Some(*full),
                    None => self.before(at, acronyms.get(letters), false),
                },
                (None, EntityKind::Org) if !name::is_shared(&joined) => self.before(at, parts.get(&joined), true),
                _ => None,
            };
            let named = short.and_then(|full| self.forms[full].named);
            let named = match named {
                Some(named) => named,
                None => self.fresh(),
            };
            self.forms[at].named = Some(named);
            let words = &self.forms[at].words;
            if words.len() > 1 {
                for letters in name::initials(words) {
                    add(&mut acronyms, letters, at);
                }
                if self.forms[at].kind == EntityKind::Org {
                    for cut in 1..words.len().min(5) {
                        add(&mut parts, words[..cut].join(" "), at);
                        add(&mut parts, words[words.len() - cut..].join(" "), at);
                    }
                }
            }
        }
    }

    /// The form of a longer name that a short one stands for: the only one, or the last that begins before it. A short name
    /// that is there first (`only_after`) is one of its own.
    fn before(&self, at: usize, full: Option<&Vec<usize>>, only_after: bool) -> Option<usize> {
        let first = |at: usize| self.forms[at].mentions[0];
        let earlier = |full: &&usize| first(**full) < first(at);
        match full?.as_slice() {
            [only] if !only_after || earlier(&only) => Some(*only),
            [_] => None,
            several => several.iter().filter(earlier).max_by_key(|full| first(**full)).copied(),
        }
    }

    /// The acronyms that the text puts in brackets behind a name, or whose name it does.
    fn in_brackets(&self) -> BTreeMap<usize, usize> {
        let mut found = BTreeMap::new();
        for (n, pair) in self.mentions.windows(2).enumerate() {
            let [before, after] = pair else { continue };
            let between = &self.text[before.span.end..after.span.start];
            let between = between.trim_matches(['"', '“', '”', '\'', '‘', '’']);
            if between.trim() != "("
                || !self.text[after.span.end..]
                    .trim_start_matches(['"', '”', '\'', '’'])
                    .starts_with(')')
            {
                continue;
            }
            for (short, long) in [(n + 1, n), (n, n + 1)] {
                let (short_form, long_form) = (self.form[short], self.form[long]);
                let letters = name::acronym(&self.text[self.mentions[short].span.clone()]);
                let words = &self.forms[long_form].words;
                if letters.is_some_and(|letters| words.len() > 1 && name::spells(&letters, words)) {
                    found.entry(short_form).or_insert(long_form);
                }
            }
        }
        found
    }

    /// Whom each mention names, in order of the text.
    fn assign(&mut self) -> Vec<usize> {
        // When each was last mentioned in full.
        let mut seen: BTreeMap<usize, usize> = BTreeMap::new();
        let mut own: BTreeMap<usize, Vec<(usize, Option<Sex>)>> = BTreeMap::new();
        let mut names = Vec::with_capacity(self.mentions.len());
        for (n, mention) in self.mentions.iter().enumerate() {
            let at = self.form[n];
            let form = &self.forms[at];
            let person = form.kind == EntityKind::Per || mention.kind == EntityKind::Per;
            let sex = mention.titles.iter().filter_map(|title| title.sex).next_back();
            let named = match form.named {
                Some(named) if form.kind == EntityKind::Per => {
                    seen.insert(named, n);
                    Some(named)
                }
                Some(named) if !person && !self.is_stray(at) => Some(named),
                other => {
                    let words = form.words.clone();
                    let untold = sex.is_some() && self.couples.contains(&at);
                    self.short(&words, sex, &seen, untold).or(other)
                }
            };
            let named = named.unwrap_or_else(|| {
                let list = own.entry(at).or_default();
                let fits = list
                    .iter_mut()
                    .find(|(_, other)| sex.is_none() || other.is_none() || sex == *other);
                if let Some((named, other)) = fits {
                    *other = other.or(sex);
                    return *named;
                }
                let named = self.fresh();
                list.push((named, sex));
                named
            });
            names.push(named);
        }
        names
    }

    /// The person whom a short name means at this place: of a couple only who was mentioned in full before (`only_seen`),
    /// where first names do not tell.
    fn short(
        &mut self,
        words: &[String],
        sex: Option<Sex>,
        seen: &BTreeMap<usize, usize>,
        only_seen: bool,
    ) -> Option<usize> {
        let joined = name::without_suffix(words).join(" ");
        let root = name::given_root(&joined);
        let lists = [
            self.ends.get(&joined),
            self.starts.get(&joined),
            self.starts.get(root),
            self.middles.get(&joined),
        ];
        for list in lists.into_iter().flatten() {
            let fits: Vec<usize> = list
                .iter()
                .copied()
                .filter(|named| sex.is_none() || self.sexes.get(named).is_none_or(|other| Some(*other) == sex))
                .collect();
            let named = match fits[..] {
                [] => continue,
                [only] if only_seen && !self.sexes.contains_key(&only) => {
                    Some(only).filter(|only| seen.contains_key(only))
                }
                [only] => Some(only),
                _ => fits
                    .into_iter()
                    .filter(|named| seen.contains_key(named))
                    .max_by_key(|named| seen[named]),
            };
            if let (Some(named), Some(sex)) = (named, sex) {
                self.sexes.entry(named).or_insert(sex);
            }
            return named;
        }
        None
    }

    /// Whether a lone word tagged as a body or a thing only once is more likely a surname.
    fn is_stray(&self, at: usize) -> bool {
        let form = &self.forms[at];
        matches!(form.kind, EntityKind::Org | EntityKind::Misc)
            && form.mentions.len() == 1
            && form.words.len() == 1
            && self.ends.get(&form.words[0]).is_some_and(|list| list.len() == 1)
    }

    fn is_full_person(&self, at: usize) -> bool {
        let form = &self.forms[at];
        let words = name::without_suffix(&form.words);
        form.kind == EntityKind::Per && words.len() > 1 && !name::is_particle(&words[0])
    }

    fn fresh(&mut self) -> usize {
        self.named += 1;
        self.named - 1
    }

    /// The fullest name and the kind of each.
    fn describe(&self, names: Vec<usize>) -> (Vec<usize>, Vec<Named>) {
        let mut forms: Vec<BTreeMap<usize, usize>> = vec![BTreeMap::new(); self.named];
        for (n, named) in names.iter().enumerate() {
            *forms[*named].entry(self.form[n]).or_default() += 1;
        }
        let described = forms.iter().map(|forms| {
            let fullness = |at: usize| {
                let words = &self.forms[at].words;
                let long = words.iter().filter(|word| word.chars().count() > 1).count();
                // More words than a name has are two names run together.
                if long > 6 { 0 } else { long }
            };
            let best = forms.iter().max_by_key(|(at, count)| {
                (
                    fullness(**at),
                    **count,
                    self.forms[**at].words.len(),
                    std::cmp::Reverse(**at),
                )
            });
            let Some((best, _)) = best else {
                return Named {
                    name: String::new(),
                    kind: EntityKind::Misc,
                };
            };
            let mut votes = [0usize; 4];
            for (at, count) in forms {
                votes[number(self.forms[*at].kind)] += count;
            }
            let form = &self.forms[*best];
            let most = votes.iter().max().copied().unwrap_or_default();
            let mut kind = form.kind;
            if votes[number(kind)] < most {
                kind = forms
                    .keys()
                    .map(|at| self.forms[*at].kind)
                    .find(|k| votes[number(*k)] == most)
                    .unwrap_or(kind);
            }
            let name = match form.country {
                Some(country) => country.to_owned(),
                None => self.written(form, kind),
            };
            Named { name, kind }
        });
        let described = described.collect();
        (names, described)
    }

    /// How a form is mostly written; capitals and small letters throughout only where there is no other.
    fn written(&self, form: &Form, kind: EntityKind) -> String {
        let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for n in &form.mentions {
            let written = &self.text[self.mentions[*n].span.clone()];
            counts.entry(written).or_insert((0, *n)).0 += 1;
        }
        let usual = |s: &str| name::cased(s) == s;
        let best = counts
            .iter()
            .max_by_key(|(s, (count, first))| (usual(s), *count, std::cmp::Reverse(*first)));
        let name = name::tidy(best.map_or("", |(s, _)| s));
        match kind {
            EntityKind::Per | EntityKind::Loc => name::cased(&name),
            _ => name,
        }
    }
}

/// What most mentions of a form are tagged as. A title makes a person; even votes go to what the longer name with the
/// same word is, else to the first.
fn vote(form: &Form, mentions: &[Mention], longer: &BTreeMap<String, EntityKind>) -> EntityKind {
    let mut votes = [0usize; 4];
    for n in &form.mentions {
        votes[number(mentions[*n].kind)] += 1;
        if mentions[*n].kind == EntityKind::Per && !mentions[*n].titles.is_empty() {
            votes[0] += 2;
        }
    }
    let most = votes.iter().max().copied().unwrap_or_default();
    let tied = |kind: &EntityKind| votes[number(*kind)] == most;
    let longer = match form.words.as_slice() {
        [only] => longer.get(only).copied().filter(tied),
        _ => None,
    };
    longer.unwrap_or_else(|| {
        form.mentions
            .iter()
            .map(|n| mentions[*n].kind)
            .find(|k| tied(k))
            .unwrap_or(form.kind)
    })
}
