//! Made-up pages, with bag-of-words vectors in place of the encoder's.

use proptest::prelude::*;

use super::*;
use crate::document::Block;

/// A page: one block a line. `# ` a heading, `* ` an item, `> ` a quotation, `---` a separator.
fn page(lines: &str) -> Arc<Article> {
    let mut text = String::new();
    let mut blocks = Vec::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (kind, body) = match line.split_once(' ') {
            Some(("#", rest)) => (BlockKind::Heading, rest),
            Some(("*", rest)) => (BlockKind::Item, rest),
            Some((">", rest)) => (BlockKind::Quote, rest),
            _ if line == "---" => (BlockKind::Separator, line),
            _ => (BlockKind::Paragraph, line),
        };
        blocks.push(Block {
            kind,
            span: text.len()..text.len() + body.len(),
        });
        text.push_str(body);
        text.push_str("\n\n");
    }
    Arc::new(article(text, blocks))
}

fn article(text: String, blocks: Vec<Block>) -> Article {
    Article {
        id: "page".into(),
        url: None,
        title: None,
        byline: None,
        site_name: None,
        source: None,
        published: None,
        lang: None,
        text,
        blocks,
        stub: false,
        story: None,
        sentences: None,
        image: None,
    }
}

/// A bag of words as a unit vector: each stem has a place of its own, by its FNV hash.
fn bag(text: &str) -> Vec<f32> {
    let mut vector = vec![0.0f32; 1024];
    for stem in cohesion::stems(text) {
        let hash = stem.bytes().fold(0xcbf2_9ce4_8422_2325u64, |h, b| {
            (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3)
        });
        vector[(hash % 1024) as usize] += 1.0;
    }
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    vector.iter_mut().for_each(|x| *x /= length.max(1.0));
    vector
}

/// The page's documents as `id kind: first words of each section`, with bag-of-words vectors.
fn outline(article: &Arc<Article>, encoded: bool) -> Vec<String> {
    let split = sentences(article);
    let vectors: Vec<Vec<f32>> = split.iter().map(|s| bag(&article.text[s.span.clone()])).collect();
    let vectors = if encoded { vectors } else { Vec::new() };
    documents(article, split, &vectors, &Options::default())
        .iter()
        .map(line)
        .collect()
}

fn line(document: &Document) -> String {
    let sections = document.sections.iter().map(|section| {
        let heading = section
            .heading
            .as_ref()
            .map_or(String::new(), |h| format!("[{}] ", document.text(h)));
        let first = document.text(&section.sentences[0].span);
        let words: Vec<&str> = first.split_whitespace().take(3).collect();
        format!("{heading}{} x{}", words.join(" "), section.sentences.len())
    });
    format!(
        "{} {:?}: {}",
        document.id,
        document.kind,
        sections.collect::<Vec<_>>().join("; ")
    )
}

/// One event told in paragraphs, each of which takes up words of the others.
const FERRY: &str = "
    The ferry Northern Star ran aground on the Skerry rocks off Harwick on Tuesday with 140 passengers aboard.
    The harbour master of Harwick said the ferry struck the rocks in fog. Lifeboats took the passengers off the ferry.
    Two passengers were hurt when the ferry struck the rocks, the Harwick lifeboat crew said.
    \"The fog came down and the rocks were there,\" said the ferry's captain, Ola Brandt.
    Captain Brandt has sailed the Harwick ferry for nine years and knows the Skerry rocks.
    The ferry company said the Northern Star would be towed to Harwick harbour, and passengers would be repaid.
    The harbour master closed the Skerry channel until the ferry is towed off the rocks.
";

#[test]
fn an_ordinary_article_is_one_story() {
    for encoded in [true, false] {
        assert_eq!(outline(&page(FERRY), encoded), ["page Story: The ferry Northern x8"]);
    }
}

