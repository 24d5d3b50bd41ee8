//! Blocks: from a small, clean piece of HTML to text with structure.

use std::sync::LazyLock;

use dom_query::{Document, NodeRef};
use regex::Regex;

use crate::document::{Block, BlockKind};

/// A block that has not yet found its place in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Draft {
    pub kind: BlockKind,
    /// White space collapsed, none at either end, not empty.
    pub text: String,
    /// Where on the page it was found.
    pub place: Place,
    /// Characters of `text` that are links.
    pub linked: usize,
}

/// Where on a page a block was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// The element that holds the block and its neighbours, by its number in the order of the page.
    pub container: usize,
    /// Within a link.
    pub linked: bool,
    /// Within an element that, by name, class or id, holds something else than an article's text.
    pub shunned: bool,
    /// Within an `<h1>`.
    pub top: bool,
}

/// Joins blocks by an empty line: the text of an article and where each block stands in it.
pub(super) fn assemble(drafts: &[Draft]) -> (String, Vec<Block>) {
    let mut text = String::with_capacity(drafts.iter().map(|d| d.text.len() + 2).sum());
    let mut blocks = Vec::with_capacity(drafts.len());
    for draft in drafts {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        let start = text.len();
        text.push_str(&draft.text);
        blocks.push(Block {
            kind: draft.kind,
            span: start..text.len(),
        });
    }
    (text, blocks)
}

/// The mark that stands in the text for a rule (`<hr>`).
pub(super) const RULE: &str = "***";

/// Collects running text and cuts it into blocks.
#[derive(Default)]
pub(super) struct Builder {
    drafts: Vec<Draft>,
    pending: String,
    place: Option<Place>,
    linked: usize,
    breaks: usize,
}

impl Builder {
    /// Adds running text.
    pub fn push(&mut self, text: &str, kind: BlockKind) {
        for (n, word) in text.split(char::is_whitespace).enumerate() {
            if n > 0 && !self.pending.is_empty() && !self.pending.ends_with(' ') {
                self.pending.push(' ');
            }
            let mut letters = word.chars().filter(|&c| !is_invisible(c)).peekable();
            if letters.peek().is_some() {
                if self.breaks > 1 {
                    self.cut(kind);
                }
                self.breaks = 0;
                self.pending.extend(letters);
            }
        }
    }

    /// Adds a text node, whose place counts for the block that it becomes part of.
    fn text(&mut self, text: &str, kind: BlockKind, place: Place) {
        self.push(text, kind);
        if !text.trim().is_empty() {
            self.linked += if place.linked { text.trim().chars().count() } else { 0 };
            let shunned = place.shunned || self.place.is_some_and(|p| p.shunned);
            self.place = Some(Place {
                shunned,
                ..self.place.unwrap_or(place)
            });
        }
    }

    /// A line break. Two of them end a paragraph.
    pub fn line_break(&mut self) {
        self.breaks += 1;
        if !self.pending.is_empty() && !self.pending.ends_with(' ') {
            self.pending.push(' ');
        }
    }

    /// Ends the block that was being collected.
    pub fn cut(&mut self, kind: BlockKind) {
        self.breaks = 0;
        let text = self.pending.trim();
        if !text.is_empty() {
            let kind = if kind == BlockKind::Paragraph && is_rule(text) {
                BlockKind::Separator
            } else {
                kind
            };
            let place = self.place.unwrap_or_default();
            self.drafts.push(Draft {
                kind,
                text: text.to_string(),
                place,
                linked: self.linked,
            });
        }
        self.pending.clear();
        self.place = None;
        self.linked = 0;
    }

    /// A rule; several in a row are one.
    pub fn rule(&mut self, kind: BlockKind) {
        self.cut(kind);
        if self.drafts.last().is_some_and(|d| d.kind != BlockKind::Separator) {
            let place = Place::default();
            self.drafts.push(Draft {
                kind: BlockKind::Separator,
                text: RULE.to_string(),
                place,
                linked: 0,
            });
        }
    }

