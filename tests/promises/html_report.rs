//! `evaluate --report` writes a page that anybody can read and no data can
//! break: checked in its bytes, and in Chromium as a person sees it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;

use masthead::corpus::line_digest;

use super::common::{at, run, samples};

/// What each text of the data tries to do. Whatever comes of it is seen in the
/// title, or in the id of the body, or by its not being there.
pub const TRICKS: [&str; 9] = [
    "<script>document.title='owned'</script>",
    "\"><img src=x onerror=\"document.title='owned'\">",
    "' onmouseover='document.title=1' x='",
    "</style><style>body{display:none}</style>",
    "</title><svg onload=\"document.body.id='owned'\"></svg>",
    "<!--",
    "<iframe srcdoc=\"<script>parent.document.title='owned'</script>\"></iframe>",
    "<a href=\"javascript:document.title='owned'\">Ledger</a><base href=\"https://harrow.invalid/\">",
    "\u{202E}regdeL\u{2066}\u{0}\u{1B}[31m\u{85}",
];

/// A folder with a report on files whose every text is a trick: names of files
/// and outlets, headlines, ids, stories, kinds, collections.
fn tricked() -> (TempDir, String) {
    let folder = TempDir::new().unwrap();
    let name = if cfg!(unix) { "<img src=x onerror=document.title=1>'&.csv" } else { "a.csv" };
    let articles = at(&folder, name);
    let mut writer = csv::Writer::from_path(&articles).unwrap();
    writer.write_record(["id", "title", "text", "outlet", "leaning", "frames"]).unwrap();
    for (row, trick) in TRICKS.iter().enumerate() {
        let text = format!("Rain fell on {trick} Harrow, say farmers.\n\nShare {trick}\n");
        let leaning = ["left", "center", "right"][row % 3];
        writer.write_record([*trick, trick, &text, trick, leaning, "conflict"]).unwrap();
    }
    writer.flush().unwrap();
    let kinds = at(&folder, "kinds.csv");
    let mut writer = csv::Writer::from_path(&kinds).unwrap();
    writer.write_record(["digest", "kind"]).unwrap();
    for trick in TRICKS {
        writer.write_record([&line_digest(&format!("Share {trick}")), trick]).unwrap();
    }
    writer.flush().unwrap();
    let pages = at(&folder, "pages.jsonl");
    let lines: String = TRICKS
        .iter()
        .map(|trick| {
            let lines = json!([[0, format!("Rain fell on {trick}.")], [1, "Share"]]);
            let page = json!({"corpus": trick, "gold": "Rain fell.", "page_lines": lines});
            format!("{page}\n")
        })
        .collect();
    std::fs::write(&pages, lines).unwrap();
    let report = at(&folder, "report.html");
    let args = ["evaluate", &articles, &kinds, &pages, "--report", &report, "--probes"];
    let (_, said, code) = run(&args);
    assert_eq!(code, 0, "{said}");
    (folder, report)
}

/// A folder with a report on the samples in which nothing is left out, and the
/// same as JSON.
fn complete() -> (TempDir, String, Value) {
    let folder = TempDir::new().unwrap();
    let report = at(&folder, "report.html");
    let articles = samples();
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let passages = project.join("tests/passages.csv");
    let model = project.join("models/default.masthead");
    let [articles, passages, model] =
        [&articles, &passages, &model].map(|path| path.to_str().unwrap());
    let (out, said, code) = run(&[
        "evaluate",
        articles,
        passages,
        "--report",
        &report,
        "--probes",
        "--compare",
        model,
        "--json",
    ]);
    assert_eq!(code, 0, "{said}");
    (folder, report, serde_json::from_str(&out).unwrap())
}

