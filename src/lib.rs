//! Broadsheet turns the day's news articles into a digest in which every sentence and figure leads back to its source.
//!
//! # The stage map
//!
//! ```text
//! RawDocument -> Article -> Document -> Annotated -> Cluster -> Story -> Digest -> text
//!    ingest      extract    segment     annotate    cluster     |   follow, rank  render
//!                                             summarize (with verify), figures
//! ```
//!
//! Stages are pure functions from one type to the next and never import each other; [`pipeline`] alone knows their
//! order. Disk, network, clock and randomness enter only through [`ingest`], [`state`], [`deliver`], [`site`]'s writing, [`run`] and the program. Layers, each importing
//! only those before it (tests/layers.rs holds them):
//!
//! 1. [`document`], [`digest`], [`error`]: the types;
//! 2. [`infer`]: models, tensors, tokens; [`quantity`]: numbers in running text; [`name`]: how names are written;
//!    [`words`]: how rare a word is. They know nothing of stories;
//! 3. the stages: [`ingest`], [`extract`], [`segment`], [`annotate`], [`cluster`], [`summarize`], [`figures`],
//!    [`verify`], [`follow`], [`rank`], [`render`];
//! 4. [`config`]: each stage's options in one value;
//! 5. [`pipeline`]; [`deliver`]: digests by mail; [`site`]: the archive of digests;
//! 6. [`state`]: what is remembered from run to run;
//! 7. [`run`]: a scheduled run, from sources to readers;
//! 8. the program: `cli`, `main`.

#![deny(missing_docs)]

pub mod annotate;
pub mod cluster;
pub mod config;
pub mod deliver;
pub mod digest;
pub mod document;
pub mod error;
pub mod extract;
pub mod figures;
pub mod follow;
pub mod infer;
pub mod ingest;
pub mod name;
pub mod pipeline;
pub mod quantity;
pub mod rank;
pub mod render;
pub mod run;
pub mod segment;
pub mod site;
pub mod state;
pub mod summarize;
pub mod verify;
pub mod words;

pub use config::Config;
pub use error::{Error, Result, Warning};
