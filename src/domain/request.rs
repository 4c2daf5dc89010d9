//! What a service request is: its moves, its place in the category tree, and what kind of work it is.

use super::incident::{Category, Source, State, Subcategory, WorkMode};

/// Moves that a command may ask for.
pub const fn may_become(from: State, next: State) -> bool {
    use State::*;
    matches!(
        (from, next),
        (Queued, Approval | Validating | Cancelled)
            | (Approval, Queued | Rejected | Cancelled)
            | (Validating, Validating | Queued | Scheduled | Deploying | Pending | Cancelled)
            | (Scheduled, Deploying | Cancelled)
            | (Deploying, Queued | Validating | Verifying | Pending | Cancelled)
            | (Verifying, Queued | Validating | Deploying | Fulfilled | Pending | Cancelled)
            | (Pending, Validating | Deploying | Verifying | Pending | Cancelled)
            | (Fulfilled, Verifying | Closed)
    )
}

/// States that an accepted escalation moves a request from, into the queue of another tier.
pub const fn moves_tier(from: State) -> bool {
    use State::*;
    matches!(from, Queued | Validating | Deploying | Verifying)
}

/// Is this a pair of the category tree that a request may have?
pub const fn category(category: Category, sub: Subcategory) -> bool {
    use Subcategory::*;
    match category {
        Category::Install => matches!(
            sub,
            RequirementsValidation
                | NewInstall
                | Configuration
                | DataMigration
                | LicenseActivation
                | SaasProvisioning
                | ReadinessCheck
                | Removal
                | DeploymentRollout
        ),
        Category::Update => matches!(
            sub,
            RoutinePatch
                | VulnerabilityPatch
                | EmergencyPatch
                | FirmwareRevision
                | FeatureUpdate
                | EndOfSupportUpgrade
                | PatchVerification
                | PatchRollback
        ),
        Category::Fix => false,
    }
}

/// Demanded work is reactive; what the desk set itself to do is not.
pub const fn work_mode(source: Source) -> WorkMode {
    match source {
        Source::Campaign | Source::Problem | Source::Template => WorkMode::Proactive,
        Source::Phone | Source::Email | Source::Chat | Source::WalkIn | Source::PortalImport | Source::Monitoring => {
            WorkMode::Reactive
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::number::Kind;

    #[test]
    fn r2_to_r16_are_the_only_moves_of_a_request() {
        use State::*;
        for (from, allowed) in [
            (Queued, &[Cancelled, Approval, Validating][..]),
            (Approval, &[Queued, Cancelled, Rejected]),
            (Validating, &[Queued, Pending, Cancelled, Validating, Scheduled, Deploying]),
            (Scheduled, &[Cancelled, Deploying]),
            (Deploying, &[Queued, Pending, Cancelled, Validating, Verifying]),
            (Verifying, &[Queued, Pending, Cancelled, Validating, Deploying, Fulfilled]),
            (Pending, &[Pending, Cancelled, Validating, Deploying, Verifying]),
            (Fulfilled, &[Closed, Verifying]),
            (Closed, &[]),
            (Rejected, &[]),
            (Cancelled, &[]),
            (Assigned, &[]),
            (InProgress, &[]),
            (Resolved, &[]),
            (Open, &[]),
        ] {
            let all = State::ALL.iter().copied();
            let moves: Vec<_> = all.filter(|next| from.may_become(*next, Kind::Request)).collect();
            assert_eq!(moves, allowed, "from {from}");
        }
    }

    #[test]
    fn every_kind_of_work_stands_in_one_tree_or_in_another() {
        for sub in Subcategory::ALL {
            let holds = |kind| Category::ALL.iter().filter(|one| one.holds_for(kind, *sub)).count();
            assert_eq!(holds(Kind::Request) + holds(Kind::Incident), 1, "{sub}");
        }
    }

    #[test]
    fn w6_w7_what_the_desk_set_itself_to_do_is_proactive() {
        for (source, mode) in [
            (Source::Phone, WorkMode::Reactive),
            (Source::Monitoring, WorkMode::Reactive),
            (Source::Template, WorkMode::Proactive),
            (Source::Campaign, WorkMode::Proactive),
            (Source::Problem, WorkMode::Proactive),
        ] {
            assert_eq!(work_mode(source), mode, "{source}");
        }
    }
}
