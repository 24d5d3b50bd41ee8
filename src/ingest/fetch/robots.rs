//! robots.txt (RFC 9309): which pages a server lets robots read.

use std::time::Duration;

use texting_robots::Robot;

/// The name that robots.txt knows this program by.
pub(super) const NAME: &str = "broadsheet";
/// How much of a robots.txt is read: what RFC 9309 asks for at least.
pub(super) const LONGEST: usize = 512_000;
/// The longest pause between requests that a robots.txt may ask for.
const LONGEST_DELAY: f32 = 30.0;

/// What a host's robots.txt says.
pub(super) enum Rules {
    /// There is none.
    None,
    Robot(Box<Robot>),
    /// It cannot be had, which counts as a no (RFC 9309, 2.3.1.4); why.
    Unknown(String),
}

impl Rules {
    /// From the text. One that cannot be read at all says nothing.
    pub fn parse(text: &[u8]) -> Rules {
        Robot::new(NAME, text).map_or(Rules::None, |robot| Rules::Robot(Box::new(robot)))
    }

    /// Why an address may not be read.
    pub fn refuses(&self, url: &str) -> Option<String> {
        match self {
            Rules::None => None,
            Rules::Robot(robot) if robot.allowed(url) => None,
            Rules::Robot(_) => Some("its server's robots.txt keeps robots away".into()),
            Rules::Unknown(reason) => Some(format!("its server's robots.txt cannot be read ({reason})")),
        }
    }

    /// The pause between requests that it asks for.
    pub fn pause(&self) -> Duration {
        let delay = match self {
            Rules::Robot(robot) => robot.delay.unwrap_or_default(),
            _ => 0.0,
        };
        Duration::try_from_secs_f32(delay.clamp(0.0, LONGEST_DELAY)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rules_for_all_and_for_us_are_heeded() {
        let rules = Rules::parse(b"User-agent: *\nDisallow: /private\nCrawl-delay: 4\n");
        assert!(
            rules.refuses("https://a.example/private/x").is_some() && rules.refuses("https://a.example/news").is_none()
        );
        assert_eq!(rules.pause(), Duration::from_secs(4));
        let rules = Rules::parse(b"User-agent: Broadsheet\nDisallow: /\nAllow: /open$\n\nUser-agent: *\nDisallow:\n");
        assert!(rules.refuses("https://a.example/news").is_some() && rules.refuses("https://a.example/open").is_none());
        assert!(Rules::parse(b"").refuses("https://a.example/").is_none());
        assert!(
            Rules::Unknown("status 500".into())
                .refuses("https://a.example/")
                .is_some()
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken(text in "(?s)((User-agent|Disallow|Allow|Crawl-delay): ?[ -~]{0,12}\n|.{0,20}){0,8}", path in "[ -~]{0,20}") {
            let rules = Rules::parse(text.as_bytes());
            let _ = (rules.refuses(&format!("http://a.example/{path}")), rules.pause());
        }
    }
}
