//! Faults: kills, full disks, closed pipes, interruptions. No result is
//! half-written, and `--resume` goes on without scoring twice or losing a row.

use std::fmt::Write;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use rand::Rng;
use tempfile::TempDir;

use super::common::{at, file, run, run_with, sample_rows};

/// Rows enough for several steps, some of them of no use.
fn corpus(folder: &TempDir) -> String {
    let samples = sample_rows();
    let mut lines = String::new();
    for number in 0..2600 {
        let text = samples[number % samples.len()]["text"].as_str().unwrap();
        let text: String = text.chars().take(300).collect();
        let text = if number % 97 == 0 { String::new() } else { text };
        let row = serde_json::json!({ "id": number, "text": text });
        writeln!(lines, "{row}").unwrap();
    }
    let path = at(folder, "corpus.jsonl");
    std::fs::write(&path, lines).unwrap();
    path
}

fn spawn(args: &[&str], input: Stdio) -> Child {
    std::process::Command::new(env!("CARGO_BIN_EXE_masthead"))
        .args(args)
        .stdin(input)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The names in a folder, apart from its corpus.
fn left_in(folder: &TempDir) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "corpus.jsonl")
        .collect();
    names.sort();
    names
}

/// Kills runs until `kills` were killed, and lets the last one end.
fn kill_and_resume(out_name: &str, kills: usize) {
    let folder = TempDir::new().unwrap();
    let corpus = corpus(&folder);
    let whole = TempDir::new().unwrap();
    let (want, want_rejects) = (at(&whole, out_name), at(&whole, "rejects.csv"));
    let (_, said, code) = run(&["score", &corpus, "-o", &want, "--rejects", &want_rejects]);
    assert_eq!(code, 0, "{said}");
    let want = std::fs::read(want).unwrap();
    let want_rejects = std::fs::read(want_rejects).unwrap();

    let (out, rejects) = (at(&folder, out_name), at(&folder, "rejects.csv"));
    let args = ["score", &corpus, "-o", &out, "--rejects", &rejects, "--resume"];
    let journal = format!("{out}.progress");
    let steps = || std::fs::read_to_string(&journal).map_or(0, |text| text.lines().count());
    let mut killed = 0;
    let mut gone_on = 0;
    let mut random = rand::thread_rng();
    while killed < kills || gone_on == 0 {
        let before = steps();
        let mut child = spawn(&args, Stdio::null());
        // A machine that is busy with other things is given longer.
        std::thread::sleep(Duration::from_millis(random.gen_range(0..250 + 10 * killed as u64)));
        child.kill().unwrap();
        let ended = child.wait_with_output().unwrap();
        if ended.status.success() {
            // It was quicker than the kill: the results are there, begin again.
            assert_eq!(std::fs::read(&out).unwrap(), want);
            std::fs::remove_file(&out).unwrap();
            std::fs::remove_file(&rejects).unwrap();
            continue;
        }
        killed += 1;
        gone_on += usize::from(before > 1 && steps() >= before);
        // Either there is no result yet, or it is whole.
        for (path, whole) in [(&out, &want), (&rejects, &want_rejects)] {
            if Path::new(path).exists() {
                assert_eq!(&std::fs::read(path).unwrap(), whole);
            }
        }
    }
    let (_, said, code) = run(&args);
    assert_eq!(code, 0, "{said}");
    assert_eq!(std::fs::read(&out).unwrap(), want);
    assert_eq!(std::fs::read(&rejects).unwrap(), want_rejects);
    assert_eq!(left_in(&folder), [out_name, "rejects.csv"]);
}

#[test]
fn fifty_runs_killed_at_random_leave_the_bytes_of_an_undisturbed_one() {
    kill_and_resume("out.jsonl", 50);
}

#[test]
fn killed_runs_that_compress_their_results_leave_the_same_bytes() {
    kill_and_resume("out.csv.gz", 6);
    kill_and_resume("out.jsonl.zst", 6);
}

