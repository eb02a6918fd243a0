//! What judging asks of the memory once it is warm: nothing by token and nothing by line, and
//! of an article no more than its verdict and a few tables take.

#![allow(unsafe_code, reason = "an allocator can't be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use masthead::corpus::Article;
use masthead::{Classifier, Options};

thread_local! {
    /// How often this thread asked for memory.
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, which counts.
struct Counting;

impl Counting {
    fn count() {
        // A thread that ends asks too, when it has no counter any more.
        let _ = ASKED.try_with(|asked| asked.set(asked.get() + 1));
    }
}

// SAFETY: everything is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::count();
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        Self::count();
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        Self::count();
        // SAFETY: as above.
        unsafe { System.realloc(memory, layout, size) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// How often memory is asked for while `work` runs.
fn asked<T>(work: impl Fn() -> T) -> usize {
    // What is reused is as large as it has to be after the first times.
    for _ in 0..2 {
        work();
    }
    let before = ASKED.get();
    let made = work();
    let count = ASKED.get() - before;
    drop(made);
    count
}

/// An article of so many lines of content, each of several sentences and words with accents.
fn article(lines: usize) -> Article {
    const TOWNS: [&str; 7] =
        ["Orrin", "Brühl", "Castell", "Dunmore", "Évreux", "Fairholm", "Gdańsk"];
    const THINGS: [&str; 5] = ["the harbour", "its schools", "a bridge", "the railway", "housing"];
    let line = |at: usize| {
        let (town, thing) = (TOWNS[at % TOWNS.len()], THINGS[at % THINGS.len()]);
        format!(
            "The council of {town} voted on Tuesday to spend {} million on {thing} over the next \
             {} years, a sum that opponents called reckless. \u{201C}We waited long enough for this,\u{201D} \
             the mayor told residents after the {}th meeting, while Dr. Ágnes Kovács of the \
             naïve opposition said that taxes would rise.",
            at * 3 + 7,
            at % 9 + 2,
            at + 11,
        )
    };
    let text = (0..lines).map(line).collect::<Vec<_>>().join("\n\n");
    Article::new("Council votes to spend millions", &text)
}

/// From which nothing is boilerplate: spans are part of the answer, and take memory.
const NOTHING: Option<f32> = Some(1.0);

/// How often a short and a long article ask.
fn of_both(work: impl Fn(&Article) -> usize) -> [usize; 2] {
    [FEW, MANY].map(|lines| {
        let article = article(lines);
        asked(|| assert_eq!(work(&article), 0, "spans"))
    })
}

const FEW: usize = 20;
const MANY: usize = 440;

#[test]
fn finding_boilerplate_asks_for_no_memory_by_line() {
    let classifier = Classifier::builder().heads(["boilerplate"]).build().unwrap();
    let [few, many] = of_both(|article| classifier.boilerplate_from(article, NOTHING).len());
    assert!(
        few <= MAX_CLEAN && many <= MAX_CLEAN,
        "{few} times for {FEW} lines, {many} for {MANY}"
    );
}

#[test]
fn labelling_asks_for_no_memory_by_line() {
    let options = Options::default().with_threshold(NOTHING);
    let classifier = Classifier::builder().options(options).build().unwrap();
    let [few, many] = of_both(|article| classifier.classify_article(article).boilerplate.len());
    assert!(
        few <= MAX_SCORE && many <= MAX_SCORE,
        "{few} times for {FEW} lines, {many} for {MANY}"
    );
}

#[test]
fn a_piece_of_memory_for_each_line_would_be_too_much() {
    let lines = article(MANY);
    let each = asked(|| lines.text.lines().map(str::to_owned).for_each(drop));
    assert!(each > MAX_SCORE, "{each} times");
}

/// Most times that memory may be asked for: less than there are lines.
const MAX_CLEAN: usize = 120;
const MAX_SCORE: usize = 260;
