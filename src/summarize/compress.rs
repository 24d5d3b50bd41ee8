//! Shorter sentences by leaving words out: what a sentence says beside its point, by rule.
//!
//! Asides in brackets or between dashes, relative clauses between commas, clauses that a conjunction hangs on behind a
//! comma, an opening such as "Meanwhile," and an attribution at the end that names nobody (the first steps of Knight
//! and Marcu 2000 and of Hedge Trimmer, Dorr et al. 2003, without a parser). Nothing that holds a figure, a name or a
//! negation is left out, and whoever calls must have the result verified.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::spans::{Span, spans};
use super::stays::must_stay;
use crate::infer::Likely;

/// A sentence of fewer words than this is short enough, and no sentence is made shorter than this.
const LEAST: usize = 8;

/// What may go, each a pattern whose first group is left out.
static ASIDES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        // (in brackets), – between dashes –
        r"(\s\([^()]{1,200}\))",
        r"(\s[–—]\s[^–—]{1,160}\s[–—])\s",
        // , which was built by hand,   at the end too
        r"(,\s(?:which|who|whose|where|whom)\s[^,;:]{1,160},)",
        r"(,\s(?:which|who|whose|where|whom)\s[^,;:]{1,200})[.!]$",
        // , while others watched.   , as rescuers dug on.
        r"(,\s(?:as|while|although|though|because|since|adding|amid|despite|leaving|prompting|whereas)\s[^,;:]{1,200})[.!]$",
        // , officials said on arrival.   , according to police.
        r"(,\s(?:[a-z’'-]+\s){1,4}(?:said|says|told\sreporters|reported)(?:\s[a-z]+){0,4})[.!]$",
        r"(,\saccording\sto\s[^,;:]{1,100})[.!]$",
    ]
    .iter()
    .map(|pattern| Regex::new(pattern).expect("a pattern that a test reads"))
    .collect()
});

/// Openings that say how the sentence hangs on another.
static OPENING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:(?:However|Meanwhile|In addition|Also|Moreover|Furthermore|Still|Instead|Indeed|In fact|Of course|Besides), |(?:While|Although|Though|As|Because|Since) [^,;:]{1,160}, )")
        .expect("a pattern that a test reads")
});

/// No word of a part goes that an editor is likely to keep more often than this.
const MOST: f64 = 0.6;
/// What a rule leaves out stays if an editor is likely to keep its words more often than this, in the mean.
const STAYS: f64 = 0.5;

/// A sentence that grows shorter.
struct Draft {
    text: String,
    /// Its words with the likelihood that an editor keeps them; empty where nobody says.
    likely: Vec<Likely>,
}

/// The sentence without its asides, or `None` where there is nothing to leave out.
///
/// `likely`: its words as bytes of it, in order, with the likelihood that an editor keeps them ([`crate::infer::DeletionHead::keep`]).
/// With it, further parts go that an editor would leave out, and what the rules find stays where an editor would keep it.
pub fn compress(sentence: &str, likely: Option<&[Likely]>) -> Option<String> {
    // What is quoted was said so.
    if sentence.contains(['"', '“', '”', '[']) {
        return None;
    }
    let mut draft = Draft {
        text: sentence.to_owned(),
        likely: likely.unwrap_or_default().to_vec(),
    };
    if let Some(opening) = OPENING.find(&draft.text).map(|found| found.range()) {
        draft.by_rule(opening);
    }
    for aside in ASIDES.iter() {
        while let Some(range) = aside
            .captures(&draft.text)
            .and_then(|found| Some(found.get(1)?.range()))
        {
            if !draft.by_rule(range) {
                break;
            }
        }
    }
    while let Some(span) = draft.least() {
        draft.cut(span);
    }
    let mut text = draft.text;
    let first = text.chars().next()?;
    text.replace_range(..first.len_utf8(), &first.to_uppercase().to_string());
    (text != sentence).then_some(text)
}

impl Draft {
    /// Leaves out what a rule found, if it may go and an editor would not rather keep it.
    fn by_rule(&mut self, range: Range<usize>) -> bool {
        let inside = |word: &&Likely| range.start <= word.0.start && word.0.end <= range.end;
        let stays = mean(self.likely.iter().filter(inside)).is_some_and(|mean| mean > STAYS);
        let goes = !stays && may_go(&self.text, &range);
        if goes {
            self.cut(range);
        }
        goes
    }

    /// The part that an editor is the least likely to keep, of those that may go.
    fn least(&self) -> Option<Range<usize>> {
        let words = &self.likely;
        let goes = |span: Span| {
            let own = &words[span.words.clone()];
            let mean = mean(own.iter())?;
            let sure = mean < span.kind.goes() && own.iter().all(|w| w.1 < MOST);
            (sure && may_go(&self.text, &span.bytes)).then_some((mean, span.bytes))
        };
        let found = spans(&self.text, words).into_iter().filter_map(goes);
        // Among equals the first.
        found.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, bytes)| bytes)
    }

    /// Leaves a part out; words behind it move up.
    fn cut(&mut self, mut range: Range<usize>) {
        // "at Harrow & Co., which closed." has one full stop in the end.
        if self.text[..range.start].ends_with('.') && self.text[range.end..].starts_with('.') {
            range.end += 1;
        }
        self.likely
            .retain(|(word, _)| word.end <= range.start || word.start >= range.end);
        for (word, _) in &mut self.likely {
            if word.start >= range.end {
                *word = word.start - range.len()..word.end - range.len();
            }
        }
        self.text.replace_range(range, "");
    }
}

