//! What must hold for every format, shown on a made-up digest.

mod hostile;
mod pages;

use std::sync::LazyLock;

use super::*;
use crate::digest::*;
use crate::document::{DocumentKind, EntityKind, QuantityKind};
use crate::error::Warning;

const FORMATS: [Format; 3] = [Format::Text, Format::Markdown, Format::Html];

fn renderer() -> &'static Renderer {
    static RENDERER: LazyLock<Renderer> = LazyLock::new(|| Renderer::new(&Templates::new(), 80).unwrap());
    &RENDERER
}

fn with_template(name: &str, text: &str) -> Result<Renderer> {
    Renderer::new(&Templates::from([(name.to_string(), text.to_string())]), 80)
}

fn source(number: usize, document: &str, url: Option<&str>) -> Source {
    Source {
        document: document.to_string(),
        number,
        url: url.map(str::to_string),
        title: Some(format!("As {document} has it")),
        site_name: Some("The Harbour Post".to_string()),
        source: None,
        byline: Some("Ida Brekke".to_string()),
        published: Some("2026-03-14T04:12:00Z".parse().unwrap()),
        copy_of: None,
        stub: false,
        image: None,
        kind: DocumentKind::Story,
        told: false,
    }
}

fn citation(document: &str) -> Citation {
    Citation {
        document: document.to_string(),
        start: 0,
        end: 9,
    }
}

fn sentence(text: &str, documents: &[&str]) -> SummarySentence {
    SummarySentence {
        text: text.to_string(),
        quote: None,
        citations: documents.iter().map(|d| citation(d)).collect(),
    }
}

fn figure(surface: &str, role: Option<&str>, context: &str) -> Figure {
    Figure {
        value: 9.0,
        max: None,
        unit: Some("person".to_string()),
        per: None,
        kind: QuantityKind::People,
        qualifier: None,
        role: role.map(str::to_string),
        subject: None,
        place: None,
        as_of: None,
        attribution: None,
        status: Status::Stated,
        line: match role {
            Some(role) => format!("{surface} {role}: {context}"),
            None => context.to_string(),
        },
        change: None,
        history: vec![],
        surface: surface.to_string(),
        context: context.to_string(),
        citation: citation("a"),
    }
}

fn story(headline: &str) -> Story {
    let mut sources = vec![
        source(1, "a", Some("https://post.example/ferry?id=1&page=2")),
        source(2, "b", Some("https://wire.example/1")),
        source(3, "c", None),
    ];
    sources[1].copy_of = Some("a".to_string());
    sources[2].stub = true;
    sources[2].published = None;
    let mut risen = figure("at least nine", Some("killed"), "people died off Varnsund");
    risen.change = Some("rose to at least nine from four on Friday".to_string());
    risen.as_of = Some("2026-03-14".parse().unwrap());
    risen.history = [("2026-03-12", 2.0), ("2026-03-13", 4.0)]
        .map(|(date, value)| Point {
            date: date.parse().unwrap(),
            value,
            max: None,
            qualifier: None,
        })
        .to_vec();
    let claim = |surface: &str, authority: &str, superseded| Claim {
        figure: figure(surface, Some("killed"), "people died"),
        authority: authority.to_string(),
        published: Some("2026-03-14T04:12:00Z".parse().unwrap()),
        superseded,
    };
    let conflict = |claims| Conflict {
        measures: "people killed off Varnsund".to_string(),
        claims,
    };
    Story {
        id: "s-1".to_string(),
        thread: "s-0".to_string(),
        course: Course::Developing,
        since: Some("2026-03-12".parse().unwrap()),
        fresh: vec![0],
        section: None,
        conflicts: vec![
            conflict(vec![
                claim("nine", "Coast <Guard>", false),
                claim("eight", "Harbour police", false),
            ]),
            conflict(vec![
                claim("12", "Port Office", false),
                claim("11", "Port Office", true),
            ]),
        ],
        entities: vec![
            Name {
                name: "Ida *Holm*".to_string(),
                kind: EntityKind::Per,
                role: Some("harbour master".to_string()),
                mentions: 3,
                documents: 2,
                citation: citation("a"),
            },
            Name {
                name: "Varnsund".to_string(),
                kind: EntityKind::Loc,
                role: None,
                mentions: 3,
                documents: 2,
                citation: citation("a"),
            },
        ],
        headline: headline.to_string(),
        sources,
        voices: 2,
        summary: Summary {
            sentences: vec![
                sentence(
                    "At least nine people died when a ferry\nand a freighter collided off Varnsund.",
                    &["a", "b", "a"],
                ),
                sentence("The ferry sank at 19:48.", &["c", "unknown"]),
            ],
            method: Method::Extractive,
            replaced: 0,
            rejected: vec![],
        },
        figures: vec![risen, figure("14", Some("missing"), "were Missing on Saturday")],
        first_seen: Some("2026-03-14T04:12:00Z".parse().unwrap()),
        updated: Some("2026-03-14T04:12:00Z".parse().unwrap()),
    }
}

