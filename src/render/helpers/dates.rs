//! Dates and times in words, by locale and time zone.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ZonedDateTime, fmt::strtime};

use crate::render::look::Locale;

/// The patterns (strftime) of a locale.
struct Patterns {
    date: &'static str,
    day: &'static str,
    short: &'static str,
    clock: &'static str,
}

fn patterns(locale: Locale) -> Patterns {
    match locale {
        Locale::EnGb => Patterns {
            date: "%A %-d %B %Y",
            day: "%-d %B %Y",
            short: "%a %-d %b",
            clock: "%H:%M",
        },
        Locale::EnUs => Patterns {
            date: "%A, %B %-d, %Y",
            day: "%B %-d, %Y",
            short: "%a, %b %-d",
            clock: "%-I:%M %p",
        },
        Locale::Iso => Patterns {
            date: "%Y-%m-%d",
            day: "%Y-%m-%d",
            short: "%m-%d",
            clock: "%H:%M",
        },
    }
}

/// How times are written.
#[derive(Debug, Clone, PartialEq)]
pub struct Dates {
    /// The order and words.
    pub locale: Locale,
    /// The clock.
    pub zone: TimeZone,
}

impl Dates {
    /// `Saturday 14 March 2026`, of `2026-03-14`.
    pub fn date(&self, date: &str) -> Result<String, String> {
        format(patterns(self.locale).date, read_date(date)?)
    }

    /// `Sat 14 Mar`, of `2026-03-14`.
    pub fn day(&self, date: &str) -> Result<String, String> {
        format(patterns(self.locale).short, read_date(date)?)
    }

    /// `14 March 2026, 05:40 UTC`. Midnight UTC to the second is what a date without a time was read as, and is shown as one.
    pub fn time(&self, time: &str) -> Result<String, String> {
        let (at, dated) = self.at(time)?;
        let day = format(patterns(self.locale).day, at.date())?;
        if dated {
            return Ok(day);
        }
        Ok(format!("{day}, {} {}", self.clock(&at)?, name(&at)))
    }

    /// `05:40 UTC`, of a time on `day`, else as [`Dates::short`]: for a list under that day's date.
    pub fn clock_on(&self, time: &str, day: &str) -> Result<String, String> {
        let ((at, dated), day) = (self.at(time)?, read_date(day)?);
        if dated || at.date() != day {
            return self.short(time);
        }
        self.clock(&at)
    }

    /// `Sat 14 Mar, 05:40`: for a table.
    pub fn short(&self, time: &str) -> Result<String, String> {
        let (at, dated) = self.at(time)?;
        let day = format(patterns(self.locale).short, at.date())?;
        Ok(if dated {
            day
        } else {
            format!("{day}, {}", self.clock(&at)?)
        })
    }

    /// The time between two times: the date said once where it is the same, the zone at the end.
    pub fn window(&self, from: &str, to: &str) -> Result<String, String> {
        let ((start, no_clock), (end, no_end_clock)) = (self.at(from)?, self.at(to)?);
        let same_day = start.date() == end.date();
        if from == to || no_clock && no_end_clock && same_day {
            return self.time(from);
        }
        let day = |at: &ZonedDateTime| format(patterns(self.locale).day, at.date());
        let zone = name(&end);
        let head = match (no_clock, no_end_clock) {
            (true, _) => day(&start)?,
            (false, false) if name(&start) == zone => format!("{}, {}", day(&start)?, self.clock(&start)?),
            // No zone follows, or another one: summer time began or ended between them.
            _ => self.time(from)?,
        };
        Ok(match (same_day, no_end_clock) {
            (true, false) => format!("{head} to {} {zone}", self.clock(&end)?),
            (_, true) => format!("{head} to {}", day(&end)?),
            (false, false) => format!("{head} to {}, {} {zone}", day(&end)?, self.clock(&end)?),
        })
    }

    fn clock(&self, at: &ZonedDateTime) -> Result<String, String> {
        format(patterns(self.locale).clock, at.datetime())
    }

    /// The time in the reader's zone, and whether it is a mere date, which no zone moves to another day.
    fn at(&self, time: &str) -> Result<(ZonedDateTime, bool), String> {
        let stamp: Timestamp = time
            .parse()
            .map_err(|_| format!("wants a time in RFC 3339, not {time:?}"))?;
        let utc = stamp.to_zoned_datetime(TimeZone::UTC);
        let dated = utc.time() == Time::midnight();
        let zone = if dated { TimeZone::UTC } else { self.zone.clone() };
        Ok((utc.with_time_zone(zone), dated))
    }
}

/// What the zone is called at that time: `CET`, else its offset.
fn name(at: &ZonedDateTime) -> String {
    if at.offset() == Offset::UTC && at.time_zone() == &TimeZone::UTC {
        return "UTC".to_string();
    }
    let name = strtime::format("%Z", at).unwrap_or_default();
    // Many zones of the database have no name but their offset: "+03".
    let named = name.starts_with(|c: char| c.is_ascii_alphabetic());
    if named { name } else { format!("UTC{}", at.offset()) }
}

