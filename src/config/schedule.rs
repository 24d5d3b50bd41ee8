//! When a digest is due: cron's five fields (read by croner), in a time zone with its daylight saving (jiff).
//!
//! What every cron reads alike is taken: numbers, names of months and days, `*`, lists, ranges, steps and nicknames such as
//! `@daily`; extensions (`L`, `W`, `#`, `?`, seconds, years) are refused, since a crontab could not say them. Days follow
//! POSIX: where both the day of the month and the weekday are restricted, either suffices.
//!
//! When clocks go forward, a time that is skipped happens as soon as it is over; when they go back, a time that comes twice
//! happens the first time. Schedules with `*` in minutes or hours go by elapsed time instead: nothing is made up for, and a
//! repeated hour is an hour like any other. So do Debian's and Red Hat's cron (cron(8)).

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ZonedDateTime};

use super::check::nearest;
use crate::error::{Error, Result};

/// A schedule, read.
#[derive(Debug, Clone)]
pub struct Schedule {
    text: String,
    /// 0 to 59.
    pub minutes: Vec<i8>,
    /// 0 to 23.
    pub hours: Vec<i8>,
    /// Days of the month, 1 to 31.
    pub days: Vec<i8>,
    /// 1 to 12.
    pub months: Vec<i8>,
    /// 0 to 6, from Sunday.
    pub weekdays: Vec<i8>,
    /// How days of the month and weekdays are meant.
    pub on: Days,
    /// Minutes or hours are said with `*`, so that elapsed time counts and not the clock.
    elapsed: bool,
}

/// Which days a schedule means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Days {
    /// Every day of its months.
    Every,
    /// Days of the month.
    OfMonth,
    /// Weekdays.
    OfWeek,
    /// Days of the month, and weekdays besides.
    Either,
}

/// A time that a schedule means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// When it is.
    pub at: ZonedDateTime,
    /// What the clocks do to it, where they are changed.
    pub shift: Option<Shift>,
}

/// What a change of the clocks does to a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shift {
    /// The time itself is skipped; this is the first moment after.
    Skipped(DateTime),
    /// The time comes twice; this is the first.
    Twice,
}

/// Cron's fields, in order.
const FIELDS: [&str; 5] = ["minute", "hour", "day of the month", "month", "weekday"];

impl Schedule {
    /// Reads cron's five fields, or a nickname.
    ///
    /// # Errors
    /// [`Error::Invalid`] with what is wrong, and where it can be said, how to mend it.
    pub fn parse(text: &str) -> Result<Self> {
        let invalid = |reason: String| Error::Invalid {
            subject: format!("schedule {text:?}"),
            reason,
        };
        let fields: Vec<&str> = text.split_whitespace().collect();
        let nickname = fields.len() == 1 && text.trim().starts_with('@');
        if !nickname {
            if fields.len() != 5 {
                return Err(invalid(format!(
                    "has {} fields; five are needed: minute, hour, day of the month, month, weekday, as in \"0 6 * * 1-5\"",
                    fields.len()
                )));
            }
            let strange = |c: &char| !c.is_ascii_alphanumeric() && !"*,-/ \t".contains(*c);
            if let Some(strange) = text.chars().find(strange) {
                return Err(invalid(format!(
                    "{strange:?} is nothing that every cron reads; list the days or times instead"
                )));
            }
            let star_and_step = |field: &str| field.starts_with('*') && field != "*";
            let restricted = |field: &str| field != "*";
            if (star_and_step(fields[2]) && restricted(fields[4]))
                || (star_and_step(fields[4]) && restricted(fields[2]))
            {
                return Err(invalid(
                    "crons disagree on a step of days together with other days; list the days instead".into(),
                ));
            }
        }
        let parser = CronParser::builder()
            .seconds(Seconds::Disallowed)
            .year(Year::Disallowed)
            .build();
        let cron: Cron = parser.parse(text).map_err(|e| {
            // The field that is refused by itself is the one to name.
            let alone = |at: &usize| {
                let one = (0..5)
                    .map(|i| if i == *at { fields[i] } else { "*" })
                    .collect::<Vec<_>>();
                parser.parse(&one.join(" ")).is_err()
            };
            match (0..5).find(|at| fields.len() == 5 && alone(at)) {
                Some(at) => invalid(format!("{} {:?}: {}", FIELDS[at], fields[at], said(&e.to_string()))),
                None => invalid(said(&e.to_string())),
            }
        })?;
        let pattern = &cron.pattern;
        if pattern.days.has_modifiers() || pattern.days_of_week.has_modifiers() {
            return Err(invalid(
                "L, W and # are not read by every cron; list the days instead".into(),
            ));
        }
        let values = |component: &croner::CronComponent| {
            component
                .values()
                .iter()
                .filter_map(|v| i8::try_from(*v).ok())
                .collect()
        };
        let mut weekdays: Vec<i8> = pattern.days_of_week.values().iter().map(|v| (*v % 7) as i8).collect();
        weekdays.sort_unstable();
        weekdays.dedup();
        let days: Vec<i8> = values(&pattern.days);
        let on = match (days.len() == 31, weekdays.len() == 7) {
            (true, true) => Days::Every,
            (false, true) if pattern.is_dow_wildcard() => Days::OfMonth,
            (true, false) if pattern.is_dom_wildcard() => Days::OfWeek,
            // `1-31` or `0-6` beside restricted days is every day, in cron's reading.
            (_, true) | (true, _) => Days::Every,
            (false, false) => Days::Either,
        };
        let schedule = Schedule {
            text: fields.join(" "),
            minutes: values(&pattern.minutes),
            hours: values(&pattern.hours),
            days,
            months: values(&pattern.months),
            weekdays,
            on,
            elapsed: pattern.minutes.from_wildcard
                || pattern.hours.from_wildcard
                || fields.iter().take(2).any(|field| field.starts_with('*')),
        };
        // A leap year, so that 29 February is there.
        let mut year = Date::constant(2028, 1, 1).series(jiff::Span::new().days(1)).take(366);
        if !year.any(|date| schedule.has(date)) {
            return Err(invalid("means no day of any year".into()));
        }
        Ok(schedule)
    }

