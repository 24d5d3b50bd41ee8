//! What a letter must be, shown on the example digest, on long ones and on hostile ones.

use dom_query::Document;
use mail_parser::{MessageParser, MimeHeaders};
use proptest::prelude::*;

use super::*;
use crate::render::{Headers, Mailbox, eml, unsubscribe_link};

const EXAMPLE: &str = include_str!("../../../digests/2026-03-15.json");

fn example() -> Digest {
    serde_json::from_str(EXAMPLE).unwrap()
}

/// The example with so many stories.
fn long(stories: usize) -> Digest {
    let mut digest = example();
    let all = digest.stories.clone();
    digest.stories = (0..stories)
        .map(|n| {
            let mut story = all[n % all.len()].clone();
            (story.id, story.headline) = (format!("s-{n}"), format!("Story number {n} of many"));
            story
        })
        .collect();
    digest
}

fn frame() -> Frame {
    Frame {
        unsubscribe: Some("https://example.org/stop?who={recipient}".to_string()),
        archive: Some("https://example.org/2026-03-15.html".to_string()),
    }
}

fn letter(digest: &Digest) -> Letter {
    Letters::new(&Templates::new(), &Look::default())
        .unwrap()
        .letter(digest, &frame())
        .unwrap()
}

/// What is wrong with a letter by the rules of mail programs.
fn broken_rules(html: &str) -> Vec<String> {
    let mut broken = Vec::new();
    let lower = html.to_lowercase();
    let page = Document::from(html);
    for tag in [
        "script", "svg", "link", "iframe", "object", "embed", "form", "input", "video", "audio", "base", "template",
        "math",
    ] {
        if page.select(tag).exists() {
            broken.push(format!("<{tag}>"));
        }
    }
    for word in [
        "var(",
        "--",
        "@import",
        "@font-face",
        "url(",
        "expression(",
        "display:flex",
        "display:grid",
        "float:",
        "position:",
    ] {
        let css: String = page
            .select("[style]")
            .iter()
            .filter_map(|e| e.attr("style"))
            .map(|s| s.replace(' ', "") + ";")
            .collect();
        let head = page.select("style").text().replace(' ', "");
        if css.contains(word) || head.contains(word) {
            broken.push(format!("CSS has {word}"));
        }
    }
    let head = page.select("style").text().to_string();
    if !head.trim_start().starts_with("@media") || !head.contains("prefers-color-scheme") {
        broken.push(format!("the head's style sheet is not media queries alone: {head}"));
    }
    for element in page.select("*").iter() {
        let name = element.nodes()[0].node_name().unwrap_or_default().to_string();
        for attribute in element.nodes()[0].attrs() {
            if attribute.name.local.starts_with("on") {
                broken.push(format!("<{name} {}>", attribute.name.local));
            }
        }
        match name.as_str() {
            "a" => {
                let href = element.attr("href").unwrap_or_default();
                if !["http://", "https://", "mailto:"]
                    .iter()
                    .any(|scheme| href.starts_with(scheme))
                {
                    broken.push(format!("a link to {href:?}"));
                }
            }
            "img" if !element.has_attr("alt") || !element.has_attr("width") => {
                broken.push("a picture without words or width".to_string());
            }
            "table" if element.attr("role").as_deref() != Some("presentation") && !element.has_attr("aria-label") => {
                broken.push("a table that is neither layout nor named".to_string());
            }
            _ => {}
        }
    }
    if lower.len() > MOST_BYTES {
        broken.push(format!("{} bytes", lower.len()));
    }
    broken
}

#[test]
fn the_example_keeps_the_rules_and_is_whole() {
    let (digest, letter) = (example(), letter(&example()));
    assert_eq!(broken_rules(&letter.html), Vec::<String>::new());
    assert_eq!(letter.shortened, 0);
    assert!(letter.html.len() < 90_000, "{} bytes", letter.html.len());
    let page = Document::from(letter.html.as_str());
    let shown = page.select("body").text().to_string();
    for story in digest.stories.iter().chain(&digest.briefs) {
        assert!(shown.contains(&clean(&story.headline)), "{}", story.headline);
        for sentence in &story.summary.sentences {
            assert!(shown.contains(&clean(&sentence.text)), "{}", sentence.text);
        }
    }
    assert!(letter.html.contains("max-width:600px") && letter.html.contains("background:#fffdf8"));
    assert!(
        letter
            .text
            .contains("Unsubscribe: https://example.org/stop?who=recipient-")
    );
    assert!(
        letter
            .text
            .lines()
            .all(|line| line.chars().count() <= WIDTH || line.contains("https://")),
        "{}",
        letter.text
    );
    assert!(
        letter.subject.starts_with("Daily digest, Sunday 15 March 2026: "),
        "{}",
        letter.subject
    );
}

