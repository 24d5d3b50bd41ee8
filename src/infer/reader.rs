//! The encoder together with the heads over it: what reads a text for everything.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use tch::no_grad;

use super::bert::batches;
use super::entities::{ENTITIES, Window, blank};
use super::{
    BertEncoder, DELETION, DeletionHead, Encoder, EntityHead, Likely, Reading, SALIENCE, SalienceHead, normalise, store,
};
use crate::digest::ModelNote;
use crate::error::Result;

/// Sentences that are tagged between two reports of progress.
const BATCH: usize = 512;

/// An encoder that finds names, what a summary should say, and which words of it matter less.
pub struct Reader {
    encoder: BertEncoder,
    head: EntityHead,
    salience: SalienceHead,
    notes: Vec<ModelNote>,
    store: PathBuf,
    /// Loaded when it is first asked: few want shorter sentences.
    deletion: OnceCell<(DeletionHead, ModelNote)>,
}

/// A model's folder, checked against the manifest, and its note.
fn checked(id: &str, store: &Path) -> Result<(PathBuf, ModelNote)> {
    let model = store::find(id)?;
    model.verify(store)?;
    let note = ModelNote {
        id: model.id.clone(),
        sha256: model.weights_sha256().into(),
    };
    Ok((model.folder(store), note))
}

impl Reader {
    /// Puts the project's heads, checked against the manifest, over an encoder.
    ///
    /// # Errors
    /// [`crate::Error::Model`] where a head is missing or is not the one of the manifest.
    pub fn new(encoder: BertEncoder, store: &Path) -> Result<Self> {
        let (entities, entities_note) = checked(ENTITIES, store)?;
        let (salience, salience_note) = checked(SALIENCE, store)?;
        Ok(Reader {
            head: EntityHead::load(&encoder, &entities)?,
            salience: SalienceHead::load(&encoder, &salience)?,
            notes: vec![encoder.note(), entities_note, salience_note],
            encoder,
            store: store.to_path_buf(),
            deletion: OnceCell::new(),
        })
    }

    fn deletion(&self) -> Result<&DeletionHead> {
        if let Some((head, _)) = self.deletion.get() {
            return Ok(head);
        }
        let (folder, note) = checked(DELETION, &self.store)?;
        let head = DeletionHead::load(&self.encoder, &folder)?;
        Ok(&self.deletion.get_or_init(|| (head, note)).0)
    }

    /// The encoder.
    pub fn encoder(&self) -> &BertEncoder {
        &self.encoder
    }

    /// The head that finds names.
    pub fn head(&self) -> &EntityHead {
        &self.head
    }
}

impl Encoder for Reader {
    fn note(&self) -> ModelNote {
        self.encoder.note()
    }

    fn notes(&self) -> Vec<ModelNote> {
        let deletion = self.deletion.get().map(|(_, note)| note);
        self.notes.iter().chain(deletion).cloned().collect()
    }

    fn salience(&self) -> Option<&SalienceHead> {
        Some(&self.salience)
    }

    fn likely(&self, sentences: &[&str]) -> Result<Vec<Vec<Likely>>> {
        self.deletion()?.keep(&self.encoder, sentences)
    }

    fn encode(&self, texts: &[&str], progress: &dyn Fn(usize)) -> Result<Vec<Vec<f32>>> {
        self.encoder.encode(texts, progress)
    }

    /// Each text is read by itself: the head does as well on lone sentences as on running text (its model card).
    fn read(&self, texts: &[&str], progress: &dyn Fn(usize)) -> Result<Vec<Reading>> {
        let mut readings = Vec::with_capacity(texts.len());
        for texts in texts.chunks(BATCH) {
            readings.extend(self.together(texts)?);
            progress(readings.len());
        }
        Ok(readings)
    }
}

impl Reader {
    /// Reads texts for vectors and names at once. The lower layers run once where both see the same pieces: the head
    /// folds typographic quotes and cuts long words, so now and then they do not.
    fn together(&self, texts: &[&str]) -> Result<Vec<Reading>> {
        let whole: Vec<_> = texts
            .iter()
            .map(|text| std::iter::once(0..text.len()).collect::<Vec<_>>())
            .collect();
        let alone: Vec<_> = texts
            .iter()
            .zip(&whole)
            .map(|(text, span)| (*text, &span[..]))
            .collect();
        let (sentences, windows) = self.head.read(&self.encoder, &alone)?;
        let mut scores = blank(&sentences);
        let (mut both, mut names_only) = (Vec::new(), Vec::new());
        let mut shared = vec![false; texts.len()];
        let own = self.encoder.windows_of(texts)?;
        for window in windows {
            // One sentence a text, so that a sentence's number is its text's.
            let text = window.sentence();
            let same = window.is_sentence(text, &sentences[text].1)
                && matches!(own[text].as_slice(), [only] if *only == window.pieces);
            if same {
                shared[text] = true;
                both.push((text, window));
            } else {
                names_only.push(window);
            }
        }
        let mut vectors: Vec<Vec<f32>> = vec![Vec::new(); texts.len()];
        both.sort_by_key(|(text, window)| (window.pieces.len(), *text));
        for batch in batches(&both, |(_, window)| window.pieces.len()) {
            let windows: Vec<&Window> = batch.iter().map(|(_, window)| window).collect();
            let ids: Vec<&[i64]> = windows.iter().map(|w| w.pieces.as_slice()).collect();
            no_grad(|| {
                let (lower, runs) = self.encoder.hidden(&ids, self.head.fork())?;
                self.head.score(&self.encoder, &lower, &runs, &windows, &mut scores)?;
                for ((text, _), mut sum) in batch.iter().zip(self.encoder.sums(lower, &runs, self.head.fork())?) {
                    normalise(&mut sum);
                    vectors[*text] = sum;
                }
                Ok::<_, crate::Error>(())
            })?;
        }
        self.head.scores(&self.encoder, names_only, &mut scores)?;
        let apart: Vec<usize> = (0..texts.len()).filter(|text| !shared[*text]).collect();
        let others: Vec<&str> = apart.iter().map(|text| texts[*text]).collect();
        for (text, vector) in apart.into_iter().zip(self.encoder.encode(&others, &|_| {})?) {
            vectors[text] = vector;
        }
        let names = self.head.names(texts.len(), &sentences, &scores);
        let reading = |(vector, names)| Reading { vector, names };
        Ok(vectors.into_iter().zip(names).map(reading).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::{cosine, tests};

    #[test]
    fn one_pass_finds_what_two_find() {
        let reader = Reader::new(tests::encoder(), &tests::store()).unwrap();
        let long = "The harbour master of Pell, Ida Brook, said so. ".repeat(60);
        let texts = [
            "Ida Brook of Lowen Rail spoke in Pell on Tuesday.",
            "“It is closed,” said the ministry’s Tomas Lind.",
            "",
            "It rained.",
            &long,
            "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft met in Wien.",
        ];
        let together = reader.read(&texts, &|_| {}).unwrap();
        let vectors = reader.encode(&texts, &|_| {}).unwrap();
        for ((text, reading), vector) in texts.iter().zip(&together).zip(&vectors) {
            assert!(
                cosine(&reading.vector, vector) > 0.9999 || vector.iter().all(|x| *x == 0.0),
                "{text}"
            );
            let whole = 0..text.len();
            let alone = reader
                .head
                .tag(&reader.encoder, text, std::slice::from_ref(&whole))
                .unwrap();
            assert_eq!(reading.names, alone, "{text}");
        }
        assert_eq!(together[0].names.len(), 3);
    }
}
