//! Where a store lives, who runs the program, and who may act as someone else.

use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use anyhow::{Context, Result};
use etcetera::BaseStrategy;

use super::Error;
use crate::domain::policy::Policy;
use crate::domain::refusal::Code;
use crate::domain::text::Login;
use crate::store::Store;

/// The store of a host that several people share.
const SYSTEM_STORE: &str = "/var/lib/tierdesk/desk.db";

/// Where the store is when nobody says: the person's own, else the host's if there is one.
pub fn default_store() -> Result<PathBuf> {
    let own = etcetera::choose_base_strategy().context("looking for the home folder")?.data_dir();
    let own = own.join("tierdesk").join("desk.db");
    let system = PathBuf::from(SYSTEM_STORE);
    Ok(if !own.exists() && system.exists() { system } else { own })
}

/// The shipped policy, in the zone of this host if it names one that the zone database has.
pub fn policy_of_this_host() -> Policy {
    let zone = iana_time_zone::get_timezone().unwrap_or_default();
    let local = format!("zone = \"{}\"", zone.replace(['"', '\\'], ""));
    Policy::parse(&local, "the zone of this host").unwrap_or_default()
}

/// A file of the person's own configuration, whether it exists or not.
pub fn config_file(name: &str) -> Option<PathBuf> {
    let folder = etcetera::choose_base_strategy().ok()?.config_dir();
    Some(folder.join("tierdesk").join(name))
}

/// The folders of settings: this host's, then the person's own. They need not exist.
pub fn config_folders() -> Vec<PathBuf> {
    let own = etcetera::choose_base_strategy().ok().map(|it| it.config_dir().join("tierdesk"));
    [PathBuf::from("/etc/tierdesk")].into_iter().chain(own).collect()
}

/// The account that runs the program, as the host's name service knows it; never `$USER`.
pub fn account() -> Result<Login> {
    let uid = rustix::process::getuid().as_raw();
    let name = uzers::get_user_by_uid(uid).map(|user| user.name().to_string_lossy().into_owned());
    Ok(Login::new(&name.unwrap_or_else(|| format!("uid{uid}")))?)
}

/// Was the program started through `sudo` by another account?
pub fn under_sudo() -> bool {
    rustix::process::getuid().is_root() && std::env::var_os("SUDO_UID").is_some()
}

/// Refuses `not_permitted` unless that account may act as another user of the store: nobody in one that several
/// people share, else the owner of its file.
pub fn may_act_as(store: &Store, account: &Login) -> Result<(), Error> {
    if store.is_shared() {
        return Err(Code::NotPermitted.because("several people share this store: act as nobody but yourself").into());
    }
    let owner = std::fs::metadata(store.path()).context("looking at the store file").map_err(Error::from)?.uid();
    if owner == rustix::process::getuid().as_raw() {
        return Ok(());
    }
    Err(Code::NotPermitted
        .because(format!("only the owner of the store file acts as someone else, not {account}"))
        .into())
}
