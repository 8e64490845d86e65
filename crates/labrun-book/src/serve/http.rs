//! The server: what answers a request, behind the gate that decides whether it is answered at all.

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::{fs, io};

use axum::body::Body;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, Request, State};
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, IF_MATCH, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, LAST_MODIFIED, LOCATION, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::routing::get;
use axum::{Router, serve};
use tokio::sync::{oneshot, watch};
use tower_http::services::ServeFile;

use super::files::{Found, find};
use super::host::Gate;

/// Where the pages ask whether they are out of date; behind it comes the number of the page's own book.
pub(super) const LIVE: &str = "labrun-live";

/// What every answer carries.
const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
];

/// The book that is shown.
#[derive(Debug, Clone, Default)]
pub(super) struct Shown {
    /// The folder with its pages.
    pub(super) folder: PathBuf,
    /// The page for what is not found, from there.
    pub(super) not_found: String,
    /// Its number: each good book has a greater one than the book before it.
    pub(super) number: usize,
}

/// What the answers are made from.
#[derive(Debug, Clone)]
pub(super) struct Site {
    shown: Arc<RwLock<Shown>>,
    news: watch::Sender<usize>,
}

impl Site {
    pub(super) fn new(shown: Shown) -> Self {
        let (news, _) = watch::channel(shown.number);
        Self {
            shown: Arc::new(RwLock::new(shown)),
            news,
        }
    }

    /// Shows another book from now on, and tells every open page.
    pub(super) fn show(&self, shown: Shown) {
        let number = shown.number;
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = shown;
        self.news.send_replace(number);
    }

    fn shown(&self) -> Shown {
        let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        shown.clone()
    }
}

/// Answers requests until `end` says that it is over.
pub(super) fn run(listener: TcpListener, site: Site, end: oneshot::Receiver<()>) -> io::Result<()> {
    let port = listener.local_addr()?.port();
    let gate = Gate::new(port);
    let router = Router::new()
        .route(&format!("/{LIVE}/{{number}}"), get(live))
        .fallback(answer)
        .with_state((site, gate.clone()))
        .layer(from_fn_with_state(gate, admit));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let ended = runtime.block_on(async move {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        tokio::select! {
            ended = async { serve(listener, router).await } => ended,
            _ = end => Ok(()),
        }
    });
    // Open connections are of no use to anyone any more.
    runtime.shutdown_background();
    ended
}

type Context = State<(Site, Gate)>;

/// Turns away who is not meant to read the book, and puts the headers on every answer.
async fn admit(State(gate): State<Gate>, request: Request, next: Next) -> Response<Body> {
    let mut response = if gate.admits(request.uri(), request.headers()) {
        next.run(request).await
    } else {
        plain(
            StatusCode::FORBIDDEN,
            "This server answers to 127.0.0.1 and localhost only.\n",
        )
    };
    response.headers_mut().extend(HEADERS);
    response
}

/// A file of the book, or its page for what is not found.
async fn answer(State((site, _)): Context, mut request: Request) -> Response<Body> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut refused = plain(
            StatusCode::METHOD_NOT_ALLOWED,
            "The book can only be read.\n",
        );
        let methods = HeaderValue::from_static("GET, HEAD");
        refused.headers_mut().insert(ALLOW, methods);
        return refused;
    }
    let shown = site.shown();
    let path = request.uri().path().to_owned();
    let file = match find(&shown.folder, &path) {
        Found::File(file) => file,
        Found::Folder => return moved(&path),
        Found::Nothing => return not_found(&shown),
    };
    // Two books made within a second have files of the same age: nobody may keep the older one for it.
    for condition in [
        IF_MATCH,
        IF_NONE_MATCH,
        IF_MODIFIED_SINCE,
        IF_UNMODIFIED_SINCE,
        IF_RANGE,
    ] {
        request.headers_mut().remove(condition);
    }
    match ServeFile::new(file).try_call(request).await {
        Ok(found) => {
            let mut found = found.map(Body::new);
            found.headers_mut().remove(LAST_MODIFIED);
            found.headers_mut().remove(ETAG);
            with_charset(found.headers_mut());
            found
        }
        Err(_) => not_found(&shown),
    }
}

fn with_charset(headers: &mut HeaderMap) {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let text = kind.filter(|kind| kind.starts_with("text/") && !kind.contains("charset"));
    if let Some(value) = text.and_then(|kind| format!("{kind}; charset=utf-8").parse().ok()) {
        headers.insert(CONTENT_TYPE, value);
    }
}

fn not_found(shown: &Shown) -> Response<Body> {
    let status = StatusCode::NOT_FOUND;
    match fs::read(shown.folder.join(&shown.not_found)) {
        Ok(page) => with_type(status, "text/html; charset=utf-8", Body::from(page)),
        Err(_) => plain(status, "There is no such page in the book.\n"),
    }
}

/// To the same address with a slash at its end. Not for good: browsers remember that for longer than the book lives.
fn moved(path: &str) -> Response<Body> {
    let mut moved = plain(StatusCode::TEMPORARY_REDIRECT, "");
    if let Ok(place) = format!("{path}/").parse() {
        moved.headers_mut().insert(LOCATION, place);
    }
    moved
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    with_type(status, "text/plain; charset=utf-8", Body::from(text))
}

fn with_type(status: StatusCode, kind: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

/// Tells a page when there is a newer book than its own, which may be at once.
async fn live(
    State((site, gate)): Context,
    Path(number): Path<usize>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response<Body> {
    if !gate.admits_websocket(&headers) {
        return plain(
            StatusCode::FORBIDDEN,
            "Only pages of this book can listen.\n",
        );
    }
    let news = site.news.subscribe();
    upgrade
        .max_message_size(1024)
        .on_upgrade(move |socket| tell(socket, news, number))
}

async fn tell(mut socket: WebSocket, mut news: watch::Receiver<usize>, number: usize) {
    loop {
        tokio::select! {
            // The value itself is locked while it is held, so only whether it came is kept.
            is_newer = async { news.wait_for(|shown| *shown != number).await.is_ok() } => {
                if is_newer {
                    // A page that has gone away needs no news.
                    let _ = socket.send(Message::text("reload")).await;
                }
                return;
            }
            // Pages have nothing to say; that they have left is all there is to hear.
            heard = socket.recv() => if !matches!(heard, Some(Ok(_))) { return },
        }
    }
}
