//! The encoder together with the head that finds names: what reads a text once for everything.

use std::path::Path;

use super::entities::ENTITIES;
use super::{BertEncoder, Encoder, EntityHead, Reading, store};
use crate::digest::ModelNote;
use crate::error::Result;

/// Sentences that are tagged between two reports of progress.
const BATCH: usize = 512;

/// An encoder that finds names too.
pub struct Reader {
    encoder: BertEncoder,
    head: EntityHead,
    note: ModelNote,
}

impl Reader {
    /// Puts the project's entity head, checked against the manifest, over an encoder.
    ///
    /// # Errors
    /// [`crate::Error::Model`] where the head is missing or is not the one of the manifest.
    pub fn new(encoder: BertEncoder, store: &Path) -> Result<Self> {
        let model = store::find(ENTITIES)?;
        model.verify(store)?;
        let note = ModelNote {
            id: model.id.clone(),
            sha256: model.weights_sha256().into(),
        };
        let head = EntityHead::load(&encoder, &model.folder(store))?;
        Ok(Reader { encoder, head, note })
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
        vec![self.encoder.note(), self.note.clone()]
    }

    fn encode(&self, texts: &[&str], progress: &dyn Fn(usize)) -> Result<Vec<Vec<f32>>> {
        self.encoder.encode(texts, progress)
    }

    /// Each text is read by itself: the head does as well on lone sentences as on running text (its model card).
    fn read(&self, texts: &[&str], progress: &dyn Fn(usize)) -> Result<Vec<Reading>> {
        let mut readings = Vec::with_capacity(texts.len());
        for texts in texts.chunks(BATCH) {
            let vectors = self.encoder.encode(texts, &|_| {})?;
            let whole: Vec<_> = texts
                .iter()
                .map(|text| std::iter::once(0..text.len()).collect::<Vec<_>>())
                .collect();
            let alone: Vec<_> = texts
                .iter()
                .zip(&whole)
                .map(|(text, span)| (*text, &span[..]))
                .collect();
            let names = self.head.tag_all(&self.encoder, &alone)?;
            readings.extend(
                vectors
                    .into_iter()
                    .zip(names)
                    .map(|(vector, names)| Reading { vector, names }),
            );
            progress(readings.len());
        }
        Ok(readings)
    }
}
