//! Text that tells nothing: copyright lines, cookie and sign-up prompts, links to other texts, credits, bylines.
//!
//! A sentence that is lost from a story costs more than a line of furniture that stays, so nearly every pattern is
//! anchored at the beginning of a sentence and asks for the imperative or the "we" and "this site" in which pages speak
//! of themselves. A sentence *about* cookies, copyright or newsletters does not begin so.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

use crate::document::{Article, BlockKind, Sentence};

/// What a page says of itself, wherever it stands. All are case-insensitive and meet a trimmed sentence.
const SENTENCE: &[&str] = &[
    // Copyright and republication.
    r"^(?:©|\(c\)\s?\d{4}|copyright\b[\s:]*(?:©|\(c\)|\d{4}\b))",
    r"^all (?:content|material|text|images) (?:is |are )?(?:©|copyright|\(c\))",
    r"^(?:no part of this|reproduction (?:of|in whole)|reprinted (?:with|by) permission|republished with permission|for (?:reprint|licensing) )",
    r"^read (?:more )?about our (?:approach to external linking|privacy|cookie)",
    r"^the (?:article|story|post|piece|report|column|essay|interview|feature|extract)\b(?: [^.,]{1,40},?)? (?:first|originally) (?:appeared|ran)\b",
    r"^this (?:article|story|post|piece|report|column|essay|interview|feature|extract)\b(?: [^.,]{1,40},?)? (?:was|were|has been|is|first|originally)\s(?:\w+\s){0,2}(?:published|appeared|republished|reprinted|syndicated|adapted|cross-posted|produced (?:by|in partnership)|provided by|auto-generated)\b",
    r"^(?:a|an earlier|a previous) version of this (?:article|story|post|report|column)\b.{0,40}\b(?:was|appeared|first|originally|stated|misstated|said|incorrectly)\b",
    r"^(?:originally|first) (?:published|posted|appeared)\b.{0,80}$",
    r"^this (?:article|story|post|report) (?:has been|was|is being|will be) (?:\w+ )?(?:updated|corrected|amended|edited)\b",
    // Credits of those who made it.
    r"^\(?(?:additional |with additional )?(?:reporting|writing|editing|research|production|graphics?) (?:by|from) \S",
    r"^\(?(?:written|edited|compiled|produced|filmed|photographed|interview(?:ed)?) by \p{Lu}?\S+ \S+(?: \S+){0,8}\)?\.?$",
    r"^\(?(?:photos?|photographs?|images?|pictures?|pic|video|illustration|graphic|source image)\s?(?:(?:credit|source|copyright|courtesy)s?\b\s?(?:of|by|:|,|-)?|by(?:\s|:)|:)\s?.{1,80}$",
    r"^(?:contributing|contributors|reporting)\s?:\s\S",
    r"^(?-i:\p{Lu})\S+(?:,? (?:and )?(?-i:\p{Lu})\S+){0,6} reported from (?-i:\p{Lu})[^.]*(?:\.\p{L}\.?)?\.?$",
    r"^this (?:article|story|report) (?:is|was) (?:based|compiled|written|prepared)\b.{0,60}\b(?:wire|agency|agencies|reports|staff|ai|press release)\b",
    r"^this content is (?:created|provided|imported|subject)\b",
    r"^(?:hide|show|view) captions?\b",
    r"^image (?:caption|source|copyright)\b",
    r"^\(?(?:file )?(?:ap|afp|reuters|epa|getty|pa|upi)?\s?(?:photo|pool|file|images?)\s?/\s?\S",
    r"^\(?(?:getty images|reuters|afp|ap photo|pa media|pa wire|shutterstock|istock|alamy|epa|handout|file photo)(?:[/, ]+(?:getty images|reuters|afp|pa|via|handout|file|photo))*\)?$",
    // Cookies, privacy, terms.
    r"^(?:we|we and our \w+|this (?:web)?site|our (?:web)?site|this page|our partners) (?:may |also )?(?:uses?|stores?|sets?|places?) (?:[\w-]+ ){0,3}cookies\b",
    r"^by (?:continuing|using|clicking|closing|visiting|browsing|signing|subscribing|submitting|registering|entering|proceeding)\b.{0,120}\b(?:you|i) (?:\w+ ){0,3}(?:agree|consent|accept|acknowledge|confirm)",
    r"^(?:please )?(?:accept|manage|reject|allow|decline)(?: (?:all|my|your|our|optional|the))* cookies?\b.{0,30}$",
    r"^(?:cookies?|privacy) (?:settings|policy|preferences|notice|statement|consent)\b.{0,20}$",
    r"^(?:privacy policy|terms of (?:use|service)|terms (?:and|&) conditions|contact us|about us|site map)(?:[\s|•·-]|$).{0,60}$",
    r"^(?:please )?(?:enable|turn on|allow) (?:javascript|cookies)\b",
    r"^your browser (?:does not|doesn't|is (?:not|out))",
    // Sign-up and subscription.
    r"^(?:please )?(?:sign[ -]?up|subscribe|register)\b.{0,80}\b(?:newsletters?|e-?mails?|alerts?|updates|briefings?|inbox|podcasts?|channel|account|access|offers?|digest|round-?up|for free|here|today|now|app)\b",
    r"^(?:please )?(?:sign up|subscribe|register|log in|sign in|login)[.!]?$",
    r"^please (?:verify|confirm) (?:that )?you(?:['’]re| are)\b",
    r"^(?:get|receive|want|have)\b.{0,120}\b(?:to|in|into) your (?:inbox|e-?mail|phone|mailbox)\b",
    r"^(?:please )?(?:enter|provide|submit) (?:your|a valid) e-?mail\b",
    r"^(?:thank you|thanks) for (?:subscribing|signing up|registering|your subscription)\b",
    r"^you (?:can|may) (?:unsubscribe|opt out)\b",
    r"^(?:please )?(?:sign|log) ?in (?:to|or|with|here)\b.{0,60}$",
    r"^already (?:a|an|have an?|got an?) (?:subscriber|member|account|subscription|registered)\b",
    r"^not a (?:subscriber|member)\b",
    r"^(?:don['’]t|do not) have an account\b",
    // A newsletter of itself.
    r"^good (?:morning|afternoon|evening)\b[^.!?]{0,30}\b(?:from (?:the|all|everyone|our)|and welcome|readers?)\b[^.!?]{0,60}[.!]?$",
    r"^was this (?:e-?mail |newsletter |message )?forwarded to you\b",
    r"^you(?:['’]re| are) (?:receiving|getting) this (?:e-?mail|newsletter|message|briefing)\b",
    r"^(?:thanks|thank you) for reading\b.{0,60}$",
    r"^that(?:['’]s| is) (?:all|it) (?:for|from) (?:us|now|today|this (?:week|morning|evening|edition)|tonight)\b.{0,60}$",
    // Paywalls and appeals.
    r"^(?:to|you must|please|you need to) (?:\w+ ){0,3}(?:continue|keep|read|subscribe|register)(?:ing)?\b.{0,60}\b(?:subscribe|subscription|log in|sign in|register|full (?:article|story)|account)\b",
    r"^you(?:['’]ve| have) (?:reached|hit|used|read)\b.{0,60}\b(?:limit|free articles?|articles? (?:left|this month|remaining))\b",
    r"^(?:this|the (?:full|rest of the)) (?:article|content|story|page|post) is (?:only |exclusively )?(?:for|available to|reserved for|exclusive to|behind)\b.{0,40}\b(?:subscribers?|members?|paywall|users?)\b",
    r"^(?:start|begin|try) your (?:\S+ ){0,3}(?:trial|subscription)\b",
    r"^(?:become a|join as a) (?:member|subscriber|supporter)\b",
    r"^(?:please )?(?:help|support) (?:us|our|independent|quality)\b.{0,60}\b(?:journalism|newsroom|reporting)\b",
    r"^continue reading\b.{0,60}$",
    r"^unlock (?:this|the full|all|unlimited)\b.{0,60}$",
    // Other texts.
    r"^(?:click|tap) (?:here|on|the|below|through|to)\b",
    r"^(?:read|see|watch|hear|listen|view|related|recommended|read this|read also|also read|see also|must read|more|don['’]t miss|related (?:stor(?:y|ies)|articles?|links?|coverage|content|news|posts?|video|topics?)|read more|more here|learn more|find out more|more on this(?: story)?)\s?[:|»>→]+",
    r"^(?:read|see|watch|view|find|get|learn) (?:the )?(?:more|full|all)\b(?: [^.]{1,60})? (?:here|below|from|on|at|about|in|by|stor(?:y|ies)|articles?|coverage|news)\b[^.]{0,60}$",
    r"^(?:read|see|learn|find out|watch|show|load|view) (?:more|less|all|next|also|comments)(?: (?:here|now|below))?[.…»>:]*$",
    r"^(?:follow|see|read|find) (?:all )?(?:the|our|more of our) (?:latest|live|full|complete|other) (?:\w+ )?(?:coverage|updates|news|stories|blog)\b",
    r"^you can (?:also )?(?:follow|find|read|watch|hear|see) (?:the (?:rest|latest)|more|all|our)\b.{0,60}\b(?:on the radio|in our app|our (?:web)?site|on social media|on (?:facebook|twitter|instagram))\b.{0,40}$",
    r"^for (?:more|the latest|all the latest|breaking)\b.{0,60}\b(?:follow|visit|click|go to|see our|download|sign up|subscribe|check out)\b",
    r"^for (?:more|the latest|all the latest)\b.{0,40}\b(?:news|stories|coverage|updates)\b[^.]{0,40}\.?$",
    r"^(?:story|article|post) continues (?:below|after)\b.{0,40}$",
    r"^(?:scroll (?:down|on|below)|keep scrolling|skip (?:to|past|advert)|back to (?:top|home)|jump to|go to (?:top|homepage)|return to (?:top|homepage))\b.{0,50}$",
    r"^(?:check out|have a look at|don['’]t miss) (?:our|more of our|the rest of our)\b",
    r"^visit our\b.{0,80}$",
    // Social media, sharing, apps.
    r"^(?:please )?(?:follow|like|find|join|add|connect with) (?:us|me|our \w+|@\w+|[\p{L}.'’]+(?: [\p{L}.'’]+){0,4}) (?:now )?(?:on|at|via) (?:our )?(?:twitter|facebook|instagram|whatsapp|telegram|you ?tube|linkedin|tiktok|threads|bluesky|snapchat|pinterest|google|social media|x\b)",
    r"^(?:please )?follow @\w+",
    r"^(?:contact|e-?mail|reach|write to) (?:the (?:author|writer|reporter)|us|me)\b.{0,20}(?:\bat\b|:|@|\bon\b)",
    r"^read or share this (?:story|article)\b",
    r"^share (?:this|on|via|with|your|it|the)\b(?: [^.,]{1,30})?[:.]?$",
    r"^(?:download|get|install) (?:the|our)\b.{0,40}\bapps?\b",
    r"^send letters to \S+@",
    r"^send (?:us )?(?:your|a|any)\b.{0,40}\b(?:tips?|stories|story ideas|photos|comments|feedback|letters?)\b.{0,40}(?:@|\bto\b|\bhere\b)",
    // Comments and disclaimers.
    r"^comments? (?:are|is|have been) (?:now )?(?:closed|moderated|disabled|turned off|off|subject)\b",
    r"^please (?:read|follow|review|respect|keep|note that|stay)\b.{0,40}\b(?:comments?|commenting|community|house rules|guidelines)\b",
    r"^(?:leave|post|add|write|submit) (?:a|your) (?:comment|reply)\b",
    r"^join the (?:conversation|discussion)\b[^.]{0,40}[.!]?$",
    r"^(?:have your say|tell us what you think|let us know (?:what you think|in the comments))\b",
    r"^what do you think\?\s*(?:tell|let|leave|comment|share|join).*$",
    r"^(?:do you have|got|have) (?:a|an|any) (?:news )?(?:story|tip|comment|confidential tip|news tip)\b.{0,60}\?",
    r"^(?:the )?(?:views|opinions)\b.{0,40}\bexpressed\b.{0,60}\b(?:author|authors|writer|contributor|commentary|own|article|column|piece)\b",
    r"^(?:disclaimer|editor['’]s note|advertiser disclosure)\s*:.{0,40}\b(?:article|story|post|views|syndicated|published|opinions?)\b",
    r"^(?:quotes|data|market data) (?:are |is )?(?:displayed|delayed|provided)\b.{0,80}\b(?:minutes|real-time|by)\b",
    // Players.
    r"^media playback is (?:not supported|unsupported)\b",
    r"^(?:this|the) video (?:can ?not|can['’]t|is unable to|could not) be (?:played|loaded)\b",
    r"^(?:sorry, )?(?:this|your) (?:video|content|browser) is (?:not|no longer) available\b",
];