    /// All blocks; a rule with nothing after it is none.
    pub fn finish(mut self, kind: BlockKind) -> Vec<Draft> {
        self.cut(kind);
        while self.drafts.last().is_some_and(|d| d.kind == BlockKind::Separator) {
            self.drafts.pop();
        }
        self.drafts
    }
}

/// Characters that print as nothing and get into pages by accident: soft hyphen, zero-width space, byte order mark.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}' | '\u{FEFF}')
}

/// Whether a line is only asterisks, dashes or the like: `***`, `---`, `* * *`, `~~~~`.
pub(super) fn is_rule(line: &str) -> bool {
    let mut marks = line.chars().filter(|c| !c.is_whitespace());
    let Some(first) = marks.next() else { return false };
    matches!(first, '*' | '-' | '_' | '=' | '~' | '#' | '•' | '—' | '–' | '⁂')
        && marks.clone().all(|c| c == first)
        && (marks.count() >= 2 || matches!(first, '⁂'))
}

/// What an element means for the blocks around it.
fn role(name: &str, outer: BlockKind) -> Role {
    match name {
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Role::Block(BlockKind::Heading),
        "li" | "dd" | "dt" => Role::Block(BlockKind::Item),
        "blockquote" => Role::Block(BlockKind::Quote),
        "figcaption" | "caption" => Role::Block(BlockKind::Caption),
        // A paragraph within a quotation is still quoted.
        "p" | "div" | "section" | "article" | "main" | "ul" | "ol" | "dl" | "table" | "tbody" | "thead" | "tfoot"
        | "tr" | "pre" | "figure" | "header" | "footer" | "aside" | "details" | "summary" | "address" | "body"
        | "html" | "center" | "form" | "fieldset" | "nav" | "hgroup" => Role::Block(outer),
        "td" | "th" => Role::Cell,
        "br" => Role::Break,
        "hr" => Role::Rule,
        "script" | "style" | "template" | "noscript" | "head" | "title" | "iframe" | "svg" | "select" | "textarea"
        | "button" | "audio" | "video" | "object" | "canvas" => Role::Skip,
        _ => Role::Inline,
    }
}

enum Role {
    Block(BlockKind),
    Cell,
    Break,
    Rule,
    Skip,
    Inline,
}

/// The blocks of a piece of HTML, everything in it counted as content.
pub(super) fn from_html(html: &str) -> Vec<Draft> {
    from_node(&Document::fragment(html).root())
}

/// The blocks below a node. Walks without recursion: a page may be nested deeply.
pub(super) fn from_node(root: &NodeRef) -> Vec<Draft> {
    enum Step<'a> {
        Enter(NodeRef<'a>, BlockKind, Place),
        Cut(BlockKind),
        Space(BlockKind),
    }
    let mut builder = Builder::default();
    let mut holders = 0;
    let mut stack = vec![Step::Enter(*root, BlockKind::Paragraph, Place::default())];
    while let Some(step) = stack.pop() {
        let (node, kind, mut place) = match step {
            Step::Enter(node, kind, place) => (node, kind, place),
            Step::Cut(kind) => {
                builder.cut(kind);
                continue;
            }
            Step::Space(kind) => {
                builder.push(" ", kind);
                continue;
            }
        };
        if node.is_text() {
            builder.text(&node.text(), kind, place);
            continue;
        }
        let mut inner = kind;
        if let Some(name) = node.node_name().as_deref() {
            place.linked |= name == "a";
            place.shunned |= shuns(name, &node);
            match role(name, kind) {
                Role::Skip => continue,
                Role::Break => builder.line_break(),
                Role::Rule => builder.rule(kind),
                Role::Cell => stack.push(Step::Space(kind)),
                Role::Block(own) => {
                    builder.cut(kind);
                    // What stood before in the same parent is cut by the parent's kind, what is in it by its own.
                    stack.push(Step::Cut(own));
                    inner = own;
                    place.top |= name == "h1";
                    // A paragraph's neighbours share its holder; text right in a <div> is among its neighbours.
                    if !matches!(name, "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "pre") {
                        holders += 1;
                        place.container = holders;
                    }
                }
                Role::Inline => {}
            }
        }
        stack.extend(node.children_it(true).map(|child| Step::Enter(child, inner, place)));
    }
    builder.finish(BlockKind::Paragraph)
}

