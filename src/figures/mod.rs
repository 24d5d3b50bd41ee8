//! Stage: the numbers that tell a story, from all its documents, each with what it measures, who says so and its source.
//!
//! 1. `read` reads each document: `words` cuts a sentence up, `names` and `attribution` find who is named and who says what,
//!    `clause` the part of the sentence that a number belongs to, and from that `subject`, `dates`, `status`, `facts` and `line`
//!    tell a figure's fields;
//! 2. `conflicts` finds figures that measure the same thing (`measure`) and differ;
//! 3. `rank` chooses those that tell the story, and `history` ties them to the last digest's.
//!
//! Rules go by closed classes of English words (`lexicon`) and leave a field empty rather than guess.

mod attribution;
mod clause;
mod conflicts;
mod dates;
mod facts;
mod fit;
mod history;
mod lexicon;
mod line;
mod measure;
mod memory;
mod names;
mod people;
mod place;
mod rank;
mod read;
mod skip;
mod speaker;
mod status;
mod subject;
mod table;
mod words;

use serde::{Deserialize, Serialize};

use crate::digest::{Conflict, Figure, Summary};
use crate::document::{Annotated, Document, Entity, Quantity};

use conflicts::{Dispute, Placed};
pub use history::{Past, follow};
pub use people::names;
pub use table::table;

/// What `figures` may be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// The most figures of a story.
    pub most: usize,
    /// The most conflicts of a story.
    pub conflicts: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options { most: 6, conflicts: 4 }
    }
}

/// All figures of one document, in order. `entities` may be empty: then capitals tell what is a name.
pub fn all(document: &Document, quantities: &[Quantity], entities: &[Entity]) -> Vec<Figure> {
    read::read(document, quantities, entities)
        .into_iter()
        .map(|r| r.figure)
        .collect()
}

/// The figures of a story's documents, read once, with those that stand against each other.
pub struct Measured<'a> {
    documents: &'a [&'a Annotated],
    all: Vec<Placed>,
    disputes: Vec<Dispute>,
}

impl<'a> Measured<'a> {
    /// Reads the documents of a story, copies left out.
    pub fn new(documents: &'a [&'a Annotated]) -> Self {
        let all = conflicts::placed(documents);
        let disputes = conflicts::disputes(documents, &all);
        Measured {
            documents,
            all,
            disputes,
        }
    }

    /// The three to six figures that tell the story, the most telling first: by kind, by how early they stand, by whether the
    /// summary says them, and by how many documents have the same number. Each number once; of a conflict the newest claim.
    pub fn figures(&self, summary: &Summary, options: &Options) -> Vec<Figure> {
        let chosen = rank::rank(self.documents, summary, &self.all, &self.disputes, options.most);
        chosen.into_iter().map(|i| self.all[i].read.figure.clone()).collect()
    }

    /// Where the documents say different numbers of the same thing, beyond rounding and hedges.
    pub fn conflicts(&self, options: &Options) -> Vec<Conflict> {
        let shown = self.disputes.iter().take(options.conflicts);
        shown
            .map(|d| conflicts::conflict(self.documents, &self.all, d))
            .collect()
    }

    /// The sentences that give an earlier figure where there is a later one of the same thing, as indices of documents and of their
    /// sentences, in order: a summary does better with the newer.
    pub fn stale(&self, conflicts: &[Conflict]) -> Vec<(usize, usize)> {
        conflicts::stale(self.documents, &self.all, conflicts)
    }
}