/// That a page has no tags and attributes but those of the program, all of them harmless, and
/// nothing that is obeyed, run or fetched.
pub fn harmless(page: &str) {
    let tags = "!DOCTYPE html head meta title style body header main footer section nav h1 h2 h3 p \
                b i a ul ol li div table caption span thead tbody tr th td code bdi svg desc line \
                text polyline circle figure figcaption details summary blockquote article aside \
                fieldset legend input label mark s small pre";
    let attributes = "lang charset http-equiv content name id class role tabindex scope href \
                      aria-label aria-labelledby aria-hidden viewBox x y x1 x2 y1 y2 cx cy r points \
                      text-anchor transform type for dir colspan aria-description data-name title value";
    let [tags, attributes] = [tags, attributes].map(|list| list.split(' ').collect::<Vec<_>>());
    for tag in page.split('<').skip(1) {
        let (tag, _) = tag.trim_start_matches('/').split_once('>').unwrap();
        let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(tags.contains(&name.trim_end_matches('/')), "<{tag}>");
        while let Some((attribute, after)) = rest.split_once("=\"") {
            assert!(attributes.contains(&attribute.trim()), "<{tag}>");
            let (value, after) = after.split_once('"').unwrap();
            assert!(attribute.trim() != "href" || value.starts_with('#'), "<{tag}>");
            rest = after;
        }
        assert!(matches!(rest.trim(), "" | "/" | "html" | "checked"), "<{tag}>");
    }
    assert_eq!(page.matches("<style>").count(), 1);
    assert_eq!(page.matches("</style>").count(), 1);
    let obeyed = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202A}'..='\u{202E}');
    assert!(!page.contains(obeyed), "a character that is obeyed");
    // Beside escaping: nothing would be run or fetched.
    let policy = "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src \
                  'unsafe-inline'; ";
    assert!(page.find(policy).unwrap() < page.find("<style>").unwrap());
    for name in ["src=\"", "url(", "@import", "http://", "https://harrow.invalid/\""] {
        assert!(!page.contains(name), "{name}");
    }
}

#[test]
fn no_text_of_the_data_is_markup_in_a_report() {
    let (_folder, report) = tricked();
    let page = std::fs::read_to_string(report).unwrap();
    harmless(&page);
    assert!(page.contains("&lt;script&gt;document.title=&#39;owned&#39;&lt;/script&gt;"));
    assert!(
        page.contains("[U+202E]regdeL[U+2066][U+0000]"),
        "signatures of direction are not named"
    );
}

#[test]
fn a_report_is_the_same_bytes_for_any_jobs_and_leaves_no_unfinished_file() {
    let folder = TempDir::new().unwrap();
    let (one, four) = (at(&folder, "one.html"), at(&folder, "four.html"));
    for (jobs, report) in [("1", &one), ("4", &four)] {
        let articles = samples();
        let args = ["evaluate", articles.to_str().unwrap(), "--jobs", jobs, "--report", report];
        assert_eq!(run(&args).2, 0);
    }
    assert_eq!(std::fs::read(one).unwrap(), std::fs::read(four).unwrap());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    let nowhere = at(&folder, "no-such/report.html");
    let (_, complaint, code) =
        run(&["evaluate", samples().to_str().unwrap(), "--report", &nowhere]);
    assert_eq!(code, 2);
    assert!(complaint.contains("no-such"), "{complaint}");
}

/// What `reader.js` saw.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Seen {
    pub title: String,
    pub id: String,
    /// The words that are to be seen, at first and with everything unfolded.
    pub text: String,
    pub unfolded: String,
    pub background: String,
    headings: Vec<String>,
    pub charts: Vec<Chart>,
    /// The names of the elements.
    pub names: Vec<String>,
    /// What was fetched.
    pub resources: Vec<String>,
    pub scroll_width: u32,
    client_width: u32,
    /// The least contrast, and the text that has it.
    pub contrast: (f64, String),
    /// Words that are cut off or only seen by scrolling aside, and words that lie on others.
    pub clipped: Vec<String>,
    /// What a passage says once the keys go to it, whether a head could be switched off, and the
    /// words of a corpus by month.
    #[serde(default)]
    pub told: String,
    #[serde(default)]
    pub switched: bool,
    #[serde(default)]
    pub by_month: String,
    pub overlapping: Vec<String>,
}

