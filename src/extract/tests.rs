use super::*;
use proptest::prelude::*;

fn raw(media_type: MediaType, body: &[u8]) -> RawDocument {
    RawDocument {
        id: "in".into(),
        url: None,
        title: None,
        published: None,
        site_name: None,
        source: None,
        story: None,
        media_type,
        body: body.to_vec(),
        sentences: None,
    }
}

fn page(html: &str) -> Article {
    extract(&raw(MediaType::Html, html.as_bytes()))
        .article
        .expect("an article")
}

fn cut(article: &Article) -> Vec<(BlockKind, &str)> {
    article
        .blocks
        .iter()
        .map(|block| (block.kind, &article.text[block.span.clone()]))
        .collect()
}

const PAGE: &str = r#"<!DOCTYPE html><html lang="en-GB"><head><title>Old bridge to close | The Gazette</title>
<meta property="og:site_name" content="The Gazette"><meta name="author" content="By Ada Quill">
<meta property="article:published_time" content="2026-03-14T08:00:00Z"></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav>
<div class="cookie-banner"><p>We use cookies to give you the best experience on our site. Accept all cookies to go on.</p></div>
<main><article><h1>Old Bridge to Close!</h1>
<p class="standfirst">Engineers say that the bridge over the Merrow is no longer safe for lorries.</p>
<p>The council of <a href="/altenau">Altenau</a> voted on Monday to close the old bridge over the Merrow from the first of April.</p>
<p>Engineers say that the bridge over the Merrow is no longer safe for lorries.</p>
<figure><img src="b.jpg"><figcaption>The bridge in January</figcaption></figure>
<h2>What it costs</h2>
<p>A new bridge would cost 14 million crowns, the mayor said, and would take <em>three years</em> to build.</p>
<blockquote><p>“We should have begun ten years ago,” she told the council before it voted on the matter.</p></blockquote>
<p>Read more: <a href="/x">All about the bridge</a></p>
<ul><li>Lorries are sent by way of Oberdorf from April.</li><li>Cars may cross until the end of June.</li></ul>
<p>The council will meet again on Friday to decide how the detour is to be paid for and by whom.</p>
</article></main>
<div class="newsletter"><p>Sign up for our newsletter and get the best of the week in your inbox every Sunday.</p></div>
<footer><p>Copyright 2026 The Gazette. All rights reserved.</p></footer></body></html>"#;

#[test]
fn a_page_becomes_its_article() {
    use BlockKind::*;
    let article = page(PAGE);
    assert_eq!(article.title.as_deref(), Some("Old bridge to close"));
    assert_eq!(article.byline.as_deref(), Some("Ada Quill"));
    assert_eq!(article.site_name.as_deref(), Some("The Gazette"));
    assert_eq!(article.published.unwrap().to_string(), "2026-03-14T08:00:00Z");
    assert_eq!(article.lang.as_deref(), Some("en"));
    assert!(!article.stub);
    let blocks = cut(&article);
    let kinds: Vec<_> = blocks
        .iter()
        .map(|(kind, text)| (*kind, text.split(' ').next().unwrap()))
        .collect();
    let body = [
        (Paragraph, "Engineers"),
        (Paragraph, "The"),
        (Heading, "What"),
        (Paragraph, "A"),
        (Quote, "“We"),
        (Item, "Lorries"),
        (Item, "Cars"),
        (Paragraph, "The"),
    ];
    let without_caption: Vec<_> = kinds.into_iter().filter(|(kind, _)| *kind != Caption).collect();
    assert_eq!(without_caption, body, "{blocks:#?}");
    assert!(blocks[1].1.starts_with("The council of Altenau voted on Monday"));
    assert_eq!(
        article.text,
        blocks.iter().map(|(_, text)| *text).collect::<Vec<_>>().join("\n\n")
    );
}

#[test]
fn what_the_input_says_wins() {
    let mut input = raw(MediaType::Html, PAGE.as_bytes());
    input.title = Some("Bridge".into());
    input.site_name = Some("Wire".into());
    input.published = Some("2026-03-15T00:00:00Z".parse().unwrap());
    let article = extract(&input).article.unwrap();
    assert_eq!(
        (article.title.as_deref(), article.site_name.as_deref()),
        (Some("Bridge"), Some("Wire"))
    );
    assert_eq!(article.published, input.published);
    // The page's own title is no part of the text either way.
    assert!(!article.text.contains("Old Bridge to Close"));
}

#[test]
fn sentences_with_links_stay_whole_where_a_page_has_no_paragraphs() {
    let html = "<html><body><h1>Ferry</h1><div id=story>The ferry company <a href=x>Norlund</a> said on Tuesday that it would \
        buy two ships, according to <em>The Wire</em>, a newspaper, and hire 40 people.<br><br>\
        The ships will be built in <i>Port Ellery</i> and are to sail by the summer of next year.<br><br>\
        Norlund carried 2.4 million people last year, a tenth more than in the year before it.</div></body></html>";
    let texts: Vec<String> = cut(&page(html)).into_iter().map(|(_, text)| text.to_string()).collect();
    assert_eq!(texts.len(), 3, "{texts:?}");
    assert!(texts[0].ends_with("according to The Wire, a newspaper, and hire 40 people."));
}

