//! An encoder that does not read twice what was read before, in this run or an earlier one.

use std::cell::RefCell;
use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::{Encoder, Likely, Reading, SalienceHead};
use crate::digest::ModelNote;
use crate::error::Result;

/// What a text is known by: the SHA-256 of what was asked of it and of the text.
pub type Key = [u8; 32];

/// Where readings outlast the process.
pub trait Shelf {
    /// The readings that are there, in the order of the keys. `models` names all that they were made with.
    ///
    /// # Errors
    /// Where they cannot be read.
    fn find(&mut self, models: &str, keys: &[Key]) -> Result<Vec<Option<Reading>>>;

    /// Keeps readings.
    ///
    /// # Errors
    /// Where they cannot be written.
    fn keep(&mut self, models: &str, new: &[(Key, &Reading)]) -> Result<()>;
}

/// Reads texts and says how many are done.
type Read<'r> = dyn Fn(&[&str], &dyn Fn(usize)) -> Result<Vec<Reading>> + 'r;

/// Texts that are read before their readings are kept: what a killed run has to do again.
const PART: usize = 2048;

/// An encoder with a shelf. Equal texts are read once.
pub struct Cached<'a> {
    encoder: &'a dyn Encoder,
    models: String,
    shelf: RefCell<&'a mut dyn Shelf>,
}

impl<'a> Cached<'a> {
    /// Puts a shelf beside an encoder. What other models or weights made is not taken from it.
    pub fn new(encoder: &'a dyn Encoder, shelf: &'a mut dyn Shelf) -> Self {
        let notes = encoder.notes();
        let names: Vec<String> = notes
            .iter()
            .map(|note| format!("{}@{}", note.id, note.sha256))
            .collect();
        Cached {
            encoder,
            models: names.join(" "),
            shelf: RefCell::new(shelf),
        }
    }

    fn through(&self, asked: u8, texts: &[&str], progress: &dyn Fn(usize), read: &Read) -> Result<Vec<Reading>> {
        let key = |text: &&str| -> Key { Sha256::new().chain_update([asked]).chain_update(text).finalize().into() };
        let mut shelf = self.shelf.borrow_mut();
        // Each text once, where it first stands.
        let mut at: BTreeMap<Key, usize> = BTreeMap::new();
        let (mut keys, mut own) = (Vec::new(), Vec::new());
        let places: Vec<usize> = texts
            .iter()
            .map(|text| {
                let key = key(text);
                *at.entry(key).or_insert_with(|| {
                    keys.push(key);
                    own.push(*text);
                    keys.len() - 1
                })
            })
            .collect();
        // A shelf that fails costs time and nothing else.
        let mut found = shelf.find(&self.models, &keys).unwrap_or_else(|error| {
            tracing::debug!("readings are not used again: {error}");
            vec![None; keys.len()]
        });
        let missing: Vec<usize> = (0..keys.len()).filter(|n| found[*n].is_none()).collect();
        let known = texts.len().saturating_sub(missing.len());
        for (part, numbers) in missing.chunks(PART).enumerate() {
            let unread: Vec<&str> = numbers.iter().map(|n| own[*n]).collect();
            let readings = read(&unread, &|done| progress(known + part * PART + done))?;
            let new: Vec<(Key, &Reading)> = numbers.iter().map(|n| keys[*n]).zip(&readings).collect();
            if let Err(error) = shelf.keep(&self.models, &new) {
                tracing::debug!("readings are not kept: {error}");
            }
            for (n, reading) in numbers.iter().zip(readings) {
                found[*n] = Some(reading);
            }
        }
        progress(texts.len());
        Ok(places.into_iter().filter_map(|place| found[place].clone()).collect())
    }
}

impl Encoder for Cached<'_> {
    fn note(&self) -> ModelNote {
        self.encoder.note()
    }

    fn notes(&self) -> Vec<ModelNote> {
        self.encoder.notes()
    }

    fn salience(&self) -> Option<&SalienceHead> {
        self.encoder.salience()
    }

    fn likely(&self, sentences: &[&str]) -> Result<Vec<Vec<Likely>>> {
        self.encoder.likely(sentences)
    }

    fn encode(&self, texts: &[&str], progress: &dyn Fn(usize)) -> Result<Vec<Vec<f32>>> {
        let nameless = |vector| Reading {
            vector,
            names: Vec::new(),
        };
        let encode = |texts: &[&str], progress: &dyn Fn(usize)| {
            Ok(self
                .encoder
                .encode(texts, progress)?
                .into_iter()
                .map(nameless)
                .collect())
        };
        let readings = self.through(b'v', texts, progress, &encode)?;
        Ok(readings.into_iter().map(|reading| reading.vector).collect())
    }

    fn read(&self, texts: &[&str], progress: &dyn Fn(usize)) -> Result<Vec<Reading>> {
        self.through(b'r', texts, progress, &|texts, progress| {
            self.encoder.read(texts, progress)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::infer::FakeEncoder;

    #[derive(Default)]
    struct Memory(BTreeMap<(String, Key), Reading>);

    impl Shelf for Memory {
        fn find(&mut self, models: &str, keys: &[Key]) -> Result<Vec<Option<Reading>>> {
            let one = |key: &Key| self.0.get(&(models.to_owned(), *key)).cloned();
            Ok(keys.iter().map(one).collect())
        }

        fn keep(&mut self, models: &str, new: &[(Key, &Reading)]) -> Result<()> {
            let own = new.iter().map(|(key, r)| ((models.to_owned(), *key), (*r).clone()));
            self.0.extend(own);
            Ok(())
        }
    }

    /// Counts what it is given.
    struct Counting(FakeEncoder, Cell<usize>, &'static str);

    impl Encoder for Counting {
        fn note(&self) -> ModelNote {
            ModelNote {
                sha256: self.2.into(),
                ..self.0.note()
            }
        }

        fn encode(&self, texts: &[&str], progress: &dyn Fn(usize)) -> Result<Vec<Vec<f32>>> {
            self.1.set(self.1.get() + texts.len());
            self.0.encode(texts, progress)
        }
    }

    #[test]
    fn a_text_is_read_once_and_all_come_back_in_order() {
        let mut memory = Memory::default();
        let encoder = Counting(FakeEncoder, Cell::new(0), "a");
        let texts = ["The ferry sank.", "It rained.", "The ferry sank.", ""];
        let plain = FakeEncoder.read(&texts, &|_| {}).unwrap();
        let last = Cell::new(0);
        for _ in 0..2 {
            let cached = Cached::new(&encoder, &mut memory);
            assert_eq!(cached.read(&texts, &|done| last.set(done)).unwrap(), plain);
            assert_eq!((encoder.1.get(), last.get()), (3, 4));
        }
        let cached = Cached::new(&encoder, &mut memory);
        let more = ["A new one.", "It rained."];
        assert_eq!(cached.read(&more, &|_| {}).unwrap()[1], plain[1]);
        assert_eq!(encoder.1.get(), 4);
        // A vector alone is not a reading with its names.
        assert_eq!(cached.encode(&["It rained."], &|_| {}).unwrap()[0], plain[1].vector);
        assert_eq!(encoder.1.get(), 5);
    }

    #[test]
    fn what_other_weights_made_is_not_taken() {
        let mut memory = Memory::default();
        for (weights, calls) in [("a", 1), ("b", 1), ("a", 0)] {
            let encoder = Counting(FakeEncoder, Cell::new(0), weights);
            Cached::new(&encoder, &mut memory)
                .read(&["It rained."], &|_| {})
                .unwrap();
            assert_eq!(encoder.1.get(), calls, "{weights}");
        }
    }
}
