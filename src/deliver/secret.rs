//! Secrets are read when they are needed, and never shown.

use crate::config::Secret;
use crate::error::{Error, Result};

/// The secret itself; `field` is what errors name.
///
/// # Errors
/// Where the variable is not set or the file cannot be read.
pub fn read(secret: &Secret, field: &str) -> Result<String> {
    let invalid = |reason: String| Error::Invalid {
        subject: field.to_string(),
        reason,
    };
    let value = match secret {
        Secret::Env(name) => {
            std::env::var(name).map_err(|_| invalid(format!("the environment variable {name} is not set")))?
        }
        Secret::File(path) => {
            let text = std::fs::read_to_string(path).map_err(|e| invalid(format!("{}: {e}", path.display())))?;
            text.lines().next().unwrap_or_default().to_string()
        }
    };
    match value.is_empty() {
        true => Err(invalid("is empty".to_string())),
        false => Ok(value),
    }
}