impl Seen {
    /// That all is there to be read at once: nothing is cut off, nothing lies on something else, and
    /// the page is no wider than the screen.
    pub fn is_clear(&self, page: &str, width: u32) {
        assert!(self.scroll_width <= width, "{page} is {} wide at {width}", self.scroll_width);
        assert!(self.clipped.is_empty(), "{page} at {width}, cut off: {:?}", self.clipped);
        assert!(self.overlapping.is_empty(), "{page} at {width}: {:?}", self.overlapping);
        assert!(self.contrast.0 >= 4.5, "{page} at {width}: {:?}", self.contrast);
    }
}

#[derive(Debug, Deserialize)]
pub struct Chart {
    width: f64,
    height: f64,
    /// Its title and description.
    named: Vec<String>,
}

/// The Chromium of this machine; where there is none, it is said.
pub fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .map(|folder| folder.join("chromium"))
        .find(|program| program.is_file());
    if found.is_none() {
        // Not by println!, which the test harness keeps to itself.
        let _ = writeln!(std::io::stderr(), "SKIPPED: chromium is not there to read a report with");
    }
    found
}

/// A page in the folder as somebody sees it on a screen of a width.
pub fn seen(chromium: &Path, folder: &TempDir, page: &str, width: u32, dark: bool) -> Seen {
    for (name, text) in
        [("reader.html", include_str!("reader.html")), ("reader.js", include_str!("reader.js"))]
    {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let json = dump(chromium, folder, &format!("reader.html#{page},{width}"), dark);
    serde_json::from_str(&json).unwrap()
}

/// The JSON that a page in the folder leaves in its first `pre`.
pub fn dump(chromium: &Path, folder: &TempDir, address: &str, dark: bool) -> String {
    let profile = TempDir::new().unwrap();
    let output = assert_cmd::Command::new(chromium)
        .args("--headless --no-sandbox --disable-gpu --disable-quic --no-first-run".split(' '))
        .args("--disable-background-networking --disable-component-update".split(' '))
        // Scrollbars lie over the page, as those of a phone do.
        .arg("--hide-scrollbars")
        // The reader may look into a file beside it, as it might on one host.
        .args("--disable-sync --disable-dev-shm-usage --allow-file-access-from-files".split(' '))
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("--blink-settings=preferredColorScheme={}", u8::from(!dark)))
        .args(["--virtual-time-budget=5000", "--window-size=1400,900", "--dump-dom"])
        .arg(format!("file://{}/{address}", folder.path().display()))
        .env("HOME", profile.path())
        .timeout(Duration::from_secs(300))
        .output()
        .unwrap();
    let dumped = String::from_utf8(output.stdout).unwrap();
    let said = || String::from_utf8_lossy(&output.stderr).into_owned();
    let json = dumped.split("<pre>").nth(1).and_then(|rest| rest.split("</pre>").next());
    let json = json.filter(|json| !json.is_empty());
    json.unwrap_or_else(|| panic!("{dumped}\n{}", said())).to_owned()
}

