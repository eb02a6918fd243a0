//! The page of a corpus: what its scored articles came to, group by group and
//! month by month, with how much was withheld beside every share.

use std::cell::Cell;
use std::collections::BTreeMap;

use askama::Template;

use super::counts::{Counts, Frequent, GROUPINGS, Group, MONTH, NOT_KNOWN, OTHERS};
use super::gold::{Gold, Shares};
use super::panel::capital;
use super::scored::Scored;
use crate::corpus::guarded;
use crate::document::RecentTexts;
use crate::evaluation::chart::{Bar, Small, Value};
use crate::evaluation::{CorrectedShare, Interval, escape, head_title};
use crate::verdict::{LEANINGS, Slot};

/// Groups of a table and of its CSV, rows of the other tables, and articles to read of each sort.
const SHOWN: usize = 25;
const IN_CSV: usize = 300;
const ROWS: usize = 25;
const TO_READ: usize = 10;

/// Shades of a cell, from few to all.
const SHADES: [&str; 7] = ["z", "r1", "r2", "r3", "r4", "r5", "r6"];

/// What the scored articles of a corpus come to, in memory that does not grow with it.
#[derive(Debug, Default)]
pub struct CorpusPage {
    files: Vec<String>,
    counts: Counts,
    texts: RecentTexts,
    models: Frequent,
    lines: Frequent,
    disagreements: Frequent,
    origins: Frequent,
    /// By sort, the surest first: how sure, what, and which article.
    to_read: BTreeMap<&'static str, Vec<Read>>,
    rejected: u64,
    undated: u64,
    odd_dates: u64,
    gold: Option<Gold>,
}

/// An article to read.
#[derive(Debug, Clone, PartialEq)]
struct Read {
    by: f32,
    why: String,
    title: String,
    place: String,
}

impl CorpusPage {
    /// A page whose shares are corrected by rows that people coded.
    pub fn with_gold(gold: Gold) -> Self {
        Self { gold: Some(gold), ..Self::default() }
    }

    /// The rows that people coded.
    pub fn gold(&self) -> Option<&Gold> {
        self.gold.as_ref()
    }

    /// Notes a file that rows come from.
    pub fn add_file(&mut self, name: &str) {
        self.files.push(name.to_owned());
    }

    /// Notes a row that can't be used; how many there were.
    pub fn reject(&mut self) -> u64 {
        self.rejected += 1;
        self.rejected
    }

    /// Counts an article.
    pub fn add(&mut self, scored: &Scored) {
        let copy = self.texts.repeats(&scored.keys);
        if let Some(gold) = &mut self.gold {
            gold.count(scored);
        }
        self.counts.add(scored, copy);
        let found = &scored.found;
        self.models.add("", &found.model);
        self.odd_dates += u64::from(scored.odd_date);
        self.undated += u64::from(scored.month.is_none() && !scored.odd_date);
        if copy {
            return;
        }
        for span in &found.boilerplate {
            self.lines.add(&span.kind, &span.text);
        }
        if let Some(outlet) = &found.outlet {
            let text = &outlet.by_text;
            if let (Some(false), Some(address)) = (outlet.agrees, &outlet.by_address) {
                self.disagreements.add(address, &text.label);
                let why = format!("{} by text, {address} by address", text.label);
                let by = text.probability.unwrap_or(0.0);
                self.note("Address and text name two outlets", by, why, scored);
            }
            if let Some(origin) = found.origin.as_ref().and_then(|origin| origin.label.as_ref()) {
                self.origins.add(&outlet.label, origin);
            }
        }
        let leaning = found.leaning.as_ref();
        let parts = leaning.and_then(|own| Some((own.by_content.as_ref()?, own.rating.as_ref()?)));
        if let Some((content, rating)) = parts {
            let others = [("left", "right"), ("right", "left")];
            let other =
                others.into_iter().find(|(of, _)| *of == rating.label).map(|(_, other)| other);
            let against = other.and_then(|other| Some((other, *content.get(other)?)));
            if let Some((other, p)) = against.filter(|&(_, p)| p >= 0.5) {
                let why = format!("reads {other}, its outlet is rated {}", rating.label);
                self.note("Content against the outlet’s rating", p, why, scored);
            }
        }
        let share = scored.cut as f32 / (scored.bytes as f32).max(1.0);
        if share >= 0.5 {
            self.note("Most boilerplate", share, "of its bytes".to_owned(), scored);
        }
    }

