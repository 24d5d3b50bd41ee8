//! What pages are made of: themes, pictures, sections, terminals, Markdown programs, and the two digests that lie in digests/.

use pulldown_cmark::{BrokenLink, Event, Options, Parser, Tag};

use super::*;

fn with(look: Look) -> Renderer {
    Renderer::with(&Templates::new(), look).unwrap()
}

/// The digests of the example articles.
fn examples() -> Vec<(String, Digest)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/digests");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "json"));
    paths.sort();
    let read = |path: &std::path::PathBuf| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    paths
        .iter()
        .map(|path| (path.display().to_string(), read(path)))
        .collect()
}

#[test]
fn an_example_digest_weighs_less_than_60_kilobytes() {
    assert!(examples().len() >= 2);
    for (path, digest) in examples() {
        for theme in Theme::ALL {
            let look = Look {
                theme: *theme,
                ..Look::default()
            };
            let size = with(look).digest(&digest, Format::Html).unwrap().len();
            assert!(size < 60_000, "{path} in {theme}: {size}");
        }
    }
}

#[test]
fn themes_differ_in_their_style_alone() {
    let page = |theme| {
        with(Look {
            theme,
            ..Look::default()
        })
        .digest(&sample::full(), Format::Html)
        .unwrap()
    };
    let body = |page: &str| page[page.find("<body>").unwrap()..].to_string();
    let standard = page(Theme::Broadsheet);
    for theme in [Theme::Plain, Theme::Compact] {
        assert_ne!(page(theme), standard);
        assert_eq!(body(&page(theme)), body(&standard));
    }
}

#[test]
fn pictures_are_shown_only_where_they_are_asked_for() {
    let page = |images, format| {
        with(Look {
            images,
            ..Look::default()
        })
        .digest(&sample::full(), format)
        .unwrap()
    };
    for format in FORMATS {
        assert!(!page(Images::None, format).contains("ferry.jpg"), "{format}");
    }
    let html = page(Images::Link, Format::Html);
    for expected in [
        "<img src=\"https://post.example/ferry.jpg\" alt=\"A lifeboat beside the ferry&#39;s bow\" width=\"640\" height=\"360\" loading=\"lazy\"",
        "<figcaption>Picture: Ola Nes / <a href=\"https://post.example/ferry?id=1&amp;page=2\">The Harbour Post</a></figcaption>",
        "img-src data: https: http:;",
    ] {
        assert!(html.contains(expected), "{expected}\n{html}");
    }
    assert!(page(Images::None, Format::Html).contains("img-src data:;"));
    assert!(
        page(Images::Link, Format::Markdown)
            .contains("![A lifeboat beside the ferry's bow](https://post.example/ferry.jpg)")
    );
}

#[test]
fn sections_stand_together_under_their_names() {
    let html = renderer().digest(&sample::full(), Format::Html).unwrap();
    let headings: Vec<&str> = html
        .split("<h")
        .skip(1)
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        .filter_map(|rest| rest.split_once('>')?.1.split("</h").next())
        .collect();
    let main: Vec<&str> = headings
        .iter()
        .copied()
        .skip_while(|h| *h != "World")
        .take_while(|h| *h != "Briefs")
        .collect();
    assert_eq!(
        main,
        [
            "World",
            "Ferry sinks off Varnsund, nine dead",
            "Fähre nach Varnsund gesunken",
            "Business",
            "Central bank holds its rate at 3.5%",
            "More news",
            "Old bridge at Holm closes for repairs"
        ]
    );
    assert!(
        html.contains("<h3 dir=\"auto\">Fähre"),
        "under the heading of a section"
    );
    let markdown = renderer().digest(&sample::full(), Format::Markdown).unwrap();
    assert!(
        markdown.contains("## World\n\n### Ferry sinks off Varnsund, nine dead\n"),
        "{markdown}"
    );
}

#[test]
fn three_lines_stand_at_the_head() {
    let html = renderer().digest(&sample::full(), Format::Html).unwrap();
    let lines = &html[html.find("<section class=\"lines\"").unwrap()..html.find("<nav").unwrap()];
    assert_eq!(lines.matches("<li").count(), 3);
    assert!(
        lines.contains("<a href=\"#story-1\">At least nine people died when a ferry"),
        "{lines}"
    );
    let few = renderer().digest(&digest(), Format::Html).unwrap();
    assert!(!few.contains("class=\"lines\""), "two stories need none");
}

#[test]
fn what_the_checker_did_not_let_through_is_told() {
    for (format, expected) in [
        (
            Format::Html,
            "<summary>1 sentence that the checker did not let through</summary>",
        ),
        (
            Format::Html,
            "<q>Ninety people died off Varnsund.</q> the sources have nine where it has ninety.",
        ),
        (
            Format::Markdown,
            "\"Ninety people died off Varnsund.\" *the sources have nine where it has ninety.* In its place: \"At least",
        ),
        (
            Format::Text,
            "Ferry sinks off Varnsund, nine dead: \"Ninety people died off Varnsund.\"",
        ),
    ] {
        let page = renderer().digest(&sample::full(), format).unwrap();
        assert!(page.contains(expected), "{page}");
        let article = renderer().stories(&sample::full().stories[..1], format).unwrap();
        assert!(article.contains(expected), "{article}");
    }
}