#[test]
fn a_report_is_read_in_chromium_on_a_phone_and_a_desk_by_day_and_by_night() {
    let Some(chromium) = chromium() else { return };
    let (folder, _, figures) = complete();
    let mut backgrounds = Vec::new();
    for (width, dark) in [(360, false), (360, true), (1280, false), (390, false), (2560, true)] {
        let seen = seen(&chromium, &folder, "report.html", width, dark);
        assert_eq!(seen.client_width, width, "the frame is not as wide as asked");
        seen.is_clear("report.html", width);
        assert!(seen.resources.is_empty(), "{:?}", seen.resources);
        assert!(!seen.names.contains(&"script".to_owned()));
        let model = figures["model"].as_str().unwrap();
        assert_eq!(seen.title, format!("Evaluation of model {model}"));
        assert_eq!(seen.headings[0], format!("h1 {}", seen.title));
        for heading in [
            "Outlet",
            "Outlet, of those trained on",
            "Leaning",
            "Generic frames",
            "Policy frames",
            "Probes",
            "Worst mistakes",
        ] {
            assert!(seen.headings.contains(&format!("h2 {heading}")), "{heading}");
        }
        let digest = figures["files"][0]["digest"].as_str().unwrap();
        assert!(seen.text.contains("samples.jsonl") && seen.text.contains(digest));
        for head in ["outlet", "leaning", "generic_frames", "policy_frames"] {
            let head = &figures[head];
            let interval = |end: &str| head["macro_f1_interval"][end].as_f64().unwrap();
            for shown in [
                format!("{:.4}", head["macro_f1"].as_f64().unwrap()),
                format!("[{:.3}, {:.3}]", interval("low"), interval("high")),
                format!("{:.4}", head["majority_macro_f1"].as_f64().unwrap()),
                format!("{} rows in {} groups", head["rows"], head["groups"]),
            ] {
                assert!(seen.text.contains(&shown), "{shown} is not to be seen");
            }
        }
        let lookup = &figures["leaning"]["baselines"]["outlet_lookup"]["mean_absolute_error"];
        assert!(seen.text.contains(&format!("{:.4}", lookup.as_f64().unwrap())));
        assert!(seen.text.contains("may be chance") && seen.text.contains("The Harrow Ledger"));
        // Two charts of each of five heads, as wide as the column and no more.
        assert_eq!(seen.charts.len(), 10);
        for chart in &seen.charts {
            let fits = chart.width > 250.0 && chart.width <= f64::from(width);
            assert!(fits && chart.height > 200.0, "{chart:?}");
            assert!(chart.named.iter().all(|words| words.len() > 20), "{chart:?}");
        }
        // Folded away at first: the numbers of the charts, the rarer labels. One of
        // them may by chance be a figure that is shown.
        let bins = figures["leaning"]["reliability"].as_array().unwrap().iter();
        let bins: Vec<String> =
            bins.map(|bin| format!("{:.3}", bin["claimed"].as_f64().unwrap())).collect();
        assert!(bins.iter().any(|bin| !seen.text.contains(bin)), "{bins:?}");
        assert!(bins.iter().all(|bin| seen.unfolded.contains(bin)), "{bins:?}");
        backgrounds.push(seen.background);
    }
    assert_ne!(backgrounds[0], backgrounds[1], "it is as bright by night as by day");
    assert_eq!(backgrounds[0], backgrounds[2]);
}

#[test]
fn hostile_texts_do_nothing_in_chromium_but_stand_there_to_be_read() {
    let Some(chromium) = chromium() else { return };
    let (folder, report) = tricked();
    let page = std::fs::read_to_string(report).unwrap();
    // That a trick would be seen if it worked is shown by a page that lets it.
    let bare = format!("<!DOCTYPE html><body>{}</body>", TRICKS[..2].concat());
    std::fs::write(folder.path().join("bare.html"), bare).unwrap();
    assert_eq!(seen(&chromium, &folder, "bare.html", 360, false).title, "owned");
    // Escaping holds alone, with the policy behind it taken away.
    let (before, rest) = page.split_once("<meta http-equiv").unwrap();
    let (_, after) = rest.split_once('>').unwrap();
    std::fs::write(folder.path().join("open.html"), format!("{before}{after}")).unwrap();
    for name in ["report.html", "open.html"] {
        let seen = seen(&chromium, &folder, name, 360, true);
        assert!(seen.title.starts_with("Evaluation of model "), "{}", seen.title);
        assert_eq!(seen.id, "");
        assert!(seen.resources.is_empty(), "{:?}", seen.resources);
        assert!(seen.scroll_width <= 360, "{}", seen.scroll_width);
        assert!(seen.contrast.0 >= 4.5, "{:?}", seen.contrast);
        for absent in ["script", "img", "iframe", "base"] {
            assert!(!seen.names.iter().any(|name| name == absent), "{absent}");
        }
        for trick in &TRICKS[..8] {
            assert!(seen.text.contains(trick), "not to be read: {trick}");
        }
        assert!(seen.text.contains("[U+202E]regdeL[U+2066]"));
    }
}