fn digest() -> Digest {
    Digest {
        version: 1,
        title: "The Morning".to_string(),
        date: "2026-03-14".parse().unwrap(),
        window: Some(Window {
            from: "2026-03-13T18:05:00Z".parse().unwrap(),
            to: "2026-03-14T05:40:00Z".parse().unwrap(),
        }),
        stories: vec![story("Ferry sinks off Varnsund"), story("Ferry sinks off Varnsund")],
        briefs: vec![story("Bridge reopens")],
        warnings: vec![
            Warning::lost("feed.xml", "is cut off"),
            Warning::note("old.html", "is not UTF-8"),
        ],
        articles: 1024,
        seen: vec![],
        faded: vec![],
        dormant: vec![],
        replaced: 1,
        models: vec![ModelNote {
            id: "all-MiniLM-L6-v2".to_string(),
            sha256: "53aa51172d142c89d9012cce".to_string(),
        }],
        generator: "broadsheet 0.1.0".to_string(),
    }
}

/// A digest in which nothing is known that need not be.
fn minimal() -> Digest {
    let mut brief = story("Bridge reopens");
    brief.summary = Summary {
        sentences: vec![],
        method: Method::Lead,
        replaced: 0,
        rejected: vec![],
    };
    (brief.figures, brief.first_seen, brief.updated) = (vec![], None, None);
    (brief.conflicts, brief.entities, brief.since) = (vec![], vec![], None);
    brief.sources.truncate(1);
    let source = &mut brief.sources[0];
    (source.document, source.url, source.title) = ("/home/me/news/a.txt".to_string(), None, None);
    (source.site_name, source.byline, source.published) = (Some(" ".to_string()), None, None);
    Digest {
        window: None,
        stories: vec![brief.clone()],
        briefs: vec![brief],
        warnings: vec![],
        models: vec![],
        ..digest()
    }
}

