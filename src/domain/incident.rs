//! What an incident is: its states and allowed moves, and the words of its fields. The states are those of every kind
//! of ticket; each kind has a table of moves of its own.

use super::number::Kind;
use super::word::words;
use super::{request, task};

words! {
    /// Where a ticket stands. `queued`, of a task `open`, waits in its tier without an owner.
    pub enum State = Queued {
        Queued = "queued",
        Assigned = "assigned",
        InProgress = "in_progress",
        Pending = "pending",
        Resolved = "resolved",
        Closed = "closed",
        Cancelled = "cancelled",
        Open = "open",
        Accepted = "accepted",
        Done = "done",
        Declined = "declined",
        /// The customer is asked whether a request shall be done.
        Approval = "approval",
        Validating = "validating",
        Scheduled = "scheduled",
        Deploying = "deploying",
        Verifying = "verifying",
        Fulfilled = "fulfilled",
        Rejected = "rejected",
    }

    /// Why work waits.
    pub enum Pending {
        AwaitingRequester = "awaiting_requester",
        AwaitingCustomerApproval = "awaiting_customer_approval",
        ScheduledWithRequester = "scheduled_with_requester",
        AwaitingVendor = "awaiting_vendor",
        AwaitingChange = "awaiting_change",
        AwaitingProblem = "awaiting_problem",
        AwaitingDiscipline = "awaiting_discipline",
        Observation = "observation",
    }

    /// How service was restored.
    pub enum ResolutionCode {
        Fixed = "fixed",
        FixedByWorkaround = "fixed_by_workaround",
        FixedByChange = "fixed_by_change",
        FixedByVendor = "fixed_by_vendor",
        ConfigurationRestored = "configuration_restored",
        Reinstalled = "reinstalled",
        RolledBack = "rolled_back",
        UserGuidance = "user_guidance",
        NoFaultFound = "no_fault_found",
        NotReproducible = "not_reproducible",
        ResolvedByOtherDiscipline = "resolved_by_other_discipline",
        NoResponse = "no_response",
        ResolvedWithProblem = "resolved_with_problem",
    }

    /// Why a record was taken out without being resolved.
    pub enum CancelCode {
        Duplicate = "duplicate",
        RaisedInError = "raised_in_error",
        Withdrawn = "withdrawn",
        Reclassified = "reclassified",
        NotSupported = "not_supported",
    }

    /// How a record reached the desk.
    pub enum Source = Phone {
        Phone = "phone",
        Email = "email",
        Chat = "chat",
        WalkIn = "walk_in",
        PortalImport = "portal_import",
        Monitoring = "monitoring",
        Campaign = "campaign",
        Problem = "problem",
        Template = "template",
    }

    /// What the user sees.
    pub enum Symptom {
        CrashOnStart = "crash_on_start",
        CrashInUse = "crash_in_use",
        Hang = "hang",
        Slow = "slow",
        ErrorMessage = "error_message",
        LoginFailure = "login_failure",
        LicenseDenied = "license_denied",
        ActivationFailure = "activation_failure",
        InstallFailed = "install_failed",
        UpdateFailed = "update_failed",
        DataMissing = "data_missing",
        DataCorrupt = "data_corrupt",
        PrintFailure = "print_failure",
        ConnectionFailed = "connection_failed",
        CompatWarning = "compat_warning",
        ConfigChanged = "config_changed",
        SecurityAlert = "security_alert",
        Other = "other",
    }

    /// Proactive (scheduled) or reactive (demanded) work; the two are never added up.
    pub enum WorkMode = Reactive {
        Proactive = "proactive",
        Reactive = "reactive",
    }

    /// Is it a major incident?
    pub enum MajorState = None {
        None = "none",
        /// A rule or a technician thinks so.
        Candidate = "candidate",
        Declared = "declared",
        /// Service is restored; its review is owed.
        StoodDown = "stood_down",
        Reviewed = "reviewed",
    }

    /// Who may read a worklog entry.
    pub enum Visibility {
        /// The technicians only.
        Internal = "internal",
        /// The requester too; the first one answers the response clock.
        Requester = "requester",
    }

    /// The category tree's first level.
    pub enum Category = Fix {
        Install = "install",
        Update = "update",
        Fix = "fix",
    }

    /// The category tree's second level.
    pub enum Subcategory = Unknown {
        RequirementsValidation = "requirements_validation",
        NewInstall = "new_install",
        Configuration = "configuration",
        DataMigration = "data_migration",
        LicenseActivation = "license_activation",
        SaasProvisioning = "saas_provisioning",
        ReadinessCheck = "readiness_check",
        Removal = "removal",
        DeploymentRollout = "deployment_rollout",
        RoutinePatch = "routine_patch",
        VulnerabilityPatch = "vulnerability_patch",
        EmergencyPatch = "emergency_patch",
        FirmwareRevision = "firmware_revision",
        FeatureUpdate = "feature_update",
        EndOfSupportUpgrade = "end_of_support_upgrade",
        PatchVerification = "patch_verification",
        PatchRollback = "patch_rollback",
        UpdateFailure = "update_failure",
        PatchRegression = "patch_regression",
        Crash = "crash",
        Error = "error",
        Performance = "performance",
        ConfigurationDrift = "configuration_drift",
        CompatibilityConflict = "compatibility_conflict",
        LicenseFault = "license_fault",
        DataLoss = "data_loss",
        IntegrationFault = "integration_fault",
        AccessFault = "access_fault",
        SecurityExposure = "security_exposure",
        ServiceUnavailable = "service_unavailable",
        /// Must be replaced before the record is resolved.
        Unknown = "unknown",
    }
}