#[test]
fn furniture_goes_to_one_document_at_the_end() {
    let text = format!(
        "By Anna Hale\nPUBLISHED: 14:11, 3 May 2031\n{FERRY}\nFollow us on Facebook.\n# Related stories\n* Fog closes airport\n* Nine ships that sank\nCopyright 2031 The Harwick Post. All rights reserved."
    );
    assert_eq!(
        outline(&page(&text), true),
        [
            "page Story: The ferry Northern x8",
            "page#2 Boilerplate: By Anna Hale x7"
        ]
    );
}

#[test]
fn headings_of_one_article_make_sections() {
    let text = FERRY.replace("\n    Captain Brandt", "\n# The captain\n    Captain Brandt");
    let expected = ["page Story: The ferry Northern x5; [The captain] Captain Brandt has x3"];
    assert_eq!(outline(&page(&text), true), expected);
    assert_eq!(outline(&page(&text), false), expected);
}

const LIVE: &str = "
    # Ferry aground at Harwick
    14:05 BST
    The ferry Northern Star ran aground on the Skerry rocks off Harwick with 140 passengers aboard.
    The harbour master said the ferry struck the Skerry rocks in fog. Lifeboats took the passengers off.
    # Wheat price falls
    13:40 BST
    Wheat fell by a tenth in Chicago after growers reported a record crop. Bakers welcomed the cheaper grain.
    # All passengers off the ferry
    13:22 BST
    All 140 passengers of the ferry Northern Star were taken off the Skerry rocks by lifeboats, Harwick's harbour master said.
    # Chess title decided
    12:10 BST
    Ruta Volk beat Jan Ode in game nine and keeps her chess crown.
    # What next?
    12:01 BST
    Could cheaper bread be on its way to your table this summer?
    Copyright 2031 The Harwick Post. All rights reserved.
";

#[test]
fn posts_of_a_live_page_come_apart_and_those_about_one_event_together() {
    for encoded in [true, false] {
        assert_eq!(
            outline(&page(LIVE), encoded),
            [
                "page Story: [Ferry aground at Harwick] The ferry Northern x3; [All passengers off the ferry] All 140 passengers x1",
                "page#2 Brief: [Wheat price falls] Wheat fell by x2",
                "page#3 Brief: [Chess title decided] Ruta Volk beat x1",
                "page#4 Teaser: [What next?] Could cheaper bread x1",
                "page#5 Boilerplate: 14:05 BST x7",
            ]
        );
    }
}

#[test]
fn items_that_trail_a_live_page_come_off() {
    let text = format!(
        "{FERRY}
        Orchard Street Choir members will sing at a museum in Lund next month. The singers rehearsed in a barn near Lund.
        Is the tide turning for small island schools?
        Milla Aronsen cycled across two deserts with a violin on her back.
        The ferry Northern Star struck the Skerry rocks off Harwick in fog.
        Copyright 2031 The Harwick Post. All rights reserved."
    );
    for encoded in [true, false] {
        assert_eq!(
            outline(&page(&text), encoded),
            [
                "page Story: The ferry Northern x9",
                "page#2 Brief: Orchard Street Choir x2",
                "page#3 Teaser: Is the tide x1",
                "page#4 Brief: Milla Aronsen cycled x1",
                "page#5 Boilerplate: Copyright 2031 The x2",
            ]
        );
    }
}

const WHEAT: &str = "
    Wheat fell by a tenth in Chicago on Monday after growers reported a record crop.
    The crop of wheat is the largest since Chicago growers began to report, traders said.
    Bakers welcomed cheaper wheat; growers fear that the record crop will ruin them.
    Traders in Chicago expect wheat to fall further as the crop comes in.
    Growers of the record crop asked Chicago traders for patience.
    A baker in Chicago said cheaper wheat would lower the price of bread.
";

#[test]
fn two_articles_run_together_come_apart() {
    let text = format!("{FERRY}{WHEAT}");
    let expected = ["page Story: The ferry Northern x8", "page#2 Story: Wheat fell by x6"];
    assert_eq!(outline(&page(&text), true), expected);
    assert_eq!(outline(&page(&text), false), expected);
}

