//! The editor outside: the one that the configuration names, `$VISUAL`, `$EDITOR` or `vi`, without a shell, on a private file.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};

use super::part::editor::{MAX_BYTES, MAX_LINES};
use crate::domain::text::clean;

/// What an editor may know of our environment.
const PASSED: [&str; 10] =
    ["PATH", "HOME", "TERM", "LANG", "LC_ALL", "LC_CTYPE", "SHELL", "USER", "LOGNAME", "COLORTERM"];

/// Lets the person edit a text; the terminal must have been lent. When the text cannot be taken back, what was
/// written stays in its file, and the error names it.
pub fn edit(text: &str, chosen: Option<&str>) -> Result<String> {
    let folder = tempfile::Builder::new().prefix("tierdesk-").tempdir().context("making a private folder")?;
    let path = folder.path().join("text.md");
    let mut options = fs::OpenOptions::new();
    std::os::unix::fs::OpenOptionsExt::mode(options.write(true).create_new(true), 0o600)
        .open(&path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .context("writing the text for the editor")?;
    run(&path, chosen).and_then(|()| read(&path)).map_err(|why| {
        if fs::read(&path).is_ok_and(|bytes| bytes == text.as_bytes()) {
            return anyhow!("{why:#}; the text is as it was");
        }
        let kept = folder.keep().join("text.md");
        anyhow!("{why:#}; what you wrote is in {}", kept.display())
    })
}

fn run(path: &Path, chosen: Option<&str>) -> Result<()> {
    let named = ["VISUAL", "EDITOR"].into_iter().find_map(|name| std::env::var(name).ok().filter(|it| !it.is_empty()));
    let wanted = chosen.map(str::to_owned).or(named).unwrap_or_else(|| "vi".to_owned());
    let mut words = wanted.split_whitespace();
    let program = words.next().context("EDITOR is empty")?;
    let environment = PASSED.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
    let status = Command::new(program)
        .args(words)
        .arg(path)
        .env_clear()
        .envs(environment)
        .status()
        .with_context(|| format!("starting the editor `{program}`"))?;
    if !status.success() {
        bail!("the editor `{program}` ended with {status}");
    }
    Ok(())
}

/// What a form can take, as text.
fn read(path: &Path) -> Result<String> {
    let facts = fs::symlink_metadata(path).context("reading the text back")?;
    if !facts.is_file() {
        bail!("the text is no plain file any more");
    }
    let too_long = || anyhow!("a text has at most {} KB and {MAX_LINES} lines", MAX_BYTES / 1024);
    if facts.len() > MAX_BYTES as u64 {
        return Err(too_long());
    }
    let text = clean(&fs::read_to_string(path).context("reading the text back")?);
    if text.len() > MAX_BYTES || text.lines().count() > MAX_LINES { Err(too_long()) } else { Ok(text) }
}