/// Whether an element, by its name, class or id, holds something else than an article's text.
fn shuns(name: &str, node: &NodeRef) -> bool {
    if matches!(name, "nav" | "footer" | "aside" | "form" | "dialog") {
        return true;
    }
    if matches!(name, "body" | "html" | "article" | "main") {
        return false;
    }
    node.class().is_some_and(|class| SHUNNED.is_match(&class)) || node.id_attr().is_some_and(|id| SHUNNED.is_match(&id))
}

/// Classes and ids of what stands around an article: consent, sign-up, sharing, related texts, comments.
static SHUNNED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)cookie|gdpr|consent|newsletter|sign-?up|subscri(?:be|ption)|social|share|sharing|related|recirc|\bpromo|sponsor|advert|\bads?\b|outbrain|taboola|disqus|comment|breadcrumb|most-?(?:read|popular)|read-?more|trending|sidebar|footer|navbar|\bnav\b|\bmenu\b|\btags?\b|byline|author-?(?:bio|info|box)",
    )
    .expect("a valid pattern")
});

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(html: &str) -> Vec<(BlockKind, String)> {
        from_html(html).into_iter().map(|d| (d.kind, d.text)).collect()
    }

    #[test]
    fn structure_becomes_blocks_in_order() {
        let html = "<h2>Flood</h2><p>The river  rose\n by <b>two</b> metres.</p><ul><li>One</li><li>Two</li></ul>\
                    <blockquote><p>We ran.</p></blockquote><figure><figcaption>The bridge</figcaption></figure>tail";
        use BlockKind::*;
        let expected = [
            (Heading, "Flood"),
            (Paragraph, "The river rose by two metres."),
            (Item, "One"),
            (Item, "Two"),
            (Quote, "We ran."),
            (Caption, "The bridge"),
            (Paragraph, "tail"),
        ];
        assert_eq!(kinds(html), expected.map(|(k, t)| (k, t.to_string())));
    }

    #[test]
    fn two_line_breaks_end_a_paragraph_and_one_is_a_space() {
        let texts: Vec<_> = kinds("<p>a<br>b<br>\n<br/>c</p>").into_iter().map(|(_, t)| t).collect();
        assert_eq!(texts, ["a b", "c"]);
    }

    #[test]
    fn rules_separate_and_are_never_first_last_or_double() {
        let texts: Vec<_> = kinds("<hr><p>a</p><hr><hr><p>b</p><p>* * *</p><p>c</p><hr>")
            .into_iter()
            .collect();
        let texts: Vec<_> = texts.iter().map(|(k, t)| (*k, t.as_str())).collect();
        use BlockKind::*;
        assert_eq!(
            texts,
            [
                (Paragraph, "a"),
                (Separator, "***"),
                (Paragraph, "b"),
                (Separator, "* * *"),
                (Paragraph, "c")
            ]
        );
    }

    #[test]
    fn a_table_row_is_a_block_and_its_cells_stay_apart() {
        let texts: Vec<_> = kinds("<table><tr><td>Rate</td><td>3%</td></tr><tr><td>Old</td><td>4%</td></tr></table>");
        assert_eq!(
            texts.iter().map(|(_, t)| t.as_str()).collect::<Vec<_>>(),
            ["Rate 3%", "Old 4%"]
        );
    }

    #[test]
    fn spans_cut_out_the_blocks() {
        let drafts = from_html("<p>Zoë said “no”.</p><p>日本</p>");
        let (text, blocks) = assemble(&drafts);
        assert_eq!(text, "Zoë said “no”.\n\n日本");
        assert_eq!(
            blocks.iter().map(|b| &text[b.span.clone()]).collect::<Vec<_>>(),
            ["Zoë said “no”.", "日本"]
        );
    }
}
