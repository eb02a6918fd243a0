//! JSON objects: their keys and values, and the text that one of them is or holds.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::error::listed;

/// Keys and values of an object, values as written.
pub(super) type Fields<'j> = Vec<(Cow<'j, str>, &'j RawValue)>;

/// Keys that are compared one by one.
const FEW: usize = 16;

/// The keys and values of a JSON object.
pub(super) fn fields(line: &str) -> Result<Fields<'_>, String> {
    struct Object;
    impl<'de> Visitor<'de> for Object {
        type Value = Fields<'de>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a JSON object")
        }

        fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
            let mut out: Self::Value = Vec::new();
            let mut seen = HashSet::new();
            while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
                // A set pays only where there are many keys.
                let is_known = if out.len() < FEW {
                    out.iter().any(|(known, _)| *known == key)
                } else {
                    if seen.is_empty() {
                        seen.extend(out.iter().map(|(known, _)| known.clone()));
                    }
                    !seen.insert(key.clone())
                };
                if is_known {
                    let key = listed([key.as_ref()]);
                    return Err(serde::de::Error::custom(format!("key {key} occurs twice")));
                }
                out.push((key, map.next_value()?));
            }
            Ok(out)
        }
    }
    #[derive(serde::Deserialize)]
    struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

    let mut reader = serde_json::Deserializer::from_str(line);
    let fields = reader.deserialize_map(Object).and_then(|fields| reader.end().map(|()| fields));
    fields.map_err(|error| format!("not a JSON object: {error}"))
}

/// The object with `null` for the numbers that JSON has no words for, where it has any.
pub(super) fn without_nan(line: &str) -> Option<String> {
    let mut out = String::with_capacity(line.len());
    let (mut from, mut at) = (0, 0);
    while let Some(found) = line[at..].find(['"', 'N', 'I']) {
        at += found;
        if line[at..].starts_with('"') {
            at += string(&line.as_bytes()[at..])?;
            continue;
        }
        let name = ["NaN", "Infinity"].into_iter().find(|name| line[at..].starts_with(name));
        let Some(name) = name else {
            at += 1;
            continue;
        };
        out.push_str(line[from..at].strip_suffix('-').unwrap_or(&line[from..at]));
        out.push_str("null");
        at += name.len();
        from = at;
    }
    (from > 0).then(|| out + &line[from..])
}

/// A JSON value as the text of a column: a string as it is, a list joined with `;`, null empty,
/// a number or truth value as written, of an object with one value that.
pub(super) fn plain(name: &str, value: &RawValue) -> Result<String, String> {
    fn scalar(value: Value) -> Option<String> {
        match value {
            Value::Null => Some(String::new()),
            Value::String(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(truth) => Some(truth.to_string()),
            Value::Object(object) if object.len() == 1 => {
                object.into_iter().next().and_then(|(_, value)| scalar(value))
            }
            Value::Array(_) | Value::Object(_) => None,
        }
    }
    if value.get().starts_with('"') {
        return text(name, value, &[]);
    }
    let mixed = || format!("key {name} is neither text nor a list of texts");
    let value =
        serde_json::from_str(value.get()).map_err(|error| format!("key {name}: {error}"))?;
    let Value::Array(items) = value else { return scalar(value).ok_or_else(mixed) };
    let items: Option<Vec<String>> = items.into_iter().map(scalar).collect();
    let items = items.ok_or_else(mixed)?;
    if items.len() > 1 && items.iter().any(|item| item.contains(';')) {
        return Err(format!("key {name} lists a value with ; in it; lists are joined with ;"));
    }
    Ok(items.join(";"))
}

/// Keys under which an object that is no path's end has text.
const TEXTS: &str = "text content contents body value title headline heading summary lead intro \
                     paragraphs sections blocks children items";

/// The text that a value is, or whose paragraphs it holds, at the end of a path of keys.
pub(super) fn text(name: &str, value: &RawValue, path: &[&str]) -> Result<String, String> {
    if path.is_empty() && value.get().starts_with('"') {
        return serde_json::from_str(value.get()).map_err(|error| format!("key {name}: {error}"));
    }
    let value: Value =
        serde_json::from_str(value.get()).map_err(|error| format!("key {name}: {error}"))?;
    let mut paragraphs = Vec::new();
    let is_text = gather(&value, path, !path.is_empty(), &mut paragraphs);
    if !is_text || value.is_null() {
        return Err(format!("key {name} is not a string, nor a list or object of paragraphs"));
    }
    Ok(paragraphs.join("\n\n"))
}

/// Collects paragraphs; whether the value is made of them.
fn gather<'v>(value: &'v Value, path: &[&str], any: bool, out: &mut Vec<&'v str>) -> bool {
    match (value, path) {
        (Value::Null, _) => true,
        (Value::String(text), []) => {
            if !text.trim().is_empty() {
                out.push(text);
            }
            true
        }
        (Value::Array(items), _) => items.iter().fold(true, |all, item| {
            let is_text = gather(item, path, any, out);
            all && is_text
        }),
        (Value::Object(object), [key, rest @ ..]) => {
            object.get(*key).is_some_and(|value| gather(value, rest, any, out))
        }
        (Value::Object(object), []) => {
            let is_text = |key: &str| any || TEXTS.split(' ').any(|text| text == key);
            let mut texts = object.iter().filter(|(key, _)| is_text(key)).peekable();
            texts.peek().is_some()
                && texts.fold(true, |all, (_, value)| {
                    let is_text = gather(value, path, any, out);
                    all && is_text
                })
        }
        _ => false,
    }
}

