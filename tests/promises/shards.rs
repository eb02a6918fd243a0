//! `--shard`: files spread over runs give, file for file, the bytes of each one
//! scored by itself, and a shard that was broken off is simply begun again.

use std::collections::BTreeMap;
use std::path::Path;

use tempfile::TempDir;

use super::common::{at, file, masthead, run, run_with, sample_rows};

/// A folder of files of several formats, some with a row of no use.
fn corpus() -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir_all(folder.path().join("in/late/more")).unwrap();
    let rows = sample_rows();
    let jsonl = |rows: &[serde_json::Value]| -> String {
        rows.iter().map(|row| format!("{row}\n")).collect()
    };
    let csv = |rows: &[serde_json::Value]| {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["id", "url", "text"]).unwrap();
        for row in rows {
            let cell = |name: &str| row[name].as_str().unwrap_or_default();
            writer.write_record(["id", "url", "text"].map(cell)).unwrap();
        }
        writer.into_inner().unwrap()
    };
    let put = |name: &str, bytes: &[u8]| std::fs::write(at(&folder, name), bytes).unwrap();
    put("in/a.jsonl", jsonl(&rows[..6]).as_bytes());
    put("in/b.csv", &csv(&rows[6..10]));
    put("in/c.jsonl", (jsonl(&rows[10..12]) + "{\"text\":7}\n").as_bytes());
    put("in/late/a.jsonl", jsonl(&rows[12..18]).as_bytes());
    put("in/late/more/a.csv", &csv(&rows[18..21]));
    put("in/late/story.txt", rows[21]["text"].as_str().unwrap().as_bytes());
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut packed, jsonl(&rows[22..25]).as_bytes()).unwrap();
    put("in/z.jsonl.gz", &packed.finish().unwrap());
    folder
}

/// The files of the corpus, and what their results are called in JSONL.
const FILES: [(&str, &str); 7] = [
    ("a.jsonl", "a.jsonl"),
    ("b.csv", "b.jsonl"),
    ("c.jsonl", "c.jsonl"),
    ("late/a.jsonl", "late/a.jsonl"),
    ("late/more/a.csv", "late/more/a.jsonl"),
    ("late/story.txt", "late/story.jsonl"),
    ("z.jsonl.gz", "z.jsonl.gz"),
];

/// All files in and below a folder with their bytes, by their place in it.
fn files(folder: &str) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut folders = vec![Path::new(folder).to_owned()];
    while let Some(at) = folders.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                all.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    all
}

/// The results among them: all but the mark.
fn results(folder: &str) -> BTreeMap<String, Vec<u8>> {
    files(folder).into_iter().filter(|(name, _)| !name.ends_with(".shards")).collect()
}

/// Each file by itself: its results and its rejects.
fn by_themselves(
    folder: &TempDir, command: &[&str], extension: &str,
) -> [BTreeMap<String, Vec<u8>>; 2] {
    let mut all = [BTreeMap::new(), BTreeMap::new()];
    for (name, result) in FILES {
        let result = result.replace("jsonl", extension);
        let packed = if result.ends_with(".gz") { ".gz" } else { "" };
        let out = at(folder, &format!("alone.{extension}{packed}"));
        let (input, rejects) = (at(folder, &format!("in/{name}")), at(folder, "rejects.csv"));
        let mut args = command.to_vec();
        args.extend([input.as_str(), "-o", &out, "--rejects", &rejects]);
        let (_, said, code) = run(&args);
        assert_eq!(code, 0, "{said}");
        let (stem, _) = result.split_once('.').unwrap();
        all[1].insert(format!("{stem}.csv"), std::fs::read(rejects).unwrap());
        all[0].insert(result, std::fs::read(out).unwrap());
    }
    all
}