impl State {
    /// Moves that a command may ask for on that kind of ticket.
    pub fn may_become(self, next: Self, kind: Kind) -> bool {
        match kind {
            Kind::Task => task::may_become(self, next),
            Kind::Request => request::may_become(self, next),
            Kind::Incident | Kind::Problem | Kind::Change => self.incident_may_become(next),
        }
    }

    /// Tier moves (by an accepted escalation) go to `queued` or `assigned` from any state that is neither resolved nor
    /// terminal.
    fn incident_may_become(self, next: Self) -> bool {
        use State::*;
        matches!(
            (self, next),
            (Queued, Assigned | Cancelled)
                | (Assigned, Assigned | Queued | InProgress | Cancelled)
                | (InProgress, Assigned | Queued | Pending | Resolved | Cancelled)
                | (Pending, Pending | InProgress | Queued | Assigned | Resolved | Cancelled)
                | (Resolved, Closed | InProgress | Queued)
                | (Closed, InProgress | Queued)
        )
    }

    /// Does that kind of ticket ever stand so?
    pub fn is_of(self, kind: Kind) -> bool {
        self == Self::free(kind) || Self::ALL.iter().any(|from| from.may_become(self, kind))
    }

    /// Where that kind of ticket waits for an owner.
    pub const fn free(kind: Kind) -> Self {
        if matches!(kind, Kind::Task) { Self::Open } else { Self::Queued }
    }

    /// Where that kind of ticket stands once it has an owner, who has not started.
    pub const fn owned(kind: Kind) -> Self {
        match kind {
            Kind::Task => Self::Accepted,
            // Whoever has a request looks first at what it needs.
            Kind::Request => Self::Validating,
            Kind::Incident | Kind::Problem | Kind::Change => Self::Assigned,
        }
    }

    /// At its end: nothing moves any more, but for a reopen.
    pub const fn terminal(self) -> bool {
        matches!(self, Self::Closed | Self::Cancelled | Self::Done | Self::Declined | Self::Rejected)
    }

    /// In a tier's queue: neither done nor terminal.
    pub const fn open(self) -> bool {
        !self.terminal() && !self.finished()
    }

    /// The work is done and the requester may still say that it is not.
    pub const fn finished(self) -> bool {
        matches!(self, Self::Resolved | Self::Fulfilled)
    }

    /// Taken out without having been done.
    pub const fn dropped(self) -> bool {
        matches!(self, Self::Cancelled | Self::Rejected)
    }

    /// The clocks of a request stand still until somebody outside the desk has decided, or until its day has come.
    pub const fn waits_for_a_day(self) -> bool {
        matches!(self, Self::Approval | Self::Scheduled)
    }