#[test]
fn the_rules_see_what_they_look_for() {
    let bad = "<style>p{color:var(--x)}</style><script></script><a href='#x'>x</a><img src=x><table></table><p onclick=x style='float:left'>";
    let broken = broken_rules(bad).join("\n");
    for expected in [
        "<script>",
        "var(",
        "float:",
        "media queries",
        "\"#x\"",
        "picture",
        "table",
        "onclick",
    ] {
        assert!(broken.contains(expected), "{expected}: {broken}");
    }
}

#[test]
fn a_long_letter_gives_the_rest_by_headline_and_says_so() {
    for stories in [16, 120] {
        let digest = long(stories);
        let letter = letter(&digest);
        assert_eq!(broken_rules(&letter.html), Vec::<String>::new());
        assert!(
            letter.html.len() > MOST_BYTES / 2,
            "room is left: {}",
            letter.html.len()
        );
        let page = Document::from(letter.html.as_str());
        let full = page.select("table.figures").length();
        let items = page.select("p.item").length();
        let left_out = stories + digest.briefs.len() - full - items;
        assert!(full >= 3 && items > 0, "{full} {items}");
        assert_eq!(letter.shortened, items + left_out);
        assert_eq!(
            letter.html.contains("are left out.") || letter.html.contains("is left out."),
            left_out > 0
        );
        assert!(letter.html.contains("by headline only"));
        // The most important first.
        assert!(
            letter.html.contains("<h2 dir=\"auto\"") && page.select("h2").text().contains("Story number 0 of many")
        );
        assert!(
            (0..stories).all(|n| letter.text.contains(&format!("Story number {n} of many"))),
            "the text is whole"
        );
    }
}

#[test]
fn checking_finds_a_field_that_does_not_exist() {
    for (name, text) in [
        ("email.html.hbs", "{{titel}}"),
        ("email-story.html.hbs", "\n{{hedline}}"),
        ("email.txt.hbs", "{{titel}}"),
        ("email-subject.txt.hbs", "{{headlin}}"),
    ] {
        let renderer = Renderer::new(&Templates::from([(name.to_string(), text.to_string())]), 80).unwrap();
        let error = check_letter(&renderer, &example()).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("template {name}, line ")) && error.contains("unknown field"),
            "{error}"
        );
    }
    check_letter(&Renderer::new(&Templates::new(), 80).unwrap(), &example()).unwrap();
}

#[test]
fn most_finds_the_greatest() {
    for limit in 0..9 {
        assert_eq!(most(8, &|n| Ok(n <= limit)).unwrap(), limit.min(8));
    }
    assert_eq!(most(8, &|n| Ok(n == 0)).unwrap(), 0);
}

#[test]
fn texts_of_a_megabyte_are_cut_and_the_letter_stays_small() {
    let mut digest = example();
    let huge = "<b>&\"' ".repeat(150_000);
    digest.title = huge.clone();
    for story in digest.stories.iter_mut().take(2) {
        story.headline = huge.clone();
        story.summary.sentences[0].text = huge.clone();
        story
            .figures
            .iter_mut()
            .for_each(|f| (f.line, f.surface, f.context) = (huge.clone(), huge.clone(), huge.clone()));
        story
            .sources
            .iter_mut()
            .for_each(|s| s.url = Some(format!("https://a.example/{}", "x".repeat(1_000_000))));
    }
    let letter = letter(&digest);
    assert_eq!(broken_rules(&letter.html), Vec::<String>::new());
    let message = eml(&letter, &headers(None)).unwrap();
    assert!(message.split(|b| *b == b'\n').all(|line| line.len() <= 998));
}