/// The same where it is not at the beginning: a pattern, and before it what must be in the sentence (in lower case) for
/// the pattern to be tried, since searching for all of them in every sentence takes most of this stage's time.
const INSIDE: &[(&str, &str)] = &[
    (
        "reserved",
        r"^(?:[^.]{0,60}\.?\s)?all rights? reserved\b[.!]?(?:\s[^.]{0,60}\.?)?$",
    ),
    (
        "may not be",
        r"\b(?:material|content|article|story|publication|site|website)\b.{0,40}\bmay not be (?:published|reproduced|copied|redistributed|reprinted)\b",
    ),
    (
        "not responsible",
        r"\bis not responsible for the content of external (?:web\s?|internet )?sites\b",
    ),
    (
        "contributed",
        r"\bcontributed (?:reporting )?(?:to|from|for) this (?:report|story|article|piece|post)\b",
    ),
    (
        "/",
        r"^\(?(?:\S+ ){0,3}\S+\s?/\s?(?:getty(?: images)?|afp|reuters|ap|epa|bloomberg|shutterstock|pa)\b.{0,40}$",
    ),
    ("newsletter", r"^(?:\S+ ){0,4}newsletters? sign[ -]?up\b"),
    (
        " your ",
        r"^(?:\S+ ){0,12}(?:delivered|sent|straight|direct|directly|right) (?:straight |directly |direct )?(?:to|in|into) your (?:inbox|e-?mail|phone|mailbox)\b",
    ),
];