#[test]
fn a_round_up_under_headings_comes_apart() {
    let text = "
        # Ferry aground
        The ferry Northern Star ran aground on the Skerry rocks off Harwick. Two passengers were hurt.
        # Wheat falls
        Wheat fell by a tenth in Chicago after growers reported a record crop. Bakers were glad.
        # Volk keeps chess crown
        Ruta Volk beat Jan Ode in game nine. Her opponent resigned after forty moves.
        # Snow shuts mountain pass
        Heavy snow shut the Alder pass overnight. Ploughs hope to clear it before noon.
    ";
    for encoded in [true, false] {
        let got = outline(&page(text), encoded);
        assert_eq!(got.len(), 4, "{got:#?}");
        assert!(got.iter().all(|line| line.contains("Brief")), "{got:#?}");
    }
}

#[test]
fn an_interview_stays_whole_and_so_does_a_report_of_many_sides() {
    let text = "
        Ola Brandt has sailed the Harwick ferry for nine years.
        # How did you come to the sea?
        By bus. My uncle mended nets and wanted company.
        # What do you eat on board?
        Pancakes, mostly. Once a goat came aboard and ate the flour.
        # Will there be a bridge?
        Ask Parliament. Engineers drew one in 1931 and lost the drawing.
    ";
    for encoded in [true, false] {
        assert_eq!(outline(&page(text), encoded).len(), 1);
    }
}

#[test]
fn datelines_begin_reports_of_their_own() {
    let text = "
        HARWICK — The ferry Northern Star ran aground on the Skerry rocks. Two passengers were hurt.
        CHICAGO — Wheat fell by a tenth after growers reported a record crop.
        ALDER — Heavy snow shut the mountain pass overnight. Ploughs hope to clear it before noon.
    ";
    for encoded in [true, false] {
        let got = outline(&page(text), encoded);
        assert_eq!(got.len(), 3, "{got:#?}");
    }
}

#[test]
fn a_break_before_what_is_no_lead_is_none() {
    // The other text's first sentence leans on one before it.
    let text = format!("{FERRY}{}", WHEAT.replacen("Wheat fell", "It fell", 1));
    assert_eq!(outline(&page(&text), true).len(), 1);
}

#[test]
fn given_sentences_are_used_as_they_are() {
    let mut own = article(
        "One. Two three. Four.".into(),
        vec![Block {
            kind: BlockKind::Paragraph,
            span: 0..21,
        }],
    );
    own.sentences = Some(vec![0..15, 16..21]);
    let spans: Vec<Span> = sentences(&own).into_iter().map(|s| s.span).collect();
    assert_eq!(spans, [0..15, 16..21]);
}

#[test]
fn no_sentence_crosses_a_block_and_headings_have_none() {
    let article = page("# A heading. With a stop.\n* Rice\n* Beans and\n* Salt. Pepper.\n---\nThe end");
    let got: Vec<(&str, usize)> = sentences(&article)
        .iter()
        .map(|s| (&article.text[s.span.clone()], s.block))
        .collect();
    assert_eq!(
        got,
        [
            ("Rice", 1),
            ("Beans and", 2),
            ("Salt.", 3),
            ("Pepper.", 3),
            ("The end", 5)
        ]
    );
}

#[test]
fn boundaries_fall_between_subjects() {
    let read = |text: &'static str| {
        sentences(&page(text))
            .into_iter()
            .map(|s| page(text).text[s.span].to_string())
            .collect::<Vec<_>>()
    };
    let (ferry, wheat) = (read(FERRY), read(WHEAT));
    let all: Vec<&str> = ferry.iter().chain(&wheat).map(String::as_str).collect();
    let vectors: Vec<Vec<f32>> = all.iter().map(|text| bag(text)).collect();
    assert_eq!(boundaries(&all, &vectors, &Options::default()), [ferry.len()]);
    assert_eq!(boundaries(&all, &[], &Options::default()), [ferry.len()]);
    assert!(boundaries(&[], &[], &Options::default()).is_empty());
    assert!(boundaries(&["One."], &[], &Options::default()).is_empty());
}