    /// Keeps an article to read if it is among the surest of its sort; of equals the first.
    fn note(&mut self, sort: &'static str, by: f32, why: String, scored: &Scored) {
        let all = self.to_read.entry(sort).or_default();
        let at = all.partition_point(|other| other.by >= by);
        if at < TO_READ {
            let (title, place) = (scored.title.clone(), scored.place.clone());
            all.insert(at, Read { by, why, title, place });
            all.truncate(TO_READ);
        }
    }

    /// The page. The same articles in the same order give the same bytes.
    pub fn to_html(&self) -> String {
        let page = Page { of: self, ids: Cell::new(0) };
        // Writing to memory can't fail.
        page.render().unwrap_or_default()
    }
}

#[derive(Template)]
#[template(path = "corpus.html", config = "src/pages/askama.toml")]
struct Page<'a> {
    of: &'a CorpusPage,
    ids: Cell<u32>,
}

/// A row of the table of a grouping.
struct Row<'a> {
    name: &'a str,
    group: &'a Group,
}

impl Row<'_> {
    fn share(&self, all: &Group) -> String {
        percent(self.group.articles, all.articles)
    }

    fn mean_outlet(&self) -> String {
        mean(self.group.outlet_sum, self.group.outlets)
    }

    fn boilerplate(&self) -> String {
        percent(self.group.cut, self.group.bytes)
    }

    fn leanings(&self) -> Vec<(&'static str, String)> {
        let means = self.group.leaning_sums.map(|sum| mean(sum, self.group.leanings));
        LEANINGS.into_iter().zip(means).collect()
    }

    /// Right less left, as a bar whose middle is neither.
    fn balance(&self) -> Option<Bar> {
        let Group { leanings, leaning_sums: [left, _, right], .. } = self.group;
        let value = 0.5 + (right - left) / (*leanings as f64).max(1.0) / 2.0;
        let ends = Interval { low: value.min(0.5), high: value.max(0.5) };
        (*leanings > 0).then(|| Bar::new(value, Some(ends), Some(0.5)))
    }
}

fn percent(part: u64, all: u64) -> String {
    if all == 0 { "–".to_owned() } else { format!("{:.1} %", 100.0 * part as f64 / all as f64) }
}

fn mean(sum: f64, count: u64) -> String {
    if count == 0 { "–".to_owned() } else { format!("{:.2}", sum / count as f64) }
}

/// A kind of boilerplate, its share and how sure it is, and the share as a bar.
type Kind<'a> = (&'a str, [String; 2], Bar);

/// A cell of a heat map.
struct Heat {
    shade: &'static str,
    share: String,
    /// How sure the answers are, and all of its counts in words.
    sure: String,
    words: String,
}

/// Labels in time on one scale: what they are of, their charts, and the CSV.
type Series = (String, Vec<Small>, Vec<String>);