/// What is furniture only as a block of its own, without the full stop of a sentence.
const LINE: &[&str] = &[
    r"^(?:advertisements?|ads?|sponsored(?: content| by .{1,30})?|promoted(?: content)?|paid (?:content|post)|partner content|advertorial)\s?[:.]?$",
    r"^(?:loading|please wait|play(?: video)?|watch|video|gallery|photos?|pictures?|slideshow|listen|live|breaking(?: news)?|exclusive|print|e-?mail|share|tweet|pin|save|copy(?: link)?|link|comments?|reply|close|hide caption|analysis/opinion|menu|search|home|next|previous|more|subscribe|follow|topics?|tags?|reprints)\s?[:.…]*$",
    r"^(?:share|tweet|pin|print|e-?mail|facebook|twitter|whatsapp|linkedin|reddit|messenger|pinterest|copy link|x)(?:[\s,|/•·]+(?:share|tweet|pin|print|e-?mail|facebook|twitter|whatsapp|linkedin|reddit|messenger|pinterest|copy link|on|via|this|x))+$",
    r"^\d+ (?:comments?|shares?|views?|likes?|reads?)$",
    r"^(?:\d+[ -])?min(?:ute)?s? read$|^\d+[ -]min(?:ute)?s? read$|^reading time\b.{0,20}$",
    r"^(?:by|words by|text by|story by|report by|from):? \p{L}[\p{L}.'’-]*(?: (?:\p{L}[\p{L}.'’-]*|[&|/•·–-]|\p{L}+,)){0,9}$",
    r"^(?:published|updated|last updated|posted|first published|created|modified|last modified|date|upd|publish date)\b.{0,12}(?:\d|today|yesterday|on |at |mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec).{0,60}$",
    r"^(?:tags|topics|filed under|categories|category|keywords|section|related topics|more on)\s?:.{1,160}$",
    r"^(?:related|recommended|trending|featured|most (?:read|popular|viewed|shared|watched)|top (?:stories|videos|news)|latest (?:news|stories|videos|headlines)|editor['’]?s['’]? (?:picks?|choice)|more (?:stories|news|coverage|headlines|videos|like this)|you (?:may|might) (?:also )?(?:like|be interested in)|also in (?:the )?news|what to read next|read next|up next|around the (?:web|bbc)|more on this story|elsewhere on (?:the )?\S+|popular now|don['’]t miss|in (?:case|pictures)|from the web|more (?:from|on|in) .{1,40}|related (?:topics|articles?|stor(?:y|ies)|links?|coverage|content|news|posts?|videos?|internet links))\s?:?$",
];

