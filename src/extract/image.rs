//! The picture that a page leads with: its address, what it shows and who made it, as the page says.

use std::sync::LazyLock;

use dom_smoothie::Readability;
use regex::Regex;

use super::metadata::web_address;
use crate::document::Image;

/// Characters of what a picture shows, or of who made it, beyond which it is no such thing.
const LONGEST: usize = 300;

/// Who made it, in a caption: "Photograph: Ida Brook/Pell Agency", "(Credit: Tom Reed)".
static CREDIT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:photo(?:graph)?|image|picture|illustration|credit)s?(?:\s+(?:by|credit))?\s*:\s*([^:()\[\]|]{2,120}?)\s*[)\]|]?\s*$")
        .expect("a pattern that a test reads")
});

/// The picture that a page names for previews. `found`: the address that its metadata gives.
pub(super) fn read(page: &Readability, found: Option<&str>) -> Option<Image> {
    let url = web_address(found?)?;
    let meta = |name: &str| page.doc.select_single(name).attr("content");
    let alt = meta("meta[property='og:image:alt']").or_else(|| meta("meta[name='twitter:image:alt']"));
    let (mut alt, mut credit) = (alt.as_deref().and_then(line), None);
    // The same picture in the text, whatever the size that its address asks for.
    let bare = |address: &str| address.split(['?', '#']).next().unwrap_or_default().to_owned();
    for figure in page.doc.select("figure").iter() {
        let image = figure.select("img");
        if image.attr("src").is_none_or(|src| bare(&src) != bare(&url)) {
            continue;
        }
        alt = alt.or_else(|| image.attr("alt").as_deref().and_then(line));
        let caption = line(&figure.select("figcaption").text()).unwrap_or_default();
        credit = CREDIT.captures(&caption).and_then(|found| line(&found[1]));
        break;
    }
    Some(Image { url, alt, credit })
}

/// White space collapsed; none where nothing is left, or too much for a line.
fn line(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    (!line.is_empty() && line.chars().count() <= LONGEST).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_of_a_page_with_its_words() {
        let page = |body: &str| {
            Readability::from(format!(
                "<html><head><meta property='og:image:alt' content=' A  quay '></head><body>{body}</body></html>"
            ))
        };
        let figure = "<figure><img src='https://a.example/p.jpg?w=300' alt='x'><figcaption>The quay at noon. Photograph: Ida Brook/Pell Agency</figcaption></figure>";
        let image = read(&page(figure), Some("https://a.example/p.jpg?w=1200")).unwrap();
        assert_eq!(image.alt.as_deref(), Some("A quay"));
        assert_eq!(image.credit.as_deref(), Some("Ida Brook/Pell Agency"));
        let other = read(&page(figure), Some("https://a.example/q.jpg")).unwrap();
        assert_eq!(other.credit, None, "the caption of another picture");
        for no_address in ["javascript:alert(1)", "data:image/png;base64,AA", "/relative.jpg", ""] {
            assert_eq!(read(&page(figure), Some(no_address)), None);
        }
    }
}
