//! What masthead promises, promise by promise.

mod asked_heads;
mod bad_input;
mod boilerplate;
mod broken_rows;
mod command_line;
mod common;
mod compressed;
mod custom_labels;
mod dataset_report;
mod desk;
mod determinism;
mod documents;
mod documents_of_html;
mod encodings;
mod evaluation;
mod extension;
mod faults;
mod floors;
mod html_report;
mod kept_models;
mod label_errors;
mod model_difference;
mod near_duplicates;
mod offsets;
mod other_languages;
mod output_safety;
mod pages;
#[cfg(feature = "parquet")]
mod parquet;
mod prepared_data;
mod properties;
mod provenance;
mod random_labels;
mod recognition;
mod registry;
mod round_trips;
mod seed;
mod settings;
mod shards;
mod splits;
mod text_kinds;
mod thresholds;
mod toy_head;
mod training;
mod untrusted_models;
#[cfg(not(feature = "parquet"))]
mod without_parquet;
#[cfg(target_os = "linux")]
mod worked_example;
mod writers;
#[path = "../written/mod.rs"]
mod written;