fn headers(to: Option<&Mailbox>) -> Headers<'_> {
    Headers {
        from: Some("The Morning <desk@example.org>"),
        to,
        date: "2026-03-15T18:00:00Z".parse().unwrap(),
        name: "morning",
        edition: "2026-03-15",
        ..Headers::default()
    }
}

/// The names of a message's header fields.
fn fields(message: &[u8]) -> Vec<String> {
    let text = String::from_utf8(message.to_vec()).unwrap();
    let head = text.split("\r\n\r\n").next().unwrap();
    let lines = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    lines
        .map(|line| line.split_once(':').unwrap_or_else(|| panic!("{line:?}")).0.to_string())
        .collect()
}

#[test]
fn a_message_has_both_parts_and_its_headers() {
    let letter = letter(&example());
    let ada: Mailbox = "Ada Bærg <ada@example.org>".parse().unwrap();
    let stops = [
        "https://example.org/stop?who={recipient}".to_string(),
        "mailto:stop@example.org".to_string(),
    ];
    let of = |stops| {
        eml(
            &letter,
            &Headers {
                unsubscribe: stops,
                ..headers(Some(&ada))
            },
        )
        .unwrap()
    };
    let message = of(&stops);
    assert_eq!(message, of(&stops), "the same bytes");
    assert!(message.is_ascii());
    let parsed = MessageParser::default().parse(&message).unwrap();
    assert_eq!(
        parsed.body_text(0).unwrap().replace("\r\n", "\n"),
        letter.text.replace(&letter.token, "ada%40example.org")
    );
    assert_eq!(
        parsed.body_html(0).unwrap().replace("\r\n", "\n"),
        letter.html.replace(&letter.token, "ada%40example.org")
    );
    assert_eq!(parsed.subject().unwrap(), letter.subject);
    assert_eq!(parsed.to().unwrap().first().unwrap().name(), Some("Ada Bærg"));
    assert!(
        parsed
            .content_type()
            .unwrap()
            .attribute("boundary")
            .unwrap()
            .starts_with("broadsheet-")
    );
    let id = parsed.message_id().unwrap();
    assert!(
        id.starts_with("morning.2026-03-15.") && id.ends_with("@example.org"),
        "{id}"
    );
    let bob: Mailbox = "bob@example.org".parse().unwrap();
    let other = eml(&letter, &headers(Some(&bob))).unwrap();
    assert_eq!(
        MessageParser::default().parse(&other).unwrap().message_id(),
        Some(id),
        "the same letter"
    );
    let text = String::from_utf8(message).unwrap();
    for expected in [
        "From: \"The Morning\" <desk@example.org>\r\n",
        "Date: Sun, 15 Mar 2026 18:00:00 +0000\r\n",
        "List-Id: <morning.example.org>\r\n",
        "List-Unsubscribe: <https://example.org/stop?who=ada%40example.org>,\r\n <mailto:stop@example.org>\r\n",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
        "multipart/alternative",
    ] {
        assert!(text.contains(expected), "{expected}\n{}", &text[..1500]);
    }
    let names = fields(&of(&stops[1..]));
    assert!(names.contains(&"List-Unsubscribe".to_string()) && !names.contains(&"List-Unsubscribe-Post".to_string()));
    assert!(!fields(&of(&[])).contains(&"List-Unsubscribe".to_string()));
}

#[test]
fn no_source_learns_a_readers_address() {
    let mut digest = example();
    digest.stories[0].headline = "{recipient} %7Brecipient%7D".to_string();
    digest.stories[0].sources[0].url = Some("https://spy.example/?who={recipient}".to_string());
    let letter = letter(&digest);
    let ada: Mailbox = "ada@secret.example".parse().unwrap();
    let message = eml(&letter, &headers(Some(&ada))).unwrap();
    let parsed = MessageParser::default().parse(&message).unwrap();
    let html = parsed.body_html(0).unwrap();
    assert_eq!(
        html.matches("ada%40secret.example").count(),
        1,
        "in the link to unsubscribe alone"
    );
    assert!(!html.contains("ada@secret") && html.contains("spy.example/?who"));
}