    /// The five fields, with one space between them.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it means some time of a day.
    pub fn has(&self, date: Date) -> bool {
        let of_month = self.days.contains(&date.day());
        let of_week = self.weekdays.contains(&date.weekday().to_sunday_zero_offset());
        self.months.contains(&date.month())
            && match self.on {
                Days::Every => true,
                Days::OfMonth => of_month,
                Days::OfWeek => of_week,
                Days::Either => of_month || of_week,
            }
    }

    /// The times after a moment, in order, in the time zone of that moment.
    pub fn after(&self, moment: &ZonedDateTime) -> impl Iterator<Item = Due> + '_ {
        let zone = moment.time_zone().clone();
        let start = moment.timestamp();
        let first = moment.date();
        // The day before too: a time that is skipped before midnight happens after it.
        first
            .saturating_sub(jiff::Span::new().days(1))
            .series(jiff::Span::new().days(1))
            .filter(|date| self.has(*date))
            .flat_map(move |date| self.of_day(date, &zone))
            .filter(move |due| due.at.timestamp() > start)
    }

    /// The times of a day, in order, each once.
    fn of_day(&self, date: Date, zone: &TimeZone) -> Vec<Due> {
        let mut all: Vec<(Timestamp, Option<Shift>)> = Vec::new();
        for hour in &self.hours {
            for minute in &self.minutes {
                let civil = date.at(*hour, *minute, 0, 0);
                let ambiguous = zone.to_ambiguous_timestamp(civil);
                let offset = ambiguous.offset();
                let (Ok(first), Ok(second)) = (ambiguous.earlier(), ambiguous.later()) else {
                    continue;
                };
                match offset {
                    AmbiguousOffset::Unambiguous { .. } => all.push((first, None)),
                    AmbiguousOffset::Fold { .. } => {
                        all.push((first, (!self.elapsed).then_some(Shift::Twice)));
                        if self.elapsed {
                            all.push((second, None));
                        }
                    }
                    AmbiguousOffset::Gap { .. } if self.elapsed => {}
                    AmbiguousOffset::Gap { .. } => {
                        // The first reading of a skipped time lies before the change.
                        let change = zone.following(first).next().map(|t| t.timestamp());
                        all.push((change.unwrap_or(second), Some(Shift::Skipped(civil))));
                    }
                }
            }
        }
        all.sort_by_key(|(at, shift)| (*at, shift.is_some()));
        all.dedup_by_key(|(at, _)| *at);
        all.into_iter()
            .map(|(at, shift)| Due {
                at: at.to_zoned_datetime(zone.clone()),
                shift,
            })
            .collect()
    }
}

