//! The two vocabularies of frames that come with masthead. A head takes its
//! labels from its data; these are the names used in ours.

/// Generic frames (Semetko & Valkenburg 2000).
pub const GENERIC: [&str; 5] = ["conflict", "economic", "human_interest", "morality", "resolution"];

/// Policy frames (Boydstun et al. 2014).
pub const POLICY: [&str; 14] = [
    "capacity_and_resources",
    "crime_and_punishment",
    "cultural_identity",
    "economic",
    "external_regulation_and_reputation",
    "fairness_and_equality",
    "health_and_safety",
    "legality_and_constitutionality",
    "morality",
    "policy_prescription",
    "political",
    "public_opinion",
    "quality_of_life",
    "security_and_defense",
];
