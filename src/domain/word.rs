//! Enumerations that have a word of their own in storage, filters and exports.

/// Defines an enumeration whose values each have one lower-case word, for storage, filters and exports.
///
/// Gives `ALL`, `word()`, `from_word()`, `Display` and serde by that word. Where a default is written behind the
/// name (`Impact = Low`), `Default` too: what an incomplete record reads as.
macro_rules! words {
    ($($(#[$doc:meta])* pub enum $name:ident $(= $default:ident)? { $($(#[$vdoc:meta])* $value:ident = $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $value,)* }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$value,)*];

            pub const fn word(self) -> &'static str {
                match self { $(Self::$value => $word,)* }
            }

            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$value),)* _ => None }
            }
        }

        $(impl Default for $name {
            fn default() -> Self {
                Self::$default
            }
        })?

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.word())
            }
        }
    )*};
}

pub(crate) use words;
