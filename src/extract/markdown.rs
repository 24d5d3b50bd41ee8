//! The blocks of Markdown: its marks are taken as structure and are no part of the text.

use jiff::Timestamp;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::blocks::{self, Builder, Draft};
use super::metadata;
use crate::document::BlockKind;

/// What a Markdown text says, with what its front matter says about it.
#[derive(Default)]
pub(super) struct Page {
    pub title: Option<String>,
    pub byline: Option<String>,
    pub published: Option<Timestamp>,
    pub site_name: Option<String>,
    pub url: Option<String>,
    pub drafts: Vec<Draft>,
}

/// Reads Markdown (CommonMark with tables), with or without front matter.
pub(super) fn read(source: &str) -> Page {
    let mut page = Page::default();
    let body = page.take_front_matter(source);
    let (drafts, first_is_title) = drafts(body);
    page.drafts = drafts;
    if first_is_title && !page.drafts.is_empty() {
        let title = page.drafts.remove(0).text;
        page.title.get_or_insert(title);
    }
    page
}

impl Page {
    /// Reads `title`, `date`, `author`, `site` and `url` from the lines between two `---` at the top; returns what follows.
    fn take_front_matter<'a>(&mut self, source: &'a str) -> &'a str {
        let source = source.trim_start_matches('\u{FEFF}');
        let mut lines = source.split_inclusive('\n');
        let Some(first) = lines.next().filter(|line| line.trim_end() == "---") else {
            return source;
        };
        let mut at = first.len();
        let mut fields = vec![];
        for line in lines {
            at += line.len();
            let line = line.trim_end();
            if line == "---" || line == "..." {
                for (name, value) in fields {
                    self.set(name, value);
                }
                return &source[at..];
            }
            // Anything that is no field, a list item or white space says that the first line was only a rule.
            match line.split_once(':') {
                Some((name, value)) if !name.contains(char::is_whitespace) => fields.push((name, value)),
                _ if line.is_empty() || line.starts_with([' ', '\t', '-', '#']) => {}
                _ => return source,
            }
        }
        source
    }

    fn set(&mut self, name: &str, value: &str) {
        let value = value.trim().trim_matches(['"', '\'']).trim();
        if value.is_empty() {
            return;
        }
        match name.to_ascii_lowercase().as_str() {
            "title" => self.title = Some(value.to_string()),
            "author" | "authors" | "byline" => self.byline = metadata::byline(value),
            "date" | "published" => self.published = metadata::timestamp(value),
            "site" | "site_name" | "publication" => self.site_name = Some(value.to_string()),
            "url" | "link" => self.url = metadata::web_address(value),
            _ => {}
        }
    }
}

/// The blocks, and whether the first is a heading of the first level.
fn drafts(body: &str) -> (Vec<Draft>, bool) {
    let mut builder = Builder::default();
    let mut open: Vec<BlockKind> = vec![BlockKind::Paragraph];
    let mut first_is_title = false;
    let mut started = false;
    let mut images = 0;
    for event in Parser::new_ext(body, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        let kind = open.last().copied().unwrap_or(BlockKind::Paragraph);
        match event {
            Event::Start(Tag::Image { .. }) => images += 1,
            Event::End(TagEnd::Image) => images -= 1,
            // The text for those who do not see the picture is not the article's.
            _ if images > 0 => {}
            Event::Start(tag) => {
                if let Some(own) = kind_of(&tag, kind) {
                    builder.cut(kind);
                    first_is_title |= !started
                        && matches!(
                            tag,
                            Tag::Heading {
                                level: pulldown_cmark::HeadingLevel::H1,
                                ..
                            }
                        );
                    open.push(own);
                }
            }
            Event::End(tag) if is_block_end(&tag) => {
                builder.cut(kind);
                if open.len() > 1 {
                    open.pop();
                }
            }
            Event::Text(text) | Event::Code(text) => {
                started |= !text.trim().is_empty();
                builder.push(&text, kind);
            }
            Event::End(TagEnd::TableCell) | Event::SoftBreak => builder.push(" ", kind),
            Event::HardBreak => builder.line_break(),
            Event::Rule => builder.rule(kind),
            Event::Html(html) => {
                for draft in blocks::from_html(&html) {
                    started = true;
                    builder.push(&draft.text, draft.kind);
                    builder.cut(draft.kind);
                }
            }
            Event::InlineHtml(html) if html.to_ascii_lowercase().starts_with("<br") => builder.line_break(),
            _ => {}
        }
    }
    (builder.finish(BlockKind::Paragraph), first_is_title)
}

/// The kind of block that a tag opens within another, or none if it opens no block.
fn kind_of(tag: &Tag, outer: BlockKind) -> Option<BlockKind> {
    match tag {
        Tag::Heading { .. } => Some(BlockKind::Heading),
        Tag::Item => Some(BlockKind::Item),
        Tag::BlockQuote(_) => Some(BlockKind::Quote),
        Tag::Paragraph | Tag::CodeBlock(_) | Tag::List(_) | Tag::Table(_) | Tag::TableHead | Tag::TableRow => {
            Some(outer)
        }
        _ => None,
    }
}

fn is_block_end(tag: &TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Heading(_)
            | TagEnd::Item
            | TagEnd::BlockQuote(_)
            | TagEnd::Paragraph
            | TagEnd::CodeBlock
            | TagEnd::List(_)
            | TagEnd::Table
            | TagEnd::TableHead
            | TagEnd::TableRow
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use BlockKind::*;
    use proptest::prelude::*;

    fn found(page: &Page) -> Vec<(BlockKind, &str)> {
        page.drafts.iter().map(|d| (d.kind, d.text.as_str())).collect()
    }

    #[test]
    fn marks_become_structure() {
        let page = read(
            "# Bridge to close\n\nThe *old* bridge\ncloses on [Monday](http://a.example/).\n\n## Why\n\n- Rust\n- Age\n\n\
             > It is time,\n> she said.\n\n---\n\n![a bridge](b.png)\n\nMore soon.",
        );
        assert_eq!(page.title.as_deref(), Some("Bridge to close"));
        assert_eq!(
            found(&page),
            [
                (Paragraph, "The old bridge closes on Monday."),
                (Heading, "Why"),
                (Item, "Rust"),
                (Item, "Age"),
                (Quote, "It is time, she said."),
                (Separator, "***"),
                (Paragraph, "More soon."),
            ]
        );
    }

    #[test]
    fn front_matter_gives_title_date_and_author() {
        let page =
            read("---\ntitle: \"Bridge to close\"\ndate: 2026-03-14\nauthor: Ada Quill\ntags:\n  - x\n---\nText.");
        assert_eq!(page.title.as_deref(), Some("Bridge to close"));
        assert_eq!(page.byline.as_deref(), Some("Ada Quill"));
        assert_eq!(
            page.published.map(|t| t.to_string()).as_deref(),
            Some("2026-03-14T00:00:00Z")
        );
        assert_eq!(found(&page), [(Paragraph, "Text.")]);
    }

    #[test]
    fn a_rule_at_the_top_is_no_front_matter() {
        let page = read("---\nThe bridge closes: a report.\n---\nText.");
        assert_eq!(page.title, None);
        assert!(found(&page).iter().any(|(_, t)| t.contains("The bridge closes")));
    }

    proptest! {
        #[test]
        fn any_text_is_taken(source in "([#>*`|\\-\\[\\]() \n]{0,4}[a-zé]{0,3}|---\n|<b[>]?){0,30}") {
            for draft in read(&source).drafts {
                prop_assert!(!draft.text.is_empty() && draft.text.trim() == draft.text);
            }
        }
    }
}