static SENTENCES: LazyLock<RegexSet> = LazyLock::new(|| set(SENTENCE));
static INSIDES: LazyLock<Vec<(&str, Regex)>> =
    LazyLock::new(|| INSIDE.iter().map(|(key, pattern)| (*key, regex(pattern))).collect());
static LINES: LazyLock<RegexSet> = LazyLock::new(|| set(LINE));

/// A clock time, a date or "5 minutes ago", alone in its block: what live pages put over each post.
static TIME: LazyLock<Regex> = LazyLock::new(|| {
    let zone = r"(?:\s?(?:gmt|bst|utc|e[sd]?t|p[sd]?t|c[sd]?t|m[sd]?t|cest|cet|ist|local time))?";
    let clock = format!(r"\d{{1,2}}[:.h]\d{{2}}(?::\d{{2}})?(?:\s?[ap]\.?m\.?)?{zone}|\d{{1,2}}\s?[ap]\.?m\.?{zone}");
    let month = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?";
    let date = format!(
        r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? )?(?:\d{{1,2}}(?:st|nd|rd|th)? {month}|{month} \d{{1,2}})(?:,? \d{{4}})?|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}"
    );
    let ago = r"\d+\s?(?:s|m|h|d|secs?|seconds?|mins?|minutes?|hrs?|hours?|days?|weeks?|months?)(?: ago)";
    let lead = r"(?:posted|published|updated|live|at|on|key event|last updated)?(?: at| on)?:?\s?";
    regex(&format!(
        r"^[\[(]?{lead}(?:{clock}|{ago}|{date})(?:[\s,|•·–-]+(?:at )?(?:{clock}|{date}|{ago}))?[\])]?[:.]?$"
    ))
});