/// A run of which the first steps are done, and that waits for more input.
fn waiting(folder: &TempDir, signal: &str) -> (String, std::process::Output) {
    let corpus = std::fs::read(corpus(folder)).unwrap();
    let out = at(folder, "out.jsonl");
    let args = ["score", "-", "-o", &out, "--resume"];
    let mut child = spawn(&args, Stdio::piped());
    let mut input = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut input, &corpus).unwrap();
    let journal = format!("{out}.progress");
    while std::fs::read_to_string(&journal).map_or(0, |text| text.lines().count()) < 3 {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::sleep(Duration::from_millis(5));
    }
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args([signal, &pid]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    drop(input);
    (out, output)
}

#[test]
#[cfg(unix)]
fn an_interruption_keeps_what_was_done_and_says_how_to_go_on() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let folder = TempDir::new().unwrap();
        let (out, ended) = waiting(&folder, signal);
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(code), "{said}");
        assert!(said.contains("interrupted") && said.contains("--resume"), "{said}");
        assert!(!Path::new(&out).exists());
        let corpus = std::fs::read(at(&folder, "corpus.jsonl")).unwrap();
        let rest = ["score", "-", "-o", &out, "--resume"];
        let (_, said, _) = run_with(&rest, &corpus);
        assert!(said.contains("of them by the earlier run"), "{said}");
        let whole = run_with(&["score", "-"], &corpus).0;
        assert_eq!(std::fs::read_to_string(&out).unwrap(), whole);
    }
}

#[test]
#[cfg(unix)]
fn a_run_is_not_gone_on_with_when_the_input_or_the_arguments_have_changed() {
    let folder = TempDir::new().unwrap();
    let (out, _) = waiting(&folder, "-INT");
    let corpus = std::fs::read_to_string(at(&folder, "corpus.jsonl")).unwrap();
    let changed = corpus.replacen("\"id\":5,", "\"id\":6,", 1);
    let (_, complaint, code) =
        run_with(&["score", "-", "-o", &out, "--resume"], changed.as_bytes());
    assert_eq!(code, 2);
    assert!(complaint.contains("input has changed"), "{complaint}");
    assert!(!complaint.contains("go on with --resume"), "{complaint}");
    let shorter: String = corpus.lines().take(3).collect::<Vec<_>>().join("\n");
    let (_, complaint, code) =
        run_with(&["score", "-", "-o", &out, "--resume"], shorter.as_bytes());
    assert_eq!(code, 2);
    assert!(complaint.contains("input has changed"), "{complaint}");
    let other = ["score", "-", "-o", &out, "--resume", "--explain"];
    let (_, complaint, code) = run_with(&other, corpus.as_bytes());
    assert_eq!(code, 2);
    assert!(complaint.contains("other arguments"), "{complaint}");
    // Nothing of that spoiled what was kept.
    let (_, said, _) = run_with(&["score", "-", "-o", &out, "--resume"], corpus.as_bytes());
    assert!(said.contains("of them by the earlier run"), "{said}");
    assert_eq!(left_in(&folder), ["out.jsonl"]);
}

#[test]
fn two_runs_do_not_write_one_file() {
    let folder = TempDir::new().unwrap();
    let out = at(&folder, "out.jsonl");
    let journal = std::fs::File::create(format!("{out}.progress")).unwrap();
    journal.lock().unwrap();
    let (_, complaint, code) =
        run_with(&["score", "-", "-o", &out], b"{\"text\":\"Rain fell.\"}\n");
    assert_eq!(code, 2);
    assert!(complaint.contains("another run"), "{complaint}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_named_and_the_device_stays_what_it_is() {
    let row = b"{\"text\":\"Rain fell.\"}\n";
    let (_, complaint, code) =
        run_with(&["score", "-", "-o", "/dev/full", "--format", "jsonl"], row);
    assert_eq!(code, 2);
    assert!(complaint.contains("/dev/full") && complaint.contains("space"), "{complaint}");
    let (_, complaint, code) = run_with(&["score", "-", "--rejects", "/dev/full"], b"{}\n");
    assert_eq!(code, 2);
    assert!(complaint.contains("space"), "{complaint}");
    for command in [&["score", "-"][..], &["model", "show"], &["outlets", "reuters.com"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_masthead"))
            .args(command)
            .stdin(Stdio::piped())
            .stdout(full)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), row).unwrap();
        let ended = child.wait_with_output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(2), "{command:?}: {said}");
        assert!(said.contains("space"), "{command:?}: {said}");
    }
    assert!(!std::fs::metadata("/dev/full").unwrap().is_file());
}

