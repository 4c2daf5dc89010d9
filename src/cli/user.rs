//! `tierdesk user`: the people who work at the desk, by operating-system account.

use clap::{Args, Subcommand};

use super::exit::{Failure, Status};
use super::print::cell;
use super::shell::Shell;
use super::word;
use crate::app::query::json;
use crate::domain::refusal::Code;
use crate::domain::role::{self, Discipline, Rights, Role, Tier};
use crate::domain::text::{Login, Name};

/// List, add or change the people who work at the desk
#[derive(Debug, Args)]
pub struct User {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Who works here (the default)
    List,
    /// Add an account: a technician for software unless said otherwise
    Add(Fields),
    /// Change an account; what is left out stays
    Set(Fields),
}

#[derive(Debug, Args)]
struct Fields {
    /// Operating-system account
    login: String,
    #[arg(long)]
    name: Option<String>,
    /// May be repeated
    #[arg(long, value_parser = word::role())]
    role: Vec<Role>,
    #[arg(long, value_parser = word::tier, value_name = "TIER")]
    tier: Option<Tier>,
    /// Takes no tickets
    #[arg(long, conflicts_with = "tier")]
    no_tier: bool,
    /// May be repeated
    #[arg(long, value_parser = word::discipline())]
    discipline: Vec<Discipline>,
    /// Highest rights held; left out: what the tier may need
    #[arg(long, value_parser = word::rights())]
    rights: Option<Rights>,
    #[arg(long, value_name = "YES|NO", value_parser = word::yes)]
    active: Option<bool>,
}

impl User {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        match &self.what {
            None | Some(What::List) => list(shell),
            Some(What::Add(fields)) => {
                let mut desk = shell.desk_to_write()?;
                let login = Login::new(&fields.login)?;
                if desk.store().user(&login)?.is_some() {
                    let refusal = Code::IllegalTransition.because(format!("{login} is a user already"));
                    return Err(refusal.hint(format!("change it with `tierdesk user set {login}`")).into());
                }
                let blank = role::User {
                    name: Name::new(login.as_str())?,
                    login,
                    roles: [Role::Technician].into(),
                    tier: None,
                    disciplines: [Discipline::Software].into(),
                    rights: Rights::User,
                    active: true,
                };
                shell.out.receipt(&desk.set_user(&fields.over(blank)?)?)
            }
            Some(What::Set(fields)) => {
                let mut desk = shell.desk()?;
                let login = Login::new(&fields.login)?;
                let user = desk.store().user(&login)?;
                let user = user.ok_or_else(|| Code::NotFound.because(format!("there is no user {login}")))?;
                shell.out.receipt(&desk.set_user(&fields.over(user)?)?)
            }
        }
    }
}

impl Fields {
    fn over(&self, mut user: role::User) -> Result<role::User, Failure> {
        if let Some(name) = &self.name {
            user.name = Name::new(name)?;
        }
        if !self.role.is_empty() {
            user.roles = self.role.iter().copied().collect();
        }
        if !self.discipline.is_empty() {
            user.disciplines = self.discipline.iter().copied().collect();
        }
        if let Some(tier) = self.tier {
            user.tier = Some(tier);
            user.rights = user.rights.max(tier.ceiling());
        }
        if self.no_tier {
            user.tier = None;
        }
        user.rights = self.rights.unwrap_or(user.rights);
        user.active = self.active.unwrap_or(user.active);
        Ok(user)
    }
}

fn list(shell: &Shell<'_>) -> Result<Status, Failure> {
    let users = shell.desk()?.store().users()?;
    if shell.out.is_json() {
        shell.out.list(users.iter().map(json::user).collect())?;
        return Ok(Status::Done);
    }
    for user in &users {
        let roles: Vec<_> = user.roles.iter().map(|role| role.word()).collect();
        let tier = user.tier.map_or_else(|| "-".to_owned(), |tier| format!("tier {tier}"));
        let gone = if user.active { "" } else { " (inactive)" };
        let login = cell(user.login.as_str(), 16);
        shell.out.text(&format!(
            "{login} {} {} {}{gone}",
            cell(user.name.as_str(), 24),
            cell(&tier, 6),
            roles.join(", ")
        ))?;
    }
    Ok(Status::Done)
}
