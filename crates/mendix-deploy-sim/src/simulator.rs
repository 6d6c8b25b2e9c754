//! The handle of a running simulator.

use std::{
    collections::HashMap,
    fmt, io,
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener},
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::Duration,
};

use serde_json::{Map, Value};
use tokio::sync::oneshot;

use crate::{
    Accounting, Bodies, Clock, ErrorRow, Fault, LogEntry, Options, Profile, Reach, Rule, State, TagForm, Tls,
    clock::Timekeeper,
    connections,
    faults::Faults,
    listener::ApiListener,
    origin::Origins,
    shared::{Core, Observer, Shared},
    signer::Signer,
    tls,
};

/// A running simulator. Dropping it stops it, and ends its connections.
#[derive(Debug)]
pub struct Simulator {
    shared: Arc<Shared>,
    url: String,
    links_url: String,
    credentials: crate::Credentials,
    app_id: String,
    ca_pem: Option<String>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Simulator {
    /// Starts a simulator on a free port of 127.0.0.1, with the seeded state.
    pub fn start() -> io::Result<Self> {
        Self::builder().start()
    }

    /// A simulator that is not started yet.
    pub fn builder() -> SimulatorBuilder {
        SimulatorBuilder::default()
    }

    /// The origin of the API, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The origin of the signed links, for a client that uses [`url`](Self::url).
    ///
    /// A client that uses another name for this machine gets links by that name.
    #[must_use]
    pub fn links_url(&self) -> &str {
        &self.links_url
    }

    /// The user name to call with, as of the start.
    #[must_use]
    pub fn username(&self) -> &str {
        &self.credentials.username
    }

    /// The API key to call with, as of the start.
    #[must_use]
    pub fn api_key(&self) -> &str {
        &self.credentials.api_key
    }

    /// An app to call with: `calc`, or the first one where the state has no such app.
    #[must_use]
    pub fn app_id(&self) -> &str {
        &self.app_id
    }

    /// With TLS, the certificate of the authority to trust.
    #[must_use]
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    /// Adds a fault. One that can never happen shows in [`unused_faults`](Self::unused_faults).
    pub fn add_fault(&self, fault: Fault) {
        // Whoever asks for what cannot happen finds it unused.
        let _ = self.shared.add_fault(fault);
    }

    /// The faults that never hit a request.
    #[must_use]
    pub fn unused_faults(&self) -> Vec<Fault> {
        self.shared.lock().faults.unused()
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.shared.lock().faults.clear();
    }

    /// The requests that arrived until now, and which of them took effect.
    #[must_use]
    pub fn accounting(&self) -> Accounting {
        self.shared.lock().accounting.clone()
    }

    /// Advances the simulator's time.
    pub fn advance(&self, by: Duration) {
        self.shared.time.advance(by);
    }

    /// The simulator's time, in milliseconds since the epoch.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.shared.time.now()
    }

    /// Reads or changes the state. The simulator waits in the meantime.
    pub fn with_state<R>(&self, f: impl FnOnce(&mut State) -> R) -> R {
        f(&mut self.shared.settled().state)
    }

    /// Changes the state by a JSON merge patch (RFC 7396).
    pub fn patch_state(&self, patch: &Value) -> io::Result<()> {
        self.shared.patch_state(patch).map_err(io::Error::other)
    }

    /// Restarts a running app as the platform does by itself, which takes as long as a start. Gives the id of the start
    /// job. A package that was transported in the meantime takes effect.
    pub fn restart(&self, app_id: &str, mode: &str) -> io::Result<String> {
        self.shared.restart(app_id, mode).map_err(io::Error::other)
    }

    /// Prepares an error row, and gives the arguments to call with.
    ///
    /// That puts the seeded apps back, changes them as the row says, and adds its fault.
    pub fn arrange(&self, row: &ErrorRow) -> io::Result<Map<String, Value>> {
        self.arrange_reach(&row.reach)
    }

    /// Prepares one of the ways to an error row, such as that of a [`Variant`](crate::Variant).
    pub fn arrange_reach(&self, reach: &Reach) -> io::Result<Map<String, Value>> {
        self.shared.arrange(reach).map_err(io::Error::other)
    }

    /// Stops it. The same as dropping it.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // Its panic, if it had one, was reported where it happened.
            let _ = thread.join();
        }
    }
}

type Change = Box<dyn FnOnce(&mut Options) + Send>;

/// A simulator that is not started yet.
#[derive(Default)]
#[must_use]
pub struct SimulatorBuilder {
    state: Option<State>,
    options: Vec<Change>,
    clock: Clock,
    tls: Tls,
    address: Option<SocketAddr>,
    one_port: Option<bool>,
    observer: Option<Observer>,
}

impl fmt::Debug for SimulatorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatorBuilder").field("state", &self.state).finish_non_exhaustive()
    }
}

impl SimulatorBuilder {
    /// Starts with this state instead of the seeded one.
    pub fn state(mut self, state: State) -> Self {
        self.state = Some(state);
        self
    }

