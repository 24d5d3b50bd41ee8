//! What is said of the sources: how each did, and for how long it has been failing.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::SourceReport;
use crate::error::Warning;
use crate::ingest::{Gathered, Health, Source};
use crate::state::History;

/// How a source did.
pub(super) fn report(gathered: &Gathered, history: &History) -> SourceReport {
    let (health, reason) = match &gathered.health {
        Health::Fresh => ("fresh", None),
        Health::Unchanged => ("unchanged", None),
        Health::Waiting { .. } => ("waiting", None),
        Health::Failed { reason, .. } => ("failed", Some(reason.clone())),
        Health::Gone => ("gone", None),
    };
    SourceReport {
        name: gathered.source.clone(),
        health,
        reason,
        failures: history.failures,
        failing_since: history.failing_since,
        moved_to: gathered.moved_to.clone(),
        items: gathered.documents.len(),
        requests: gathered.requests,
        bodies: gathered.bodies,
        bytes: gathered.bytes,
    }
}

/// What is to be said of a source, its history included.
pub(super) fn warnings(
    source: &Source,
    gathered: &Gathered,
    history: &History,
    now: Timestamp,
    zone: &TimeZone,
) -> Vec<Warning> {
    let own = |w: &&Warning| w.subject == source.name || w.subject == source.location;
    let mut warnings = gathered.warnings.clone();
    match &gathered.health {
        Health::Failed { reason, retry_after } => {
            // The same thing, said with its history.
            warnings.retain(|w| !(own(&w) && w.lost));
            let mut message = reason.clone();
            if let (2.., Some(since)) = (history.failures, history.failing_since) {
                message += &format!(
                    "; failed {} runs in a row since {}",
                    history.failures,
                    day(since, now, zone)
                );
            }
            if let Some(until) = retry_after {
                message += &format!("; the server asks to be left alone until {}", hour(*until, zone));
            }
            warnings.push(Warning::lost(&source.name, message));
        }
        Health::Gone => {
            warnings.retain(|w| !own(&w));
            let since = history.gone.map(|at| day(at, now, zone)).unwrap_or_default();
            let enable = format!(
                "remove it from the configuration, or `broadsheet state enable '{}'` to ask again",
                source.name
            );
            warnings.push(match history.just_gone {
                true => Warning::lost(
                    &source.name,
                    format!("its server says that it is gone for good (410); it is not asked any more: {enable}"),
                ),
                false => Warning::note(
                    &source.name,
                    format!("gone since {since} (410) and not asked: {enable}"),
                ),
            });
        }
        Health::Waiting { until } => {
            warnings.retain(|w| !own(&w));
            let message = format!(
                "not asked: its server wants to be left alone until {}",
                hour(*until, zone)
            );
            warnings.push(Warning::note(&source.name, message));
        }
        Health::Fresh | Health::Unchanged => {}
    }
    if let Some(address) = gathered.moved_to.as_ref().filter(|_| history.just_moved) {
        let message =
            format!("has moved for good to {address}, which is asked from now on; put it into the configuration");
        warnings.retain(|w| !(own(&w) && w.message.contains(address.as_str())));
        warnings.push(Warning::note(&source.name, message));
    }
    warnings
}

/// "Tuesday 17 March", with the year where it is not this one.
fn day(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (at, now) = (zone.to_datetime(at), zone.to_datetime(now));
    let format = if at.year() == now.year() {
        "%A %-d %B"
    } else {
        "%A %-d %B %Y"
    };
    at.strftime(format).to_string()
}

fn hour(at: Timestamp, zone: &TimeZone) -> String {
    zone.to_datetime(at).strftime("%H:%M on %-d %B").to_string()
}