/// The time zone of a name, as the IANA names it.
///
/// # Errors
/// [`Error::Invalid`] with the name that may have been meant.
pub fn zone(name: &str) -> Result<TimeZone> {
    TimeZone::get(name).map_err(|_| {
        let known: Vec<String> = jiff::tz::db().available().map(|n| n.to_string()).collect();
        // `London` is meant for `Europe/London`.
        let city = known
            .iter()
            .find(|k| k.rsplit('/').next().is_some_and(|c| c.eq_ignore_ascii_case(name)));
        let near = city
            .map(String::as_str)
            .or_else(|| nearest(name, known.iter().map(String::as_str)));
        Error::Invalid {
            subject: format!("time zone {name:?}"),
            reason: match near {
                Some(near) => format!("is not known; did you mean {near:?}?"),
                None => "is not known; use a name such as \"Europe/London\" or \"UTC\"".into(),
            },
        }
    })
}

/// What croner says, in the words of these messages.
fn said(message: &str) -> String {
    let message = message.split_once(": ").map_or(message, |(_, rest)| rest);
    let mut letters = message.trim_end_matches('.').chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => "cannot be read".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn next(text: &str, from: &str, count: usize) -> Vec<String> {
        let from: ZonedDateTime = from.parse().unwrap();
        let schedule = Schedule::parse(text).unwrap();
        schedule.after(&from).take(count).map(|d| d.at.to_string()).collect()
    }

    fn refused(text: &str) -> String {
        Schedule::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn every_morning_and_every_weekday() {
        assert_eq!(
            next("0 6 * * *", "2026-11-23T06:00:00+00:00[Europe/London]", 2),
            [
                "2026-11-24T06:00:00+00:00[Europe/London]",
                "2026-11-25T06:00:00+00:00[Europe/London]"
            ]
        );
        // 2026-11-27 is a Friday.
        assert_eq!(
            next("30 17 * * mon-fri", "2026-11-27T17:29:59+00:00[Europe/London]", 2),
            [
                "2026-11-27T17:30:00+00:00[Europe/London]",
                "2026-11-30T17:30:00+00:00[Europe/London]"
            ]
        );
        assert_eq!(
            next("@daily", "2026-11-27T17:29:59+00:00[UTC]", 1),
            ["2026-11-28T00:00:00+00:00[UTC]"]
        );
    }

    #[test]
    fn day_of_the_month_or_weekday() {
        // 2026-12-01 is a Tuesday, 2026-12-06 and 13 are Sundays.
        assert_eq!(
            next("0 6 1,13 * 7", "2026-11-30T00:00:00+00:00[UTC]", 3),
            [
                "2026-12-01T06:00:00+00:00[UTC]",
                "2026-12-06T06:00:00+00:00[UTC]",
                "2026-12-13T06:00:00+00:00[UTC]"
            ]
        );
    }

    #[test]
    fn a_leap_day_is_waited_for() {
        assert_eq!(
            next("0 6 29 2 *", "2096-03-01T00:00:00+00:00[UTC]", 1),
            ["2104-02-29T06:00:00+00:00[UTC]"]
        );
    }

    #[test]
    fn clocks_going_forward_skip_a_time_and_it_happens_at_once() {
        // In London 01:00 to 02:00 is not there on 2026-03-29.
        let from: ZonedDateTime = "2026-03-28T12:00:00+00:00[Europe/London]".parse().unwrap();
        let due: Vec<Due> = Schedule::parse("30 1 * * *").unwrap().after(&from).take(2).collect();
        assert_eq!(due[0].at.to_string(), "2026-03-29T02:00:00+01:00[Europe/London]");
        assert_eq!(due[0].shift, Some(Shift::Skipped("2026-03-29T01:30".parse().unwrap())));
        assert_eq!(due[1].at.to_string(), "2026-03-30T01:30:00+01:00[Europe/London]");
        assert_eq!(due[1].shift, None);
        // Two skipped times, or one that falls on the change, are one run.
        assert_eq!(
            next("0,30 1,2 * * *", "2026-03-28T12:00:00+00:00[Europe/London]", 3),
            [
                "2026-03-29T02:00:00+01:00[Europe/London]",
                "2026-03-29T02:30:00+01:00[Europe/London]",
                "2026-03-30T01:00:00+01:00[Europe/London]"
            ]
        );
    }

    #[test]
    fn clocks_going_back_repeat_a_time_and_it_happens_once() {
        // In New York 01:00 to 02:00 comes twice on 2026-11-01.
        let from: ZonedDateTime = "2026-10-31T12:00:00-04:00[America/New_York]".parse().unwrap();
        let due: Vec<Due> = Schedule::parse("30 1 * * *").unwrap().after(&from).take(2).collect();
        assert_eq!(due[0].at.to_string(), "2026-11-01T01:30:00-04:00[America/New_York]");
        assert_eq!(due[0].shift, Some(Shift::Twice));
        assert_eq!(due[1].at.to_string(), "2026-11-02T01:30:00-05:00[America/New_York]");
    }

    #[test]
    fn what_goes_by_elapsed_time_goes_on_through_both() {
        assert_eq!(
            next("0 * * * *", "2026-11-01T00:30:00-04:00[America/New_York]", 3),
            [
                "2026-11-01T01:00:00-04:00[America/New_York]",
                "2026-11-01T01:00:00-05:00[America/New_York]",
                "2026-11-01T02:00:00-05:00[America/New_York]"
            ]
        );
        assert_eq!(
            next("0 * * * *", "2026-03-29T00:30:00+00:00[Europe/London]", 2),
            [
                "2026-03-29T02:00:00+01:00[Europe/London]",
                "2026-03-29T03:00:00+01:00[Europe/London]"
            ]
        );
    }

    #[test]
    fn steps_are_stars() {
        assert_eq!(
            next("*/30 1 * * *", "2026-11-01T01:10:00-04:00[America/New_York]", 2),
            [
                "2026-11-01T01:30:00-04:00[America/New_York]",
                "2026-11-01T01:00:00-05:00[America/New_York]"
            ]
        );
    }

    #[test]
    fn a_change_at_midnight() {
        // In Cairo 00:00 to 01:00 is not there on 2026-04-24.
        assert_eq!(
            next("0 0 * * *", "2026-04-23T12:00:00+02:00[Africa/Cairo]", 1),
            ["2026-04-24T01:00:00+03:00[Africa/Cairo]"]
        );
    }

    #[test]
    fn what_crons_do_not_read_alike_is_refused() {
        assert!(refused("0 6 * *").contains("has 4 fields"));
        assert!(refused("0 0 6 * * *").contains("has 6 fields"));
        assert!(refused("0 6 L * *").contains("list the days"));
        assert!(refused("0 6 ? * *").contains("'?'"));
        assert!(refused("0 6 * * 1#2").contains("'#'"));
        assert!(refused("0 6 */2 * 1").contains("disagree"));
        assert!(refused("0 25 * * *").starts_with("schedule \"0 25 * * *\": hour \"25\": "));
        assert!(refused("0 6 31 2 *").contains("no day"));
        assert!(refused("@reboot").starts_with("schedule"));
    }

    #[test]
    fn zones_are_suggested() {
        assert!(zone("Europe/London").is_ok());
        assert!(zone("London").unwrap_err().to_string().contains("\"Europe/London\""));
        assert!(
            zone("Europe/Lodnon")
                .unwrap_err()
                .to_string()
                .contains("\"Europe/London\"")
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,24}|[0-9*/,@LW# a-z-]{0,24}") {
            let _ = Schedule::parse(&text);
        }

        #[test]
        fn times_come_in_order_and_match(minute in 0i8..60, hour in 0i8..24, day in 1i8..29, weekday in 0i8..7, from in 1_600_000_000i64..2_000_000_000) {
            let schedule = Schedule::parse(&format!("{minute} {hour} {day} * {weekday}")).unwrap();
            let from = Timestamp::from_second(from).unwrap().to_zoned_datetime(zone("Europe/Berlin").unwrap());
            let due: Vec<Due> = schedule.after(&from).take(20).collect();
            prop_assert_eq!(due.len(), 20);
            let mut before = from;
            for due in due {
                prop_assert!(due.at > before);
                prop_assert!(due.at.day() == day || due.at.weekday().to_sunday_zero_offset() == weekday);
                prop_assert!(due.shift.is_some() || (due.at.hour(), due.at.minute()) == (hour, minute));
                before = due.at;
            }
        }
    }
}
