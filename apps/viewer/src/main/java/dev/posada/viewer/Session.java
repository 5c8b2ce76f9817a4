package dev.posada.viewer;

import dev.posada.client.Connection;
import dev.posada.client.Domain;
import dev.posada.client.DomainEventType;
import dev.posada.client.Flag;
import dev.posada.model.DomainEvent;
import dev.posada.model.DomainIdentity;
import dev.posada.model.DomainState;
import dev.posada.model.LifecycleChange;
import dev.posada.model.PosadaException;
import dev.posada.rfb.RfbClient;
import dev.posada.rfb.RfbException;
import dev.posada.terminal.Console;
import dev.posada.viewer.ViewerOptions.By;
import dev.posada.xml.Documents;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The course of a viewer's life: finds the domain, waits for it, shows it, and knows what to do when it ends.
 *
 * <p>One thread, the caller's, does all of that and is told through a queue what happens elsewhere: events of domains, ends
 * of connections, the user closing the window.
 */
final class Session implements WindowCommands {
    private static final System.Logger LOG = System.getLogger("posada.viewer");

    private static final int MAX_NEWS = 4096;
    /** So often is looked whether the user has interrupted us. */
    private static final int LOOK_MILLIS = 200;
    /** A screen that ends with its guest is closed a moment before the daemon says so. */
    private static final int LAST_WORDS_MILLIS = 3000;

    private final ViewerOptions options;
    private final Connection connection;
    private final Console console;
    private final BlockingQueue<News> news = new LinkedBlockingQueue<>(MAX_NEWS);
    private final ScreenLink link;
    private Optional<ViewerWindow> window = Optional.empty();
    private volatile Optional<Domain> domain = Optional.empty();

    Session(ViewerOptions options, Connection connection, Console console) {
        this.options = options;
        this.connection = connection;
        this.console = console;
        this.link = new ScreenLink(options, connection.uri(), this::verbose);
    }

    /**
     * Looks until there is nothing more to see.
     *
     * @return the exit status
     * @throws ViewerException when there was nothing from the beginning
     */
    int run() {
        connection.onClose(_ -> news.offer(new News.DaemonLost()));
        try (var _ = connection.subscribe(Set.of(DomainEventType.LIFECYCLE), this::event)) {
            domain = find();
            if (domain.isEmpty() && !options.waits()) {
                throw new ViewerException(
                        "Cannot find guest " + options.domain().orElse(""));
            }
            return watch();
        } finally {
            window.ifPresent(ViewerWindow::dispose);
        }
    }

    private void verbose(String line) {
        if (options.verbose()) {
            console.out().println(line);
            console.out().flush();
        }
    }

    private void complain(String line) {
        console.err().println("virt-viewer: " + line);
    }

    private void event(DomainEvent event) {
        if (event.happening() instanceof DomainEvent.Lifecycle(LifecycleChange change)) {
            // STARTED and STOPPED of virDomainEventType; a resumed guest may be the end of its restoring.
            switch (change.type()) {
                case 2, 4 -> news.offer(new News.Started(event.domain()));
                case 5 -> news.offer(new News.Stopped(event.domain()));
                default -> {}
            }
            if (change.type() == 3 || change.type() == 4) {
                boolean paused = change.type() == 3;
                domain.filter(ours -> ours.uuid().equals(event.domain().uuid()))
                        .flatMap(_ -> window)
                        .ifPresent(open -> open.paused(paused));
            }
        }
    }

    private Optional<Domain> find() {
        String wanted = options.domain().orElseGet(this::chosen);
        if (options.by() == By.ANY || options.by() == By.ID) {
            Optional<Domain> byId = id(wanted).flatMap(connection::domainById);
            if (byId.isPresent() || options.by() == By.ID) {
                return byId;
            }
        }
        if (options.by() == By.ANY || options.by() == By.UUID) {
            Optional<Domain> byUuid = uuid(wanted).flatMap(connection::domainByUuid);
            if (byUuid.isPresent() || options.by() == By.UUID) {
                return byUuid;
            }
        }
        return connection.domainByName(wanted);
    }

