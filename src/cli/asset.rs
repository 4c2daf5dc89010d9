//! `tierdesk asset`: what is known of machines.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::exit::{Failure, Status};
use super::shell::Shell;
use crate::domain::install::endpoint::{Endpoint, Installed};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::Label;

/// What is known of machines: list them, or tell it by hand
#[derive(Debug, Args)]
pub struct Asset {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Every machine (the default)
    List,
    /// Tell what was seen of a machine now; what is left out stays as it was known
    Set(Box<Facts>),
}

#[derive(Debug, Args)]
struct Facts {
    /// Host name
    host: String,
    /// System and version, like `windows 10.0.19045` or `windows server 10.0.20348`
    #[arg(long, value_name = "NAME VERSION")]
    os: Option<String>,
    /// Like x86_64 or arm64
    #[arg(long, value_name = "ARCH")]
    arch: Option<String>,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=100_000))]
    cores: Option<i64>,
    /// Memory, in MiB
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(i64).range(1..))]
    ram: Option<i64>,
    /// Free disk, in MiB
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(i64).range(0..))]
    disk: Option<i64>,
    /// A program found there, like `AutoCAD=2027.1`; may be repeated, and replaces those known of before
    #[arg(long, value_name = "NAME=VERSION")]
    software: Vec<String>,
}

impl Asset {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        match &self.what {
            None | Some(What::List) => list(shell),
            Some(What::Set(facts)) => {
                let mut desk = shell.desk()?;
                let host = Label::new(&facts.host)?;
                let now = desk.now();
                let known = desk.store().endpoint(&host)?.unwrap_or_else(|| Endpoint::seen(host, now));
                let told = facts.over(Endpoint { seen_at: now, ..known })?;
                shell.out.receipt(&desk.set_asset(&told)?)
            }
        }
    }
}

impl Facts {
    fn over(&self, mut it: Endpoint) -> Result<Endpoint, Refusal> {
        if let Some(os) = &self.os {
            let (family, version) = os
                .rsplit_once(' ')
                .filter(|(_, version)| version.contains(|c: char| c.is_ascii_digit()))
                .unwrap_or((os, ""));
            it.os_family = Some(Label::new(&family.to_lowercase())?);
            it.os_version = if version.is_empty() { None } else { Some(Label::new(version)?) };
        }
        if let Some(arch) = &self.arch {
            it.arch = Some(Label::new(&arch.to_lowercase())?);
        }
        it.cores = self.cores.or(it.cores);
        it.ram_mib = self.ram.or(it.ram_mib);
        it.disk_free_mib = self.disk.or(it.disk_free_mib);
        if !self.software.is_empty() {
            it.software = self.software.iter().map(|text| program(text)).collect::<Result<_, _>>()?;
            it.software.sort();
        }
        Ok(it)
    }
}

fn program(text: &str) -> Result<Installed, Refusal> {
    let (name, version) = text.rsplit_once('=').unwrap_or((text, ""));
    let name = Label::new(name)
        .map_err(|_| Code::TextInvalid.because(format!("`{text}` is no program")).hint("write NAME=VERSION"))?;
    Ok(Installed { name, version: Label::new(version).ok() })
}

fn list(shell: &Shell<'_>) -> Result<Status, Failure> {
    let desk = shell.desk()?;
    let all = desk.store().endpoints()?;
    if shell.out.is_json() {
        shell.out.list(all.iter().map(told).collect())?;
        return Ok(if all.is_empty() { Status::Nothing } else { Status::Done });
    }
    for it in &all {
        let text = |value: &Option<Label>| value.as_ref().map_or("-".to_owned(), ToString::to_string);
        let number = |value: Option<i64>, unit: &str| value.map_or("-".to_owned(), |n| format!("{n} {unit}"));
        let facts = [
            format!("{} {}", text(&it.os_family), text(&it.os_version)),
            text(&it.arch),
            number(it.cores, "cores"),
            number(it.ram_mib, "MiB"),
            number(it.disk_free_mib, "MiB free"),
            format!("{} programs", it.software.len()),
            format!("seen {} ago", (desk.now() - it.seen_at).brief()),
        ];
        shell.out.folded(0, &format!("{}: {}", it.host, facts.join(" · ")))?;
    }
    Ok(if all.is_empty() { Status::Nothing } else { Status::Done })
}

fn told(it: &Endpoint) -> Value {
    let software = it.software.iter().map(|one| json!({ "name": one.name, "version": one.version }));
    json!({
        "host": it.host,
        "os_family": it.os_family,
        "os_version": it.os_version,
        "arch": it.arch,
        "cores": it.cores,
        "ram_mib": it.ram_mib,
        "disk_free_mib": it.disk_free_mib,
        "software": software.collect::<Vec<_>>(),
        "seen_at": it.seen_at.to_string(),
    })
}
