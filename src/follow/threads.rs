//! What becomes of the stories of earlier digests: carried on, dormant, concluded, forgotten.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::digest::{Course, Digest, Dormant, Story};

use super::Options;

/// The stories of the digests before that a story of today may carry on.
#[derive(Debug, Default)]
pub struct Threads<'a> {
    /// The stories, each with the day it was last told: those of the digest before, then the dormant ones.
    pub stories: Vec<(&'a Story, Date)>,
    concluded: BTreeSet<&'a str>,
}

impl<'a> Threads<'a> {
    /// The threads that a digest carries.
    pub fn new(before: &'a Digest) -> Self {
        let fresh = before.stories.iter().chain(&before.briefs);
        let told = fresh.filter(|s| !matches!(s.course, Course::Unchanged | Course::Concluded));
        let mut threads = Threads {
            stories: told.map(|s| (s, before.date)).collect(),
            concluded: BTreeSet::new(),
        };
        let mut known: BTreeSet<&str> = threads.stories.iter().map(|(s, _)| s.thread.as_str()).collect();
        for dormant in &before.dormant {
            if known.insert(&dormant.story.thread) {
                threads.stories.push((&dormant.story, dormant.told));
            }
            if dormant.concluded {
                threads.concluded.insert(&dormant.story.thread);
            }
        }
        threads
    }

    /// The day a thread was told first, by its index in `stories`.
    pub fn since(&self, at: usize) -> Option<Date> {
        self.stories.get(at).map(|(story, told)| story.since.unwrap_or(*told))
    }

    /// The `dormant` of the next digest, and those of them that are over as of `date`, which are to be told once more.
    ///
    /// `continued` are the threads that today's digest tells with something new.
    pub fn rest(&self, continued: &BTreeSet<&str>, date: Date, options: &Options) -> (Vec<Dormant>, Vec<Story>) {
        let mut dormant = Vec::new();
        let mut over = Vec::new();
        for (at, (story, told)) in self.stories.iter().enumerate() {
            let quiet = date.since(*told).map_or(0, |span| span.get_days());
            if continued.contains(story.thread.as_str()) || quiet > options.forget_days {
                continue;
            }
            let was = self.concluded.contains(story.thread.as_str());
            let concluded = was || quiet >= options.quiet_days;
            let mut kept = (*story).clone();
            kept.since = self.since(at);
            kept.fresh = Vec::new();
            // Only what went on for more than one digest can end; the rest simply was.
            if concluded && !was && kept.since.is_some_and(|since| since < *told) {
                over.push(Story {
                    course: Course::Concluded,
                    ..kept.clone()
                });
            }
            dormant.push(Dormant {
                story: kept,
                told: *told,
                concluded,
            });
        }
        (dormant, over)
    }
}

/// Makes a story the continuation of another.
pub fn settle(story: &mut Story, before: &Story, since: Option<Date>, fresh: Vec<usize>) {
    story.thread = before.thread.clone();
    story.since = since;
    story.course = if fresh.is_empty() {
        Course::Unchanged
    } else {
        Course::Developing
    };
    story.fresh = fresh;
}
