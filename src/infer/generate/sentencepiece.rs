//! What is needed of a SentencePiece model file: its pieces and its table of characters.
//!
//! The file is a protocol buffer (`ModelProto` in sentencepiece's `sentencepiece_model.proto`); of the wire format only what that
//! message uses is read.

/// What a piece is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Control,
    UserDefined,
    Other,
}

/// One piece of the vocabulary.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    pub text: String,
    /// Its log-probability.
    pub score: f32,
    pub kind: Kind,
}

/// A model.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SentencePiece {
    pub pieces: Vec<Piece>,
    /// The index of the piece for what is unknown.
    pub unknown: usize,
    /// Whether it is a unigram model (Kudo 2018), not BPE, words or characters.
    pub unigram: bool,
    /// The precompiled table that normalises characters; may be empty.
    pub charsmap: Vec<u8>,
}

/// A field's value.
enum Value<'a> {
    Number(u64),
    Float(f32),
    Bytes(&'a [u8]),
}

/// Walks over the fields of a message.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn varint(&mut self) -> Option<u64> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn bytes(&mut self, length: u64) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(bytes)
    }

    /// The next field's number and value; `Ok(None)` at the end.
    fn next(&mut self) -> Result<Option<(u64, Value<'a>)>, &'static str> {
        const CUT: &str = "it is not a whole SentencePiece model";
        if self.0.is_empty() {
            return Ok(None);
        }
        let tag = self.varint().ok_or(CUT)?;
        let value = match tag & 7 {
            0 => Value::Number(self.varint().ok_or(CUT)?),
            1 => {
                self.bytes(8).ok_or(CUT)?;
                Value::Number(0)
            }
            2 => {
                let length = self.varint().ok_or(CUT)?;
                Value::Bytes(self.bytes(length).ok_or(CUT)?)
            }
            5 => {
                let bytes = self.bytes(4).and_then(|b| b.try_into().ok()).ok_or(CUT)?;
                Value::Float(f32::from_le_bytes(bytes))
            }
            _ => return Err(CUT),
        };
        Ok(Some((tag >> 3, value)))
    }
}

impl SentencePiece {
    /// Reads a `spiece.model`.
    ///
    /// # Errors
    /// One line where the file is cut or something else.
    pub fn read(bytes: &[u8]) -> Result<Self, &'static str> {
        let mut model = SentencePiece {
            pieces: Vec::new(),
            unknown: 0,
            unigram: true,
            charsmap: Vec::new(),
        };
        let mut fields = Fields(bytes);
        while let Some(field) = fields.next()? {
            match field {
                (1, Value::Bytes(piece)) => model.pieces.push(read_piece(piece)?),
                (2, Value::Bytes(trainer)) => {
                    let mut fields = Fields(trainer);
                    while let Some(field) = fields.next()? {
                        match field {
                            (3, Value::Number(kind)) => model.unigram = kind == 1,
                            (40, Value::Number(id)) => model.unknown = usize::try_from(id).unwrap_or(0),
                            _ => {}
                        }
                    }
                }
                (3, Value::Bytes(normaliser)) => {
                    let mut fields = Fields(normaliser);
                    while let Some(field) = fields.next()? {
                        if let (2, Value::Bytes(map)) = field {
                            model.charsmap = map.to_vec();
                        }
                    }
                }
                _ => {}
            }
        }
        if model.pieces.is_empty() {
            return Err("it is not a SentencePiece model: it has no pieces");
        }
        Ok(model)
    }
}

fn read_piece(bytes: &[u8]) -> Result<Piece, &'static str> {
    let mut piece = Piece {
        text: String::new(),
        score: 0.0,
        kind: Kind::Other,
    };
    let mut fields = Fields(bytes);
    while let Some(field) = fields.next()? {
        match field {
            (1, Value::Bytes(text)) => piece.text = String::from_utf8_lossy(text).into_owned(),
            (2, Value::Float(score)) => piece.score = score,
            (3, Value::Number(3)) => piece.kind = Kind::Control,
            (3, Value::Number(4)) => piece.kind = Kind::UserDefined,
            _ => {}
        }
    }
    Ok(piece)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_model_is_read() {
        // Pieces "<unk>" (unknown) and "▁a" with score -1.5; a unigram trainer whose unknown id is 0; a table of three bytes.
        let mut bytes = vec![0x0a, 9, 0x0a, 5];
        bytes.extend(b"<unk>");
        bytes.extend([0x18, 2, 0x0a, 11, 0x0a, 4]);
        bytes.extend("▁a".as_bytes());
        bytes.push(0x15);
        bytes.extend((-1.5f32).to_le_bytes());
        bytes.extend([0x12, 5, 0x18, 1, 0xc0, 2, 0, 0x1a, 5, 0x12, 3, 7, 8, 9]);
        let model = SentencePiece::read(&bytes).unwrap();
        assert_eq!(model.pieces.len(), 2);
        assert_eq!((model.pieces[1].text.as_str(), model.pieces[1].score), ("▁a", -1.5));
        assert_eq!((model.unigram, model.unknown, model.charsmap), (true, 0, vec![7, 8, 9]));
        assert!(SentencePiece::read(&bytes[..bytes.len() - 1]).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = SentencePiece::read(&bytes);
        }
    }
}