#[test]
fn shards_together_give_the_bytes_of_each_file_by_itself() {
    let folder = corpus();
    let input = at(&folder, "in");
    for (command, format) in [
        (&["score"][..], "jsonl"),
        (&["score", "--explain", "--packed"], "csv"),
        (&["clean", "--repeats"], "jsonl"),
        (&["clean", "--spans", "--packed"], "tsv"),
        (&["clean", "--threshold", "0.4", "--jobs", "3"], "txt"),
    ] {
        let [want, want_rejects] = by_themselves(&folder, command, format);
        // One shard, several, and more than there are files.
        for of in [1, 3, 9] {
            let made = TempDir::new().unwrap();
            let (out, rejects) = (at(&made, "out"), at(&made, "rejects"));
            let named = if format == "txt" { "text" } else { format };
            for number in 1..=of {
                let shard = format!("{number}/{of}");
                let mut args = command.to_vec();
                args.extend([&input, "--shard", &shard, "-o", &out, "--rejects", &rejects]);
                args.extend(["--format", named]);
                let (printed, said, code) = run(&args);
                assert_eq!((code, printed.as_str()), (0, ""), "{said}");
            }
            assert_eq!(results(&out), want, "{command:?}, {of} shards");
            assert_eq!(results(&rejects), want_rejects, "{command:?}, {of} shards");
        }
    }
}

#[test]
fn every_file_belongs_to_one_shard_whatever_the_order_of_the_paths() {
    let folder = corpus();
    let (one, two) = (at(&folder, "in/late"), at(&folder, "in/b.csv"));
    let mut seen = Vec::new();
    for number in 1..=3 {
        let shard = format!("{number}/3");
        let made: Vec<Vec<String>> = [[&one, &two], [&two, &one]]
            .iter()
            .map(|[first, second]| {
                let out = TempDir::new().unwrap();
                let path = out.path().to_str().unwrap();
                let (_, said, code) = run(&["score", first, second, "--shard", &shard, "-o", path]);
                assert_eq!(code, 0, "{said}");
                results(path).into_keys().collect()
            })
            .collect();
        assert_eq!(made[0], made[1]);
        seen.extend(made[0].clone());
    }
    seen.sort();
    assert_eq!(seen, ["a.jsonl", "b.jsonl", "more/a.jsonl", "story.jsonl"]);
}

#[test]
fn files_that_are_complete_are_passed_over_and_half_written_ones_are_not() {
    let folder = corpus();
    let (input, out) = (at(&folder, "in"), at(&folder, "out"));
    let (rejects, half) = (at(&folder, "rejects"), at(&folder, "out/b.jsonl"));
    let args = ["score", &input, "--shard", "1/1", "-o", &out, "--rejects", &rejects];
    assert_eq!(run(&args).2, 0);
    let whole = files(&out);
    // It would be written anew if it were looked at.
    std::fs::write(at(&folder, "out/a.jsonl"), "as it was\n").unwrap();
    std::fs::rename(&half, format!("{half}.part")).unwrap();
    std::fs::write(format!("{half}.part"), "{\"cut").unwrap();
    let (_, said, code) = run(&args);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("a.jsonl: already complete"), "{said}");
    assert!(!said.contains("b.jsonl: already complete"), "{said}");
    assert!(said.contains("1 files written, 6 already complete, 0 failed"), "{said}");
    let mut after = files(&out);
    assert_eq!(
        after.insert("a.jsonl".to_owned(), whole["a.jsonl"].clone()).unwrap(),
        b"as it was\n"
    );
    assert_eq!(after, whole);
    // Whole by its name, but the run that wrote it had not come to its end.
    std::fs::write(&half, "{\"older\"").unwrap();
    std::fs::write(format!("{half}.progress"), "").unwrap();
    assert_eq!(run(&args).2, 0);
    assert_eq!(files(&out)["b.jsonl"], whole["b.jsonl"]);
    assert_eq!(files(&out).len(), whole.len());
    let mut quiet = args.to_vec();
    quiet.push("--quiet");
    assert_eq!(run(&quiet), (String::new(), String::new(), 0));
}