    private static Optional<Integer> id(String text) {
        try {
            int id = Integer.parseInt(text);
            return id < 0 ? Optional.empty() : Optional.of(id);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<UUID> uuid(String text) {
        try {
            return text.length() == 36 ? Optional.of(UUID.fromString(text)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private String chosen() {
        List<String> running = connection.domains(Flag.List.ACTIVE).stream()
                .map(Domain::name)
                .sorted()
                .toList();
        if (running.isEmpty()) {
            throw new ViewerException("No running virtual machine found");
        }
        return ViewerWindow.choose(running).orElseThrow(() -> new ViewerException("No virtual machine was chosen"));
    }

    private ViewerWindow window() {
        if (window.isEmpty()) {
            String name = domain.map(Domain::name).or(options::domain).orElse("");
            window = Optional.of(ViewerWindow.open(options, name, this, this::complain));
        }
        return window.get();
    }

    /** Waits and shows, in turns. */
    private int watch() {
        String waitingFor =
                domain.isEmpty() ? "Waiting for guest domain to be created" : "Waiting for guest domain to start";
        boolean mayWait = options.waits();
        while (true) {
            if (domain.filter(Session::isActive).isPresent()) {
                if (show(domain.get())) {
                    return 0;
                }
                if (!options.reconnect() && !staysOpen()) {
                    verbose("Guest " + domain.get().name() + " display has disconnected, shutting down");
                    return 0;
                }
                verbose("Guest " + domain.get().name() + " display has disconnected, waiting to reconnect");
                waitingFor = "Waiting for guest domain to re-start";
            } else if (!mayWait) {
                throw new ViewerException(
                        "Virtual machine " + domain.map(Domain::name).orElse("") + " is not running");
            }
            mayWait = true;
            if (domain.filter(Session::isActive).isEmpty()) {
                window().status(waitingFor);
                if (!waitForStart()) {
                    return 0;
                }
            }
        }
    }

    /** A kiosk's window outlives its guest unless told otherwise. */
    private boolean staysOpen() {
        return options.kiosk() && !options.kioskQuits();
    }

    private static boolean isActive(Domain domain) {
        try {
            DomainState state = domain.status().state();
            return state != DomainState.SHUTOFF && state != DomainState.CRASHED;
        } catch (PosadaException gone) {
            return false;
        }
    }

    /** The next thing that happens; looks now and then whether the user has interrupted us. */
    private News next() {
        Optional<News> happened = Optional.empty();
        while (happened.isEmpty()) {
            happened = next(LOOK_MILLIS);
        }
        return happened.get();
    }

    private Optional<News> next(int millis) {
        console.cancellation().check();
        try {
            return Optional.ofNullable(news.poll(millis, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ViewerException("interrupted", e);
        }
    }

    /** Waits until the domain runs; false when the user closed the window before. */
    private boolean waitForStart() {
        while (true) {
            switch (next()) {
                case News.Started started -> {
                    if (isOurs(started.domain())) {
                        domain = connection.domainByUuid(started.domain().uuid());
                        domain.ifPresent(found -> window().name(found.name()));
                        return true;
                    }
                }
                case News.WindowClosed _ -> {
                    return false;
                }
                case News.DaemonLost _ -> throw new ViewerException("the connection to the daemon is lost");
                case News.Stopped _, News.ScreenEnded _ -> {}
            }
        }
    }

    private boolean isOurs(DomainIdentity happened) {
        if (domain.filter(known -> known.uuid().equals(happened.uuid())).isPresent()) {
            return true;
        }
        String wanted = options.domain().orElse("");
        return switch (options.by()) {
            case ID -> wanted.equals(Integer.toString(happened.id()));
            case UUID -> wanted.equalsIgnoreCase(happened.uuid().toString());
            case NAME -> wanted.equals(happened.name());
            case ANY ->
                wanted.equals(happened.name())
                        || wanted.equalsIgnoreCase(happened.uuid().toString())
                        || wanted.equals(Integer.toString(happened.id()));
        };
    }

    /** Shows a running domain until its screen ends; true when that was because the user closed the window. */
    private boolean show(Domain running) {
        verbose("Guest " + running.name() + " is running, determining display");
        var screens = Screens.of(Documents.parse(document(running)));
        screens.requireVnc(running.name());
        verbose("Guest " + running.name() + " has a vnc display");
        if (screens.vnc().stream().noneMatch(this::isReachable)) {
            verbose("Guest " + running.name() + " has not activated its display yet, waiting for it to start");
            window().status("Waiting for guest domain to start");
            return !waitForStart();
        }
        var open = window();
        open.status("Connecting to graphic server");
        Map<ScreenTab, RfbClient> connected = new LinkedHashMap<>();
        try {
            for (var screen : screens.vnc()) {
                if (isReachable(screen)) {
                    var tab = open.newScreen();
                    connected.put(tab, link.connect(screen, running, tab.panel(), open));
                }
            }
            open.show(connected, running, screens.consoles(), running.status().state() == DomainState.PAUSED);
            verbose("Connected to graphic server");
            connected.values().forEach(this::runScreen);
            return untilTheEnd(Set.copyOf(connected.values()));
        } finally {
            connected.values().forEach(RfbClient::close);
            open.disconnect();
        }
    }

    private boolean isReachable(Screens.Vnc screen) {
        return options.attach() || screen.isActive();
    }

    /** The document with its passwords, where we may see them. */
    private static String document(Domain running) {
        try {
            return running.xml(Flag.Xml.SECURE);
        } catch (PosadaException refused) {
            LOG.log(System.Logger.Level.DEBUG, "no passwords in the document: {0}", refused.getMessage());
            return running.xml();
        }
    }

    private void runScreen(RfbClient client) {
        Thread.ofVirtual().name("virt-viewer-screen").start(() -> {
            Optional<String> reason = Optional.empty();
            try {
                client.run();
            } catch (RfbException e) {
                reason = Optional.ofNullable(e.getMessage());
            } finally {
                news.offer(new News.ScreenEnded(client, reason));
            }
        });
    }

    /** Waits for the end of what is shown; true when it was the user's doing. */
    private boolean untilTheEnd(Set<RfbClient> shown) {
        while (true) {
            switch (next()) {
                case News.WindowClosed _ -> {
                    return true;
                }
                case News.ScreenEnded ended -> {
                    // The end of an earlier screen may come late.
                    if (shown.contains(ended.client())) {
                        return screenEnded(ended);
                    }
                }
                case News.DaemonLost _ -> verbose("The connection to the daemon is lost; the screen stays");
                case News.Started _, News.Stopped _ -> {}
            }
        }
    }

    /** A screen ends a moment before its guest: waits for that, so as not to connect to what is about to go. */
    private boolean screenEnded(News.ScreenEnded ended) {
        ended.reason().ifPresent(reason -> LOG.log(System.Logger.Level.DEBUG, "screen ended: {0}", reason));
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LAST_WORDS_MILLIS);
        while (domain.filter(Session::isActive).isPresent() && System.nanoTime() < deadline) {
            if (next(LOOK_MILLIS).filter(News.WindowClosed.class::isInstance).isPresent()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        news.offer(new News.WindowClosed());
    }

    @Override
    public void pause(boolean wanted) {
        order(wanted ? "pause" : "resume", wanted ? Domain::suspend : Domain::resume);
    }

    @Override
    public void reset() {
        order("reset", Domain::reset);
    }

    @Override
    public void powerDown() {
        order("shut down", Domain::shutdown);
    }

    @Override
    public void forceOff() {
        order("force off", Domain::destroy);
    }

    private void order(String what, Consumer<Domain> action) {
        domain.ifPresent(ours -> Thread.ofVirtual().start(() -> {
            try {
                action.accept(ours);
            } catch (PosadaException e) {
                window.ifPresent(open -> open.tell("Cannot " + what + " " + ours.name() + ": " + e.getMessage()));
            }
        }));
    }
}