#[test]
fn a_digest_shows_what_it_should() {
    let (renderer, digest) = (renderer(), digest());
    let html = renderer.digest(&digest, Format::Html).unwrap();
    for expected in [
        "<time datetime=\"2026-03-14\">Saturday 14 March 2026</time>",
        "Covers 13 March 2026, 18:05 to 14 March 2026, 05:40 UTC",
        "<a href=\"#story-2\" dir=\"auto\">Ferry sinks off Varnsund</a>",
        "#:~:text=At%20least%20nine%20people,freighter%20collided%20off%20Varnsund.\" aria-label=\"Source 1\">1</a> <a href=\"https://wire.example/1\"",
        "sank at 19:48.<sup><a href=\"#story-1-source-3\"",
        "at least nine</th><td>killed: people died off Varnsund<sup>",
        "14</th>",
        "<mark>At least nine people died when a ferry and a freighter collided off Varnsund.</mark><sup>",
        "<em>rose to at least nine from four on Friday <svg aria-label=\"2, 4, 9\" class=\"spark\"",
        "<th scope=\"row\">Sources differ</th><td>people killed off Varnsund<ul><li><b>nine</b> Coast &lt;Guard&gt;, Sat 14 Mar, 04:12<sup>",
        "<th scope=\"row\">Revised</th>",
        "<b>11</b> Port Office, Sat 14 Mar, 04:12, since revised<sup>",
        "<b>Ida *Holm*</b>, harbour master<sup><a href=\"#story-1-source-1\"",
        "<b>Developing</b> told since <time datetime=\"2026-03-12\">Thu 12 Mar</time>, 1 of 2 sentences new</p>",
        "<i>same text as 1</i>",
        "<i>only the beginning was readable</i>",
        "1,024 articles read; 2 stories and 1 brief told from 9 sources of 1 newsroom. Summaries are sentences of the sources. 1 sentence was replaced",
        "Sources that failed</h3>\n<ul>\n<li><b>feed.xml</b>: is cut off</li>\n</ul>",
        "<b>old.html</b>: is not UTF-8</li>",
        "Made by broadsheet 0.1.0 with all-MiniLM-L6-v2",
    ] {
        assert!(html.contains(expected), "{expected}\n{html}");
    }
    for forbidden in ["<script", "src=", "<link", "@import", "url("] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    let markdown = renderer.digest(&digest, Format::Markdown).unwrap();
    for expected in [
        "# The Morning\n\nSaturday 14 March 2026, covers",
        "1. [Ferry sinks off Varnsund](#ferry-sinks-off-varnsund)\n2. [Ferry sinks off Varnsund](#ferry-sinks-off-varnsund-1)",
        "ferry and a freighter collided off Varnsund. [\\[1\\]][1.1] [\\[2\\]][1.2]\n",
        "sank at 19:48. *(told before)* \\[3\\]\n",
        "- **at least nine** killed: people died off Varnsund [\\[1\\]][1.1] *rose to at least nine from four on Friday* ▁▃█\n- **14** missing: were Missing",
        "- **Sources differ**, people killed off Varnsund: **nine** (Coast &lt;Guard&gt;, Sat 14 Mar, 04:12) [\\[1\\]][1.1] / **eight** (Harbour police",
        "\n\nWho is in it: Ida \\*Holm\\*, harbour master [\\[1\\]][1.1]\n",
        "\n\n[1.1]: https://post.example/ferry?id=1&page=2\n",
        "- **Bridge reopens**: At least",
    ] {
        assert!(markdown.contains(expected), "{expected}\n{markdown}");
    }
    assert!(!markdown.contains("\n\n\n") && markdown.ends_with(".\n"));
    let text = renderer.stories(&digest.stories[..1], Format::Text).unwrap();
    let expected = "Ferry sinks off Varnsund\n3 sources, 14 March 2026, 04:12 UTC\n\n  At least nine people died when a ferry and a freighter collided off Varnsund.\n  [1] [2] The ferry sank at 19:48. (told before) [3]\n\n  Who is in it: Ida *Holm*, harbour master [1]\n\nKey figures\n  - at least nine killed: people died off Varnsund [1] (rose to at least nine\n    from four on Friday ▁▃█)\n";
    assert!(text.starts_with(expected), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

#[test]
fn json_is_the_value_itself() {
    let (renderer, digest) = (renderer(), digest());
    let text = renderer.digest(&digest, Format::Json).unwrap();
    assert!(text.ends_with("}\n"));
    assert_eq!(serde_json::from_str::<Digest>(&text).unwrap(), digest);
    let text = renderer.stories(&digest.stories, Format::Json).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Story>>(&text).unwrap(), digest.stories);
}

#[test]
fn what_is_not_known_is_left_out() {
    let renderer = renderer();
    let empty = Digest {
        stories: vec![],
        briefs: vec![],
        ..minimal()
    };
    for format in FORMATS {
        let text = renderer.digest(&minimal(), format).unwrap();
        assert!(text.contains("a.txt") && !text.contains("/home/me"), "{text}");
        assert!(
            !text.contains("null") && !text.to_lowercase().contains("covers"),
            "{text}"
        );
        assert!(renderer.digest(&empty, format).unwrap().contains("No stories."));
        renderer.stories(&minimal().stories, format).unwrap();
        renderer.stories(&[], format).unwrap();
    }
}

#[test]
fn rendering_twice_gives_the_same_bytes() {
    for format in Format::ALL {
        let other = Renderer::new(&Templates::new(), 80).unwrap();
        assert_eq!(
            renderer().digest(&digest(), format).unwrap(),
            other.digest(&digest(), format).unwrap()
        );
    }
}

#[test]
fn errors_name_template_line_and_field() {
    let error = |name, text: &str| match with_template(name, text) {
        Err(error) => error.to_string(),
        Ok(renderer) => renderer
            .digest(&digest(), name.split('.').nth(1).unwrap().parse().unwrap())
            .unwrap_err()
            .to_string(),
    };
    for (name, text, expected) in [
        (
            "digest.html.hbs",
            "<p>\n{{titel}}",
            "template digest.html.hbs, line 2: unknown field `titel`",
        ),
        (
            "digest.html.hbs",
            "{{#if titel}}x{{/if}}",
            "template digest.html.hbs, line 1: unknown field `titel`",
        ),
        (
            "digest.md.hbs",
            "\n\n{{#unless x.y}}x{{/unless}}",
            "template digest.md.hbs, line 3: unknown field `x.y`",
        ),
        (
            "digest.txt.hbs",
            "{{#each storys}}x{{/each}}",
            "template digest.txt.hbs, line 1: unknown field `storys`",
        ),
        (
            "digest.txt.hbs",
            "{{#each stories}}\n{{headlin}}{{/each}}",
            "template digest.txt.hbs, line 2: unknown field `headlin`",
        ),
        (
            "story.html.hbs",
            "{{headline}}\n{{sumary}}",
            "template story.html.hbs, line 2: unknown field `sumary`",
        ),
        (
            "digest.txt.hbs",
            "{{#wrap}}{{tilte}}{{/wrap}}",
            "template digest.txt.hbs, line 1: unknown field `tilte`",
        ),
        (
            "digest.md.hbs",
            "{{format_date dat}}",
            "template digest.md.hbs, line 1: {{format_date}} unknown field `dat`",
        ),
        (
            "digest.md.hbs",
            "{{format_date title}}",
            "template digest.md.hbs, line 1: {{format_date}} wants a date as YYYY-MM-DD, not \"The Morning\"",
        ),
        (
            "digest.md.hbs",
            "{{href title}}",
            "template digest.md.hbs, line 1: {{href}} wants an http or https address",
        ),
        (
            "digest.md.hbs",
            "{{shout title}}",
            "template digest.md.hbs, line 1: Helper not found shout",
        ),
        (
            "digest.md.hbs",
            "{{> storys.md}}",
            "template digest.md.hbs, line 1: Partial not found storys.md",
        ),
        (
            "digest.md.hbs",
            "a\n{{#if title}}\nb",
            "template digest.md.hbs, line 3: invalid handlebars syntax",
        ),
    ] {
        let message = error(name, text);
        assert!(message.starts_with(expected), "{message:?} instead of {expected:?}");
        assert!(!message.contains('\n'), "{message}");
    }
    let unknown = with_template("digset.html.hbs", "").unwrap_err().to_string();
    assert!(
        unknown.starts_with("template digset.html.hbs: no such template; the known ones are article.html.hbs, "),
        "{unknown}"
    );
}

#[test]
fn a_template_of_the_users_takes_the_place_of_ours() {
    let renderer = with_template("story.md.hbs", "*{{updated}}*\n").unwrap();
    let text = renderer.digest(&digest(), Format::Markdown).unwrap();
    assert!(
        text.contains("*2026-03-14T04:12:00Z*\n") && text.contains("How this digest was made"),
        "{text}"
    );
}

#[test]
fn embedded_templates_are_sorted_and_escape_everything() {
    assert!(embedded().is_sorted());
    for (name, text) in embedded() {
        assert!(!text.contains("{{{") && !text.contains("{{&"), "{name}");
    }
}

/// Contrast of two colours as WCAG 2.2 defines it.
fn contrast(a: &str, b: &str) -> f64 {
    let luminance = |colour: &str| {
        let digits = &colour[1..];
        let digits = if digits.len() == 3 {
            digits.chars().flat_map(|c| [c, c]).collect()
        } else {
            digits.to_string()
        };
        let channel = |i: usize| {
            let value = f64::from(u8::from_str_radix(&digits[i..i + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
    };
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    (a / b).max(b / a)
}

#[test]
fn every_text_has_contrast() {
    let styles = embedded()
        .iter()
        .filter(|(name, _)| name.starts_with("style") || name.starts_with("theme-"));
    let palettes: Vec<&str> = styles
        .flat_map(|(_, text)| text.lines())
        .filter(|line| line.contains("--paper: "))
        .collect();
    assert_eq!(palettes.len(), 5, "light and dark of two themes, and print");
    for palette in palettes {
        let colour = |name: &str| {
            let at = palette.find(&format!("--{name}: #")).unwrap() + name.len() + 4;
            palette[at..].split(';').next().unwrap()
        };
        let texts = ["ink", "quiet", "link"];
        for (text, ground) in texts
            .iter()
            .flat_map(|text| ["paper", "tint", "fresh"].map(|ground| (text, ground)))
        {
            let contrast = contrast(colour(text), colour(ground));
            assert!(contrast >= 4.5, "{text} on {ground}: {contrast:.2} in {palette}");
        }
    }
}