#[test]
#[cfg(target_os = "linux")]
fn a_disk_that_fills_up_keeps_what_was_done() {
    let folder = TempDir::new().unwrap();
    let corpus = corpus(&folder);
    let out = at(&folder, "out.jsonl");
    let binary = env!("CARGO_BIN_EXE_masthead");
    // Past this size a file takes no more, as on a disk that is full.
    let limited = "trap '' XFSZ; ulimit -f 3000; exec \"$@\"";
    let ended = std::process::Command::new("sh")
        .args(["-c", limited, "sh", binary, "score", &corpus, "-o", &out, "--resume"])
        .output()
        .unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(2), "{said}");
    assert!(said.contains("out.jsonl") && said.contains("--resume"), "{said}");
    assert!(!Path::new(&out).exists());
    let (_, said, _) = run(&["score", &corpus, "-o", &out, "--resume"]);
    assert!(said.contains("of them by the earlier run"), "{said}");
    assert_eq!(std::fs::read_to_string(&out).unwrap(), run(&["score", &corpus]).0);
}

#[test]
#[cfg(target_os = "linux")]
fn a_folder_that_can_not_be_written_is_named_before_anything_is_scored() {
    // Not even root makes files there.
    let out = "/proc/self/out.jsonl";
    let (_, complaint, code) = run_with(&["score", "-", "-o", out], b"{\"text\":\"Rain fell.\"}\n");
    assert_eq!(code, 2);
    assert!(complaint.contains(out), "{complaint}");
}

#[test]
fn a_folder_as_the_output_is_refused() {
    let (folder, path) = file("a.jsonl", "{\"text\":\"Rain fell.\"}\n");
    let out = at(&folder, "out.jsonl");
    std::fs::create_dir(&out).unwrap();
    let (_, complaint, code) = run(&["score", &path, "-o", &out]);
    assert_eq!(code, 2);
    assert!(complaint.contains("out.jsonl") && complaint.contains("directory"), "{complaint}");
    assert_eq!(left_in(&folder), ["a.jsonl", "out.jsonl"]);
}

#[test]
fn results_and_rejects_in_one_file_are_refused() {
    let (folder, path) = file("a.jsonl", "{\"text\":\"Rain fell.\"}\n");
    let out = at(&folder, "out.csv");
    let (_, complaint, code) = run(&["score", &path, "-o", &out, "--rejects", &out]);
    assert_eq!(code, 2);
    assert!(complaint.contains("--rejects"), "{complaint}");
}

#[test]
fn resume_asks_for_a_file_and_begins_where_there_is_nothing() {
    let row = b"{\"text\":\"Rain fell.\"}\n";
    let (_, complaint, code) = run_with(&["score", "-", "--resume"], row);
    assert_eq!(code, 2);
    assert!(complaint.contains("-o"), "{complaint}");
    let folder = TempDir::new().unwrap();
    let out = at(&folder, "out.jsonl");
    assert_eq!(run_with(&["score", "-", "-o", &out, "--resume"], row).2, 0);
    assert_eq!(left_in(&folder), ["out.jsonl"]);
}

#[test]
fn an_output_that_is_a_link_stays_one() {
    #[cfg(unix)]
    {
        let (folder, path) = file("a.jsonl", "{\"text\":\"Rain fell.\"}\n");
        let (link, real) = (at(&folder, "link.jsonl"), at(&folder, "real.jsonl"));
        std::fs::write(&real, "before").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        assert_eq!(run(&["score", &path, "-o", &link]).2, 0);
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(std::fs::read_to_string(&real).unwrap().contains("verdict"));
    }
}
