//! What clients do when things go wrong, side by side against the same servers: ours, curl, requests, reqwest.
//!
//! `cargo run --release --manifest-path tests/peers/Cargo.toml`; `python3` needs `requests`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use mendix_deploy::{Client, Credentials, PackageSource};

const KEY: &str = "26587896-1cef-4483-accf-ad304e2673d6";
const ROUNDS: usize = 20;
const PACKAGE: u64 = 64 << 20;
const MIB: u64 = 1 << 20;

/// One connection at a server.
struct Peer(BufReader<TcpStream>);

impl Peer {
    /// The head of a request, in lower case.
    fn head(&mut self) -> Option<String> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.0.read_line(&mut head).ok()? == 0 {
                return None;
            }
        }
        Some(head.to_lowercase())
    }

    fn discard(&mut self, bytes: u64) {
        let _ = std::io::copy(&mut (&mut self.0).take(bytes), &mut std::io::sink());
    }

    fn reply(&mut self, head: &str, body: &str) {
        let text = format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        let _ = self.0.get_mut().write_all(text.as_bytes());
    }
}

fn serve(serve: impl Fn(Peer) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let serve = Arc::new(serve);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let serve = Arc::clone(&serve);
            thread::spawn(move || serve(Peer(BufReader::new(stream.unwrap()))));
        }
    });
    url
}

fn ours(url: &str) -> Client {
    let credentials = Credentials::new("me@example.com", KEY).unwrap();
    Client::builder(credentials).base_url(url).timeout(Duration::from_secs(5)).check_packages(false).build().unwrap()
}

fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

const KEY_HEADER: &str = "Mendix-ApiKey: 26587896-1cef-4483-accf-ad304e2673d6";

/// How often the key arrived at the other origin.
fn redirect() {
    let leaks = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&leaks);
    let elsewhere = serve(move |mut peer| {
        while let Some(head) = peer.head() {
            count.fetch_add(usize::from(head.contains(KEY)), Ordering::SeqCst);
            peer.reply("200 OK", r#"{"AppId": "calc"}"#);
        }
    });
    let target = elsewhere.replace("127.0.0.1", "localhost");
    let url = serve(move |mut peer| {
        while peer.head().is_some() {
            peer.reply(&format!("302 Found\r\nLocation: {target}/"), "");
        }
    });
    println!("## A redirect to another origin: how often the key arrives there, of {ROUNDS}\n");
    let many = |f: &dyn Fn()| {
        leaks.store(0, Ordering::SeqCst);
        (0..ROUNDS).for_each(|_| f());
        leaks.load(Ordering::SeqCst)
    };
    let python = format!("import requests; requests.get({url:?}, headers={{'Mendix-ApiKey': {KEY:?}}})");
    println!("- mendix-deploy: {}", many(&|| drop(ours(&url).get_app("calc"))));
    println!("- curl -L: {}", many(&|| drop(run("curl", &["-sL", "-H", KEY_HEADER, &url]))));
    println!("- requests: {}", many(&|| drop(run("python3", &["-c", &python]))));
    println!(
        "- reqwest: {}\n",
        many(&|| {
            let client = reqwest::blocking::Client::new();
            drop(client.get(&url).header("Mendix-ApiKey", KEY).send());
        })
    );
}

/// How often the status of an early refusal is heard.
fn early_refusal(package: &Path) {
    let url = serve(|mut peer| {
        if peer.head().is_some() {
            peer.discard(MIB);
            peer.reply("413 Too Large", r#"{"errorMessage": "Too large.", "errorCode": "TOO_LARGE"}"#);
        }
    });
    println!(
        "## An upload of 64 MiB that is refused after 1 MiB by a server that says no 100 Continue: heard, of {ROUNDS}\n"
    );
    let heard = |f: &dyn Fn() -> bool| (0..ROUNDS).filter(|_| f()).count();
    let path = package.to_str().unwrap();
    let python = format!(
        "import requests\ntry: print(requests.post({url:?}, files={{'file': open({path:?}, 'rb')}}).status_code)\nexcept Exception: print('lost')"
    );
    let target = format!("{url}/api/1/apps/calc/packages/upload");
    let form = format!("file=@{path}");
    println!(
        "- mendix-deploy: {}",
        heard(&|| {
            let error = ours(&url).upload_package("calc", PackageSource::file(package), None).unwrap_err();
            error.http_status() == Some(413)
        })
    );
    let curl = |expect: &[&str]| {
        let arguments =
            [&["-s", "-o", "/dev/null", "-w", "%{http_code}", "-F", &form], expect, &[&target]].concat();
        run("curl", &arguments) == "413"
    };
    println!("- curl -F: {}", heard(&|| curl(&[])));
    println!("- curl -F, without Expect: {}", heard(&|| curl(&["-H", "Expect:"])));
    println!("- requests: {}", heard(&|| run("python3", &["-c", &python]) == "413"));
    println!(
        "- reqwest: {}\n",
        heard(&|| {
            let form = reqwest::blocking::multipart::Form::new().file("file", package).unwrap();
            let answer = reqwest::blocking::Client::new().post(&target).multipart(form).send();
            answer.is_ok_and(|answer| answer.status() == 413)
        })
    );
}

/// How often one POST arrives, when the server takes it on a connection that is in use already and then hangs up.
fn lost_reply() {
    let posts = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&posts);
    let url = serve(move |mut peer| {
        while let Some(head) = peer.head() {
            if head.starts_with("post") {
                count.fetch_add(1, Ordering::SeqCst);
                return;
            }
            peer.reply("200 OK", r#"{"AppId": "calc"}"#);
        }
    });
    println!("## A POST whose answer is lost on a reused connection: how often {ROUNDS} of them arrive\n");
    let many = |f: &dyn Fn()| {
        posts.store(0, Ordering::SeqCst);
        (0..ROUNDS).for_each(|_| f());
        posts.load(Ordering::SeqCst)
    };
    let python = format!(
        "import requests\ns = requests.Session()\ns.get({url:?})\ntry: s.post({url:?})\nexcept Exception: pass"
    );
    println!(
        "- mendix-deploy: {}",
        many(&|| {
            let client = ours(&url);
            client.get_app("calc").unwrap();
            client.stop_environment("calc", "Test").unwrap_err();
        })
    );
    println!("- curl: {}", many(&|| drop(run("curl", &["-s", &url, "--next", "-s", "-X", "POST", &url]))));
    println!("- requests: {}", many(&|| drop(run("python3", &["-c", &python]))));
    println!(
        "- reqwest: {}\n",
        many(&|| {
            let client = reqwest::blocking::Client::new();
            client.get(&url).send().unwrap().text().unwrap();
            drop(client.post(&url).send());
        })
    );
}

fn main() {
    let mut package = tempfile::NamedTempFile::new().unwrap();
    std::io::copy(&mut std::io::repeat(7).take(PACKAGE), &mut package).unwrap();
    for (program, arguments) in [
        ("curl", &["--version"][..]),
        ("python3", &["-c", "import requests; print('requests', requests.__version__)"]),
    ] {
        println!("{}", run(program, arguments).lines().next().unwrap_or("(none)"));
    }
    println!();
    redirect();
    early_refusal(package.path());
    lost_reply();
}
