//! Frequent words, of which prose has many and menus few.

use std::sync::LazyLock;

use crate::text::{KeySet, hash_bytes};

/// Frequent words of languages in which news is written in Latin and Cyrillic
/// letters; prose has them, menus do not.
const STOP_WORDS: &str = "the a an and or of to in is was are were be been for on with as by at \
    from that this it its he she they we you i his her their our not but have has had will would \
    can could which who what when there if than then so said about into more one all also after \
    out up no der die das und ist nicht ein eine den dem des mit von zu auf für im sich es sie er \
    wir ich auch als an werden wird hat sind war bei aus nach dass oder wie über nur noch um am zum \
    zur einen einer le la les et est une un du de que qui dans en pour sur pas au avec il elle ce \
    se sont par plus el los las y por con para una lo como che di e non per sono della o os da do \
    em um uma não v na je že s z ve pro jako och att som på är av för med den till i ett om har \
    inte te og til ikke af w nie jest się bir bu и в на не что с по он как это за но из";

/// Their hashes.
pub(super) static STOP: LazyLock<KeySet> = LazyLock::new(|| {
    STOP_WORDS.split_whitespace().map(|word| hash_bytes(word.as_bytes())).collect()
});