#[test]
fn options_survive_toml_and_refuse_unknown_names() {
    let text = serde_json::to_string(&Options::default()).unwrap();
    assert_eq!(serde_json::from_str::<Options>(&text).unwrap(), Options::default());
    assert!(serde_json::from_str::<Options>("{\"no_such\": 1}").is_err());
}

fn any_page() -> impl Strategy<Value = Arc<Article>> {
    let line = prop_oneof![
        "([A-Z]?[a-z]{1,8} ){1,9}[a-z]{1,8}[.?!]",
        "# [A-Z][a-z ]{1,20}",
        "\\* [a-z ]{1,20}",
        Just("---".to_string()),
        "\\d\\d:\\d\\d( BST)?",
        Just("By Anna Hale".to_string()),
        Just("All rights reserved.".to_string()),
        Just("Related stories".to_string()),
        Just("# Read more".to_string()),
        "\\PC{0,40}",
    ];
    prop::collection::vec(line, 0..40).prop_map(|lines| page(&lines.join("\n")))
}

proptest! {
    #[test]
    fn every_sentence_lands_in_exactly_one_document(article in any_page(), seed in 0usize..4, encoded in any::<bool>()) {
        let split = sentences(&article);
        // Vectors may be anything at all: also too few, empty, or not finite.
        let mut vectors: Vec<Vec<f32>> = split.iter().map(|s| bag(&article.text[s.span.clone()])).collect();
        if seed == 1 {
            vectors.pop();
        } else if seed == 2 {
            vectors.iter_mut().for_each(|v| v.truncate(3));
        } else if seed == 3 {
            vectors.iter_mut().for_each(|v| v.fill(f32::NAN));
        }
        let vectors = if encoded { vectors } else { Vec::new() };
        let made = documents(&article, split.clone(), &vectors, &Options::default());
        let mut all: Vec<Sentence> = made.iter().flat_map(|d| d.sentences().cloned()).collect();
        all.sort_by_key(|s| s.span.start);
        prop_assert_eq!(&all, &split);
        for (n, document) in made.iter().enumerate() {
            let id = if n == 0 { "page".to_string() } else { format!("page#{}", n + 1) };
            prop_assert_eq!(&document.id, &id);
            prop_assert!(document.kind != DocumentKind::Boilerplate || n + 1 == made.len());
            prop_assert!(!document.sections.is_empty() && document.sections.iter().all(|s| !s.sentences.is_empty()));
            for section in &document.sections {
                prop_assert!(section.heading.iter().all(|h| article.text.get(h.clone()).is_some()));
            }
        }
        for sentence in &split {
            let block = &article.blocks[sentence.block].span;
            prop_assert!(article.text.get(sentence.span.clone()).is_some());
            prop_assert!(block.start <= sentence.span.start && sentence.span.end <= block.end);
        }
    }

    #[test]
    fn spans_that_a_caller_gives_never_panic(text in "\\PC{0,60}", spans in prop::collection::vec((0usize..80, 0usize..80), 0..8)) {
        let length = text.len();
        let mut own = article(text, vec![Block { kind: BlockKind::Paragraph, span: 0..length }]);
        own.sentences = Some(spans.into_iter().map(|(a, b)| a.min(b)..a.max(b)).collect());
        let own = Arc::new(own);
        let split = sentences(&own);
        let count = split.len();
        let made = documents(&own, split, &[], &Options::default());
        prop_assert_eq!(made.iter().flat_map(Document::sentences).count(), count);
    }

    #[test]
    fn boundaries_are_ordered_and_inside(texts in prop::collection::vec("[a-d]{3,5}( [a-d]{3,5}){0,4}", 0..30)) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let cuts = boundaries(&texts, &[], &Options::default());
        prop_assert!(cuts.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!(cuts.iter().all(|&cut| 0 < cut && cut < texts.len()));
    }
}
