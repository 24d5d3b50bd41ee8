//! A source as one run of words, in which quotations and copied sentences are found in linear time.

use super::text::{Line, Token};

/// The words of one source, and the marks that count, each with the line it stands in.
#[derive(Debug, Default)]
pub(super) struct Stream {
    words: Vec<String>,
    line: Vec<u32>,
}

/// What a word is compared by: numbers in digits and in words are the same.
pub(super) fn key(token: &Token) -> &str {
    if token.stem.starts_with('#') {
        &token.stem
    } else {
        &token.text
    }
}

impl Stream {
    /// `first` is the number of the first line.
    pub fn new(lines: &[Line], first: usize) -> Stream {
        let mut stream = Stream::default();
        for (n, line) in lines.iter().enumerate() {
            for token in line.tokens.iter().filter(|t| t.counts()) {
                stream.words.push(key(token).to_owned());
                stream.line.push((first + n) as u32);
            }
        }
        stream
    }

    /// Where the words stand one after the other, from the word `from` on: the first place. By Knuth, Morris and Pratt, so
    /// that no text takes more than linear time.
    pub fn find(&self, words: &[&str], from: usize) -> Option<usize> {
        if words.is_empty() {
            return Some(from);
        }
        let mut back = vec![0usize; words.len()];
        let mut k = 0;
        for i in 1..words.len() {
            while k > 0 && words[i] != words[k] {
                k = back[k - 1];
            }
            k += usize::from(words[i] == words[k]);
            back[i] = k;
        }
        let mut k = 0;
        for (i, word) in self.words.iter().enumerate().skip(from) {
            while k > 0 && *word != words[k] {
                k = back[k - 1];
            }
            k += usize::from(word == words[k]);
            if k == words.len() {
                return Some(i + 1 - k);
            }
        }
        None
    }

    /// Whether `start..end` begins and ends where sentences do.
    pub fn whole(&self, start: usize, end: usize) -> bool {
        let breaks = |at: usize| at == 0 || at >= self.line.len() || self.line[at - 1] != self.line[at];
        breaks(start) && breaks(end)
    }
}