    /// Changes the options of the state.
    pub fn options(mut self, change: impl FnOnce(&mut Options) + Send + 'static) -> Self {
        self.options.push(Box::new(change));
        self
    }

    /// Which service it behaves like.
    pub fn profile(self, profile: Profile) -> Self {
        self.options(move |options| options.profile = profile)
    }

    /// Switches one rule on or off, whatever the profile says.
    pub fn rule(self, rule: Rule, holds: bool) -> Self {
        self.options(move |options| {
            options.rules.insert(rule, holds);
        })
    }

    /// The form of undocumented bodies.
    pub fn bodies(self, bodies: Bodies) -> Self {
        self.options(move |options| options.bodies = bodies)
    }

    /// The form of tags.
    pub fn tag_form(self, form: TagForm) -> Self {
        self.options(move |options| options.tags = form)
    }

    /// How long a start takes.
    pub fn start_duration(self, duration: Duration) -> Self {
        self.options(move |options| {
            options.start_ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        })
    }

    /// Accepts any bytes as a package, and keeps none of them.
    pub fn accept_any_package(self, accept: bool) -> Self {
        self.options(move |options| options.accept_any_package = accept)
    }

    /// How time passes.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Whether it speaks TLS.
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = tls;
        self
    }

    /// Where it listens: a free port of 127.0.0.1 by default. Anyone who can reach it can use `/_sim/`.
    ///
    /// Links lead to another port, as they lead to another host at the service; but where other machines can come,
    /// which may see one port only, API and links share it: see [`one_port`](Self::one_port).
    pub fn bind(mut self, address: SocketAddr) -> Self {
        self.address = Some(address);
        self
    }

    /// Whether API and links share one port. By default they do where it listens beyond this machine.
    pub fn one_port(mut self, one: bool) -> Self {
        self.one_port = Some(one);
        self
    }

    /// Is notified of every request once it is handled. It must not call the simulator's handle back for long.
    pub fn observer(mut self, observer: impl Fn(&LogEntry) + Send + Sync + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// Starts it.
    pub fn start(self) -> io::Result<Simulator> {
        self.clock.check()?;
        let mut state = self.state.unwrap_or_default();
        for change in self.options {
            change(&mut state.options);
        }
        let address = self.address.unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        let listener = ApiListener::bind(address)?;
        let one_port = self.one_port.unwrap_or(!address.ip().is_loopback());
        let links = if one_port { None } else { Some(TcpListener::bind((address.ip(), 0))?) };
        let (tls, ca_pem) = match self.tls {
            Tls::Off => (None, None),
            Tls::On => {
                tls::acceptors(reachable(address.ip())).map(|(tls, ca_pem)| (Some(tls), Some(ca_pem)))?
            }
        };
        let links_port = links.as_ref().map(TcpListener::local_addr).transpose()?.map(|links| links.port());
        let origins = Origins { tls: self.tls == Tls::On, links_port };
        let local = listener.local_addr()?;
        let host = SocketAddr::new(reachable(local.ip()), local.port()).into();
        let (url, links_url) = (origins.api(&host), origins.links(&host));
        let app_id = state.default_app().to_owned();
        let credentials = state.credentials.clone();
        let core = Core {
            initial: state.clone(),
            state,
            faults: Faults::default(),
            accounting: Accounting::default(),
            generations: HashMap::new(),
        };
        let shared = Arc::new(Shared {
            time: Timekeeper::new(self.clock),
            signer: Signer::new(),
            origins,
            tls,
            ca_pem: ca_pem.clone(),
            listener: ApiListener::new(listener.try_clone()?),
            observer: self.observer,
            core: Mutex::new(core),
        });
        let (stop, stopped) = oneshot::channel();
        let thread = run(Arc::clone(&shared), listener, links, stopped)?;
        let thread = Some(thread);
        Ok(Simulator { shared, url, links_url, credentials, app_id, ca_pem, stop: Some(stop), thread })
    }
}

/// Serves on a thread of its own until the other end of `stopped` goes away.
fn run(
    shared: Arc<Shared>,
    api: TcpListener,
    links: Option<TcpListener>,
    stopped: oneshot::Receiver<()>,
) -> io::Result<JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
    let listeners = {
        let _context = runtime.enter();
        let nonblocking = |listener: TcpListener| {
            listener.set_nonblocking(true)?;
            tokio::net::TcpListener::from_std(listener)
        };
        (nonblocking(api)?, links.map(nonblocking).transpose()?)
    };
    std::thread::Builder::new().name("mendix-deploy-sim".to_owned()).spawn(move || {
        runtime.block_on(async move {
            let links = async {
                match listeners.1 {
                    Some(links) => connections::accept(Arc::clone(&shared), links, true).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                _ = stopped => {}
                _ = connections::accept(Arc::clone(&shared), listeners.0, false) => {}
                _ = links => {}
            }
        });
    })
}

/// The address by which this machine reaches itself.
fn reachable(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(any) if any.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(any) if any.is_unspecified() => std::net::Ipv6Addr::LOCALHOST.into(),
        other => other,
    }
}
