//! Whether only the beginning of an article is there.

use std::sync::LazyLock;

use regex::Regex;

/// A whole article is longer than this many words; what a paywall shows is not.
const FEW_WORDS: usize = 250;
/// A teaser of a feed or a front page is shorter than this many words.
const TEASER_WORDS: usize = 120;

static PAYWALL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)
        (?:subscribe|sign\ (?:in|up)|log\ ?in|register|join)(?:\ (?:now|today|here|or\ [a-z\ ]{2,20}))?\ (?:to|and)\ (?:continue|keep|finish)\ reading
        |to\ (?:continue|keep)\ reading(?:\ this\ (?:article|story))?,?\ (?:please\ )?(?:subscribe|sign\ (?:in|up)|log\ ?in|register|become)
        |(?:subscribe|sign\ (?:in|up)|log\ ?in|register)\ to\ (?:read|unlock|access|view)\ (?:the\ (?:full|rest)|this|full|more)
        |(?:article|story|content|page)\ is\ (?:only\ )?(?:(?:available|reserved|exclusively)\ )?(?:for|to)\ (?:our\ )?(?:paid\ |paying\ |registered\ )?(?:subscribers|members)
        |(?:is|are)\ for\ (?:paid\ )?subscribers\ only
        |(?:exclusive|available)\ (?:only\ )?to\ (?:our\ )?subscribers
        |subscriber[- ](?:only|exclusive)
        |already\ a\ (?:subscriber|member)\?
        |(?:unlock|read)\ the\ (?:full|rest\ of\ the|rest\ of\ this)\ (?:article|story)
        |réservé\ (?:à\ nos|aux)\ abonnés|il\ vous\ reste\ [\d.,]+\ ?%\ de\ cet\ article
        |(?:nur\ für|exklusiv\ für)\ abonnenten|jetzt\ weiterlesen\ mit
        |(?:contenido|artículo)\ (?:exclusivo|solo)\ para\ (?:suscriptores|socios)
        |riservato\ agli\ abbonati|conteúdo\ exclusivo\ para\ assinantes",
    )
    .expect("a valid pattern")
});

static NOT_FREE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"(?i)"isAccessibleForFree"\s*:\s*"?\s*false"#).expect("a valid pattern"));

static CUT_OFF: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:…|\.\.\.|\[\s*(?:…|\.{3}|&hellip;)\s*\]|\b(?:read (?:more|on|the full (?:article|story))|continue reading))\s*[.»›>→]*\s*$",
    )
    .expect("a valid pattern")
});

/// Whether a text says that the rest is for those who pay.
pub(super) fn is_paywall(text: &str) -> bool {
    PAYWALL.is_match(text)
}

/// Whether schema.org metadata in the page says that it is not free to read.
pub(super) fn is_not_free(html: &str) -> bool {
    NOT_FREE.is_match(html)
}

/// Whether `text` is only the beginning of an article. `barred` says that its page mentions a paywall.
pub(super) fn is_stub(text: &str, barred: bool) -> bool {
    let size = size(text);
    // Whoever has the whole text has more than a paywall leaves, and text that itself ends with the bar is cut.
    let mut end = text.len().saturating_sub(300);
    while !text.is_char_boundary(end) {
        end += 1;
    }
    (barred && size < FEW_WORDS)
        || (size < 2 * FEW_WORDS && is_paywall(&text[end..]))
        || (size < TEASER_WORDS && CUT_OFF.is_match(text))
}

/// Words of a text; two characters of a script without spaces count as one.
fn size(text: &str) -> usize {
    let ideographs = text
        .chars()
        .filter(|c| matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}'))
        .count();
    text.split_whitespace().count() + ideographs / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paywalls_are_recognised() {
        for text in [
            "Subscribe to continue reading",
            "This article is for subscribers.",
            "To continue reading, please sign in or create an account.",
            "Log in to read the full story.",
            "Cet article est réservé aux abonnés.",
        ] {
            assert!(is_paywall(text), "{text}");
        }
        assert!(!is_paywall("The service has two million subscribers to its newspaper."));
        assert!(!is_paywall("She continued reading the statement aloud."));
    }

    #[test]
    fn a_long_text_behind_a_mentioned_paywall_is_whole() {
        let long = "The council met again on Monday. ".repeat(60);
        assert!(!is_stub(&long, true));
        assert!(is_stub("The council met again on Monday.", true));
        assert!(!is_stub("The council met again on Monday.", false));
    }

    #[test]
    fn a_short_text_that_breaks_off_is_a_stub() {
        assert!(is_stub("The mayor said on Monday that the bridge would [...]", false));
        assert!(is_stub("The mayor said on Monday that the bridge would…", false));
        assert!(is_stub("The mayor spoke. Read more", false));
        assert!(!is_stub(
            &format!("{}and then…", "The mayor spoke at length. ".repeat(40)),
            false
        ));
    }

    #[test]
    fn schema_org_says_what_is_not_free() {
        assert!(is_not_free(r#"{"isAccessibleForFree": "False"}"#));
        assert!(is_not_free(r#"{"isAccessibleForFree":false}"#));
        assert!(!is_not_free(r#"{"isAccessibleForFree": true}"#));
    }
}
