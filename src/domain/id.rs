//! Identities. A record, a command, a row and an origin each have one, and none can be taken for another.

/// Defines identities of 16 bytes, each a type of its own: stored as bytes, written as hexadecimal digits.
macro_rules! identity {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; 16]);

        impl $name {
            /// From the 16 bytes it is stored as.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The 16 bytes it is stored as.
            pub const fn bytes(&self) -> &[u8; 16] {
                &self.0
            }

            /// From stored bytes of unknown length; `None` unless there are 16.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }

            /// The same identity for the same parts, everywhere: the start of their SHA-256.
            pub fn derived(parts: &[&[u8]]) -> Self {
                use sha2::Digest as _;
                let mut hash = sha2::Sha256::new();
                for part in parts {
                    hash.update((part.len() as u64).to_be_bytes());
                    hash.update(part);
                }
                let digest: [u8; 32] = hash.finalize().into();
                let mut id = [0; 16];
                id.copy_from_slice(&digest[..16]);
                Self(id)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&uuid::Uuid::from_bytes(self.0).simple(), f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = uuid::Error;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                uuid::Uuid::try_parse(&text).map(|id| Self(*id.as_bytes()))
            }
        }

        impl From<[u8; 16]> for $name {
            fn from(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    )*};
}

pub(super) use identity;

identity! {
    /// What has a history of its own: a record, a contact, a user, the policy.
    AggId;
    /// One command; all events of a bulk command share it.
    CmdId;
    /// A row that an event adds and nothing ever changes.
    RowId;
    /// One life of one store. A copied or restored store starts another.
    OriginId;
    /// A store, through all its lives.
    StoreId;
}

impl RowId {
    /// The `n`-th row that a command adds to an aggregate.
    pub fn of(cmd: CmdId, agg: AggId, n: usize) -> Self {
        Self::derived(&[b"row", cmd.bytes(), agg.bytes(), &(n as u64).to_be_bytes()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_survives_its_text() {
        let id = AggId::derived(&[b"x"]);
        assert_eq!(AggId::try_from(id.to_string()).unwrap(), id);
        assert!(AggId::try_from("no".to_owned()).is_err());
    }

    #[test]
    fn derived_identities_differ_when_parts_are_cut_elsewhere() {
        assert_ne!(RowId::derived(&[b"ab", b"c"]), RowId::derived(&[b"a", b"bc"]));
    }
}