impl Page<'_> {
    fn next(&self) -> u32 {
        self.ids.set(self.ids.get() + 1);
        self.ids.get()
    }

    fn all(&self) -> &Group {
        &self.of.counts.all
    }

    /// Groups that are not in the table.
    fn hidden(&self, grouping: &usize) -> usize {
        self.of.counts.groups[*grouping].len().saturating_sub(SHOWN)
    }

    fn share_cut(&self) -> String {
        percent(self.all().cut, self.all().bytes)
    }

    fn groupings(&self) -> impl Iterator<Item = (usize, &'static str)> {
        GROUPINGS.into_iter().enumerate()
    }

    fn periods(&self) -> impl Iterator<Item = (usize, &'static str)> {
        self.groupings().skip(MONTH)
    }

    /// The groups of a grouping, the largest first, those by time in order.
    fn rows(&self, grouping: &usize, max: usize) -> Vec<Row<'_>> {
        let groups = &self.of.counts.groups[*grouping];
        let mut rows: Vec<_> = groups.iter().map(|(name, group)| Row { name, group }).collect();
        let last = |name: &str| matches!(name, OTHERS | NOT_KNOWN);
        rows.sort_by_key(|row| (last(row.name), std::cmp::Reverse(row.group.articles)));
        rows.truncate(max);
        if *grouping >= MONTH {
            rows.sort_by_key(|row| (last(row.name), row.name));
        }
        rows
    }

    fn vocabularies(&self) -> impl Iterator<Item = (usize, String)> {
        let names = self.of.counts.vocabularies.names.iter();
        names.map(|name| capital(&head_title(name))).enumerate()
    }

    fn labels(&self, vocabulary: &usize) -> Vec<(usize, &str)> {
        self.of.counts.vocabularies.of(*vocabulary)
    }

    /// A cell of a heat map of labels.
    fn heat(&self, row: &Row<'_>, vocabulary: &usize, number: &usize) -> Heat {
        let [answered, withheld] = row.group.answered(*vocabulary);
        let Some((count, share, mean)) = row.group.label(*vocabulary, *number) else {
            let (share, words) = ("–".to_owned(), format!("{withheld} withheld"));
            return Heat { shade: SHADES[0], share, sure: String::new(), words };
        };
        Heat {
            shade: SHADES[((share * 6.0).ceil() as usize).min(6)],
            share: format!("{:.0} %", share * 100.0),
            sure: format!("{mean:.2}"),
            words: format!("{count} of {answered} answered, {withheld} withheld; mean P {mean:.2}"),
        }
    }

    /// Cells of the kinds of boilerplate of a group, of its bytes.
    fn cut(&self, group: &Group) -> Vec<(&str, Heat)> {
        let cell = |(number, kind): (usize, &'_ String)| {
            let found = group.kind(number);
            let bytes = found.map_or(0, |(bytes, _)| bytes);
            let shade = (12.0 * bytes as f64 / group.bytes.max(1) as f64).ceil() as usize;
            let mean = found.map(|(_, mean)| format!("{mean:.2}"));
            let sure = mean.as_ref().map_or_else(String::new, |mean| format!("; mean P {mean}"));
            Heat {
                shade: SHADES[shade.min(6)],
                share: percent(bytes, group.bytes),
                words: format!("{bytes} of {} bytes {kind}{sure}", group.bytes),
                sure: mean.unwrap_or_default(),
            }
        };
        let kinds = self.of.counts.kinds.iter().enumerate();
        kinds.map(|(number, kind)| (kind.as_str(), cell((number, kind)))).collect()
    }

    /// The numbers of a group by the columns of a CSV.
    fn figures(&self, group: &Group) -> Vec<(String, String)> {
        let ratio = |sum: f64, all: u64| {
            if all == 0 { String::new() } else { format!("{:.4}", sum / all as f64) }
        };
        let mut out: Vec<(String, String)> = [
            ("articles", group.articles.to_string()),
            ("copies", group.copies.to_string()),
            ("outlets_named", group.outlets.to_string()),
            ("outlet_mean_p", ratio(group.outlet_sum, group.outlets)),
            ("outlets_withheld", group.outlets_withheld.to_string()),
            ("boilerplate_all", ratio(group.cut as f64, group.bytes)),
            ("leanings_read", group.leanings.to_string()),
            ("leanings_withheld", group.leanings_withheld.to_string()),
        ]
        .map(|(name, cell)| (name.to_owned(), cell))
        .into();
        let leanings = LEANINGS.iter().zip(group.leaning_sums);
        out.extend(
            leanings.map(|(name, sum)| (format!("content_{name}"), ratio(sum, group.leanings))),
        );
        for (at, name) in self.of.counts.vocabularies.names.iter().enumerate() {
            let answered = ["answered", "withheld"].into_iter().zip(group.answered(at));
            out.extend(answered.map(|(what, count)| (format!("{name}_{what}"), count.to_string())));
            out.extend(self.labels(&at).into_iter().flat_map(|(number, label)| {
                let [share, mean] = match group.label(at, number) {
                    Some((_, share, mean)) => [share, mean].map(|own| format!("{own:.4}")),
                    None => Default::default(),
                };
                let name = format!("{name}_{label}");
                [(format!("{name}_mean_p"), mean), (name, share)].into_iter().rev()
            }));
        }
        out.extend(self.of.counts.kinds.iter().enumerate().flat_map(|(number, kind)| {
            let found = group.kind(number);
            let share = ratio(found.map_or(0.0, |(bytes, _)| bytes as f64), group.bytes);
            let mean = found.map_or_else(String::new, |(_, mean)| format!("{mean:.4}"));
            let name = format!("boilerplate_{kind}");
            [(format!("{name}_mean_p"), mean), (name, share)].into_iter().rev()
        }));
        out
    }

    /// The CSV of a grouping.
    fn csv(&self, grouping: &usize) -> Vec<String> {
        let header = self.figures(self.all()).into_iter().map(|(name, _)| name);
        let header = line(["group".to_owned()].into_iter().chain(header));
        let rows = self.rows(grouping, IN_CSV).into_iter().map(|row| {
            let cells = self.figures(row.group).into_iter().map(|(_, cell)| cell);
            line([row.name.to_owned()].into_iter().chain(cells))
        });
        [header].into_iter().chain(rows).collect()
    }

    /// The columns that were coded and predicted, and what they are called.
    fn corrected(&self) -> Vec<(&str, String)> {
        let columns = self.of.gold.iter().flat_map(Gold::columns);
        let title = |column| match column {
            "leaning" => "Content leaning".to_owned(),
            column => match Slot::of_column(column) {
                slot @ Slot::Frames(_) => head_title(&slot.key()),
                _ => column.to_owned(),
            },
        };
        columns.map(|column| (column, capital(&title(column)))).collect()
    }

    /// The corrected shares of a column, the interval drawn with the predicted share as a stroke,
    /// and their CSV.
    fn shares(&self, column: &str) -> (Vec<(&str, CorrectedShare, Bar)>, Vec<String>) {
        let all = self.of.gold.iter().flat_map(|gold| gold.shares(column));
        let all = all.filter_map(|(label, share)| Some((label, share?)));
        let bar =
            |own: &CorrectedShare| Bar::new(own.share, Some(own.interval), Some(own.predicted));
        let all: Vec<_> = all.map(|(label, share)| (label, share, bar(&share))).collect();
        let csv = all.iter().map(|(label, share, _)| corrected_line("", label, share));
        let csv = [corrected_header()].into_iter().chain(csv).collect();
        (all, csv)
    }

    /// The corrected shares of a column by the groups of a grouping, how many groups are left out,
    /// and their CSV.
    fn shares_by<'p>(
        &'p self,
        column: &str,
        grouping: &usize,
    ) -> (Vec<(&'p str, Shares<'p>)>, usize, Vec<String>) {
        let Some(gold) = &self.of.gold else { return Default::default() };
        let (groups, left) = gold.by_group(column, *grouping);
        let cells = groups.iter().flat_map(|(name, all)| {
            let all = all.iter().filter_map(|(label, share)| Some((label, share.as_ref()?)));
            all.map(|(label, share)| corrected_line(name, label, share))
        });
        let csv = [corrected_header()].into_iter().chain(cells).collect();
        (groups, left, csv)
    }

    /// The small charts of a grouping by time.
    fn series(&self, grouping: &usize) -> Vec<Series> {
        let groups = self.of.counts.groups[*grouping].iter();
        let groups = groups.filter(|(name, _)| *name != NOT_KNOWN && *name != OTHERS);
        let groups: Vec<_> = groups.map(|(name, group)| (time(name), name, group)).collect();
        // The values of a label: its share, of how many, how many were withheld, and how sure.
        type Of<'f> = &'f dyn Fn(&Group) -> Option<(f64, [u64; 2], Option<f64>)>;
        let values = |find: Of<'_>| -> Vec<Value> {
            let value = |&(time, name, group): &(u32, &String, &Group)| {
                let (share, [of, withheld], mean) = find(group)?;
                Some(Value { time, name: name.clone(), share, of, withheld, mean })
            };
            groups.iter().filter_map(value).collect()
        };
        let leanings = LEANINGS.iter().enumerate().map(|(at, leaning)| {
            let of = |group: &Group| {
                let mean = group.leaning_sums[at] / group.leanings as f64;
                let counts = [group.leanings, group.leanings_withheld];
                (group.leanings > 0).then_some((mean, counts, None))
            };
            (format!("{leaning}, by content"), values(&of))
        });
        let mut all = vec![("Content leaning (mean probability)".to_owned(), leanings.collect())];
        all.extend(self.vocabularies().map(|(vocabulary, title)| {
            let labels = self.labels(&vocabulary).into_iter().map(|(number, label)| {
                let of = |group: &Group| {
                    let (_, share, mean) = group.label(vocabulary, number)?;
                    Some((share, group.answered(vocabulary), Some(mean)))
                };
                (label.replace('_', " "), values(&of))
            });
            (title, labels.collect::<Vec<_>>())
        }));
        let all = all.into_iter().map(|(title, all)| (title, self.on_one_scale(all)));
        let all = all.map(|(title, (charts, csv))| (title, charts, csv));
        all.filter(|(_, charts, _)| !charts.is_empty()).collect()
    }

    fn on_one_scale(&self, all: Vec<(String, Vec<Value>)>) -> (Vec<Small>, Vec<String>) {
        let shares = all.iter().flat_map(|(_, values)| values.iter().map(|value| value.share));
        let max = shares.fold(0.0, f64::max);
        let max = [0.05, 0.1, 0.2, 0.5].into_iter().find(|&tick| max <= tick).unwrap_or(1.0);
        let header = ["series", "time", "share", "of", "withheld", "mean_p"];
        let mut csv = vec![line(header.map(str::to_owned))];
        let mut charts = Vec::new();
        for (name, values) in all.into_iter().filter(|(_, values)| !values.is_empty()) {
            csv.extend(values.iter().map(|own| {
                let mean = own.mean.map_or_else(String::new, |mean| format!("{mean:.4}"));
                let [of, withheld] = [own.of, own.withheld].map(|count| count.to_string());
                line([
                    name.clone(),
                    own.name.clone(),
                    format!("{:.4}", own.share),
                    of,
                    withheld,
                    mean,
                ])
            }));
            charts.push(Small::new(self.next(), name, &values, max));
        }
        (charts, csv)
    }

    /// Kinds of boilerplate, by their share of its bytes, how sure they are, and the CSV of them.
    fn kinds(&self) -> (Vec<Kind<'_>>, Vec<String>) {
        let all: u64 = self.all().kinds.iter().map(|(bytes, _)| bytes).sum();
        let kinds = self.of.counts.kinds.iter().enumerate();
        let kinds = kinds.filter_map(|(at, kind)| Some((kind.as_str(), self.all().kind(at)?)));
        let mut kinds: Vec<_> = kinds.collect();
        kinds.sort_by_key(|&(kind, (bytes, _))| (std::cmp::Reverse(bytes), kind));
        let mut csv = vec![line(["kind", "bytes", "share", "mean_p"].map(str::to_owned))];
        let shown = kinds.into_iter().map(|(kind, (bytes, mean))| {
            let high = bytes as f64 / all.max(1) as f64;
            let cells = [bytes.to_string(), format!("{high:.4}"), format!("{mean:.4}")];
            csv.push(line([kind.to_owned()].into_iter().chain(cells)));
            let bar = Bar::new(high, Some(Interval { low: 0.0, high }), None);
            (kind, [percent(bytes, all), format!("{mean:.2}")], bar)
        });
        (shown.collect(), csv)
    }

    /// Pairs with how often they are, and the CSV of them.
    fn pairs(&self, of: &'static str) -> (Vec<(&str, &str, u64)>, Vec<String>) {
        let (table, min, header) = match of {
            // A line that stands once is no recurring one.
            "lines" => (&self.of.lines, 2, ["kind", "line", "articles"]),
            "origins" => (&self.of.origins, 1, ["published_by", "text_of", "articles"]),
            _ => (&self.of.disagreements, 1, ["by_address", "by_text", "articles"]),
        };
        let mut rows = table.top(min, IN_CSV);
        let cells =
            rows.iter().map(|&(a, b, count)| [a.to_owned(), b.to_owned(), count.to_string()]);
        let csv = [header.map(str::to_owned)].into_iter().chain(cells).map(line).collect();
        rows.truncate(ROWS);
        (rows, csv)
    }
}

