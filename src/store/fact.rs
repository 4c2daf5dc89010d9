//! What is known of machines. Facts come from files and from people's entry; they are no view of the journal, and a
//! rebuild leaves them alone.

use anyhow::{Context, Result};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::Store;
use super::tx::Tx;
use crate::domain::id::AggId;
use crate::domain::install::endpoint::{Endpoint, Installed};
use crate::domain::text::Label;

impl Store {
    /// What is known of a machine; nothing where nobody has told.
    pub fn endpoint(&self, host: &Label) -> Result<Option<Endpoint>> {
        endpoint(&self.db, host)
    }

    /// Every machine, by host name.
    pub fn endpoints(&self) -> Result<Vec<Endpoint>> {
        let mut statement = self.db.prepare_cached("SELECT * FROM endpoint ORDER BY host COLLATE NOCASE, eid")?;
        let rows = statement.query_map([], |row| read(&self.db, row))?;
        rows.collect::<rusqlite::Result<_>>().context("reading the machines")
    }
}

impl Tx<'_> {
    /// Writes what is known of a machine over what was known before.
    pub fn save_endpoint(&mut self, it: &Endpoint) -> Result<()> {
        let db = self.db();
        let eid: i64 = db
            .prepare_cached(
                "INSERT INTO endpoint (id, host, os_family, os_version, arch, cores, ram_mib, disk_free_mib, seen_at)
                 VALUES (:id, :host, :os_family, :os_version, :arch, :cores, :ram_mib, :disk_free_mib, :seen_at)
                 ON CONFLICT (id) DO UPDATE SET host = :host, os_family = :os_family, os_version = :os_version,
                   arch = :arch, cores = :cores, ram_mib = :ram_mib, disk_free_mib = :disk_free_mib, seen_at = :seen_at
                 RETURNING eid",
            )?
            .query_row(
                named_params! {
                    ":id": Endpoint::id(&it.host).bytes(), ":host": it.host.as_str(),
                    ":os_family": text(&it.os_family), ":os_version": text(&it.os_version), ":arch": text(&it.arch),
                    ":cores": it.cores, ":ram_mib": it.ram_mib, ":disk_free_mib": it.disk_free_mib,
                    ":seen_at": it.seen_at,
                },
                |row| row.get("eid"),
            )
            .with_context(|| format!("writing what is known of {}", it.host))?;
        db.prepare_cached("DELETE FROM installed WHERE eid = :eid")?.execute(named_params! { ":eid": eid })?;
        let mut add =
            db.prepare_cached("INSERT OR IGNORE INTO installed (eid, name, version) VALUES (:eid, :name, :version)")?;
        for one in &it.software {
            let version = text(&one.version).unwrap_or_default();
            add.execute(named_params! { ":eid": eid, ":name": one.name.as_str(), ":version": version })?;
        }
        Ok(())
    }
}

/// What is known of a machine.
pub(super) fn endpoint(db: &Connection, host: &Label) -> Result<Option<Endpoint>> {
    db.prepare_cached("SELECT * FROM endpoint WHERE id = :id")?
        .query_row(named_params! { ":id": AggId::bytes(&Endpoint::id(host)) }, |row| read(db, row))
        .optional()
        .with_context(|| format!("reading what is known of {host}"))
}

fn read(db: &Connection, row: &Row<'_>) -> rusqlite::Result<Endpoint> {
    let eid: i64 = row.get("eid")?;
    let mut statement =
        db.prepare_cached("SELECT name, version FROM installed WHERE eid = :eid ORDER BY name, version")?;
    let software = statement.query_map(named_params! { ":eid": eid }, |row| {
        Ok(Installed { name: label(row, "name")?.unwrap_or_else(unnamed), version: label(row, "version")? })
    })?;
    Ok(Endpoint {
        host: label(row, "host")?.unwrap_or_else(unnamed),
        os_family: label(row, "os_family")?,
        os_version: label(row, "os_version")?,
        arch: label(row, "arch")?,
        cores: row.get("cores")?,
        ram_mib: row.get("ram_mib")?,
        disk_free_mib: row.get("disk_free_mib")?,
        software: software.collect::<rusqlite::Result<_>>()?,
        seen_at: row.get("seen_at")?,
    })
}

/// A text of a column; nothing where it is absent or empty.
fn label(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Label>> {
    let text: Option<String> = row.get(column)?;
    Ok(text.and_then(|text| Label::new(&text).ok()))
}

fn unnamed() -> Label {
    Label::new("?").expect("one character is a name")
}

fn text(label: &Option<Label>) -> Option<&str> {
    label.as_ref().map(Label::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::number::SiteCode;
    use crate::domain::time::Instant;
    use crate::store::New;

    #[test]
    fn what_is_known_of_a_machine_is_read_again_in_any_case_and_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let new = New { code: SiteCode::first(), shared: false, demo: false };
        let mut store = Store::create(&dir.path().join("desk.db"), &new, "ann", 1_790_000_000_000).unwrap();
        let name = |text: &str| Label::new(text).unwrap();
        let installed = |program, version: &str| Installed { name: name(program), version: Label::new(version).ok() };
        let mut machine = Endpoint {
            os_family: Some(name("windows")),
            ram_mib: Some(16_384),
            software: vec![installed("AutoCAD", "2027"), installed("Viewer", "")],
            ..Endpoint::seen(name("CAD-01"), Instant(1_790_000_000))
        };
        for ram in [16_384, 8_192] {
            machine.ram_mib = Some(ram);
            let mut tx = store.begin(1_790_000_000_000).unwrap();
            tx.save_endpoint(&machine).unwrap();
            tx.commit().unwrap();
            assert_eq!(store.endpoint(&name("cad-01")).unwrap().as_ref(), Some(&machine));
        }
        assert_eq!(store.endpoints().unwrap(), [machine]);
        assert_eq!(store.endpoint(&name("CAD-02")).unwrap(), None);
        crate::store::rebuild::rebuild(&mut store, |_| {}).unwrap();
        assert_eq!(store.endpoints().unwrap().len(), 1, "a rebuild leaves facts alone");
    }
}
