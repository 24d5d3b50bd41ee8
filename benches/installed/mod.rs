//! What `make setup` has installed, for the benchmarks.

use std::path::PathBuf;

use broadsheet::infer::{BertEncoder, store};

/// The encoder.
pub fn encoder() -> BertEncoder {
    let home = std::env::home_dir().expect("a home folder");
    let data = std::env::var_os("XDG_DATA_HOME").map_or(home.join(".local/share"), PathBuf::from);
    let folder = std::env::var_os("BROADSHEET_MODELS").map_or(data.join("broadsheet/models"), PathBuf::from);
    let model = store::find("all-MiniLM-L6-v2").expect("in the manifest");
    BertEncoder::load(model, &folder).expect("installed by `make setup`")
}
