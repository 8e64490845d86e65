//! Asking an HTTP server from outside the terminals. The only file that names hyper.
//!
//! Plain HTTP/1.1 over a connection of its own for each question, without proxies, redirects or cookies: what the server
//! says is what is judged.

use std::error::Error;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, CONNECTION, HOST, HeaderValue, USER_AGENT};
use hyper::{Method, Request, Response, Uri};
use hyper_util::rt::TokioIo;
use labrun_model::{HttpMethod, HttpQuestion};
use tokio::net::{TcpStream, UnixStream};

use super::patience::{NoAnswer, Patience, within};
use crate::interrupt::Interrupts;

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HttpAnswer {
    pub(crate) status: u16,
    /// The body as text; what is no UTF-8 is replaced.
    pub(crate) body: String,
}

/// A longer body is nothing that a page shows.
const LONGEST_BODY: usize = 1 << 20;

/// Asks a question once.
///
/// # Errors
/// A line of words: why the server cannot be reached, or what is wrong with its answer. Never a header's value.
pub(crate) fn request(
    question: &HttpQuestion,
    timeout: Duration,
    interrupts: &Interrupts,
) -> Result<HttpAnswer, String> {
    let runtime = super::runtime()?;
    let patience = Patience::UntilSignal(interrupts);
    let url = question.url();
    match runtime.block_on(within(ask(question), timeout, patience)) {
        Ok(answer) => answer.map_err(|reason| format!("{url}: {reason}")),
        Err(NoAnswer::TimedOut(_)) => Err(format!("{url}: the server gave no answer in time")),
        Err(no_answer @ NoAnswer::Interrupted(_)) => Err(no_answer.to_string()),
    }
}

/// An answer whose body is still on its way.
pub(crate) type Answer = Response<Incoming>;

/// Connections to one receiver over streams that lead to it and nowhere else. One that has nothing to do is used again,
/// because making it may take a while.
pub(crate) struct Connections<B> {
    made: Mutex<Vec<http1::SendRequest<B>>>,
}

impl<B> Connections<B>
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    /// None is made yet.
    pub(crate) fn new() -> Self {
        Self {
            made: Mutex::new(Vec::new()),
        }
    }

    /// A connection that can be used at once, if there is one.
    pub(crate) fn idle(&self) -> Option<http1::SendRequest<B>> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.retain(|connection| !connection.is_closed());
        let idle = made.iter().position(http1::SendRequest::is_ready)?;
        Some(made.swap_remove(idle))
    }

    /// A new connection over a stream. What makes the stream is held as long as it is used.
    ///
    /// # Errors
    /// When the stream has ended already.
    pub(crate) async fn make(
        stream: UnixStream,
        maker: impl Send + 'static,
    ) -> Result<http1::SendRequest<B>, hyper::Error> {
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(async move {
            // What is wrong with the connection is told to whoever waits for an answer.
            drop(connection.await);
            drop(maker);
        });
        Ok(sender)
    }

    /// Sends a request over a connection, which is kept for others.
    ///
    /// # Errors
    /// What is wrong with the stream, or with the answer.
    pub(crate) async fn send(
        &self,
        mut connection: http1::SendRequest<B>,
        mut request: Request<B>,
    ) -> Result<Answer, hyper::Error> {
        // Through a proxy the whole address would be sent; to the receiver itself only the path is.
        let path = request.uri().path_and_query().cloned();
        *request.uri_mut() = path.map(Uri::from).unwrap_or_default();
        let host = HeaderValue::from_static("localhost");
        request.headers_mut().insert(HOST, host);
        let answer = connection.send_request(request).await?;
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.push(connection);
        Ok(answer)
    }
}

async fn ask(question: &HttpQuestion) -> Result<HttpAnswer, String> {
    let address = &question.address;
    let stream = TcpStream::connect((address.host.as_str(), address.port));
    let stream = stream.await.map_err(|error| error.to_string())?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| words(&error))?;
    let driver = tokio::spawn(connection);
    let answer = async {
        let request = build(question).map_err(|error| words(&error))?;
        let answer = sender.send_request(request).await;
        let answer = answer.map_err(|error| words(&error))?;
        let status = answer.status().as_u16();
        let body = Limited::new(answer.into_body(), LONGEST_BODY).collect();
        let body = body.await.map_err(|error| words(error.as_ref()))?;
        Ok(HttpAnswer {
            status,
            body: String::from_utf8_lossy(&body.to_bytes()).into_owned(),
        })
    };
    let answer = answer.await;
    driver.abort();
    answer
}

