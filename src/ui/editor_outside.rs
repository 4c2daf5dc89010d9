//! The editor outside: `$VISUAL`, `$EDITOR` or `vi`, without a shell, on a private file.

use std::fs;
use std::io::Write;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// Longest text that is read back, in bytes.
const TEXT_MAX: u64 = 256 * 1024;
/// What an editor may know of our environment.
const PASSED: [&str; 10] =
    ["PATH", "HOME", "TERM", "LANG", "LC_ALL", "LC_CTYPE", "SHELL", "USER", "LOGNAME", "COLORTERM"];

/// Lets the person edit a text; the terminal must have been lent. The text as it was when the editor fails.
pub fn edit(text: &str) -> Result<String> {
    let wanted = ["VISUAL", "EDITOR"].into_iter().find_map(|name| std::env::var(name).ok().filter(|it| !it.is_empty()));
    let wanted = wanted.unwrap_or_else(|| "vi".to_owned());
    let mut words = wanted.split_whitespace();
    let program = words.next().context("EDITOR is empty")?;
    let folder = tempfile::Builder::new().prefix("tierdesk-").tempdir().context("making a private folder")?;
    let path = folder.path().join("text.md");
    let mut options = fs::OpenOptions::new();
    std::os::unix::fs::OpenOptionsExt::mode(options.write(true).create_new(true), 0o600)
        .open(&path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .context("writing the text for the editor")?;
    let environment = PASSED.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
    let status = Command::new(program)
        .args(words)
        .arg(&path)
        .env_clear()
        .envs(environment)
        .status()
        .with_context(|| format!("starting the editor `{program}`"))?;
    if !status.success() {
        bail!("the editor `{program}` ended with {status}; the text is as it was");
    }
    let facts = fs::symlink_metadata(&path).context("reading the text back")?;
    if !facts.is_file() || facts.len() > TEXT_MAX {
        bail!("the text is longer than {} KiB or no plain file any more", TEXT_MAX / 1024);
    }
    fs::read_to_string(&path).context("reading the text back")
}
