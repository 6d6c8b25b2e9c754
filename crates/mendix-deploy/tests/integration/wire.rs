//! What goes over the wire, and what never does.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::support::{APP, KEY, Server, builder, calls, credentials};
use mendix_deploy::{Client, ErrorKind, Evidence, Proxy};
use mendix_deploy_sim::Call;

fn app_server() -> Server {
    Server::replying(|_| (200, APP.to_owned()))
}

#[test]
fn a_request_has_the_documented_headers_once_and_nothing_else() {
    let server = app_server();
    let client = server.builder().user_agent("nightly/3").build().unwrap();
    client.get_app("calc").unwrap();
    client.stop_environment("calc", "Test").unwrap();
    client.start_environment("calc", "Test", true).unwrap();
    client.delete_environment_tag("calc", "Test", "A").unwrap();
    let requests = server.requests.lock().unwrap();
    assert_eq!(requests[0].line, "GET /api/1/apps/calc HTTP/1.1");
    assert_eq!(requests[3].line, "DELETE /api/1/apps/calc/environments/Test/tags HTTP/1.1");
    assert_eq!(requests[3].body, br#"{"Tag":"A"}"#);
    for request in requests.iter() {
        assert_eq!(request.header("Mendix-Username"), ["richard.ford51@example.com"]);
        assert_eq!(request.header("Mendix-ApiKey"), [KEY]);
        assert_eq!(request.header("Content-Type"), ["application/json"]);
        assert_eq!(request.header("Accept-Encoding"), ["identity"]);
        let agent = request.header("User-Agent")[0];
        let own = concat!("mendix-deploy/", env!("CARGO_PKG_VERSION"), " (");
        assert!(agent.starts_with(own) && agent.ends_with("; nightly/3)"), "{agent}");
    }
    let names = |index: usize| {
        let mut names: Vec<&str> = requests[index].headers.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names
    };
    let always = [
        "accept",
        "accept-encoding",
        "content-type",
        "host",
        "mendix-apikey",
        "mendix-username",
        "user-agent",
    ];
    assert_eq!(names(0), always);
    let with_body = [
        "accept",
        "accept-encoding",
        "content-length",
        "content-type",
        "host",
        "mendix-apikey",
        "mendix-username",
        "user-agent",
    ];
    assert_eq!(names(1), with_body);
    assert_eq!(requests[1].header("content-length"), ["0"]);
    assert_eq!(names(3), with_body);
}

#[test]
fn connections_are_kept_and_shared() {
    let server = app_server();
    let client = server.client();
    for _ in 0..50 {
        client.get_app("calc").unwrap();
        client.stop_environment("calc", "Test").unwrap();
    }
    client.with_timeout(Duration::from_secs(20)).unwrap().get_app("calc").unwrap();
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);

    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..50 {
                    assert_eq!(client.get_app("calc").unwrap().app_id, "calc");
                }
            });
        }
    });
    assert!(server.connections.load(Ordering::SeqCst) <= 8);
}

#[test]
fn no_redirect_is_followed() {
    let elsewhere = app_server();
    for status in [300, 301, 302, 303, 304, 305, 307, 308] {
        let target = elsewhere.url.clone();
        let server = Server::start(move |mut peer| {
            while peer.request().is_some() {
                peer.send(&format!(
                    "HTTP/1.1 {status} Moved\r\nLocation: {target}/api/1/apps\r\nContent-Length: 0\r\n\r\n"
                ));
            }
        });
        let client = server.client();
        for redirected in Call::ALL {
            let error = calls::call(&client, redirected, &calls::example(redirected)).unwrap_err();
            let kind =
                if redirected.is_mutating() { ErrorKind::Ambiguous } else { ErrorKind::InvalidResponse };
            assert_eq!(
                (error.kind(), error.evidence(), error.http_status()),
                (kind, Evidence::Ambiguous, Some(status)),
                "{redirected}: {error}"
            );
            assert!(error.to_string().contains("redirects are never followed"), "{error}");
        }
    }
    assert_eq!(elsewhere.connections.load(Ordering::SeqCst), 0);
}