fn build(question: &HttpQuestion) -> Result<Request<Empty<Bytes>>, hyper::http::Error> {
    let sets = |name: &str| {
        let mut names = question.headers.iter().map(|(known, _)| known);
        names.any(|known| known.eq_ignore_ascii_case(name))
    };
    let mut request = Request::builder()
        .method(match question.method {
            HttpMethod::Get => Method::GET,
            HttpMethod::Head => Method::HEAD,
        })
        .uri(&question.target)
        .header(HOST, question.authority())
        .header(CONNECTION, "close");
    for (name, value) in [(USER_AGENT, "labrun"), (ACCEPT, "*/*")] {
        if !sets(name.as_str()) {
            request = request.header(name, value);
        }
    }
    for (name, value) in &question.headers {
        request = request.header(name, value);
    }
    request.body(Empty::new())
}

/// An error with its causes.
fn words(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::thread::JoinHandle;

    use labrun_model::Address;

    use super::*;

    /// A server for one question: it reads what is asked up to the blank line, and answers with `answer`.
    fn serve(answer: &str) -> (HttpQuestion, JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let answer = answer.to_owned();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = Vec::new();
            let mut byte = [0];
            while !asked.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
                asked.push(byte[0]);
            }
            // A client that has seen enough hangs up; that is no fault of the server's.
            let _ = stream.write_all(answer.as_bytes());
            String::from_utf8(asked).unwrap()
        });
        let question = HttpQuestion {
            method: HttpMethod::Get,
            address: Address {
                host: "127.0.0.1".to_owned(),
                port,
            },
            target: "/a?b=c".to_owned(),
            headers: vec![("accept".to_owned(), "text/plain".to_owned())],
            status: 200,
            body: None,
        };
        (question, server)
    }

    fn ask(question: &HttpQuestion) -> Result<HttpAnswer, String> {
        let interrupts = Interrupts::install().unwrap();
        request(question, Duration::from_secs(20), &interrupts)
    }

    #[test]
    fn status_and_body_come_as_they_are() {
        let chunked = "HTTP/1.1 503 Nope\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na\r\n\r\n1\r\nb\r\n0\r\n\r\n";
        let (question, server) = serve(chunked);
        let answer = ask(&question).unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (503, "a\r\nb"));
        let asked = server.join().unwrap();
        assert!(asked.starts_with("GET /a?b=c HTTP/1.1\r\n"), "{asked}");
        assert!(asked.contains(&format!("host: 127.0.0.1:{}\r\n", question.address.port)));
        assert_eq!(asked.matches("accept:").count(), 1, "{asked}");
    }

    #[test]
    fn a_redirect_is_an_answer_and_head_has_no_body() {
        let moved = "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 9\r\n\r\n";
        let (mut question, server) = serve(moved);
        question.method = HttpMethod::Head;
        let answer = ask(&question).unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (302, ""));
        assert!(server.join().unwrap().starts_with("HEAD "));
    }

    #[test]
    fn what_is_no_answer_is_said() {
        let (question, server) = serve("SSH-2.0-x\r\n");
        let reason = ask(&question).unwrap_err();
        assert!(
            reason.starts_with(&format!("{}: ", question.url())),
            "{reason}"
        );
        server.join().unwrap();
        let long = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {0}\r\n\r\n{1}",
            LONGEST_BODY + 1,
            "x".repeat(LONGEST_BODY + 1)
        );
        let (question, server) = serve(&long);
        assert!(
            ask(&question)
                .unwrap_err()
                .contains("length limit exceeded")
        );
        server.join().unwrap();
        // The server is gone by now.
        assert!(ask(&question).unwrap_err().contains("refused"));
    }
}
