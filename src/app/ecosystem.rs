//! What a project is built with, and how its tools are made to write reports.

use super::workspace::Workspace;

/// A kind of project, told by a file at its root.
#[derive(Debug)]
pub struct Ecosystem {
    /// The language or tool.
    pub name: &'static str,
    /// Files of which one is at the root of such a project.
    markers: &'static [&'static str],
    /// Commands that write reports which andon reads, with what they report.
    pub hints: &'static [(&'static str, &'static str)],
}

const ECOSYSTEMS: &[Ecosystem] = &[
    Ecosystem {
        name: "Rust",
        markers: &["Cargo.toml"],
        hints: &[
            (
                "tests",
                "cargo nextest run --profile ci   # [profile.ci.junit] path = \"junit.xml\" in .config/nextest.toml",
            ),
            ("coverage", "cargo llvm-cov --lcov --output-path lcov.info"),
            (
                "lint",
                "cargo clippy --message-format=json > target/clippy.jsonl",
            ),
        ],
    },
    Ecosystem {
        name: "Python",
        markers: &[
            "pyproject.toml",
            "setup.py",
            "setup.cfg",
            "requirements.txt",
        ],
        hints: &[
            ("tests", "pytest --junitxml=junit.xml"),
            (
                "coverage",
                "pytest --cov --cov-branch --cov-report=json:coverage.json",
            ),
            ("complexity", "radon cc -j -O radon-cc.json src"),
        ],
    },
    Ecosystem {
        name: "JavaScript",
        markers: &["package.json"],
        hints: &[
            (
                "tests",
                "npx vitest run --reporter=junit --outputFile=junit.xml   # or jest with jest-junit",
            ),
            (
                "coverage",
                "npx vitest run --coverage --coverage.reporter=json   # or jest --coverage, nyc, c8",
            ),
        ],
    },
    Ecosystem {
        name: "Go",
        markers: &["go.mod"],
        hints: &[
            ("tests", "gotestsum --junitfile junit.xml ./..."),
            ("coverage", "go test -coverprofile=cover.out ./..."),
        ],
    },
    Ecosystem {
        name: "JVM",
        markers: &["pom.xml", "build.gradle", "build.gradle.kts"],
        hints: &[
            (
                "tests",
                "mvn verify   # Surefire and Gradle write JUnit XML by themselves",
            ),
            ("coverage", "the JaCoCo plugin's XML report (jacoco.xml)"),
        ],
    },
    Ecosystem {
        name: "C and C++",
        markers: &["CMakeLists.txt", "meson.build"],
        hints: &[
            ("tests", "ctest --output-junit junit.xml"),
            (
                "coverage",
                "gcovr --cobertura cobertura.xml   # or llvm-cov export --format=lcov > lcov.info",
            ),
            ("complexity", "lizard --csv > lizard.csv"),
        ],
    },
];

/// What the workspace is built with.
pub fn detect(workspace: &Workspace) -> impl Iterator<Item = &'static Ecosystem> {
    ECOSYSTEMS.iter().filter(|ecosystem| {
        let mut markers = ecosystem.markers.iter();
        markers.any(|marker| workspace.files.exists(&workspace.root.join(marker)))
    })
}

/// The commands that would write reports here, one line each, for a person to copy.
pub fn advice(workspace: &Workspace) -> Vec<String> {
    let mut lines = Vec::new();
    for ecosystem in detect(workspace) {
        for (what, command) in ecosystem.hints {
            lines.push(format!("{} {what}: {command}", ecosystem.name));
        }
    }
    lines
}