fn read_date(date: &str) -> Result<Date, String> {
    date.parse()
        .map_err(|_| format!("wants a date as YYYY-MM-DD, not {date:?}"))
}

fn format(pattern: &str, at: impl Into<DateTime>) -> Result<String, String> {
    strtime::format(pattern, at.into()).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(locale: Locale) -> Dates {
        Dates {
            locale,
            zone: TimeZone::UTC,
        }
    }

    /// Central European time by its rule, so that no time zone database is asked.
    fn berlin() -> Dates {
        Dates {
            locale: Locale::EnGb,
            zone: TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap(),
        }
    }

    #[test]
    fn dates_and_times_in_words() {
        let dates = utc(Locale::EnGb);
        assert_eq!(dates.date("2026-03-14").unwrap(), "Saturday 14 March 2026");
        assert_eq!(dates.day("2026-03-14").unwrap(), "Sat 14 Mar");
        assert_eq!(
            dates.date("2026-3-x").unwrap_err(),
            "wants a date as YYYY-MM-DD, not \"2026-3-x\""
        );
        assert_eq!(dates.time("2026-03-04T05:40:59Z").unwrap(), "4 March 2026, 05:40 UTC");
        assert_eq!(
            dates.time("2026-03-04T05:40:59+02:00").unwrap(),
            "4 March 2026, 03:40 UTC"
        );
        assert_eq!(dates.time("2026-03-04T00:00:00Z").unwrap(), "4 March 2026");
        assert_eq!(dates.time("").unwrap_err(), "wants a time in RFC 3339, not \"\"");
        assert_eq!(dates.short("2026-03-14T05:40:00Z").unwrap(), "Sat 14 Mar, 05:40");
        assert_eq!(dates.short("2026-03-14T00:00:00Z").unwrap(), "Sat 14 Mar");
        assert_eq!(dates.clock_on("2026-03-14T05:40:00Z", "2026-03-14").unwrap(), "05:40");
        assert_eq!(
            dates.clock_on("2026-03-13T05:40:00Z", "2026-03-14").unwrap(),
            "Fri 13 Mar, 05:40"
        );
    }

    #[test]
    fn dates_and_times_by_locale() {
        let (us, iso) = (utc(Locale::EnUs), utc(Locale::Iso));
        assert_eq!(us.date("2026-03-14").unwrap(), "Saturday, March 14, 2026");
        assert_eq!(us.time("2026-03-04T17:40:00Z").unwrap(), "March 4, 2026, 5:40 PM UTC");
        assert_eq!(us.short("2026-03-04T00:05:00Z").unwrap(), "Wed, Mar 4, 12:05 AM");
        assert_eq!(iso.date("2026-03-14").unwrap(), "2026-03-14");
        assert_eq!(iso.time("2026-03-04T17:40:00Z").unwrap(), "2026-03-04, 17:40 UTC");
    }

    #[test]
    fn times_in_the_readers_zone() {
        assert_eq!(
            berlin().time("2026-03-04T23:40:00Z").unwrap(),
            "5 March 2026, 00:40 CET"
        );
        assert_eq!(
            berlin().time("2026-07-04T12:00:00Z").unwrap(),
            "4 July 2026, 14:00 CEST"
        );
        // A date stays the date that it is.
        assert_eq!(berlin().time("2026-03-04T00:00:00Z").unwrap(), "4 March 2026");
        let fixed = Dates {
            locale: Locale::EnGb,
            zone: TimeZone::fixed(jiff::tz::offset(3)),
        };
        assert_eq!(
            fixed.time("2026-03-04T12:00:00Z").unwrap(),
            "4 March 2026, 15:00 UTC+03"
        );
    }

    #[test]
    fn windows_say_a_date_and_a_zone_once() {
        let dates = utc(Locale::EnGb);
        let of = |from, to| dates.window(from, to).unwrap();
        assert_eq!(
            of("2026-03-14T05:40:00Z", "2026-03-14T18:05:00Z"),
            "14 March 2026, 05:40 to 18:05 UTC"
        );
        assert_eq!(
            of("2026-03-13T18:05:00Z", "2026-03-14T05:40:00Z"),
            "13 March 2026, 18:05 to 14 March 2026, 05:40 UTC"
        );
        assert_eq!(
            of("2026-03-13T00:00:00Z", "2026-03-14T00:00:00Z"),
            "13 March 2026 to 14 March 2026"
        );
        assert_eq!(of("2026-03-13T00:00:00Z", "2026-03-13T00:00:00Z"), "13 March 2026");
        assert_eq!(
            of("2026-03-13T00:00:00Z", "2026-03-13T18:05:00Z"),
            "13 March 2026 to 18:05 UTC"
        );
        assert_eq!(
            berlin().window("2026-03-28T18:00:00Z", "2026-03-29T18:00:00Z").unwrap(),
            "28 March 2026, 19:00 CET to 29 March 2026, 20:00 CEST"
        );
    }
}