    /// How much attention a record in this state gets, lowest first. Where writes crossed, a step takes effect
    /// only if it asks for more than the record has.
    pub const fn attention(self) -> u8 {
        match self {
            Self::Cancelled => 0,
            Self::Rejected => 1,
            Self::Closed => 2,
            Self::Declined => 3,
            Self::Resolved => 4,
            Self::Fulfilled => 5,
            Self::Done => 6,
            Self::Scheduled => 7,
            Self::Approval => 8,
            Self::Pending => 9,
            Self::Queued => 10,
            Self::Open => 11,
            Self::Assigned => 12,
            Self::Accepted => 13,
            Self::Validating => 14,
            Self::Deploying => 15,
            Self::Verifying => 16,
            Self::InProgress => 17,
        }
    }
}

impl Symptom {
    /// The kind of fault that a symptom usually is.
    pub const fn usual_kind(self) -> Option<Subcategory> {
        Some(match self {
            Self::CrashOnStart | Self::CrashInUse => Subcategory::Crash,
            Self::Hang | Self::Slow => Subcategory::Performance,
            Self::ErrorMessage => Subcategory::Error,
            Self::LoginFailure => Subcategory::AccessFault,
            Self::LicenseDenied | Self::ActivationFailure => Subcategory::LicenseFault,
            Self::UpdateFailed => Subcategory::UpdateFailure,
            Self::DataMissing | Self::DataCorrupt => Subcategory::DataLoss,
            Self::ConnectionFailed => Subcategory::IntegrationFault,
            Self::CompatWarning => Subcategory::CompatibilityConflict,
            Self::ConfigChanged => Subcategory::ConfigurationDrift,
            Self::SecurityAlert => Subcategory::SecurityExposure,
            Self::InstallFailed | Self::PrintFailure | Self::Other => return None,
        })
    }
}

impl Category {
    /// Is this a pair of the category tree that such a record may have?
    pub const fn holds_for(self, kind: Kind, sub: Subcategory) -> bool {
        if matches!(kind, Kind::Request) { request::category(self, sub) } else { self.holds_for_incident(sub) }
    }

    /// Is this a pair of the category tree that an incident may have?
    pub const fn holds_for_incident(self, sub: Subcategory) -> bool {
        use Subcategory::*;
        match self {
            Self::Install => false,
            Self::Update => matches!(sub, UpdateFailure | PatchRegression),
            Self::Fix => matches!(
                sub,
                Crash
                    | Error
                    | Performance
                    | ConfigurationDrift
                    | CompatibilityConflict
                    | LicenseFault
                    | DataLoss
                    | IntegrationFault
                    | AccessFault
                    | SecurityExposure
                    | ServiceUnavailable
                    | Unknown
            ),
        }
    }
}

impl MajorState {
    /// A supervisor declared it, whatever came of it since.
    pub const fn ever_declared(self) -> bool {
        matches!(self, Self::Declared | Self::StoodDown | Self::Reviewed)
    }

    /// Declared, and not looked back on yet; such a record does not close.
    pub const fn owes_review(self) -> bool {
        matches!(self, Self::Declared | Self::StoodDown)
    }
}

impl Pending {
    /// Does the customer own the wait? Updates are not owed meanwhile.
    pub const fn customer_owns(self) -> bool {
        matches!(self, Self::AwaitingRequester | Self::AwaitingCustomerApproval | Self::ScheduledWithRequester)
    }

    /// Waits for other work of ours or of a vendor, so a task or link of the matching kind must exist.
    pub const fn needs_link(self) -> bool {
        matches!(self, Self::AwaitingVendor | Self::AwaitingChange | Self::AwaitingProblem | Self::AwaitingDiscipline)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_a_cancelled_record() {
        for (kind, next) in Kind::ALL.iter().flat_map(|kind| State::ALL.iter().map(move |next| (kind, next))) {
            assert!(!State::Cancelled.may_become(*next, *kind));
        }
    }

    #[test]
    fn every_state_has_its_own_attention() {
        let mut seen: Vec<u8> = State::ALL.iter().map(|s| s.attention()).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), State::ALL.len());
    }

    #[test]
    fn the_category_tree_refuses_foreign_pairs() {
        assert!(Category::Fix.holds_for_incident(Subcategory::Crash));
        assert!(Category::Update.holds_for_incident(Subcategory::UpdateFailure));
        assert!(!Category::Fix.holds_for_incident(Subcategory::UpdateFailure));
        assert!(!Category::Install.holds_for_incident(Subcategory::NewInstall));
    }
}
