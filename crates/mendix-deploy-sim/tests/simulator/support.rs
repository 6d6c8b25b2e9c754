//! A tiny HTTP client, so that nothing but the simulator is tested.

use std::{
    io::{self, Cursor, Read, Write},
    net::TcpStream,
    time::Duration,
};

use mendix_deploy_sim::{Argument, ArgumentKind, Call, Place, Simulator};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

pub(crate) const PACKAGE: &str = "b3d14e53-2654-4534-b374-9179a69ef3cf";

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        self.json()
    }

    #[track_caller]
    pub(crate) fn code(&self) -> String {
        self.json()["errorCode"].as_str().unwrap().to_owned()
    }
}

/// One request on a connection of its own.
pub(crate) fn request(
    origin: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<Reply> {
    let mut stream = connect(origin);
    write_head(&mut stream, method, path, headers, body.len() as u64)?;
    // The server may have answered and gone already.
    let _ = stream.write_all(body);
    read_reply(&mut stream, method == "HEAD")
}

pub(crate) fn connect(origin: &str) -> TcpStream {
    let stream = TcpStream::connect(origin.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    stream
}

pub(crate) fn write_head(
    stream: &mut TcpStream,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    length: u64,
) -> io::Result<()> {
    let host = stream.peer_addr()?;
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n");
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    stream.write_all((head + "\r\n").as_bytes())
}

pub(crate) fn read_reply(stream: &mut TcpStream, head_only: bool) -> io::Result<Reply> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        bytes.push(byte[0]);
    }
    let head = String::from_utf8(bytes).unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let mut reply = Reply { status, headers, body: Vec::new() };
    if !head_only {
        let length = reply.header("content-length").map_or(0, |length| length.parse().unwrap());
        reply.body = vec![0; length];
        stream.read_exact(&mut reply.body)?;
    }
    Ok(reply)
}

/// Calls the API with the right credentials.
pub(crate) struct Client {
    pub(crate) origin: String,
    username: String,
    api_key: String,
}

impl Client {
    pub(crate) fn new(simulator: &Simulator) -> Self {
        Self {
            origin: simulator.url().to_owned(),
            username: simulator.username().to_owned(),
            api_key: simulator.api_key().to_owned(),
        }
    }

    pub(crate) fn credentials(&self) -> [(&str, &str); 2] {
        [("mendix-username", &self.username), ("mendix-apikey", &self.api_key)]
    }

    pub(crate) fn send(&self, method: &str, path: &str, body: &Value) -> io::Result<Reply> {
        self.send_to(method, &format!("/api/1/{path}"), body)
    }

    pub(crate) fn send_to(&self, method: &str, path: &str, body: &Value) -> io::Result<Reply> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        request(&self.origin, method, path, &self.credentials(), body.as_bytes())
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &Value::Null).unwrap()
    }

    #[track_caller]
    pub(crate) fn post(&self, path: &str, body: &Value) -> Reply {
        self.send("POST", path, body).unwrap()
    }

    pub(crate) fn upload(&self, part: &str, content: &[u8]) -> io::Result<Reply> {
        self.upload_to("calc", "?name=calc_1.0.0.45.mda", part, content)
    }

    pub(crate) fn upload_to(
        &self,
        app_id: &str,
        query: &str,
        part: &str,
        content: &[u8],
    ) -> io::Result<Reply> {
        self.upload_at(&format!("/api/1/apps/{app_id}/packages/upload{query}"), part, content)
    }

    pub(crate) fn upload_at(&self, path: &str, part: &str, content: &[u8]) -> io::Result<Reply> {
        let mut body = format!(
            "--limit\r\nContent-Disposition: form-data; name=\"{part}\"; filename=\"x.mda\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n--limit--\r\n");
        let mut headers = self.credentials().to_vec();
        headers.push(("content-type", "multipart/form-data; boundary=limit"));
        request(&self.origin, "POST", path, &headers, &body)
    }

    /// Calls with arguments by their names.
    pub(crate) fn call(&self, call: Call, args: &Map<String, Value>) -> io::Result<Reply> {
        let segment = |name: &str| match args.get(name) {
            Some(Value::String(text)) => utf8_percent_encode(text, NON_ALPHANUMERIC).to_string(),
            other => other.map(Value::to_string).unwrap_or_default(),
        };
        let declared = call.declaration();
        let (mut path, mut body) = (declared.path.clone(), Value::Null);
        for (Argument { name, kind, .. }, place) in declared.arguments() {
            match place {
                Place::Path(_) => path = path.replace(&format!("{{{name}}}"), &segment(&name)),
                Place::Query(key) => {
                    path.extend([if path.contains('?') { "&" } else { "?" }, key, "=", &segment(&name)]);
                }
                Place::Field(field) => body[field] = args.get(&name).cloned().unwrap_or_default(),
                _ if kind == ArgumentKind::Source => {
                    let path = format!("{path}?name={}", segment("name"));
                    return self.upload_at(&path, "file", args["content"].as_str().unwrap().as_bytes());
                }
                _ => body = args[&name].clone(),
            }
        }
        self.send_to(&declared.method, &path, &body)
    }
}

/// A request to `/_sim/`.
#[track_caller]
pub(crate) fn control(simulator: &Simulator, method: &str, path: &str, body: &Value) -> Reply {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    request(simulator.url(), method, &format!("/_sim/{path}"), &[], body.as_bytes()).unwrap()
}

/// A small deployment package.
pub(crate) fn package(metadata: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    archive.start_file("model/metadata.json", options).unwrap();
    archive.write_all(metadata.as_bytes()).unwrap();
    archive.start_file("model/model.mdp", options).unwrap();
    archive.write_all(&[7; 10_000]).unwrap();
    archive.finish().unwrap().into_inner()
}
