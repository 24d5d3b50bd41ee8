//! The main text of a page.
//!
//! trafilatura finds where the main text is, but drops or breaks up sentences with links and emphasis where a page
//! has no `<p>`. So its result only says which blocks of the page are wanted; the blocks themselves are the page's.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use regex::Regex;

use super::blocks::{self, Draft};
use super::stub;
use super::text::ends_sentence;
use crate::document::BlockKind;

/// Words of a run by which texts are compared.
const GRAM: usize = 3;
/// Blocks of fewer words are too short to be found by their runs of words.
const LONG: usize = 6;

/// The blocks of a page's main text, out of all blocks of the page. The titles are no part of the text.
pub(super) fn main_text(html: &str, page: &[Draft], titles: &[&str]) -> Vec<Draft> {
    let mut wanted = readers(html);
    if wanted.is_empty() {
        wanted = page
            .iter()
            .filter(|d| !d.place.shunned && words(&d.text).len() >= LONG)
            .cloned()
            .collect();
    }
    tidy(select(page, wanted), titles)
}

/// What the first reader finds that finds any text.
fn readers(html: &str) -> Vec<Draft> {
    let options = trafilatura::Options::default()
        .with_fallback(true)
        .with_exclude_comments(true);
    if let Some(Ok(found)) = guarded(|| trafilatura::extract(html, &options)) {
        let blocks = blocks::from_html(&found.content_html);
        if !blocks.is_empty() {
            return blocks;
        }
    }
    let read = || {
        dom_smoothie::Readability::from(html)
            .parse()
            .map(|article| article.content.to_string())
    };
    guarded(read)
        .and_then(Result::ok)
        .map(|content| blocks::from_html(&content))
        .unwrap_or_default()
}

/// The blocks of the page that a reader found too, each in full, and those that stand among them.
fn select(page: &[Draft], wanted: Vec<Draft>) -> Vec<Draft> {
    let mut all = vec![];
    let mut whole = HashSet::new();
    for draft in &wanted {
        let words = words(&draft.text);
        whole.insert(words.join(" "));
        all.extend(words);
    }
    let mut grams: HashMap<&[String], usize> = HashMap::new();
    for gram in all.windows(GRAM) {
        *grams.entry(gram).or_default() += 1;
    }
    let mut long = vec![false; page.len()];
    let mut keep = vec![false; page.len()];
    // A page may hold its text several times; each stretch is taken once, at its proper place if there is one.
    let (shunned, proper): (Vec<usize>, Vec<usize>) = (0..page.len()).partition(|&n| page[n].place.shunned);
    for n in proper.into_iter().chain(shunned) {
        let words = words(&page[n].text);
        long[n] = words.len() >= LONG;
        if !long[n] {
            keep[n] = words.is_empty() || whole.contains(&words.join(" "));
            continue;
        }
        let left = |gram: &&[String]| grams.get(gram).is_some_and(|&count| count > 0);
        keep[n] = 2 * words.windows(GRAM).filter(left).count() > words.len() - GRAM;
        if keep[n] {
            for gram in words.windows(GRAM) {
                if let Some(count) = grams.get_mut(gram) {
                    *count = count.saturating_sub(1);
                }
            }
        }
    }
    let is_anchor = |n: &usize| keep[*n] && long[*n];
    let anchors: Vec<usize> = (0..page.len()).filter(is_anchor).collect();
    let (Some(&first), Some(&last)) = (anchors.first(), anchors.last()) else {
        return wanted;
    };

    // Where several kept blocks share a container, a full paragraph between or beside them belongs to them.
    let mut members: BTreeMap<usize, usize> = BTreeMap::new();
    for &n in &anchors {
        *members.entry(page[n].place.container).or_default() += 1;
    }
    let from = first.saturating_sub(4);
    let to = (last + 3).min(page.len());
    let belongs = |n: usize| {
        let draft = &page[n];
        let container = draft.place.container;
        let heading = draft.kind == BlockKind::Heading;
        let anchored = members.get(&container).copied().unwrap_or(0);
        // A short sentence is content; of other short lines (buttons, credits) only what the reader kept is.
        let among = (anchored > 1 && (long[n] || heading)) || (anchored > 0 && !long[n] && ends_sentence(&draft.text));
        let heads = heading
            && page
                .get(n + 1)
                .is_some_and(|d| keep[n + 1] && d.place.container == container);
        (among || heads) && !draft.place.shunned && link_share(draft) < 0.5
    };
    (from..to)
        .filter(|&n| keep[n] || belongs(n))
        .map(|n| page[n].clone())
        .collect()
}

