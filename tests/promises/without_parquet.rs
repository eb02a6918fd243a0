//! A masthead that was built without Parquet says what to build.

use super::common::{at, file, run};

#[test]
fn a_table_in_or_out_says_what_to_build() {
    let (folder, path) = file("in.parquet", b"PAR1");
    let out = at(&folder, "out.parquet");
    let (_folder, csv) = file("in.csv", "id,text\n1,Rain fell in Veld.\n");
    for args in [&["score", &path][..], &["train", &path, "-o", "m"], &["score", &csv, "-o", &out]]
    {
        let (_, said, code) = run(args);
        assert_eq!(code, 2);
        assert!(said.contains("cargo build --release --features parquet"), "{said}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
