//! Unit tests of the parts; what the whole says is in tests/verify.rs.

use super::amounts::bears_out;
use super::quotes::{quotes, verbatim};
use super::stream::Stream;
use super::text::{Line, Token, Words, stem, tokens};
use super::*;
use crate::quantity::quantities;

fn read(text: &str) -> Vec<Token> {
    tokens(text, &mut Words::new())
}

fn words(text: &str) -> Vec<String> {
    read(text).into_iter().map(|t| t.text).collect()
}

#[test]
fn tokens_are_folded() {
    assert_eq!(words("Émile’s U.S. visit"), ["emile", "us", "visit"]);
    assert_eq!(words("Łukasz O’Brien"), ["lukasz", "o'brien"]);
    assert_eq!(words("26-year-old"), ["26", "-", "year", "-", "old"]);
    assert_eq!(words("a\u{200b}b ４２ ٤٢"), ["ab", "42", "42"]);
    assert_eq!(words("$1,200.50."), ["$", "1,200.50", "."]);
    let spans: Vec<_> = read("“Žofia” said").into_iter().map(|t| t.span).collect();
    assert_eq!(spans, [0..3, 3..9, 9..12, 13..17]);
}

#[test]
fn numbers_share_a_stem() {
    assert_eq!(stem("nine"), stem("9"));
    assert_eq!(stem("1,000"), stem("1000"));
    assert_eq!(stem("second"), stem("2nd"));
    assert_ne!(stem("2"), stem("2nd"));
    assert_eq!(stem("wrote"), stem("writing"));
    assert_eq!(read("nine")[0].number(), Some(9.0));
    assert!(read("21st")[0].ordinal());
}

#[test]
fn long_words_cost_little() {
    assert!(read(&"x".repeat(100_000))[0].text.len() <= 80);
    assert_eq!(read(&"é".repeat(1_000)).len(), 1);
}

#[test]
fn long_lines_of_a_source_are_cut_at_words() {
    let text = "Štefan met Anna. ".repeat(200);
    let lines = Line::pieces(&text, &mut Words::new());
    assert!(lines.len() > 1);
    for line in lines {
        for token in &line.tokens {
            assert!(line.text.get(token.span.clone()).is_some());
        }
    }
}

#[test]
fn amounts() {
    let fits = |said: &str, found: &str| {
        let one = |text: &str| {
            quantities(text)
                .into_iter()
                .next()
                .unwrap_or_else(|| panic!("no quantity in {text:?}"))
        };
        bears_out(&one(said), &one(found))
    };
    for (said, found) in [
        ("more than 30 people", "32 people"),
        ("at least 32 people", "32 people"),
        ("about 100 people", "98 people"),
        ("between 30 and 40 people", "35 people"),
        ("nearly 4 million people", "3.97 million people"),
        ("4 million people", "3.97 million people"),
        ("33% of voters", "a third of voters"),
        ("two weeks", "14 days"),
        ("won 1-0", "lost 0-1"),
        ("up to 40 people", "up to 40 people"),
    ] {
        assert!(fits(said, found), "{said} by {found}");
    }
    for (said, found) in [
        ("more than 30 people", "30 people"),
        ("more than 30 people", "3,000 people"),
        ("30 people", "32 people"),
        ("about 100 people", "150 people"),
        ("100 people", "98 people"),
        ("fewer than 30 people", "32 people"),
        ("5 million people", "3.97 million people"),
        ("half of voters", "a third of voters"),
        ("won 2-0", "won 1-0"),
    ] {
        assert!(!fits(said, found), "{said} by {found}");
    }
}

#[test]
fn quotations_are_found_in_every_style() {
    for text in [
        "\"so it is\"",
        "“so it is”",
        "‘so it is’",
        "'so it is'",
        "«so it is»",
        "“so it is",
        "„so it is“",
    ] {
        let text = format!("He said {text}");
        let tokens = read(&text);
        let found = quotes(&tokens);
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(tokens[found[0].first].text, "so", "{text}");
        assert_eq!(tokens[found[0].end - 1].text, "is", "{text}");
    }
    for text in ["the girls' team", "it’s Ann’s and the Joneses’ house", "rock 'n roll"] {
        assert!(quotes(&read(text)).iter().all(|q| q.end == read(text).len()), "{text}");
    }
}

#[test]
fn quotations_are_verbatim() {
    let evidence = Evidence::new(&[vec![
        "“The sea was calm,” she said,",
        "“and then the wind turned north.”",
    ]]);
    for said in [
        "The sea was calm",
        "the SEA was  calm",
        "The sea ... the wind turned",
        "[It] was calm",
        "The [wide] sea was calm",
    ] {
        assert!(verbatim(&read(said), &evidence), "{said}");
    }
    for said in [
        "The sea was rough",
        "calm was the sea",
        "the wind turned … The sea",
        "sea calm",
    ] {
        assert!(!verbatim(&read(said), &evidence), "{said}");
    }
}

#[test]
fn streams_find_repeated_beginnings() {
    let lines = [Line::new("a a b a a a b c"), Line::new("d")];
    let stream = Stream::new(&lines, 0);
    assert_eq!(stream.find(&["a", "a", "a", "b"], 0), Some(3));
    assert_eq!(stream.find(&["a", "a", "b"], 1), Some(4));
    assert_eq!(stream.find(&["c", "d"], 0), Some(7));
    assert_eq!(stream.find(&["d", "c"], 0), None);
    assert!(stream.whole(0, 8) && stream.whole(8, 9) && !stream.whole(0, 7));
}

#[test]
fn problems_name_their_check() {
    let evidence = Evidence::new(&[vec![
        "Ada Crane beat Bo Lund in the final in Holt on Monday and won £500.",
        "Crane said she would never play again.",
    ]]);
    for (sentence, check) in [
        ("Ada Crane beat Bo Lund and won £900.", Check::Number),
        ("Ada Crane beat Bo Lund on Friday.", Check::Date),
        ("Ada Crane beat Max Lund in Holt.", Check::Name),
        ("Bo Lund beat Ada Crane in the final in Holt.", Check::Actor),
        ("Crane said “I am tired” in Holt.", Check::Quotation),
        ("Crane said he would never play again.", Check::Gender),
        ("Crane said she would play again.", Check::Deletion),
    ] {
        let found = evidence.problems(sentence);
        assert!(found.iter().any(|p| p.check == check), "{sentence}: {found:?}");
    }
    assert_eq!(evidence.problems("Crane beat Lund in Holt."), []);
}
