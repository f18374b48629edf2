//! The token by which a GitHub App says who it is: a JWT (RFC 7519) signed with RS256.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;
use serde_json::json;

/// GitHub advises to set the time of issue back, for clocks that differ.
const BACK: i64 = 60;
/// GitHub accepts ten minutes at most; the rest is for clocks that differ.
const VALID: i64 = 9 * 60;

/// The App's token from now on.
///
/// # Errors
/// What is wrong with the key, without a part of it.
pub(super) fn signed(app: &str, pem: &str, now: Timestamp) -> Result<String, &'static str> {
    let key = key(pem)?;
    let now = now.as_second();
    let claims = json!({ "iat": now - BACK, "exp": now + VALID, "iss": app });
    let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","typ":"JWT"}"#);
    let signed = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        signed.as_bytes(),
        &mut signature,
    )
    .map_err(|_| "cannot sign")?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

fn key(pem: &str) -> Result<RsaKeyPair, &'static str> {
    let der = PrivateKeyDer::from_pem_slice(pem.as_bytes())
        .map_err(|_| "is not a private key in PEM form")?;
    let key = match &der {
        PrivateKeyDer::Pkcs1(key) => RsaKeyPair::from_der(key.secret_pkcs1_der()),
        PrivateKeyDer::Pkcs8(key) => RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()),
        _ => return Err("is not an RSA key"),
    };
    key.map_err(|_| "is not an RSA key of 2048 bits or more")
}

#[cfg(test)]
mod tests {
    use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
    use serde_json::Value;

    use super::*;

    const PUBLIC: &[u8] = include_bytes!("../../tests/keys/app.public.der");
    const PKCS1: &str = include_str!("../../tests/keys/app.pkcs1.pem");
    const PKCS8: &str = include_str!("../../tests/keys/app.pkcs8.pem");

    fn decoded(part: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(part).unwrap()
    }

    #[test]
    fn the_public_key_verifies_the_token() {
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        for pem in [PKCS1, PKCS8] {
            let token = signed("Iv1.\"quoted\"", pem, now).unwrap();
            let (text, signature) = token.rsplit_once('.').unwrap();
            let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, PUBLIC);
            key.verify(text.as_bytes(), &decoded(signature)).unwrap();
            assert!(key.verify(b"other", &decoded(signature)).is_err());

            let (head, claims) = text.split_once('.').unwrap();
            let json = |part| serde_json::from_slice::<Value>(&decoded(part)).unwrap();
            assert_eq!(json(head), json!({ "alg": "RS256", "typ": "JWT" }));
            let start = 1_767_225_600;
            assert_eq!(
                json(claims),
                json!({ "iat": start - 60, "exp": start + 540, "iss": "Iv1.\"quoted\"" })
            );
        }
    }

    #[test]
    fn a_wrong_key_is_described_without_a_part_of_it() {
        let now = Timestamp::UNIX_EPOCH;
        let cut = PKCS8.lines().take(9).collect::<Vec<_>>().join("\n");
        let curve = include_str!("../../tests/keys/curve.pem");
        for (pem, why) in [
            ("", "is not a private key in PEM form"),
            (&cut, "is not a private key in PEM form"),
            (curve, "is not an RSA key of 2048 bits or more"),
        ] {
            assert_eq!(signed("1", pem, now), Err(why));
        }
    }
}
