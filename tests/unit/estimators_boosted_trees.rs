//! Unit tests of `src/estimators/boosted_trees.rs`.

use rand::Rng;

use super::*;

/// Two features whose signs must agree, and three of noise.
fn sample(count: usize) -> DatasetBase<Array2<f32>, Array1<bool>> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(2);
    let records = Array2::from_shape_fn((count, 5), |_| rng.gen_range(-1.0f32..1.0));
    let targets = records.rows().into_iter().map(|r| (r[0] > 0.0) == (r[3] > 0.0)).collect();
    DatasetBase::new(records, targets)
}

#[test]
fn an_interaction_that_no_line_can_draw_is_learned() {
    let data = sample(4000);
    let model = BoostParams::default().trees(60).features(1.0).fit(&data).unwrap();
    let mut scores = model.default_target(data.records());
    model.predict_inplace(data.records(), &mut scores);
    let right = scores.iter().zip(data.targets()).filter(|(s, t)| (**s > 0.0) == **t).count();
    assert!(right > 3900, "{right}");
    assert!(model.is_sound(5) && !model.is_sound(4));
}

#[test]
fn the_number_of_threads_does_not_change_a_bit() {
    let data = sample(500);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| BoostParams::default().trees(20).fit(&data).unwrap())
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn parameters_out_of_range_are_refused_by_name() {
    for (params, name) in [
        (BoostParams::default().trees(0), "trees"),
        (BoostParams::default().leaves(1), "leaves"),
        (BoostParams::default().min(0), "min"),
        (BoostParams::default().rate(0.0), "rate"),
        (BoostParams::default().rows(1.5), "rows"),
        (BoostParams::default().ridge(f32::NAN), "ridge"),
    ] {
        assert!(params.check().unwrap_err().to_string().starts_with(name));
    }
}
