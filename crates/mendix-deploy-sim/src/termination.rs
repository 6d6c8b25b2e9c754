//! How connections terminate where a fault decides it: what is sent in place of an HTTP response, and how they end.

use std::{io, time::Duration};

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};

use crate::{Then, clock::Timekeeper, wire::End};

/// How a connection terminates.
#[derive(Debug)]
pub(crate) enum Termination {
    Close,
    Reset,
    /// After these bytes, one at a time unless `every` is zero.
    Bytes {
        bytes: Vec<u8>,
        every: Duration,
        then: Then,
    },
    /// After a reply, and these bytes later.
    Late {
        reply: Vec<u8>,
        after: Duration,
        bytes: Vec<u8>,
        then: Then,
    },
    /// Never: the reply has no end.
    Endless,
}

/// Sends what a connection still has to send, and ends it.
pub(crate) async fn terminate<S>(
    termination: Termination,
    time: &Timekeeper,
    mut stream: S,
    end: End,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let then = match termination {
        Termination::Close => Then::Close,
        Termination::Reset => Then::Reset,
        Termination::Bytes { bytes, every: Duration::ZERO, then } => {
            stream.write_all(&bytes).await?;
            then
        }
        Termination::Bytes { bytes, every, then } => {
            for byte in bytes {
                stream.write_all(&[byte]).await?;
                stream.flush().await?;
                time.sleep(every).await;
            }
            then
        }
        Termination::Late { reply, after, bytes, then } => {
            stream.write_all(&reply).await?;
            stream.flush().await?;
            time.sleep(after).await;
            stream.write_all(&bytes).await?;
            then
        }
        Termination::Endless => {
            const HEAD: &str =
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
            const SPACES: usize = 0x4000;
            let chunk = format!("{SPACES:x}\r\n{}\r\n", " ".repeat(SPACES));
            stream.write_all(HEAD.as_bytes()).await?;
            loop {
                stream.write_all(chunk.as_bytes()).await?;
            }
        }
    };
    stream.flush().await?;
    match then {
        Then::Close => stream.shutdown().await,
        Then::Reset => {
            end.by_reset();
            Ok(())
        }
        Then::Stall => std::future::pending().await,
    }
}
