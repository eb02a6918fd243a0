//! Files as other tools write them are read by what they are: see tests/writers/README.md.

use std::path::{Path, PathBuf};

use masthead::corpus::{Format, Inputs, ReadOptions, Row, Rows};

const HARROW: &str = "HARROW - The bridge opened on Monday";
const BRIDGE: &str = "Die Brücke über den Fluss";
const VELD: &str = "\"Hail fell,\" she said, \"on the | and the ; of Veld\".\rNobody was hurt.";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/writers")
}

fn read(path: &Path) -> Vec<Row> {
    // A table of R's is called .txt as an article is.
    let format = path.ends_with("r_write_table.txt").then_some(Format::Csv { delimiter: b',' });
    let inputs = Inputs::new(&[path.to_owned()], format).unwrap();
    let rows = Rows::open(&inputs.sources[0], &ReadOptions::default());
    let rows = rows.unwrap_or_else(|error| panic!("{error}"));
    rows.map(|row| row.unwrap().unwrap_or_else(|reject| panic!("{reject}"))).collect()
}

#[test]
fn files_of_every_writer_give_their_articles_and_no_reject() {
    let mut read_files = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let is_table =
            name.contains(".parquet") || name.contains(".arrow") || name.contains(".feather");
        if name == "README.md" || (is_table && !cfg!(feature = "parquet")) {
            continue;
        }
        read_files += 1;
        let rows = read(&path);
        let texts: Vec<&str> = rows.iter().map(|row| row.article.text.as_str()).collect();
        assert!(texts[0].contains(HARROW), "{name}: {texts:?}");
        if rows.len() == 1 {
            continue;
        }
        assert_eq!(rows.len(), 3, "{name}: {texts:?}");
        assert!(texts[1].starts_with(BRIDGE), "{name}: {texts:?}");
        // Between jq's tabs a line break is an escape.
        assert_eq!(texts[2].replace("\\r", "\r"), VELD, "{name}");
        let url = &rows[2].article.url;
        assert!(url.contains("veld.example"), "{name}: {url}");
        let known = [&rows[1].article.date, &rows[2].article.title];
        assert!(name.contains("wet") || known.iter().all(|cell| cell.is_empty()), "{name}");
    }
    assert!(read_files > 32, "{read_files}");
}