#[test]
fn a_client_reaches_its_server_through_a_proxy() {
    // The proxy answers itself in place of the far server.
    let proxy = Server::start(|mut peer| {
        let Some(connect) = peer.head() else { return };
        assert_eq!(connect.line, "CONNECT deploy.example.com:80 HTTP/1.1");
        assert_eq!(connect.header("proxy-authorization"), ["Basic bWU6cHc="]);
        assert!(connect.header("mendix-apikey").is_empty());
        peer.send("HTTP/1.1 200 Connection established\r\n\r\n");
        while let Some(request) = peer.request() {
            assert_eq!(request.header("mendix-apikey"), [KEY]);
            peer.reply(200, APP);
        }
    });
    let url = proxy.url.replace("http://", "http://me:pw@");
    let client = builder("http://deploy.example.com")
        .allow_insecure_http(true)
        .proxy(Proxy::Url(url))
        .build()
        .unwrap();
    for _ in 0..3 {
        assert_eq!(client.get_app("calc").unwrap().app_id, "calc");
    }
    assert_eq!(proxy.connections.load(Ordering::SeqCst), 1);

    let refusing = Server::start(|mut peer| {
        peer.head();
        peer.send("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    });
    let client = builder("http://deploy.example.com")
        .allow_insecure_http(true)
        .proxy(Proxy::Url(refusing.url))
        .max_attempts(4)
        .build()
        .unwrap();
    let error = client.stop_environment("calc", "Test").unwrap_err();
    assert_eq!((error.kind(), error.evidence()), (ErrorKind::Transport, Evidence::NotSent));
    assert_eq!(error.attempts().len(), 1, "a wrong password is not tried again");
    assert!(error.to_string().contains("407"), "{error}");
}

#[test]
fn a_proxy_that_is_busy_is_asked_again() {
    let tunnels = AtomicUsize::new(0);
    let proxy = Server::start(move |mut peer| {
        if peer.head().is_none() {
            return;
        }
        if tunnels.fetch_add(1, Ordering::SeqCst) == 0 {
            peer.send("HTTP/1.1 429 Too Many Requests\r\n\r\n");
            return;
        }
        peer.send("HTTP/1.1 200 Connection established\r\n\r\n");
        if peer.request().is_some() {
            peer.reply(200, "");
        }
    });
    let client = builder("http://deploy.example.com")
        .allow_insecure_http(true)
        .proxy(Proxy::Url(proxy.url.clone()))
        .max_attempts(2)
        .build()
        .unwrap();
    client.stop_environment("calc", "Test").unwrap();
    assert_eq!(proxy.connections.load(Ordering::SeqCst), 2);
}

#[test]
fn settings_that_cannot_be_right_are_named() {
    let build = |change: fn(mendix_deploy::ClientBuilder) -> mendix_deploy::ClientBuilder| {
        change(Client::builder(credentials())).build().unwrap_err()
    };
    for (name, error) in [
        ("base_url", build(|b| b.base_url("https://deploy.mendix.com/api/1"))),
        ("base_url", build(|b| b.base_url("http://deploy.mendix.com"))),
        ("timeout", build(|b| b.timeout(Duration::ZERO))),
        ("connect_timeout", build(|b| b.connect_timeout(Duration::ZERO))),
        ("stall_timeout", build(|b| b.stall_timeout(Duration::ZERO))),
        ("answer_timeout", build(|b| b.answer_timeout(Duration::ZERO))),
        ("max_attempts", build(|b| b.max_attempts(0))),
        ("reply_limit", build(|b| b.reply_limit(0))),
        ("proxy", build(|b| b.proxy(Proxy::Url("socks5://127.0.0.1".into())))),
        // It would not be used, and is wrong all the same.
        ("proxy", build(|b| b.base_url("http://127.0.0.1:1").proxy(Proxy::Url("socks5://127.0.0.1".into())))),
        ("user_agent", build(|b| b.user_agent("a\r\nb"))),
        ("credentials", build(|_| mendix_deploy::ClientBuilder::new())),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert!(error.message().starts_with(name), "{error}");
    }
    let error = build(|b| b.ca_file("/nowhere.pem"));
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.message().contains("/nowhere.pem"), "{error}");
    let error = build(|b| b.ca_file("Cargo.toml"));
    assert!(error.message().contains("no certificate"), "{error}");
}