#[test]
fn a_shard_killed_at_any_moment_is_begun_again_and_ends_with_the_same_bytes() {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join("in")).unwrap();
    let samples = sample_rows();
    for number in 0..12 {
        let rows: String = samples
            .iter()
            .cycle()
            .skip(number)
            .take(700)
            .map(|row| {
                let text: String = row["text"].as_str().unwrap().chars().take(200).collect();
                format!("{}\n", serde_json::json!({ "text": text }))
            })
            .collect();
        std::fs::write(at(&folder, &format!("in/{number:02}.jsonl")), rows).unwrap();
    }
    let (input, whole) = (at(&folder, "in"), at(&folder, "whole"));
    assert_eq!(run(&["score", &input, "--shard", "1/1", "-o", &whole]).2, 0);
    for resume in [&[][..], &["--resume"]] {
        let out = at(&folder, &format!("out{}", resume.len()));
        let mut args = vec!["score", &input, "--shard", "1/1", "-o", &out];
        args.extend(resume);
        let mut killed = 0;
        for wait in (0..40).map(|step| 20 + 15 * step) {
            let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_masthead"))
                .args(&args)
                .stderr(std::process::Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(std::time::Duration::from_millis(wait));
            child.kill().unwrap();
            killed += u32::from(!child.wait().unwrap().success());
            if Path::new(&out).exists() {
                for (name, bytes) in results(&out) {
                    if name.ends_with(".jsonl") {
                        assert_eq!(bytes, files(&whole)[&name], "{name} is half-written");
                    }
                }
            }
        }
        assert!(killed > 0, "every run was quicker than its kill");
        let (_, said, code) = run(&args);
        assert_eq!(code, 0, "{said}");
        assert_eq!(files(&out), files(&whole));
    }
}

#[test]
fn a_file_that_can_not_be_used_does_not_keep_the_others_back() {
    let folder = corpus();
    std::fs::write(at(&folder, "in/a.jsonl"), "%PDF-1.7").unwrap();
    std::fs::write(at(&folder, "in/late/more/a.csv"), "n,wording\n1,Rain fell.\n").unwrap();
    let (input, out, rejects) = (at(&folder, "in"), at(&folder, "out"), at(&folder, "rejects"));
    let args = ["score", &input, "--shard", "1/1", "-o", &out, "--rejects", &rejects];
    for written in ["5 files written, 0 already", "0 files written, 5 already"] {
        let (_, said, code) = run(&args);
        assert_eq!(code, 2);
        assert!(said.contains("in/a.jsonl: is a PDF"), "{said}");
        assert!(said.contains("more/a.csv") && said.contains("--text-column"), "{said}");
        assert!(said.contains(written) && said.contains("2 failed"), "{said}");
        assert_eq!(results(&out).len(), 5);
    }
    // Mended, they are all that is left to do.
    let row = sample_rows()[0].to_string();
    std::fs::write(at(&folder, "in/a.jsonl"), row).unwrap();
    std::fs::remove_file(at(&folder, "in/late/more/a.csv")).unwrap();
    let (_, said, code) = run(&args);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("1 files written, 5 already complete"), "{said}");
}

#[test]
fn rows_of_no_use_fail_a_shard_at_its_end_or_go_to_a_file_beside_each_result() {
    let folder = corpus();
    let (input, out) = (at(&folder, "in"), at(&folder, "out"));
    let (_, said, code) = run(&["score", &input, "--shard", "1/1", "-o", &out]);
    assert_eq!(code, 2);
    assert!(said.contains("c.jsonl: row 3") && said.contains("--rejects"), "{said}");
    assert!(said.contains("7 files written") && said.contains("1 rejected"), "{said}");
    assert_eq!(results(&out).len(), 7);
    // With --strict the first such row ends the shard, and its file is not there.
    let strict = at(&folder, "strict");
    let (_, said, code) = run(&["score", &input, "--shard", "1/1", "-o", &strict, "--strict"]);
    assert_eq!(code, 2);
    assert!(said.contains("c.jsonl: row 3"), "{said}");
    assert_eq!(results(&strict).into_keys().collect::<Vec<_>>(), ["a.jsonl", "b.jsonl"]);
}

