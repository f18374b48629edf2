//! A server for tests: it answers each request as the test says, and remembers what came.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::Value;

use crate::platform::{Clock, Pace};

use super::{Client, Credentials, Patience, Proxies, Settings};

/// What came.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    /// `GET`, `POST` …
    pub(crate) method: String,
    /// The path with its query.
    pub(crate) path: String,
    /// The headers, their names in small letters.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: String,
}

impl Received {
    /// All values of a header.
    pub(crate) fn header(&self, name: &str) -> Vec<&str> {
        let found = self.headers.iter().filter(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str()).collect()
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// What is answered.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    sent: Option<usize>,
}

impl Reply {
    /// A status with an empty body.
    pub(crate) fn status(status: u16) -> Reply {
        Reply {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            sent: None,
        }
    }

    /// A status with a JSON body.
    pub(crate) fn json(status: u16, body: &Value) -> Reply {
        Reply::status(status).body(body.to_string())
    }

    /// The same with another body.
    pub(crate) fn body(self, body: impl Into<Vec<u8>>) -> Reply {
        Reply {
            body: body.into(),
            ..self
        }
    }

    /// The same with one more header.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Reply {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same, but the connection ends after so many bytes of the body, although its length says more.
    pub(crate) fn cut(self, sent: usize) -> Reply {
        Reply {
            sent: Some(sent),
            ..self
        }
    }

    fn write(&self, stream: &mut TcpStream) -> std::io::Result<()> {
        let mut head = format!("HTTP/1.1 {} Scripted\r\n", self.status);
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!(
            "content-length: {}\r\nconnection: close\r\n\r\n",
            self.body.len()
        );
        stream.write_all(head.as_bytes())?;
        let sent = self.sent.unwrap_or(self.body.len());
        stream.write_all(&self.body[..sent])
    }
}

/// A server on this machine, until it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    address: String,
    received: Arc<Mutex<Vec<Received>>>,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// A server that answers each request by a function; `None` closes the connection without a word.
    pub(crate) fn answering(
        mut answer: impl FnMut(&Received) -> Option<Reply> + Send + 'static,
    ) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let received = Arc::new(Mutex::new(Vec::new()));
        let ended = Arc::new(AtomicBool::new(false));
        let (log, end) = (Arc::clone(&received), Arc::clone(&ended));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if end.load(Ordering::SeqCst) {
                    return;
                }
                let mut stream = stream.unwrap();
                let Some(request) = read(&mut stream) else {
                    continue;
                };
                log.lock().unwrap().push(request.clone());
                if let Some(reply) = answer(&request) {
                    // The client may have gone away.
                    let _ = reply.write(&mut stream);
                }
            }
        });
        Server {
            address,
            received,
            ended,
            thread: Some(thread),
        }
    }

    /// A server that gives these answers one after another, and 418 when there are no more.
    pub(crate) fn scripted(replies: impl IntoIterator<Item = Reply>) -> Server {
        let mut replies = replies.into_iter().collect::<Vec<_>>().into_iter();
        Server::answering(move |_| Some(replies.next().unwrap_or_else(|| Reply::status(418))))
    }

    /// `http://127.0.0.1:port`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What came so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// What came so far: `GET /a?b=c`.
    pub(crate) fn lines(&self) -> Vec<String> {
        let received = self.received();
        received
            .iter()
            .map(|one| format!("{} {}", one.method, one.path))
            .collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // Wakes the listener.
        let _ = TcpStream::connect(&self.address);
        let ended = self.thread.take().map(JoinHandle::join);
        if !std::thread::panicking() {
            ended.unwrap().unwrap();
        }
    }
}

fn read(stream: &mut TcpStream) -> Option<Received> {
    let mut reader = BufReader::new(stream);
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        Some(line.trim_end().to_owned())
    };
    let first = line()?;
    let mut words = first.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let line = line()?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Received {
        method,
        path,
        headers,
        body: String::from_utf8(body).unwrap(),
    })
}

/// A pace that waits for nothing and remembers what it should have waited.
#[derive(Debug, Default)]
pub(crate) struct QuickPace {
    pauses: Mutex<Vec<Duration>>,
}

impl QuickPace {
    /// The pauses so far.
    pub(crate) fn pauses(&self) -> Vec<Duration> {
        self.pauses.lock().unwrap().clone()
    }
}

impl Pace for QuickPace {
    fn passed(&self) -> Duration {
        self.pauses.lock().unwrap().iter().sum()
    }

    fn pause(&self, length: Duration) {
        self.pauses.lock().unwrap().push(length);
    }
}

/// The token of the tests: it may occur nowhere.
pub(crate) const CANARY: &str = "ghs_canary0123456789";

/// Settings for a server, with the token [`CANARY`], a fixed clock and a pace that waits for nothing.
pub(crate) fn settings(api: &str, pace: Arc<QuickPace>) -> Settings {
    Settings {
        api: api.to_owned(),
        project: "o/r".parse().unwrap(),
        credentials: Credentials::Token {
            value: CANARY.into(),
            variable: "GITHUB_TOKEN",
        },
        patience: Patience::default(),
        proxies: Proxies::default(),
        clock: Clock::Fixed("2026-01-01T00:00:00Z".parse().unwrap()),
        pace,
    }
}

/// A client of the server.
pub(crate) fn client(server: &Server) -> Client {
    Client::connect(&settings(&server.url(), Arc::default())).unwrap()
}
