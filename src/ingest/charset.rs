//! From bytes to text: what is no text is named, and the charset of what is one is found.

use std::borrow::Cow;
use std::sync::LazyLock;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use regex::bytes::Regex;

/// How far into a text a charset is declared, and NUL bytes are looked for.
const HEAD: usize = 4096;

/// A decoded text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    pub text: String,
    /// Something the reader should know: a charset that had to be guessed, bytes that fit none.
    pub note: Option<String>,
}

static DECLARED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)|^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)"#,
    )
    .expect("a valid pattern")
});

/// Decodes by byte order mark, else by the charset of the header, else as the text itself declares it.
///
/// `markup` says that a `<meta>` or XML declaration counts. Text that is not UTF-8 and declares nothing is read as
/// windows-1252, as browsers do. Fails with what the bytes are where they are no text ("a PNG image").
pub(super) fn decode(bytes: &[u8], header: Option<&str>, markup: bool) -> Result<Decoded, &'static str> {
    if let Some(kind) = binary_kind(bytes) {
        return Err(kind);
    }
    let head = &bytes[..bytes.len().min(HEAD)];
    let declared = || {
        let found = DECLARED.captures(head)?;
        let label = found.get(1).or(found.get(2))?;
        let encoding = Encoding::for_label(label.as_bytes())?;
        // A text whose declaration can be read as ASCII is not UTF-16, whatever it says (WHATWG, "prescan").
        Some(if encoding.output_encoding() == encoding {
            encoding
        } else {
            UTF_8
        })
    };
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let known = marked
        .or_else(|| header.and_then(|label| Encoding::for_label(label.as_bytes())))
        .or_else(|| if markup { declared() } else { None });
    let valid = known.is_none() && std::str::from_utf8(bytes).is_ok();
    let encoding = known.unwrap_or(if valid { UTF_8 } else { WINDOWS_1252 });
    let (text, had_errors) = match encoding.decode(bytes) {
        (Cow::Borrowed(text), _, errors) => (text.to_string(), errors),
        (Cow::Owned(text), _, errors) => (text, errors),
    };
    let note = if known.is_none() && !valid {
        Some("not UTF-8 and no charset given; read as windows-1252".to_string())
    } else if had_errors {
        Some(format!(
            "some bytes are not valid {}; they are shown as \u{FFFD}",
            encoding.name()
        ))
    } else {
        None
    };
    Ok(Decoded { text, note })
}

/// What the bytes are, with its article, where they are no text.
pub(super) fn binary_kind(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"%PDF-", "a PDF file"),
        (b"\x89PNG", "a PNG image"),
        (b"\xFF\xD8\xFF", "a JPEG image"),
        (b"GIF8", "a GIF image"),
        (b"PK\x03\x04", "a zip archive or an office document"),
        (b"\x1F\x8B", "a gzip file (name it .gz)"),
        (b"\xD0\xCF\x11\xE0", "an office document"),
        (b"\x7FELF", "a program"),
        (b"Rar!", "a rar archive"),
        (b"7z\xBC\xAF", "a 7z archive"),
        (b"ID3", "an MP3 recording"),
        (b"OggS", "an Ogg recording"),
        (b"SQLite format 3", "an SQLite database"),
        (b"BZh", "a bzip2 file"),
        (b"\xFD7zXZ", "an xz file"),
        (b"\x28\xB5\x2F\xFD", "a zstd file"),
    ];
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(kind);
    }
    match bytes.get(..12) {
        Some(head) if head.starts_with(b"RIFF") && head.ends_with(b"WEBP") => return Some("a WebP image"),
        Some(head) if head.starts_with(b"RIFF") => return Some("a recording"),
        Some(head) if &head[4..8] == b"ftyp" => return Some("a video or picture"),
        _ => {}
    }
    let is_utf16 = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
    let head = &bytes[..bytes.len().min(HEAD)];
    (!is_utf16 && memchr::memchr(0, head).is_some()).then_some("a binary file")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(bytes: &[u8], header: Option<&str>) -> String {
        decode(bytes, header, true).unwrap().text
    }

    #[test]
    fn byte_order_mark_then_header_then_declaration() {
        assert_eq!(text(b"\xEF\xBB\xBFcaf\xC3\xA9", Some("latin1")), "café");
        assert_eq!(text(b"\xFF\xFEh\x00i\x00", None), "hi");
        assert_eq!(
            text(b"<meta charset=utf-8>caf\xE9", Some("iso-8859-1")),
            "<meta charset=utf-8>café"
        );
        assert!(text(b"<meta charset='windows-1251'>\xEC\xE8\xF0", None).ends_with("мир"));
        assert!(text(b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE9</a>", None).contains('é'));
        assert!(text("<meta charset=utf-16>é".as_bytes(), None).ends_with('é'));
        assert_eq!(text("plain é".as_bytes(), Some("no-such-charset")), "plain é");
    }

    #[test]
    fn undeclared_bytes_are_read_as_browsers_do_and_said_so() {
        let found = decode(b"caf\xE9 \x93quoted\x94", None, false).unwrap();
        assert_eq!(found.text, "café “quoted”");
        assert!(found.note.unwrap().contains("windows-1252"));
        let found = decode(b"caf\xE9", Some("utf-8"), false).unwrap();
        assert!(found.note.unwrap().contains("UTF-8"));
        assert_eq!(decode("é".as_bytes(), None, false).unwrap().note, None);
    }

    #[test]
    fn what_is_no_text_is_named() {
        assert_eq!(decode(b"\x89PNG\r\n\x1a\n....", None, true), Err("a PNG image"));
        assert_eq!(decode(b"%PDF-1.7", Some("utf-8"), true), Err("a PDF file"));
        assert_eq!(decode(b"a\x00b", None, false), Err("a binary file"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken(bytes in proptest::collection::vec(any::<u8>(), 0..200), label in "[a-z0-9-]{0,12}") {
            let _ = decode(&bytes, Some(&label), true);
            let _ = decode(&bytes, None, true);
        }
    }
}