#[test]
fn a_live_page_keeps_all_its_posts() {
    let post = |n: usize| {
        format!(
            "<article class=post><h2>Post number {n}</h2><p>The count of district {n} is done and the {n}th seat goes to the \
             greens, the returning officer said.</p><p>Turnout in district {n} was {n} points higher than four years ago.</p></article>"
        )
    };
    let posts: String = (1..=6).map(post).collect();
    let article = page(&format!(
        "<html><head><title>Election live</title></head><body><main><h1>Election live</h1>{posts}</main></body></html>"
    ));
    let headings = article
        .blocks
        .iter()
        .filter(|block| block.kind == BlockKind::Heading)
        .count();
    assert_eq!((headings, article.blocks.len()), (6, 18), "{}", article.text);
}

#[test]
fn short_sentences_are_not_lost() {
    let html = "<html><body><article><p>The ferry firm said on Monday it would buy two ships for 40 million crowns.</p>\
                <p>They sail by summer.</p></article></body></html>";
    assert_eq!(page(html).text.split("\n\n").nth(1), Some("They sail by summer."));
}

#[test]
fn paywalled_pages_are_marked() {
    let page = "<html><body><article><h1>Budget</h1><p>The minister will present her budget on Thursday, and it is likely to be \
                the last before the election.</p><p>Subscribe to continue reading</p></article></body></html>";
    let found = extract(&raw(MediaType::Html, page.as_bytes()));
    let article = found.article.unwrap();
    assert!(article.stub && !article.text.contains("Subscribe"), "{}", article.text);
    assert_eq!(
        found.warnings,
        [Warning::note("in", "only the beginning is there (paywall?)")]
    );
    let text = "The minister will present her budget on Thursday. This article is for subscribers.";
    assert!(extract(&raw(MediaType::Text, text.as_bytes())).article.unwrap().stub);
}

#[test]
fn what_has_no_text_is_lost_with_advice() {
    for (media_type, body) in [
        (MediaType::Html, "<html><body><script>app()</script></body></html>"),
        (MediaType::Html, ""),
        (MediaType::Text, " \n "),
        (MediaType::Markdown, "![x](y.png)"),
    ] {
        let found = extract(&raw(media_type, body.as_bytes()));
        assert_eq!(found.article, None, "{body}");
        let [warning] = found.warnings.as_slice() else {
            panic!("{:?}", found.warnings)
        };
        assert!(warning.lost && warning.subject == "in");
    }
}

#[test]
fn text_is_never_altered() {
    let text = "Bridge\r\n\r\n  The bridge  closes. \n\n";
    let mut input = raw(MediaType::Text, text.as_bytes());
    input.title = Some("bridge".into());
    let article = extract(&input).article.unwrap();
    assert_eq!(article.text, text);
    assert_eq!(cut(&article), [(BlockKind::Paragraph, "The bridge  closes.")]);
}

#[test]
fn given_sentences_are_kept() {
    let mut input = raw(MediaType::Text, "One. Two.".as_bytes());
    input.sentences = Some(vec![0..4, 5..9]);
    let article = extract(&input).article.unwrap();
    assert_eq!((article.blocks.len(), article.sentences), (1, input.sentences));
    let mut input = raw(MediaType::Text, "é.".as_bytes());
    input.sentences = Some(vec![0..1, 1..90]);
    assert_eq!(extract(&input).article.unwrap().sentences, None);
}

#[test]
fn hostile_pages_end() {
    let words = "The bridge closes on Monday and lorries are sent by way of Oberdorf. ";
    let pages = [
        format!("{}<p>{words}</p>{}", "<div>".repeat(100_000), "</div>".repeat(100_000)),
        format!("{}{words}", "<div><p>".repeat(100_000)),
        format!("<p {}>{words}</p>", "a=b ".repeat(500_000)),
        format!("<p title=\"{}\">{words}</p>", "x".repeat(5_000_000)),
        format!("{words}{}", "<b><i x=1>".repeat(50_000)),
        format!("{}{words}", "<table><tr><td>".repeat(50_000)),
        format!("{}{words}", "<a href=x>".repeat(50_000)),
        format!("<p>{words}</p>").repeat(50_000),
        format!("<ul>{}</ul>", format!("<li>{words}").repeat(30_000)),
        "<".repeat(1_000_000),
        "<!--".repeat(100_000),
        "&amp".repeat(200_000),
        words.repeat(30_000),
    ];
    // No clock is read: work that grows with the square of these would not end within any test run.
    for html in &pages {
        // As small as the stack of a thread that a thread pool starts.
        std::thread::scope(|scope| {
            let work = || extract(&raw(MediaType::Html, html.as_bytes()));
            std::thread::Builder::new()
                .stack_size(2 << 20)
                .spawn_scoped(scope, work)
                .unwrap()
                .join()
                .unwrap();
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn any_bytes_give_spans_on_boundaries(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        markup in "(<[/]?(p|div|h1|li|b|table|td|br|article|script|!--)( class=.)?>|[a-zé日 .]{0,30}|&[a-z]{0,3};?|\n){0,40}",
    ) {
        for body in [bytes.as_slice(), markup.as_bytes()] {
            for media_type in [MediaType::Html, MediaType::Text, MediaType::Markdown] {
                let Some(article) = extract(&raw(media_type, body)).article else { continue };
                let mut end = 0;
                for block in &article.blocks {
                    prop_assert!(block.span.start >= end);
                    let text = article.text.get(block.span.clone());
                    prop_assert!(text.is_some_and(|text| !text.is_empty() && text.trim() == text));
                    end = block.span.end;
                }
            }
        }
    }
}
