//! Upload of SARIF to code scanning.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};

use super::client::Client;
use super::failure::{Failure, Kind};
use super::project::Project;

/// The most bytes of a compressed upload: GitHub's 10 MB, read as the smaller of its two meanings.
const MOST: usize = 10_000_000;

/// Findings of a commit.
#[derive(Debug, Clone, Copy)]
pub struct Analysis<'a> {
    /// The commit, in full.
    pub commit_sha: &'a str,
    /// The branch or pull request, in full: `refs/heads/main`, `refs/pull/1/merge`, `refs/pull/1/head`.
    pub reference: &'a str,
    /// The name of the tool that found them.
    pub tool_name: &'a str,
    /// The SARIF document.
    pub sarif: &'a str,
}

/// An upload that GitHub has accepted, and now reads.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Accepted {
    /// Its id, by which GitHub can be asked how far it is.
    pub id: String,
}

#[derive(Serialize)]
struct Body<'a> {
    commit_sha: &'a str,
    #[serde(rename = "ref")]
    reference: &'a str,
    tool_name: &'a str,
    sarif: String,
}

/// Uploads the findings.
///
/// # Errors
/// When they are too large, the commit or reference is not written in full, code scanning is not to be had, or GitHub
/// refuses or fails. The message says what to do.
pub fn upload(
    client: &Client,
    project: &Project,
    analysis: &Analysis,
) -> Result<Accepted, Failure> {
    let body = Body {
        commit_sha: analysis.commit_sha,
        reference: analysis.reference,
        tool_name: analysis.tool_name,
        sarif: packed(analysis, MOST)?,
    };
    let path = project.path("/code-scanning/sarifs");
    let post = || client.post::<Accepted>(&path, &body);
    let answer = match post() {
        // A second upload of the same findings takes the place of the first.
        Err(failure) if failure.kind == Kind::Uncertain => post(),
        answer => answer,
    };
    answer.map_err(|failure| explained(failure, project))
}

/// The document as GitHub takes it: compressed, then in base64.
fn packed(analysis: &Analysis, most: usize) -> Result<String, Failure> {
    let invalid = |message: String| Err(Failure::without_answer(Kind::Invalid, message));
    let sha = analysis.commit_sha;
    if !matches!(sha.len(), 40 | 64) || !sha.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return invalid(
            "code scanning needs the commit's full SHA; nothing was uploaded".to_owned(),
        );
    }
    if !analysis.reference.starts_with("refs/") {
        return invalid(
            "code scanning needs the full reference, as `refs/heads/main` or `refs/pull/1/merge`; nothing was uploaded"
                .to_owned(),
        );
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let compressed = encoder
        .write_all(analysis.sarif.as_bytes())
        .and_then(|()| encoder.finish());
    match compressed {
        Ok(bytes) if bytes.len() <= most => Ok(STANDARD.encode(bytes)),
        Ok(bytes) => invalid(format!(
            "the SARIF has {} bytes compressed, and code scanning takes at most {most}; leave out findings, or upload \
             it in parts; nothing was uploaded",
            bytes.len()
        )),
        Err(error) => invalid(format!("the SARIF could not be compressed: {error}")),
    }
}

/// Adds what to do where GitHub's own words are not enough.
fn explained(failure: Failure, project: &Project) -> Failure {
    let advice = match failure.status {
        Some(403) if failure.message.contains("Advanced Security") || failure.message.contains("not enabled") => {
            format!("code scanning is not enabled for {project}: enable it in the repository's security settings (a private one needs GitHub Code Security)")
        }
        Some(403) => "the upload needs the permission `security-events: write`, which the token of a fork's pull request never has".to_owned(),
        Some(404) => format!(
            "code scanning cannot be reached for {project}: enable it in the repository's settings, and give the token `security-events: write`"
        ),
        Some(413) => "the SARIF is larger than this GitHub takes: leave out findings".to_owned(),
        _ => return failure,
    };
    Failure {
        message: format!("{}; {advice}", failure.message),
        ..failure
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;
    use serde_json::json;

    use super::*;
    use crate::github::testing::{self, Reply, Server};

    const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

    fn analysis(sarif: &str) -> Analysis<'_> {
        Analysis {
            commit_sha: SHA,
            reference: "refs/pull/1/merge",
            tool_name: "andon",
            sarif,
        }
    }

    fn run(server: &Server, analysis: &Analysis) -> Result<Accepted, Failure> {
        upload(&testing::client(server), &"o/r".parse().unwrap(), analysis)
    }

    fn accepted() -> Reply {
        Reply::json(
            202,
            &json!({"id": "47177e22", "url": "https://api.github.com/x"}),
        )
    }

    #[test]
    fn it_arrives_as_it_was() {
        let server = Server::scripted([accepted()]);
        let sarif = r#"{"version": "2.1.0", "runs": []}"#;
        assert_eq!(run(&server, &analysis(sarif)).unwrap().id, "47177e22");
        assert_eq!(server.lines(), ["POST /repos/o/r/code-scanning/sarifs"]);
        let mut sent = server.received()[0].json();
        let packed = STANDARD
            .decode(sent["sarif"].take().as_str().unwrap())
            .unwrap();
        let mut unpacked = String::new();
        GzDecoder::new(packed.as_slice())
            .read_to_string(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked, sarif);
        let rest = json!({"commit_sha": SHA, "ref": "refs/pull/1/merge", "tool_name": "andon", "sarif": null});
        assert_eq!(sent, rest);
    }

    #[test]
    fn what_cannot_be_taken_is_not_sent() {
        let server = Server::scripted([]);
        let wrong = [
            Analysis {
                commit_sha: "main",
                ..analysis("{}")
            },
            Analysis {
                reference: "main",
                ..analysis("{}")
            },
        ];
        for (analysis, word) in wrong.iter().zip(["full SHA", "full reference"]) {
            let failure = run(&server, analysis).unwrap_err();
            assert_eq!(failure.kind, Kind::Invalid);
            assert!(failure.message.contains(word), "{failure}");
        }
        assert_eq!(server.lines(), [""; 0]);
    }

    #[test]
    fn what_is_too_large_is_not_sent() {
        let failure = packed(&analysis("a few bytes"), 10).unwrap_err();
        assert_eq!(failure.kind, Kind::Invalid);
        assert!(failure.message.contains("takes at most 10;"), "{failure}");
    }

    #[test]
    fn a_refusal_says_what_to_do() {
        let cases = [
            (
                403,
                "Advanced Security must be enabled for this repository to use code scanning.",
                "enable it in",
            ),
            (
                403,
                "Resource not accessible by integration",
                "security-events: write",
            ),
            (404, "Not Found", "cannot be reached for o/r"),
            (413, "Payload Too Large", "leave out findings"),
        ];
        for (status, said, advice) in cases {
            let server = Server::scripted([Reply::json(status, &json!({"message": said}))]);
            let failure = run(&server, &analysis("{}")).unwrap_err();
            assert_eq!(failure.status, Some(status));
            assert!(failure.message.contains(advice), "{failure}");
        }
    }

    #[test]
    fn it_is_uploaded_again_if_the_answer_was_lost() {
        let server = Server::scripted([Reply::status(502), accepted()]);
        assert_eq!(run(&server, &analysis("{}")).unwrap().id, "47177e22");
    }
}