/// A name of a month, a quarter or a year as a number that counts on.
fn time(name: &str) -> u32 {
    let mut numbers =
        name.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse::<u32>().ok());
    let (year, part) = (numbers.next().unwrap_or(0), numbers.next());
    match part {
        Some(quarter) if name.contains('Q') => year * 4 + quarter,
        Some(month) => year * 12 + month,
        None => year,
    }
}

fn corrected_header() -> String {
    line(
        ["group", "label", "predicted", "corrected", "low", "high", "coded", "outlets"]
            .map(str::to_owned),
    )
}

fn corrected_line(group: &str, label: &str, share: &CorrectedShare) -> String {
    let CorrectedShare { predicted, share, interval, coded, outlets } = share;
    let numbers = [*predicted, *share, interval.low, interval.high].map(|own| format!("{own:.4}"));
    let outlets = outlets.map_or_else(String::new, |outlets| outlets.to_string());
    let cells = [group.to_owned(), label.to_owned()].into_iter().chain(numbers);
    line(cells.chain([coded.to_string(), outlets]))
}

/// A line of a CSV; no cell breaks it, and none is run by a spreadsheet.
fn line(cells: impl IntoIterator<Item = String>) -> String {
    let cell = |cell: String| {
        let flat = cell.split_whitespace().collect::<Vec<_>>().join(" ");
        let cell = guarded(&flat).into_owned();
        if cell.contains(['"', ',']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
    };
    cells.into_iter().map(cell).collect::<Vec<_>>().join(",")
}