#[test]
fn addresses_that_cannot_be_used_are_named() {
    let letter = letter(&long(1));
    let error = |headers: Headers<'_>| eml(&letter, &headers).unwrap_err().to_string();
    let injected = "x@example.org>\r\nBcc: <eve@example.org";
    let stops = |stop: &str| vec![stop.to_string()];
    assert!(
        error(Headers {
            from: Some(injected),
            ..headers(None)
        })
        .starts_with("mail.from: ")
    );
    assert!(
        error(Headers {
            reply_to: Some(injected),
            ..headers(None)
        })
        .starts_with("mail.reply_to: ")
    );
    assert!(
        error(Headers {
            list_id: Some("a\r\nBcc: b"),
            ..headers(None)
        })
        .starts_with("mail.list_id: ")
    );
    for bad in [
        "javascript:alert(1)",
        "http://example.org/stop",
        "stop",
        "data:text/html,x",
    ] {
        assert!(
            error(Headers {
                unsubscribe: &stops(bad),
                ..headers(None)
            })
            .starts_with("mail.unsubscribe: "),
            "{bad}"
        );
        assert!(unsubscribe_link(&stops(bad)).is_err());
    }
    let web = [
        "mailto:stop@example.org".to_string(),
        "https://example.org/stop".to_string(),
    ];
    assert_eq!(
        unsubscribe_link(&web).unwrap().as_deref(),
        Some("https://example.org/stop")
    );
    let folded = stops("https://example.org/a\r\nBcc: eve@example.org");
    let message = eml(
        &letter,
        &Headers {
            unsubscribe: &folded,
            ..headers(None)
        },
    )
    .unwrap();
    assert!(!fields(&message).contains(&"Bcc".to_string()));
}

/// Every text from outside is `text`; one story, so that many can be tried.
fn made_of(text: &str) -> Digest {
    let mut digest = long(1);
    digest.briefs.clear();
    digest.title = text.to_string();
    let story = &mut digest.stories[0];
    story.headline = text.to_string();
    story
        .summary
        .sentences
        .iter_mut()
        .for_each(|s| s.text = text.to_string());
    for source in &mut story.sources {
        (source.title, source.byline, source.site_name) = (Some(text.into()), Some(text.into()), Some(text.into()));
    }
    for figure in &mut story.figures {
        (figure.surface, figure.line) = (text.to_string(), text.to_string());
    }
    digest
}

/// Tags with the names of their attributes.
fn structure(html: &str) -> Vec<String> {
    let page = Document::from(html);
    let tag = |node: &dom_query::NodeRef<'_>| {
        let names: Vec<String> = node.attrs().iter().map(|a| a.name.local.to_string()).collect();
        format!("{} {}", node.node_name().unwrap_or_default(), names.join(" "))
    };
    page.select("*").nodes().iter().map(tag).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_text_changes_a_letters_structure_or_headers(
        text in prop_oneof![
            prop::sample::select(vec![
                "a\r\nBcc: eve@example.org\r\n\r\n<p>x", "\nSubject: y", "=?utf-8?q?x=0D=0ABcc:_y?=", "<script>alert(1)</script>",
                "\"><img src=x onerror=alert(1)>", "</style><style>@import 'x'", "{{title}}", "--><!--[if mso]><b>", "<![endif]-->",
                "\u{202e}x\u{2066}", "x</td></tr></table>", "&lt;b&gt;", "x\u{0}y\u{b}z",
            ]).prop_map(str::to_string),
            "(\\PC|[\r\n\t<>&\"'{}=-]){1,40}",
        ].prop_filter("empty", |text| !clean(text).is_empty())
    ) {
        let (plain, hostile) = (letter(&made_of("x")), letter(&made_of(&text)));
        prop_assert_eq!(structure(&hostile.html), structure(&plain.html));
        prop_assert_eq!(broken_rules(&hostile.html), Vec::<String>::new());
        let nobody = |letter| fields(&eml(letter, &Headers { from: Some("desk@example.org"), ..headers(None) }).unwrap());
        prop_assert_eq!(nobody(&hostile), nobody(&plain));
        let message = eml(&hostile, &Headers { from: Some("desk@example.org"), ..headers(None) }).unwrap();
        let parsed = MessageParser::default().parse(&message).unwrap();
        prop_assert_eq!(parsed.parts.len(), 3);
    }
}