/// Drops what is no part of the text: the title, repetitions, invitations, lists of links, what ends in nothing.
fn tidy(drafts: Vec<Draft>, titles: &[&str]) -> Vec<Draft> {
    let titles: Vec<String> = titles.iter().map(|title| words(title).join(" ")).collect();
    let tops = drafts.iter().filter(|d| d.place.top).count();
    let total: usize = drafts.iter().map(|d| d.text.len()).sum();
    let shunned: usize = drafts.iter().filter(|d| d.place.shunned).map(|d| d.text.len()).sum();
    // A site may name the very article "subscription-content".
    let drop_shunned = shunned * 3 < total;
    let mut seen = HashSet::new();
    let mut kept: Vec<Draft> = vec![];
    for draft in drafts {
        let key = words(&draft.text).join(" ");
        let is_title = !key.is_empty() && titles.contains(&key);
        let repeated = key.chars().count() >= 30 && !seen.insert(key);
        if is_title
            || repeated
            || (draft.place.top && tops == 1)
            || (draft.place.shunned && drop_shunned)
            || (draft.kind != BlockKind::Heading && link_share(&draft) > 0.8)
            || is_invitation(&draft.text)
            || (draft.text.len() < 300 && stub::is_paywall(&draft.text))
        {
            continue;
        }
        kept.push(draft);
    }
    while kept
        .last()
        .is_some_and(|d| matches!(d.kind, BlockKind::Heading | BlockKind::Separator))
    {
        kept.pop();
    }
    kept
}

/// The share of a block's characters that are links.
fn link_share(draft: &Draft) -> f64 {
    draft.linked as f64 / draft.text.chars().count().max(1) as f64
}

/// Whether a short block invites to do something else than to read on.
fn is_invitation(text: &str) -> bool {
    (text.len() < 400 && INVITATION.is_match(text)) || (text.len() < 1500 && COOKIES.is_match(text))
}

static COOKIES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\A\W*(?:(?:this|our) (?:web)?site uses cookies|we (?:and our partners )?use cookies|necessary cookies|any cookies that|by continuing to (?:use|browse) )")
        .expect("a valid pattern")
});

static INVITATION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)^\W*(?:
            (?:advert(?:isement)?|sponsored|story\ continues\ below(?:\ advertisement)?|order\ reprints|print\ article
              |share\ this(?:\ (?:article|story|post))?|explore\ further|privacy\ overview|subscribe|sign\ up
              |leave\ a\ (?:comment|reply)|most\ read(?:\ in\ .{1,40})?|you\ may\ also\ like|related(?:\ (?:articles|stories|posts))?
              |recommended|something\ to\ consider|tell\ us\ what\ you\ think)\W*$
            |(?:also\ on|read\ more|see\ also|related|read\ also|more\ on\ this|watch|don['’]t\ miss|must\ read|leggi\ anche|lire\ aussi
              |lesen\ sie\ auch|mehr\ zum\ thema|leia\ (?:mais|tambem|também)|lee\ también)\s*:
            |(?:also\ on|don['’]t\ miss)\s
            |(?:subscribe|sign\ up|get\ (?:the\ latest|access\ to|unlimited)|join\ our|follow\ us|like\ this\ story|have\ a\ tip
              |if\ you\ (?:enjoyed|liked)\ this|click\ here|download\ our\ app|thanks\ for\ signing\ up|this\ slideshow\ requires
              |by\ clicking)\b
            |(?:copyright\s|©|ⓒ)
        )",
    )
    .expect("a valid pattern")
});

/// The words of a text in lower case; a character of a script without spaces is a word.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![];
    let mut open = false;
    for c in text.chars() {
        if !c.is_alphanumeric() {
            open = false;
            continue;
        }
        let ideograph = matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}');
        match words.last_mut() {
            Some(word) if open && !ideograph => word.extend(c.to_lowercase()),
            _ => words.push(c.to_lowercase().collect()),
        }
        open = !ideograph;
    }
    words
}

/// What a reader of foreign pages returns, or nothing where it panics: one odd page never ends a run.
pub(super) fn guarded<T>(read: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(read)).ok()
}
