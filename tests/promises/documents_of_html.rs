//! A whole document of HTML as the text of a row.

use super::common::{file, run};

/// A page with a menu, a story and what stands around it; its head has an address.
fn page(head: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">{head}\
         <style>.lead {{ margin: 0 }}</style>\
         <script>window.ads = {{\"zone\": \"top\"}}; document.write('<p>Buy kettles</p>')</script>\
         </head>\n<body><nav><ul><li><a href=\"/\">Home</a></li><li>Ferries &amp; trains</li></ul>\
         </nav>\n<main><h1>Ferry stays in harbour</h1>\n\
         <p>The council of Tarn voted on Monday to close the <a href=\"/ferry\">ferry</a> for the\n\
         winter, after engineers found cracks in its hull that can&rsquo;t be mended.</p>\n\
         <p>&ldquo;We have no choice,&rdquo; said the mayor, <b>Ada</b> Holm, who has used the \
         ferry since she was a child.</p>\n\
         <p>About 1,200 people cross the river each day, most of them on their way to the mill \
         &amp; the school.</p></main>\n\
         <footer><p>Tarn Post is printed in Tarn by the Tarn Press.</p></footer></body></html>"
    )
}

fn rows(text: &str) -> String {
    serde_json::json!({"id": "1", "text": text}).to_string()
}

#[test]
fn cleaning_leaves_the_plain_text_of_the_story() {
    let (_folder, path) = file("a.jsonl", rows(&page("<title>Ferry stays in harbour</title>")));
    let (out, complaint, code) = run(&["clean", &path, "--format", "jsonl"]);
    assert_eq!(code, 0, "{complaint}");
    let row: serde_json::Value = serde_json::from_str(out.trim()).unwrap();
    let text = row["text"].as_str().unwrap();
    let story = "The council of Tarn voted on Monday to close the ferry for the winter, after \
                 engineers found cracks in its hull that can’t be mended.\n“We have no choice,” \
                 said the mayor, Ada Holm, who has used the ferry since she was a child.";
    assert!(text.contains(story), "{text}");
    for other in ["<", "Home", "trains", "kettles", "margin", "Tarn Press"] {
        assert!(!text.contains(other), "{other} in {text}");
    }
}

#[test]
fn spans_are_bytes_of_the_document_as_it_came() {
    let page = page("");
    let (_folder, path) = file("a.jsonl", rows(&page));
    let (out, complaint, code) = run(&["score", &path, "--format", "jsonl"]);
    assert_eq!(code, 0, "{complaint}");
    let row: serde_json::Value = serde_json::from_str(out.trim()).unwrap();
    let spans = row["verdict"]["boilerplate"].as_array().unwrap();
    let texts = spans.iter().map(|span| {
        let at = |key: &str| span[key].as_u64().unwrap() as usize;
        assert_eq!(&page[at("start")..at("end")], span["text"].as_str().unwrap());
        span["text"].as_str().unwrap()
    });
    let texts: Vec<&str> = texts.collect();
    assert!(texts.contains(&"Ferries &amp; trains"), "{texts:?}");
    assert!(texts.iter().all(|text| !text.contains("window.ads")), "{texts:?}");
}

#[test]
fn the_head_gives_the_address_where_the_row_has_none() {
    for head in [
        "<link rel=\"canonical\" href=\"https://www.presstv.ir/Detail/2020/1/ferry\">",
        "<meta property=\"og:url\" content=\"https://www.presstv.ir/Detail/2020/1/ferry\">",
        "<meta property=\"og:site_name\" content=\"Press TV\">",
    ] {
        let (_folder, path) = file("a.jsonl", rows(&page(head)));
        let (out, complaint, code) = run(&["score", &path, "--format", "jsonl"]);
        assert_eq!(code, 0, "{complaint}");
        let row: serde_json::Value = serde_json::from_str(out.trim()).unwrap();
        assert_eq!(row["verdict"]["outlet"]["by_address"], "Press TV", "{head}");
    }
}