/// A JSON value with a text in place of what is at the end of a path of keys, or of the list on
/// the way to it.
pub(super) fn with_text(value: &str, path: &[&str], text: &str) -> String {
    let object = match path {
        [] => None,
        _ => fields(value).ok(),
    };
    let (Some(object), [first, rest @ ..]) = (object, path) else {
        return Value::from(text).to_string();
    };
    let pairs = object.iter().map(|(key, value)| {
        let name = Value::from(key.as_ref());
        if key == first {
            format!("{name}:{}", with_text(value.get(), rest, text))
        } else {
            format!("{name}:{}", value.get())
        }
    });
    format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
}

/// The rows of a table that is written column by column, as pandas does it: each column an object
/// of its cells by row, or a list of them; or the names and the rows apart.
pub(super) fn table(object: &Fields<'_>) -> Option<Vec<String>> {
    let list =
        |value: &RawValue| -> Option<Vec<Box<RawValue>>> { serde_json::from_str(value.get()).ok() };
    let value = |name: &str| object.iter().find(|(key, _)| key == name).map(|(_, value)| *value);
    let (names, rows): (Vec<Cow<'_, str>>, Vec<Vec<Box<RawValue>>>) =
        if let (Some(names), Some(rows)) = (value("columns"), value("data")) {
            let names: Vec<String> = serde_json::from_str(names.get()).ok()?;
            let rows = list(rows)?.iter().map(|row| list(row)).collect::<Option<_>>()?;
            (names.into_iter().map(Cow::from).collect(), rows)
        } else {
            let column = |value: &RawValue| {
                let cells = fields(value.get()).ok()?;
                let is_number = |key: &str| key.bytes().all(|byte| byte.is_ascii_digit());
                cells
                    .iter()
                    .map(|(key, cell)| is_number(key).then(|| (*cell).to_owned()))
                    .collect::<Option<_>>()
            };
            let all = |of: &dyn Fn(&RawValue) -> Option<Vec<Box<RawValue>>>| {
                object.iter().map(|(_, value)| of(value)).collect::<Option<Vec<_>>>()
            };
            let columns = all(&column).or_else(|| all(&list).filter(|all| all.len() > 1))?;
            let count = columns.first()?.len();
            if count == 0 || columns.iter().any(|column| column.len() != count) {
                return None;
            }
            let cells = |row: usize| columns.iter().map(|column| column[row].clone()).collect();
            (object.iter().map(|(key, _)| key.clone()).collect(), (0..count).map(cells).collect())
        };
    let row = |cells: Vec<Box<RawValue>>| {
        let pairs = names.iter().zip(cells);
        let pairs = pairs.map(|(name, cell)| format!("{}:{cell}", Value::from(name.as_ref())));
        format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
    };
    Some(rows.into_iter().map(row).collect())
}

/// The length of the string that begins the bytes; `None` where it does not end.
pub(super) fn string(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}