static BYLINE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(?:by|words by|text by|story by|report by):? \p{L}[\p{L}.'’-]*(?: \S+){0,9}$"));

fn regex(pattern: &str) -> Regex {
    Regex::new(&format!("(?i){pattern}")).expect("a fixed pattern")
}

fn set(patterns: &[&str]) -> RegexSet {
    RegexSet::new(patterns.iter().map(|p| format!("(?i){p}"))).expect("fixed patterns")
}

/// Words in a byline that are not names.
const BYLINE_WORDS: &[&str] = &[
    "and",
    "for",
    "of",
    "the",
    "in",
    "with",
    "at",
    "de",
    "van",
    "von",
    "der",
    "al",
    "bin",
    "la",
    "le",
    "du",
    "da",
    "staff",
    "writer",
    "writers",
    "reporter",
    "reporters",
    "correspondent",
    "correspondents",
    "editor",
    "editors",
    "political",
    "chief",
    "senior",
    "special",
    "science",
    "sports",
    "business",
    "to",
    "|",
    "&",
    "/",
    "•",
    "·",
    "-",
    "–",
];

/// Whether the line says when a text was published, and nothing else.
pub(super) fn is_time(line: &str) -> bool {
    line.len() <= 60 && TIME.is_match(line.trim())
}

/// Whether the line says who wrote a text, and nothing else.
pub(super) fn is_byline(line: &str) -> bool {
    let line = line.trim();
    let words = line.split_whitespace().skip(1);
    line.len() <= 90
        && !line.ends_with(['.', '?', '!', ':'])
        && BYLINE.is_match(line)
        && words.clone().count() >= 2
        && words
            .clone()
            .all(|w| BYLINE_WORDS.contains(&w.to_lowercase().as_str()) || w.starts_with(char::is_uppercase))
}

/// Whether the line stands over a list of links to other texts.
pub(super) fn heads_links(line: &str) -> bool {
    let line = line.trim();
    line.split_whitespace().count() <= 7 && LINES.matches(line).matched(LINE.len() - 1)
}

/// Whether one sentence is boilerplate. `alone`: it is all that its block holds.
fn is_furniture(text: &str, alone: bool) -> bool {
    let words = text.split_whitespace().count();
    if words > 60 {
        return false;
    }
    let small = text.to_lowercase();
    let inside = || {
        INSIDES
            .iter()
            .any(|(key, pattern)| small.contains(key) && pattern.is_match(text))
    };
    if (SENTENCES.is_match(text) || inside()) && !is_report(text) {
        return true;
    }
    if !alone || words > 24 {
        return false;
    }
    if is_time(text) || is_byline(text) {
        return true;
    }
    // "By" needs more than the pattern to be a byline, so that one is asked above.
    words <= 16
        && !text.ends_with(['.', '?', '!']) | (words <= 3)
        && LINES.matches(text).iter().any(|n| n != BYLINE_PATTERN)
}

/// The place of the byline in [`LINE`].
const BYLINE_PATTERN: usize = 5;

/// A sentence that quotes or reports: "Sign up now for the newsletter," he said.
fn is_report(text: &str) -> bool {
    const REPORTS: &[&str] = &[
        "said",
        "says",
        "told",
        "according",
        "ruled",
        "sued",
        "court",
        "asked",
        "announced",
        "reported",
    ];
    text.contains(['"', '“', '”'])
        || text
            .split(|c: char| !c.is_alphabetic())
            .any(|word| REPORTS.iter().any(|report| word.eq_ignore_ascii_case(report)))
            && !text.contains(['©'])
            && !text.contains("contributed")
            && !text.contains(" reported from ")
}

/// Which sentences are boilerplate, in order.
pub(super) fn mark(article: &Article, sentences: &[Sentence]) -> Vec<bool> {
    let text = |s: &Sentence| article.text.get(s.span.clone()).unwrap_or_default();
    let mut marks: Vec<bool> = Vec::with_capacity(sentences.len());
    for (i, sentence) in sentences.iter().enumerate() {
        let alone = (i == 0 || sentences[i - 1].block != sentence.block)
            && sentences.get(i + 1).is_none_or(|next| next.block != sentence.block);
        let words = text(sentence);
        marks.push(is_furniture(words, alone) || alone && is_label(article, words));
    }
    mark_links(article, sentences, &mut marks);
    mark_leftovers(article, sentences, &mut marks);
    marks
}

/// Whether the line repeats what the page says of itself: author or publication.
fn is_label(article: &Article, line: &str) -> bool {
    let plain = |s: &str| {
        let s = s.trim().to_lowercase();
        s.strip_prefix("by ")
            .unwrap_or(&s)
            .trim_matches(|c: char| !c.is_alphanumeric())
            .to_string()
    };
    let line = plain(line);
    [&article.byline, &article.site_name]
        .into_iter()
        .flatten()
        .any(|label| !line.is_empty() && plain(label) == line)
}

/// Marks the items of lists that stand under "Related stories" and the like.
fn mark_links(article: &Article, sentences: &[Sentence], marks: &mut [bool]) {
    let mut linking = false;
    let mut sentence = 0;
    for (index, block) in article.blocks.iter().enumerate() {
        let from = sentence;
        while sentences.get(sentence).is_some_and(|s| s.block == index) {
            sentence += 1;
        }
        let line = article.text.get(block.span.clone()).unwrap_or_default();
        match block.kind {
            BlockKind::Heading | BlockKind::Paragraph if heads_links(line) => linking = true,
            BlockKind::Item if linking => marks[from..sentence].iter_mut().for_each(|mark| *mark = true),
            BlockKind::Paragraph
                if linking && !line.ends_with(['.', '!', '”', '"']) && line.split_whitespace().count() <= 16 =>
            {
                marks[from..sentence].iter_mut().for_each(|mark| *mark = true);
            }
            _ => linking = false,
        }
    }
}

/// In a block that is boilerplate for the most part, short sentences go with the rest ("Privacy policy. Thank you.").
fn mark_leftovers(article: &Article, sentences: &[Sentence], marks: &mut [bool]) {
    let mut from = 0;
    while from < sentences.len() {
        let to = from
            + sentences[from..]
                .iter()
                .take_while(|s| s.block == sentences[from].block)
                .count();
        let marked: usize = (from..to).filter(|&i| marks[i]).map(|i| sentences[i].span.len()).sum();
        let all: usize = sentences[from..to].iter().map(|s| s.span.len()).sum();
        for i in from..to {
            let short = article
                .text
                .get(sentences[i].span.clone())
                .is_some_and(|t| t.split_whitespace().count() <= 8);
            marks[i] |= short && marked * 3 >= all * 2;
        }
        from = to;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FURNITURE: &[&str] = &[
        "Copyright 2031 The Harbour Post.",
        "© 2031 Harbour Media Ltd. All rights reserved.",
        "All rights reserved.",
        "Harbour Media 2031. All rights reserved.",
        "This material may not be published, broadcast, rewritten or redistributed.",
        "The Post is not responsible for the content of external sites.",
        "Read about our approach to external linking.",
        "We use cookies to improve your experience.",
        "This website uses third-party cookies.",
        "By continuing to use this site you agree to our terms.",
        "Accept all cookies",
        "Sign up for our daily newsletter.",
        "Subscribe to The Harbour Briefing, our morning email.",
        "Get the day's top stories delivered straight to your inbox.",
        "Enter your email address below.",
        "You can unsubscribe at any time.",
        "Already a subscriber? Log in",
        "You have read your last free article this month.",
        "This article is only available to subscribers.",
        "Start your free trial today.",
        "Please support our independent journalism.",
        "Continue reading",
        "READ MORE: Ferry strike enters third week",
        "Read more: Ferry strike enters third week",
        "Related: How the harbour was won",
        "Click here to see the full list.",
        "Story continues below advertisement",
        "Follow us on Facebook and Instagram.",
        "Follow Anna Hale on Twitter @annahale",
        "Share this article",
        "Download our free app.",
        "Comments are closed.",
        "Please read our commenting policy before posting.",
        "Join the conversation",
        "The views expressed in this article are the author's own.",
        "This article was originally published by the Hill Gazette.",
        "This story has been updated with a comment from the council.",
        "Reporting by Anna Hale; editing by Tom Orr",
        "(Additional reporting by Anna Hale in Oslo)",
        "Tom Orr in Oslo contributed to this report.",
        "Contributing: Anna Hale, Tom Orr",
        "Hale and Orr reported from Oslo.",
        "Read or share this story: https://post.example/x",
        "Photo: Anna Hale/Harbour Post",
        "Photographs by Anna Hale",
        "Image source, Getty Images",
        "(AP Photo/Anna Hale)",
        "Media playback is unsupported on your device",
        "By Anna Hale",
        "By ANNA HALE and TOM ORR, Staff Writers",
        "PUBLISHED: 14:11, 3 May 2031",
        "Last updated at 9.30am",
        "14:05 BST",
        "5 minutes ago",
        "Tuesday, 3 May 2031",
        "Advertisement",
        "Sponsored content",
        "Share Tweet Email",
        "12 comments",
        "4 min read",
        "Tags: ferry, strike, harbour",
        "Most read",
    ];

    const NEWS: &[&str] = &[
        "Copyright law has to change, the minister said.",
        "Copyright holders sued the library on Monday.",
        "The judge ruled that all rights reserved by the band had lapsed.",
        "Regulators fined the site for placing cookies without consent.",
        "The shop sells cookies and tea.",
        "Cookies are baked fresh at the shelter every day.",
        "The company uses cookies to follow its customers, the court heard.",
        "We use cookies in our recipe, she said.",
        "Subscribers to the newsletter fell by a third last year.",
        "More than 4,000 people signed up for the newsletter.",
        "\"Sign up for the alerts now,\" the mayor told residents.",
        "Also on Tuesday, the council approved the budget.",
        "Read the statement, and the anger is plain.",
        "Follow the river north and the dam comes into view.",
        "By Friday the ferry had still not sailed.",
        "By midnight, two hundred people had left.",
        "The photo shows the ferry in 1931.",
        "Photographs of the ferry were published on Monday.",
        "The paper's advertisement income fell 5%.",
        "Advertisement of tobacco was banned in the spring.",
        "The comments came a day after the vote.",
        "Comments on the plan are due by Friday.",
        "Published in 1931, the novel sold two million copies.",
        "Updated rules take effect in May.",
        "The article was published in the journal on Monday and names nine doctors.",
        "The report was published on Thursday.",
        "Share prices fell on Monday.",
        "Share trading was halted for an hour.",
        "Related charges were dropped.",
        "More on the dispute is expected on Monday.",
        "He told followers on Twitter that he would resign.",
        "Watch sales rose in Geneva.",
        "Support for the prime minister has collapsed.",
        "Join the army, his father told him.",
        "You have reached the end of the road, the sign says.",
        "The views of the villagers were not heard.",
        "Click beetles have returned to the valley.",
        "Download speeds doubled in a year.",
        "The BBC is not responsible for the error, the regulator found.",
        "Getty Images sued the firm in London.",
        "Reuters reported the sale on Friday.",
        "The company may not be sold before June.",
        "Gunfire was reported from the valley.",
        "(C) The third clause was struck out.",
        "14 people were hurt.",
        "Stop",
    ];

    #[test]
    fn furniture_is_marked() {
        let missed: Vec<_> = FURNITURE.iter().filter(|line| !is_furniture(line, true)).collect();
        assert!(missed.is_empty(), "{missed:#?}");
    }

    #[test]
    fn news_about_furniture_is_not() {
        let marked: Vec<_> = NEWS
            .iter()
            .filter(|line| is_furniture(line, true) || is_furniture(line, false))
            .collect();
        assert!(marked.is_empty(), "{marked:#?}");
    }

    #[test]
    fn the_byline_pattern_is_where_it_is_said_to_be() {
        assert!(LINES.matches("By Anna Hale").matched(BYLINE_PATTERN));
        assert!(heads_links("Related stories") && !heads_links("The ferry strike"));
    }
}
