//! No text from a source becomes mark-up, a link or a control sequence.

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};

use super::*;
use crate::document::Image;

/// Every text that comes from outside is `text`; addresses end in it.
fn made_of(text: &str) -> Digest {
    let some = || Some(text.to_string());
    let mut digest = digest();
    for story in digest.stories.iter_mut().chain(&mut digest.briefs) {
        story.headline = text.to_string();
        story.section = some();
        for source in &mut story.sources {
            source.url = source.url.as_ref().map(|url| format!("{url}{text}"));
            (source.title, source.site_name, source.byline) = (some(), some(), some());
            source.image = Some(Image {
                url: format!("https://post.example/{text}"),
                alt: some(),
                credit: some(),
            });
        }
        for sentence in &mut story.summary.sentences {
            sentence.text = text.to_string();
        }
        story.summary.rejected = vec![Rejected {
            text: text.to_string(),
            why: text.to_string(),
            replacement: some(),
        }];
        for figure in &mut story.figures {
            (figure.surface, figure.context, figure.line) = (text.to_string(), text.to_string(), text.to_string());
            (figure.role, figure.change, figure.unit) = (some(), some(), some());
        }
        for conflict in &mut story.conflicts {
            conflict.measures = text.to_string();
            for claim in &mut conflict.claims {
                (claim.authority, claim.figure.surface) = (text.to_string(), text.to_string());
            }
        }
        for name in &mut story.entities {
            (name.name, name.role) = (text.to_string(), some());
        }
    }
    for warning in &mut digest.warnings {
        (warning.subject, warning.message) = (text.to_string(), text.to_string());
    }
    for model in &mut digest.models {
        (model.id, model.sha256) = (text.to_string(), text.to_string());
    }
    (digest.title, digest.generator) = (text.to_string(), text.to_string());
    digest
}

/// A page with pictures and one for a terminal with marks and links: what shows most of what comes from outside.
fn shown() -> &'static Renderer {
    static RENDERER: LazyLock<Renderer> = LazyLock::new(|| {
        let terminal = Terminal {
            width: 80,
            colour: true,
            links: true,
        };
        let look = Look {
            images: Images::Link,
            terminal,
            ..Look::default()
        };
        Renderer::with(&Templates::new(), look).unwrap()
    });
    &RENDERER
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
            Event::Start(Tag::Image { dest_url, .. }) => {
                texts.push('\n');
                format!("image {}", dest_url.split(':').next().unwrap_or_default())
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
        let page = shown().digest(&made_of(&text), Format::Html).unwrap();
        prop_assert_eq!(html_structure(&page), html_structure(&harmless()[2].1));
    }

    #[test]
    fn no_text_is_markdown(text in text()) {
        let page = shown().digest(&made_of(&text), Format::Markdown).unwrap();
        let (structure, shown) = markdown_structure(&page);
        prop_assert_eq!(structure, markdown_structure(&harmless()[1].1).0);
        prop_assert!(shown.contains(&escape::clean(&text)), "{:?} not in {:?}", text, shown);
    }

    #[test]
    fn no_text_controls_a_terminal(text in any::<String>()) {
        let page = renderer().digest(&made_of(&text), Format::Text).unwrap();
        prop_assert!(page.chars().all(|c| c == '\n' || !c.is_control()));
        // Marks and links are the template's own, and end before the page does.
        let page = shown().digest(&made_of(&text), Format::Text).unwrap();
        let plain = without_sequences(&page);
        prop_assert!(plain.chars().all(|c| c == '\n' || !c.is_control()), "{:?}", plain);
    }
}

/// A text without the sequences that helpers write.
fn without_sequences(text: &str) -> String {
    let mut out = text.to_string();
    for mark in ["\x1b[1m", "\x1b[2m", "\x1b[22m", "\x1b[36m", "\x1b[39m"] {
        out = out.replace(mark, "");
    }
    while let Some(at) = out.find("\x1b]8;;") {
        let end = out[at..].find("\x1b\\").map_or(out.len(), |end| at + end + 2);
        let link = out[at + 5..end].to_string();
        assert!(
            !link
                .trim_end_matches("\x1b\\")
                .contains(|c: char| c.is_control() || c == ' '),
            "{link:?}"
        );
        out.replace_range(at..end, "");
    }
    out
}

/// Every page of a digest whose texts are `text`, by format.
fn pages(text: &str) -> [(Format, String); 3] {
    let digest = made_of(text);
    FORMATS.map(|format| (format, shown().digest(&digest, format).unwrap()))
}

/// Pages with which there is nothing wrong.
fn harmless() -> &'static [(Format, String); 3] {
    static PAGES: LazyLock<[(Format, String); 3]> = LazyLock::new(|| pages("x"));
    &PAGES
}

