//! How long to wait: what a server asks for, and back-off where it says nothing.

use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

/// The longest that a server's wish to be left alone is heeded: what asks for a year is a mistake.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 3600);

/// `Retry-After` (RFC 9110, 10.2.3): seconds, or a date, which is counted from the `Date` of the same answer, so that no clock
/// needs to agree with the server's. None where it says nothing that can be read.
pub(super) fn retry_after(value: &str, date: Option<&str>) -> Option<Duration> {
    let value = value.trim();
    let wait = match value.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) => LONGEST,
        Err(_) => {
            let at = httpdate::parse_http_date(value).ok()?;
            let from: SystemTime = httpdate::parse_http_date(date?.trim()).ok()?;
            at.duration_since(from).unwrap_or(Duration::ZERO)
        }
    };
    Some(wait.min(LONGEST))
}

/// The wait before try number `tries + 1` (from 0): `base` doubled each time, times 0.5 to 1.5. The jitter is drawn from `seed`, the
/// address and the try, so that it spreads and is repeatable.
pub(super) fn back_off(base: Duration, tries: u32, seed: i64, url: &str) -> Duration {
    let mut sha = Sha256::new();
    sha.update(seed.to_le_bytes());
    sha.update(tries.to_le_bytes());
    sha.update(url.as_bytes());
    let drawn = sha.finalize();
    let part = f64::from(u16::from_le_bytes([drawn[0], drawn[1]])) / f64::from(u16::MAX);
    base.min(LONGEST).saturating_mul(1 << tries.min(6)).mul_f64(0.5 + part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_read() {
        let date = Some("Sat, 14 Mar 2026 08:00:00 GMT");
        let seconds = |value: &str, date| retry_after(value, date).map(|wait| wait.as_secs());
        assert_eq!(seconds(" 120 ", None), Some(120));
        assert_eq!(seconds("Sat, 14 Mar 2026 08:02:00 GMT", date), Some(120));
        assert_eq!(seconds("Saturday, 14-Mar-26 08:02:00 GMT", date), Some(120));
        assert_eq!(seconds("Sat Mar 14 08:02:00 2026", date), Some(120));
        assert_eq!(seconds("Sat, 14 Mar 2026 07:00:00 GMT", date), Some(0));
        assert_eq!(seconds("Sat, 14 Mar 2026 08:02:00 GMT", None), None);
        assert_eq!(seconds("99999999999999999999999", None), Some(LONGEST.as_secs()));
        assert_eq!(seconds("4000000000", None), Some(LONGEST.as_secs()));
        for nothing in ["", "soon", "-5", "1.5"] {
            assert_eq!(seconds(nothing, date), None, "{nothing}");
        }
    }

    #[test]
    fn waits_double_and_spread_and_are_repeatable() {
        let base = Duration::from_secs(1);
        for tries in 0..4 {
            let wait = back_off(base, tries, 7, "http://a.example/").as_secs_f64() / f64::from(1 << tries);
            assert!((0.5..=1.5).contains(&wait), "{wait}");
        }
        assert_eq!(
            back_off(base, 1, 7, "http://a.example/"),
            back_off(base, 1, 7, "http://a.example/")
        );
        let different: std::collections::BTreeSet<Duration> = (0..20)
            .map(|n| back_off(base, 0, 7, &format!("http://{n}.example/")))
            .collect();
        assert!(different.len() > 15);
        assert!(back_off(Duration::MAX, u32::MAX, i64::MIN, "").as_secs() > 0);
    }
}
