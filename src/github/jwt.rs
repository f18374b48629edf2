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