#[test]
fn scripts_and_event_handlers_do_not_run() {
    for text in [
        "<script>alert(1)</script>",
        "</title><script>alert(1)</script>",
        "</style><script src=//evil.example/x.js></script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)' x='",
        "\" onfocus=\"alert(1)\" autofocus x=\"",
        "<svg/onload=alert(1)>",
        "<iframe srcdoc='<script>alert(1)</script>'>",
        "--><script>alert(1)</script><!--",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<a href=\"java&#10;script:alert(1)\">x</a>",
    ] {
        let [_, (_, markdown), (_, html)] = pages(text);
        assert_eq!(html_structure(&html), html_structure(&harmless()[2].1), "{text}");
        let events = Parser::new_ext(&markdown, Options::all());
        let raw = events
            .filter(|event| matches!(event, Event::Html(_) | Event::InlineHtml(_)))
            .count();
        assert_eq!(raw, 0, "{text}\n{markdown}");
        // Were one to slip through, the page forbids it.
        assert!(html.contains("content=\"default-src 'none'; style-src 'unsafe-inline';"));
    }
}

#[test]
fn javascript_addresses_of_links_and_pictures_are_dropped() {
    for address in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "vbscript:msgbox(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "blob:https://a.example/1",
    ] {
        let mut digest = digest();
        for source in digest.stories.iter_mut().flat_map(|story| &mut story.sources) {
            source.url = Some(address.to_string());
            source.image = Some(Image {
                url: address.to_string(),
                alt: None,
                credit: None,
            });
        }
        digest.briefs.clear();
        let html = shown().digest(&digest, Format::Html).unwrap();
        let targets = html.split(" href=\"").skip(1).all(|rest| rest.starts_with('#'));
        assert!(targets && !html.contains("<img"), "{address}\n{html}");
        for format in [Format::Markdown, Format::Text] {
            let text = shown().digest(&digest, format).unwrap();
            assert!(
                !text.contains("alert(1)") && !text.contains("passwd"),
                "{address}\n{text}"
            );
        }
    }
}

#[test]
fn styles_are_not_injected() {
    for text in [
        "</style><style>*{display:none}</style>",
        "x; background: url(https://evil.example/pixel)",
        "\" style=\"position:fixed;inset:0",
        "red}body{display:none",
        "@import 'https://evil.example/x.css';",
    ] {
        let [.., (_, html)] = pages(text);
        assert_eq!(html_structure(&html), html_structure(&harmless()[2].1), "{text}");
        let style = |html: &str| html[html.find("<style>").unwrap()..html.find("</style>").unwrap()].to_string();
        assert_eq!(style(&html), style(&harmless()[2].1), "{text}");
    }
}

#[test]
fn template_syntax_in_a_title_is_text() {
    for text in [
        "{{title}} {{#each stories}}x{{/each}} {{> head.html}}",
        "{{{generator}}}",
        "{{lookup this 'x'}}",
        "\\{{title}}",
    ] {
        for (format, page) in pages(text) {
            let shown = match format {
                Format::Html => page.replace("&#39;", "'").replace("&gt;", ">"),
                Format::Markdown => markdown_structure(&page).1,
                _ => page,
            };
            let words = |text: &str| text.split_whitespace().map(str::to_string).collect::<Vec<_>>();
            let (page, expected) = (words(&shown), words(text));
            assert!(
                page.windows(expected.len()).any(|w| w == expected) || shown.contains(text),
                "{text} {format}\n{shown}"
            );
        }
    }
}

#[test]
fn bidi_controls_are_dropped() {
    let controls = [
        '\u{61c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}',
        '\u{2067}', '\u{2068}', '\u{2069}',
    ];
    for control in controls {
        for (format, page) in pages(&format!("a{control}b gnp.exe")) {
            assert!(!page.contains(control), "{control:?} in {format}");
        }
    }
}

#[test]
fn a_title_of_a_megabyte_is_a_line() {
    for text in [
        "word ".repeat(200_000),
        "x".repeat(1_000_000),
        "語".repeat(333_333),
        "<b>".repeat(333_333),
        "\u{202e}".repeat(333_333) + "x",
    ] {
        let mut digest = digest();
        for story in digest.stories.iter_mut().chain(&mut digest.briefs) {
            story.headline.clone_from(&text);
            story.section = Some(text.clone());
            for source in &mut story.sources {
                (source.title, source.site_name, source.byline) =
                    (Some(text.clone()), Some(text.clone()), Some(text.clone()));
            }
        }
        digest.title.clone_from(&text);
        for format in FORMATS {
            let page = shown().digest(&digest, format).unwrap();
            assert!(page.len() < 300_000, "{format}: {}", page.len());
        }
    }
}

#[test]
fn hostile_texts_leave_a_story_alone_as_they_leave_a_digest() {
    for text in ["<script>alert(1)</script>", "{{title}}", "\" onclick=\"alert(1)"] {
        let page = |text: &str| shown().stories(&made_of(text).stories, Format::Html).unwrap();
        assert_eq!(html_structure(&page(text)), html_structure(&page("x")), "{text}");
    }
}
