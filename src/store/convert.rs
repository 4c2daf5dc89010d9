//! Values ↔ columns: how the domain's types stand in SQLite.

use std::fmt::Display;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Value as Sql, ValueRef};
use rusqlite::{Row, RowIndex};
use serde_json::Value;

use crate::domain::clock::version::CalendarId;
use crate::domain::id::{AggId, CmdId, OriginId, RowId, StoreId};
use crate::domain::role::Tier;
use crate::domain::time::Instant;

macro_rules! blob_ids {
    ($($type:ty),*) => {$(
        impl ToSql for $type {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::Borrowed(ValueRef::Blob(self.bytes())))
            }
        }
        impl FromSql for $type {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                Self::from_slice(value.as_blob()?).ok_or(FromSqlError::InvalidType)
            }
        }
    )*};
}

blob_ids!(AggId, CmdId, RowId, OriginId, StoreId, CalendarId);

impl ToSql for Instant {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Owned(Sql::Integer(self.0)))
    }
}

impl FromSql for Instant {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Self)
    }
}

impl ToSql for Tier {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Owned(Sql::Integer(self.n())))
    }
}

impl FromSql for Tier {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::new(value.as_i64()?).ok_or(FromSqlError::InvalidType)
    }
}

/// A field's value as a column. Identities are stored as bytes.
pub fn to_column(value: Value, identity: bool) -> Sql {
    match value {
        Value::Null => Sql::Null,
        Value::Bool(on) => Sql::Integer(i64::from(on)),
        Value::Number(n) => n.as_i64().map_or(Sql::Null, Sql::Integer),
        Value::String(text) if identity => AggId::try_from(text).map_or(Sql::Null, |id| Sql::Blob(id.bytes().to_vec())),
        Value::String(text) => Sql::Text(text),
        list => Sql::Text(list.to_string()),
    }
}

/// A column as a field's value.
pub fn from_column(column: ValueRef<'_>) -> Value {
    match column {
        ValueRef::Integer(n) => Value::from(n),
        ValueRef::Text(text) => Value::from(String::from_utf8_lossy(text)),
        ValueRef::Blob(bytes) => AggId::from_slice(bytes).map_or(Value::Null, |id| Value::from(id.to_string())),
        ValueRef::Null | ValueRef::Real(_) => Value::Null,
    }
}

/// A word of an enumeration, read from a column.
pub fn word<T>(
    row: &Row<'_>,
    column: impl RowIndex + Display,
    read: impl Fn(&str) -> Option<T>,
) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    read(text).ok_or_else(|| {
        let cause = format!("`{text}` in column {column} is no word of this version");
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, cause.into())
    })
}

/// As [`word`], where the column may be empty.
pub fn word_opt<T>(
    row: &Row<'_>,
    column: impl RowIndex + Display,
    read: impl Fn(&str) -> Option<T>,
) -> rusqlite::Result<Option<T>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        _ => word(row, column, read).map(Some),
    }
}