fn mean<'a>(words: impl Iterator<Item = &'a Likely>) -> Option<f64> {
    let (sum, count) = words.fold((0.0, 0), |(sum, count), word| (sum + word.1, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

/// Whether a part of the text holds nothing that must stay and leaves enough.
fn may_go(text: &str, range: &Range<usize>) -> bool {
    let (Some(gone), Some(before), Some(after)) =
        (text.get(range.clone()), text.get(..range.start), text.get(range.end..))
    else {
        return false;
    };
    let left = before.split_whitespace().count() + after.split_whitespace().count();
    !must_stay(gone, range.start == 0) && left >= LEAST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asides_go() {
        for (long, short) in [
            (
                "The old bridge, which was built by hand, collapsed on Tuesday under two lorries.",
                "The old bridge collapsed on Tuesday under two lorries.",
            ),
            (
                "Meanwhile, the council (a small body) met at noon to vote on the harbour.",
                "The council met at noon to vote on the harbour.",
            ),
            (
                "At least 12 people were hurt when a stand fell in Ansel, officials said.",
                "At least 12 people were hurt when a stand fell in Ansel.",
            ),
            (
                "The ferry returned to Pell with all its passengers, as rescuers watched from the shore.",
                "The ferry returned to Pell with all its passengers.",
            ),
        ] {
            assert_eq!(compress(long, None).as_deref(), Some(short));
        }
    }

    /// The words of a sentence, those between the brackets less likely kept.
    fn likely(marked: &str) -> (String, Vec<Likely>) {
        let (mut text, mut words, mut inside) = (String::new(), Vec::new(), false);
        for word in marked.split(' ') {
            text.push_str(if text.is_empty() { "" } else { " " });
            inside |= word.starts_with('{');
            let bare = word.trim_matches(['{', '}']);
            let from = text.len();
            text.push_str(bare);
            let end = from + bare.trim_end_matches([',', '.']).len();
            words.push((from..end, if inside { 0.1 } else { 0.9 }));
            inside &= !word.contains('}');
        }
        (text, words)
    }

    #[test]
    fn what_an_editor_would_leave_out_goes_by_the_part() {
        for (marked, short) in [
            (
                "The council of the town voted {during a long meeting} to close the old harbour {yesterday.}",
                "The council of the town voted during a long meeting to close the old harbour.",
            ),
            (
                "{In the end,} the council of the town {narrowly} voted to close the old harbour.",
                "The council of the town voted to close the old harbour.",
            ),
            (
                "The council, {meeting in a hurry,} voted to close the old harbour of the town.",
                "The council voted to close the old harbour of the town.",
            ),
        ] {
            let (sentence, likely) = likely(marked);
            assert_eq!(compress(&sentence, Some(&likely)).as_deref(), Some(short), "{marked}");
        }
        // What is denied, counted, named or in doubt stays whoever would leave it out.
        for marked in [
            "The council of the town did not {formally} vote to close the old harbour.",
            "The council of the town voted to close the old harbour {in two days.}",
            "The council of the town voted to close the old harbour {in May.}",
            "The council of the town {reportedly} voted to close the old harbour at noon.",
            "The council of the town took a {very lengthy} vote to close the harbour.",
        ] {
            let (sentence, likely) = likely(marked);
            assert_eq!(compress(&sentence, Some(&likely)), None, "{marked}");
        }
    }

    #[test]
    fn what_an_editor_would_keep_stays() {
        let (sentence, sure) =
            likely("The old bridge, which was built by hand, collapsed on Tuesday under two lorries.");
        assert!(compress(&sentence, None).is_some());
        assert_eq!(compress(&sentence, Some(&sure)), None);
        let (sentence, _) =
            likely("The old bridge of Pell was built by hand at Harrow & Co., which closed soon after.");
        let short = "The old bridge of Pell was built by hand at Harrow & Co.";
        assert_eq!(compress(&sentence, None).as_deref(), Some(short));
    }

    #[test]
    fn figures_names_negations_and_quotations_stay() {
        for sentence in [
            "The old bridge, which cost 3 million to build, collapsed on Tuesday under two lorries.",
            "The old bridge, which Ada Quill designed herself, collapsed on Tuesday under two lorries.",
            "The old bridge, which was not inspected, collapsed on Tuesday under two heavy lorries.",
            "The mayor said the bridge, “which was old”, had collapsed under two lorries.",
            "The bridge fell, officials said.",
        ] {
            assert_eq!(compress(sentence, None), None, "{sentence}");
        }
    }

    fn word_spans(text: &str) -> impl Iterator<Item = Range<usize>> {
        let words = text.split([' ', ',', '(', ')', '–', '.']).filter(|w| !w.is_empty());
        words.map(|word| {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            start..start + word.len()
        })
    }

    proptest::proptest! {
        #[test]
        fn only_words_of_the_sentence_are_left(sentence in "[A-Z][a-z ,()–’]{0,120}[.]", likely in proptest::option::of(0.0..1.0)) {
            let words = |likely| word_spans(&sentence).map(move |word| (word, likely)).collect::<Vec<_>>();
            let likely: Option<Vec<Likely>> = likely.map(words);
            if let Some(shorter) = compress(&sentence, likely.as_deref()) {
                let mut rest = sentence.to_lowercase();
                for c in shorter.to_lowercase().chars() {
                    let at = rest.find(c);
                    proptest::prop_assert!(at.is_some(), "{shorter}");
                    rest = rest.split_off(at.unwrap_or(0) + c.len_utf8());
                }
                proptest::prop_assert!(shorter.len() < sentence.len());
            }
        }
    }
}
