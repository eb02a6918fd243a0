//! Frames in languages of which there are only written passages.

use masthead::corpus::{Columns, LabelColumns, TrainingSet};
use masthead::training::{TrainSettings, Trainer};
use masthead::{Classifier, Model, Registry, Status};

use super::common::{CLASSIFIER, at, file};

/// The words of two frames in English and in German.
const WORDS: [[(&str, &str); 2]; 2] = [
    [
        ("economic", "prices wages taxes exports budget loans rents profits"),
        ("health_and_safety", "fever clinic nurses vaccine surgery patients wound doctors"),
    ],
    [
        ("economic", "Preise Löhne Steuern Ausfuhren Haushalt Kredite Mieten Gewinne"),
        (
            "health_and_safety",
            "Fieber Klinik Pflegerinnen Impfstoff Eingriff Patienten Wunde Ärzte",
        ),
    ],
];

/// Passages of both frames in both languages, each with two of its frame's words.
fn passages() -> String {
    let mut out = "language,topic,kind,policy_frames,generic_frames,text\n".to_owned();
    for (at, (language, frames)) in ["", "de"].into_iter().zip(WORDS).enumerate() {
        for (frame, words) in frames {
            let words: Vec<&str> = words.split(' ').collect();
            // The main language is that of most.
            for number in 0..if at == 0 { 80 } else { 70 } {
                let (a, b) = (words[number % 8], words[(number / 8 + number) % 8]);
                let topic = number % 7;
                let text = match at {
                    0 => format!(
                        "On day {number} the members of the council said that they had been speaking about {a} and about {b} for hours and that it was not enough for them"
                    ),
                    _ => format!(
                        "Am Tag {number} sprach der Rat der kleinen Stadt lange über {a} und auch über {b}"
                    ),
                };
                out.push_str(&format!("{language},topic {topic},sentence,{frame},,{text}\n"));
            }
        }
    }
    out
}

/// A model that learned from these passages.
fn learned(passages: String) -> Classifier {
    let (folder, path) = file("passages.csv", passages);
    let labels = LabelColumns::default();
    let set = TrainingSet::read(&[path.into()], &Columns::default(), &labels).unwrap();
    let (registry, settings) = (Registry::built_in(), TrainSettings::default());
    let trainer = Trainer { set: &set, registry, base: None, settings };
    let model = trainer.train(|_| ()).unwrap().model;
    let path = at(&folder, "frames.masthead");
    std::fs::write(&path, model.to_bytes().unwrap()).unwrap();
    let model = Model::open(path.as_ref()).unwrap();
    Classifier::of(model, Registry::built_in())
}

#[test]
fn lists_of_words_teach_frames_what_no_passage_says() {
    let german = "Gestern sprach der Rat der kleinen Stadt noch einmal sehr lange und ausführlich \
                  über Zölle und dann auch über Dividenden.";
    let lead = |passages: String| {
        let found = learned(passages).classify(german).frames["policy"].clone();
        found.probabilities["economic"] - found.probabilities["health_and_safety"]
    };
    let words = "de,words,words,economic,,Zölle Dividenden Aktien\n\
                 de,words,words,economic,,Dividenden Anleihen Zölle\n\
                 de,words,words,health_and_safety,,Husten Grippe Salbe\n";
    assert!(lead(passages() + words) > lead(passages()) + 0.05);
}

#[test]
fn frames_are_read_in_a_language_of_which_there_are_only_passages() {
    let classifier = learned(passages());
    let of = |text: &str| classifier.classify(text).frames["policy"].clone();
    let german = "Gestern sprach der Rat der kleinen Stadt noch einmal sehr lange über die \
                  Steuern, über die Mieten und über die Kredite der Leute im Ort.";
    let found = of(german);
    assert_eq!(found.status, Status::Answered);
    assert!(found.probabilities["economic"] > found.probabilities["health_and_safety"]);
    let english = "Yesterday the council of the small town spoke once more for hours about the \
                   nurses, about the patients and about the clinic that is to close.";
    let found = of(english);
    assert!(found.probabilities["health_and_safety"] > found.probabilities["economic"]);
    let finnish = "Eilen kaupungin valtuusto puhui vielä kerran hyvin pitkään veroista, vuokrista \
                   ja lainoista, joita ihmiset ovat ottaneet viime vuosina tässä kylässä.";
    assert_eq!(of(finnish).status, Status::Language);
}

#[test]
fn the_default_model_reads_frames_in_the_languages_of_its_passages() {
    let german = "Die Klinik schließt ihre Notaufnahme, weil seit Monaten Ärzte und Pflegerinnen \
                  fehlen; Patienten mit hohem Fieber warten nun viele Stunden in der Nachbarstadt.";
    let found = &CLASSIFIER.classify(german).frames["policy"];
    assert_eq!(found.status, Status::Answered);
    let best = found.probabilities.iter().max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
    assert!(["capacity_and_resources", "health_and_safety"].contains(&best.0.as_str()), "{best:?}");
}

#[test]
fn a_frame_that_no_line_carries_is_not_named_of_many_lines_in_another_language() {
    let calm = "Im Garten blühen jetzt die ersten Tulpen. Die Beete werden am Morgen gegossen. Neben \
                dem Zaun wachsen Erdbeeren und Salat. Ein Apfelbaum steht hinten an der Mauer. Die \
                Katze schläft gern auf der warmen Bank. Am Nachmittag gibt es Kuchen und Tee. Die \
                Kinder suchen Schnecken unter den Steinen. Abends hört man die Amseln singen. Bald \
                sind auch die Rosen so weit. Dann riecht der ganze Hof nach Sommer.";
    let found = CLASSIFIER.classify(calm).frames["generic"].clone();
    assert_eq!(found.status, Status::Answered);
    assert!(!found.labels.contains(&"resolution".to_owned()), "{found:?}");
}
