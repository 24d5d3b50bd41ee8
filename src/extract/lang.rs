//! The language of a text.

use whatlang::Lang;

/// Letters that a guess is made from; more cost time and change nothing.
const ENOUGH: usize = 3000;
/// Fewer letters of an alphabet that many languages share give no sound guess.
const TOO_FEW: usize = 40;

/// The ISO 639-1 code of a text's language where it can be told; else that of `given`, a language tag (`en-GB`).
pub(super) fn detect(text: &str, given: Option<&str>) -> Option<String> {
    let end = text.char_indices().nth(ENOUGH).map_or(text.len(), |(at, _)| at);
    let info = whatlang::detect(&text[..end]);
    let letters = text[..end].chars().filter(|c| c.is_alphabetic()).count();
    let printed = text[..end].chars().filter(|c| !c.is_whitespace()).count();
    // A table of numbers with a few abbreviations looks like any language.
    let is_prose = letters >= TOO_FEW && letters * 4 >= printed * 3;
    let sure = info.filter(|info| info.is_reliable() && (is_prose || !is_shared(info.script())));
    sure.map(|info| code(info.lang()).to_string())
        .or_else(|| given.and_then(primary))
}

/// Whether several of the languages that can be told use the script.
fn is_shared(script: whatlang::Script) -> bool {
    script.langs().len() > 1
}

/// The language of a language tag (BCP 47): `en` of `en-GB`. None where it is not of two letters.
fn primary(tag: &str) -> Option<String> {
    let first = tag.trim().split(['-', '_']).next()?.to_ascii_lowercase();
    (first.len() == 2 && first.bytes().all(|b| b.is_ascii_lowercase())).then_some(first)
}

/// ISO 639-1 for whatlang's languages, which it names by ISO 639-3.
fn code(lang: Lang) -> &'static str {
    match lang {
        Lang::Epo => "eo",
        Lang::Eng => "en",
        Lang::Rus => "ru",
        Lang::Cmn => "zh",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Ben => "bn",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Ukr => "uk",
        Lang::Kat => "ka",
        Lang::Ara => "ar",
        Lang::Hin => "hi",
        Lang::Jpn => "ja",
        Lang::Heb => "he",
        Lang::Yid => "yi",
        Lang::Pol => "pl",
        Lang::Amh => "am",
        Lang::Jav => "jv",
        Lang::Kor => "ko",
        Lang::Nob => "no",
        Lang::Dan => "da",
        Lang::Swe => "sv",
        Lang::Fin => "fi",
        Lang::Tur => "tr",
        Lang::Nld => "nl",
        Lang::Hun => "hu",
        Lang::Ces => "cs",
        Lang::Ell => "el",
        Lang::Bul => "bg",
        Lang::Bel => "be",
        Lang::Mar => "mr",
        Lang::Kan => "kn",
        Lang::Ron => "ro",
        Lang::Slv => "sl",
        Lang::Hrv => "hr",
        Lang::Srp => "sr",
        Lang::Mkd => "mk",
        Lang::Lit => "lt",
        Lang::Lav => "lv",
        Lang::Est => "et",
        Lang::Tam => "ta",
        Lang::Vie => "vi",
        Lang::Urd => "ur",
        Lang::Tha => "th",
        Lang::Guj => "gu",
        Lang::Uzb => "uz",
        Lang::Pan => "pa",
        Lang::Aze => "az",
        Lang::Ind => "id",
        Lang::Tel => "te",
        Lang::Pes => "fa",
        Lang::Mal => "ml",
        Lang::Ori => "or",
        Lang::Mya => "my",
        Lang::Nep => "ne",
        Lang::Sin => "si",
        Lang::Khm => "km",
        Lang::Tuk => "tk",
        Lang::Aka => "ak",
        Lang::Zul => "zu",
        Lang::Sna => "sn",
        Lang::Afr => "af",
        Lang::Lat => "la",
        Lang::Slk => "sk",
        Lang::Cat => "ca",
        Lang::Tgl => "tl",
        Lang::Hye => "hy",
        Lang::Cym => "cy",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_beats_the_tag_where_it_can_be_told() {
        let english = "The council voted on Monday to close the old bridge, which engineers say is no longer safe.";
        let french = "Le conseil municipal a décidé lundi de fermer le vieux pont, jugé dangereux par les ingénieurs.";
        assert_eq!(detect(english, Some("de")).as_deref(), Some("en"));
        assert_eq!(detect(french, None).as_deref(), Some("fr"));
        assert_eq!(
            detect("市议会周一决定关闭这座旧桥，工程师说它已不安全。", None).as_deref(),
            Some("zh")
        );
        assert_eq!(
            detect("市議会は月曜日、古い橋を閉鎖することを決めた。", None).as_deref(),
            Some("ja")
        );
        assert_eq!(
            detect("시의회는 월요일 낡은 다리를 폐쇄하기로 결정했다.", None).as_deref(),
            Some("ko")
        );
    }

    #[test]
    fn the_tag_stands_in_for_a_text_too_short_to_tell() {
        assert_eq!(detect("No.", Some("pt-BR")).as_deref(), Some("pt"));
        assert_eq!(detect("42", Some("")), None);
        let table = "Shr loss 25 cts vs profit 11 cts\nNet loss 446,005 vs profit 185,325\nRevs 1,506,756 vs 793,480";
        assert_eq!(detect(table, None), None);
        assert_eq!(detect("", None), None);
    }
}