#[test]
fn values_of_shard_that_name_none_are_refused() {
    let (folder, path) = file("a.jsonl", "{\"text\":\"Rain fell.\"}\n");
    let out = at(&folder, "out");
    for shard in ["", "1", "/", "1/", "/2", "0/2", "3/2", "1/0", "-1/2", "+1/2", "1/2/3", "1 / 2"] {
        let flag = format!("--shard={shard}");
        let (_, complaint, code) = run(&["score", &path, &flag, "-o", &out]);
        assert_eq!(code, 2, "{shard}");
        assert!(complaint.contains("--shard") && complaint.contains("2/8"), "{complaint}");
    }
    assert!(!Path::new(&out).exists());
    let (_, said, code) = run(&["score", &path, "--shard", "4294967295/4294967295", "-o", &out]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("0 files written"), "{said}");
    assert!(results(&out).is_empty());
}

#[test]
fn shards_without_a_folder_or_of_standard_input_are_refused() {
    let row = b"{\"text\":\"Rain fell.\"}\n";
    let (folder, path) = file("a.jsonl", row);
    let out = at(&folder, "out");
    let (_, complaint, code) = run_with(&["score", "-", "--shard", "1/2", "-o", &out], row);
    assert_eq!(code, 2);
    assert!(
        complaint.contains("standard input") && complaint.contains("name files"),
        "{complaint}"
    );
    for args in
        [&["clean", &path, "--shard", "1/2"][..], &["clean", &path, "--shard", "1/2", "-o-"]]
    {
        let (_, complaint, code) = run(args);
        assert_eq!(code, 2);
        assert!(complaint.contains("-o"), "{complaint}");
    }
    let (_, complaint, code) = run(&["score", &path, "--shard", "1/2", "-o", &path]);
    assert_eq!(code, 2);
    assert!(complaint.contains("a.jsonl"), "{complaint}");
    assert_eq!(std::fs::read(&path).unwrap(), row);
}

#[test]
fn two_files_that_would_be_written_to_one_are_both_named() {
    let folder = corpus();
    std::fs::write(at(&folder, "in/a.csv"), "text\nRain fell.\n").unwrap();
    let out = at(&folder, "out");
    let (_, complaint, code) = run(&["score", &at(&folder, "in"), "--shard", "2/5", "-o", &out]);
    assert_eq!(code, 2);
    for name in ["in/a.csv", "in/a.jsonl", "out/a.jsonl"] {
        assert!(complaint.contains(name), "{complaint}");
    }
    // So are those of two folders; compressed they have another name.
    let (one, two) = (at(&folder, "in/late"), at(&folder, "in/late/more"));
    let (_, complaint, code) = run(&["score", &one, &two, "--shard", "1/1", "-o", &out]);
    assert_eq!(code, 2);
    assert!(complaint.contains("late/a.jsonl") && complaint.contains("more/a.csv"), "{complaint}");
    assert!(!Path::new(&out).exists());
    // Results and rejects are told apart.
    let (_, complaint, code) =
        run(&["score", &one, "--shard", "1/1", "-o", &out, "--rejects", &format!("{out}/.")]);
    assert_eq!(code, 2);
    assert!(complaint.contains("same folder"), "{complaint}");
}

#[test]
fn results_within_the_input_are_refused() {
    let folder = corpus();
    for out in ["in", "in/out"] {
        let (input, out) = (at(&folder, "in"), at(&folder, out));
        let (_, complaint, code) = run(&["clean", &input, "--shard", "1/2", "-o", &out]);
        assert_eq!(code, 2);
        assert!(complaint.contains("lies within the input"), "{complaint}");
    }
    assert_eq!(files(&at(&folder, "in")).len(), FILES.len());
}

