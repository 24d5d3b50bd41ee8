//! No text from a source becomes mark-up, a link or a control sequence.

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};

use super::*;

/// Every text that comes from outside is `text`; addresses end in it.
fn made_of(text: &str) -> Digest {
    let mut digest = digest();
    for story in digest.stories.iter_mut().chain(&mut digest.briefs) {
        story.headline = text.to_string();
        for source in &mut story.sources {
            source.url = source.url.as_ref().map(|url| format!("{url}{text}"));
            source.title = Some(text.to_string());
            source.site_name = Some(text.to_string());
            source.byline = Some(text.to_string());
        }
        for sentence in &mut story.summary.sentences {
            sentence.text = text.to_string();
        }
        for figure in &mut story.figures {
            (figure.surface, figure.context, figure.role) =
                (text.to_string(), text.to_string(), Some(text.to_string()));
        }
    }
    for warning in &mut digest.warnings {
        (warning.subject, warning.message) = (text.to_string(), text.to_string());
    }
    digest.title = text.to_string();
    digest
}

/// The tags of a page with the names of their attributes, and the schemes of its links.
fn html_structure(page: &str) -> Vec<String> {
    let mut structure = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let mut tag = String::new();
        let mut value: Option<String> = None;
        for (i, c) in rest.char_indices() {
            match (&mut value, c) {
                (Some(text), '"') => {
                    if tag.ends_with("href=") {
                        tag.push_str(text.split([':', '-']).next().unwrap_or_default());
                    }
                    value = None;
                }
                (Some(text), c) => text.push(c),
                (None, '"') => value = Some(String::new()),
                (None, '>') => {
                    rest = &rest[i..];
                    break;
                }
                (None, c) => tag.push(c),
            }
        }
        structure.push(tag);
    }
    structure
}

/// What a Markdown page is made of, texts and addresses left out, with the texts.
fn markdown_structure(page: &str) -> (Vec<String>, String) {
    let mut structure: Vec<String> = Vec::new();
    let mut texts = String::new();
    for event in Parser::new_ext(page, Options::all().difference(Options::ENABLE_SMART_PUNCTUATION)) {
        let name = match event {
            Event::Text(text) => {
                texts.push_str(&text);
                "text".to_string()
            }
            Event::Start(Tag::Link {
                link_type, dest_url, ..
            }) => {
                texts.push('\n');
                format!(
                    "link {link_type:?} {}",
                    dest_url.split([':', '#']).next().unwrap_or_default()
                )
            }
            Event::Start(Tag::Heading { level, .. }) => format!("heading {level}"),
            event => format!("{event:?}"),
        };
        if name != "text" || structure.last().is_none_or(|last| last != "text") {
            structure.push(name);
        }
    }
    (structure, texts)
}

#[test]
fn hostile_links_do_not_become_links() {
    let mut digest = digest();
    for (source, url) in
        digest.stories[0]
            .sources
            .iter_mut()
            .zip(["javascript:alert(1)", "data:text/html,<b>", "file:///etc/passwd"])
    {
        source.url = Some(url.to_string());
    }
    for format in FORMATS {
        let text = renderer().digest(&digest, format).unwrap();
        assert!(
            !text.contains("javascript:") && !text.contains("data:text") && !text.contains("file:"),
            "{text}"
        );
    }
}

/// Texts that try to be mark-up, and others.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[-+*_#=:.!$&;@~^|`<>()\\[\\]{}\\\\\"'/ 0-9a-z]{1,6}",
        1 => "\\PC{1,4}",
        2 => prop::sample::select(vec![
            "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onclick='", "--><!--", "]]>", "&lt;b&gt;", "{{title}}",
            "[x](javascript:alert(1))", "![x](y)", "[1.1]: javascript:x", "[1.1]", "https://a.example", "www.a.example", "1. ", "- ", "# ",
            "> ", "```", "~~~", "---", "===", "\n\n", "    ", "\t", "\u{202e}", "\u{a0}", "\u{0}", "\u{1b}[31m", "| a | b |", "$$x$$", "[^1]: ", "- [ ] ", "[[x]]",
        ]).prop_map(str::to_string),
    ];
    let texts = prop::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat());
    texts.prop_filter("empty", |text| !escape::clean(text).is_empty())
}

proptest! {
    #[test]
    fn no_text_changes_the_structure_of_a_page(text in text()) {
        let page = |text: &str| renderer().digest(&made_of(text), Format::Html).unwrap();
        prop_assert_eq!(html_structure(&page(&text)), html_structure(&page("x")));
    }

    #[test]
    fn no_text_is_markdown(text in text()) {
        let page = |text: &str| renderer().digest(&made_of(text), Format::Markdown).unwrap();
        let (structure, shown) = markdown_structure(&page(&text));
        prop_assert_eq!(structure, markdown_structure(&page("x")).0);
        prop_assert!(shown.contains(&escape::clean(&text)), "{:?} not in {:?}", text, shown);
    }

    #[test]
    fn no_text_controls_a_terminal(text in any::<String>()) {
        let page = renderer().digest(&made_of(&text), Format::Text).unwrap();
        prop_assert!(page.chars().all(|c| c == '\n' || !c.is_control()));
    }
}