#[test]
fn a_terminal_has_marks_and_links_and_a_file_has_neither() {
    let terminal = |colour, links| {
        let terminal = Terminal {
            width: 60,
            colour,
            links,
        };
        with(Look {
            terminal,
            ..Look::default()
        })
        .digest(&sample::full(), Format::Text)
        .unwrap()
    };
    let plain = terminal(false, false);
    assert!(
        !plain.contains('\x1b') && plain.contains("\n      https://wire.example/1\n"),
        "{plain}"
    );
    let coloured = terminal(true, false);
    assert!(
        coloured.contains("\x1b[1m1. Ferry sinks off Varnsund, nine dead\x1b[22m") && !coloured.contains("\x1b]8"),
        "{coloured}"
    );
    let linked = terminal(false, true);
    assert!(
        linked.contains("\x1b]8;;https://wire.example/1\x1b\\") && !linked.contains("\n      https://"),
        "{linked}"
    );
    assert!(!linked.contains("\x1b["), "{linked}");
    use unicode_width::UnicodeWidthStr;
    let bare = plain.lines().filter(|line| !line.contains("https://"));
    bare.for_each(|line| assert!(line.width() <= 60, "{line}"));
    // Marks change nothing but themselves.
    let stripped = ["\x1b[1m", "\x1b[2m", "\x1b[22m", "\x1b[36m", "\x1b[39m"]
        .iter()
        .fold(coloured, |text, mark| text.replace(mark, ""));
    assert_eq!(stripped, plain);
}

#[test]
fn markdown_is_plain_commonmark() {
    let pages = examples()
        .into_iter()
        .map(|(_, digest)| digest)
        .chain([sample::full(), sample::minimal()]);
    for digest in pages {
        let page = renderer().digest(&digest, Format::Markdown).unwrap();
        let mut broken = Vec::new();
        let callback = |link: BrokenLink<'_>| {
            broken.push(link.reference.to_string());
            None
        };
        let (mut headings, mut links) = (0, 0);
        for event in Parser::new_with_broken_link_callback(&page, Options::empty(), Some(callback)) {
            match event {
                Event::Start(Tag::Heading { .. }) => headings += 1,
                Event::Start(Tag::Link { dest_url, .. }) => {
                    links += 1;
                    assert!(
                        dest_url.starts_with("https://") || dest_url.starts_with('#'),
                        "{dest_url}"
                    );
                }
                Event::Html(html) | Event::InlineHtml(html) => panic!("{html} is HTML"),
                _ => {}
            }
        }
        assert!(broken.is_empty(), "{broken:?}");
        assert!(
            headings >= digest.stories.len() + 2 && links >= digest.stories.len(),
            "{page}"
        );
        assert!(
            page.lines().all(|line| line == line.trim_end()),
            "white space at a line's end"
        );
    }
}

#[test]
fn both_built_in_digests_take_every_branch_of_the_templates() {
    assert!(check(&Templates::new(), &[]).is_empty());
    let full = serde_json::to_value(view::DigestView::with_images(&sample::full(), Images::Link)).unwrap();
    assert!(
        full["stories"]
            .as_array()
            .unwrap()
            .iter()
            .any(|story| story["fresh"] == 2)
    );
    assert!(full["briefs"][1]["quiet"].is_string());
}

#[test]
fn a_copy_with_one_change_works() {
    let mut copy: Templates = embedded()
        .iter()
        .map(|(name, text)| (name.to_string(), text.to_string()))
        .collect();
    let story = copy.get_mut("story.html.hbs").unwrap();
    *story = story.replace(
        "<header>",
        "<header><p>{{truncate headline 12}}, {{format_date @root.date locale=\"en-US\"}}</p>",
    );
    let renderer = Renderer::with(&copy, Look::default()).unwrap();
    let html = renderer.digest(&sample::full(), Format::Html).unwrap();
    assert!(
        html.contains("<header><p>Ferry sinks…, Saturday, March 14, 2026</p>"),
        "{html}"
    );
    // Of an article no date is known: `check` finds what a digest alone does not show.
    let errors: Vec<String> = check(&copy, &[]).iter().map(ToString::to_string).collect();
    assert_eq!(
        errors,
        ["template story.html.hbs, line 2: {{format_date}} unknown field `@root.date`"]
    );
}

#[test]
fn every_error_in_a_folder_is_found() {
    let standard = |name: &str| {
        embedded()
            .iter()
            .find(|(known, _)| *known == name)
            .unwrap()
            .1
            .to_string()
    };
    let templates = Templates::from([
        (
            "digest.html.hbs".to_string(),
            standard("digest.html.hbs")
                .replace("{{title}}", "{{titel}}")
                .replace("{{#if window}}", "{{#if windw}}"),
        ),
        (
            "who.md.hbs".to_string(),
            standard("who.md.hbs").replace("{{name}}", "{{nam}}"),
        ),
        ("footer.txt.hbs".to_string(), "{{#if counts.lost}}\nx".to_string()),
        ("marks.html.hbs".to_string(), "{{shout marks}}".to_string()),
        ("digset.html.hbs".to_string(), String::new()),
    ]);
    let errors: Vec<String> = check(&templates, &[]).iter().map(ToString::to_string).collect();
    let expected = [
        "template digest.html.hbs, line 11: unknown field `titel`",
        "template digest.html.hbs, line 13: unknown field `windw`",
        "template digset.html.hbs: no such template; the known ones are ",
        "template footer.txt.hbs, line 2: ",
        "template marks.html.hbs, line 1: Helper not found shout",
        "template who.md.hbs, line 3: unknown field `nam`",
    ];
    assert_eq!(errors.len(), expected.len(), "{errors:#?}");
    for (error, expected) in errors.iter().zip(expected) {
        assert!(error.starts_with(expected), "{error:?} instead of {expected:?}");
    }
}

#[test]
fn the_embedded_templates_are_those_of_the_folder() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(files, embedded().iter().map(|(name, _)| *name).collect::<Vec<_>>());
}