#[test]
fn results_of_other_arguments_are_not_taken_for_complete() {
    let folder = corpus();
    let (input, out) = (at(&folder, "in/late"), at(&folder, "out"));
    let shard = |shard: &str, more: &[&str]| {
        let mut args = vec!["score", &input, "--shard", shard, "-o", &out];
        args.extend(more);
        run(&args)
    };
    assert_eq!(shard("1/2", &[]).2, 0);
    let before = files(&out);
    for other in [&["--explain"][..], &["--format", "csv"], &["--ignore-boilerplate"]] {
        let (_, complaint, code) = shard("2/2", other);
        assert_eq!(code, 2);
        assert!(complaint.contains("other arguments") && complaint.contains(&out), "{complaint}");
    }
    assert_eq!(files(&out), before);
    // What does not change a result may differ: the spread, the threads, the path.
    let roundabout = at(&folder, "in/late/../late");
    let args = ["score", &roundabout, "--shard", "1/1", "-o", &out, "--jobs", "2", "--resume"];
    let (_, said, code) = run(&args);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("1 files written, 2 already complete"), "{said}");
    // Of phrases it is the words that count, not the name of their file.
    let (phrases, phrased) = (at(&folder, "ours.txt"), at(&folder, "phrased"));
    let args =
        ["clean", &input, "--shard", "1/1", "-o", &phrased, "--phrases", &phrases, "--quiet"];
    std::fs::write(&phrases, "ours alone\n").unwrap();
    assert_eq!(run(&args).2, 0);
    std::fs::write(&phrases, "ours and yours\n").unwrap();
    let (_, complaint, code) = run(&args);
    assert_eq!(code, 2);
    assert!(complaint.contains("other arguments"), "{complaint}");
    // A file that no shard wrote is not taken for a result either.
    let foreign = at(&folder, "foreign");
    std::fs::create_dir(&foreign).unwrap();
    std::fs::write(format!("{foreign}/a.jsonl"), "mine\n").unwrap();
    let (_, complaint, code) = run(&["score", &input, "--shard", "1/1", "-o", &foreign]);
    assert_eq!(code, 2);
    assert!(complaint.contains("foreign/a.jsonl: is there, but not"), "{complaint}");
    assert_eq!(files(&foreign), [("a.jsonl".to_owned(), b"mine\n".to_vec())].into());
}

#[test]
fn shards_that_run_at_once_do_not_get_into_each_others_way() {
    let folder = corpus();
    let (input, out) = (at(&folder, "in"), at(&folder, "out"));
    let rejects = at(&folder, "rejects");
    let children: Vec<_> = (1..=4)
        .map(|number| {
            let shard = format!("{number}/4");
            let args = ["score", &input, "--shard", &shard, "-o", &out, "--rejects", &rejects];
            let binary = env!("CARGO_BIN_EXE_masthead");
            let mut command = std::process::Command::new(binary);
            command.args(args).stderr(std::process::Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for child in children {
        let ended = child.wait_with_output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
    let [want, want_rejects] = by_themselves(&folder, &["score"], "jsonl");
    assert_eq!((results(&out), results(&rejects)), (want, want_rejects));
}

#[test]
#[cfg(target_os = "linux")]
fn a_shard_that_is_interrupted_ends_between_two_steps_and_says_so() {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join("in")).unwrap();
    let rows: String =
        sample_rows().iter().cycle().take(1500).map(|row| format!("{row}\n")).collect();
    for number in 0..8 {
        std::fs::write(at(&folder, &format!("in/{number}.jsonl")), &rows).unwrap();
    }
    let (input, out) = (at(&folder, "in"), at(&folder, "out"));
    let child = std::process::Command::new(masthead(&[]).get_program())
        .args(["score", &input, "--shard", "1/1", "-o", &out, "--jobs", "1"])
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    while !Path::new(&format!("{out}/1.jsonl")).exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let ended = child.wait_with_output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(130), "{said}");
    assert!(said.contains("interrupted"), "{said}");
    assert!(!Path::new(&format!("{out}/7.jsonl")).exists());
}

#[test]
#[cfg(target_os = "linux")]
fn a_disk_that_is_full_ends_a_shard_at_the_file_at_hand() {
    let folder = corpus();
    let (input, out) = (at(&folder, "in"), at(&folder, "out"));
    // Past this size a file takes no more, as on a disk that is full.
    let limited = "trap '' XFSZ; ulimit -f 4; exec \"$@\"";
    let binary = env!("CARGO_BIN_EXE_masthead");
    let ended = std::process::Command::new("sh")
        .args(["-c", limited, "sh", binary, "score", &input, "--shard", "1/1", "-o", &out])
        .output()
        .unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(2), "{said}");
    assert!(said.contains("out/a.jsonl") && !said.contains("out/b.jsonl"), "{said}");
    assert!(results(&out).is_empty());
}
