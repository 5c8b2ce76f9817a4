package dev.posada.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.posada.driver.Ability;
import dev.posada.engine.Connection;
import dev.posada.engine.Devices;
import dev.posada.engine.Domains;
import dev.posada.engine.Engine;
import dev.posada.engine.Lifecycle;
import dev.posada.engine.Resources;
import dev.posada.engine.Statistics;
import dev.posada.model.Caller;
import dev.posada.model.DomainIdentity;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** An engine over the driver under test, in a folder of its own, with one connection; all of it gone when closed. */
final class Stage implements AutoCloseable {
    private static final long POLL_NANOS = Duration.ofMillis(5).toNanos();

    private final DriverUnderTest driver;
    private final Path root;
    private Engine engine;
    private Connection connection;

    private Stage(DriverUnderTest driver, Path root) {
        this.driver = driver;
        this.root = root;
        this.engine = engine();
        this.connection = open(Caller.SELF);
    }

    static Stage open(DriverUnderTest driver) {
        try {
            // Short, because sockets may lie in it and their paths are bounded.
            return new Stage(driver, Files.createTempDirectory("posada"));
        } catch (IOException e) {
            throw new UncheckedIOException("no folder for a test", e);
        }
    }

    private Engine engine() {
        var made = new Engine(driver.settings(root), List.of(driver.provider()), driver.host());
        made.start();
        return made;
    }

    /** Another connection to the same driver. */
    Connection open(Caller caller) {
        return engine.open(uri(), caller);
    }

    private String uri() {
        return driver.provider().perConnection()
                ? driver.provider().scheme() + ":///default"
                : driver.provider().scheme() + ":///"
                        + driver.settings(root).paths().getFirst();
    }

    /** Ends the engine without ending its domains, and starts another in its place. */
    void restart() {
        connection.close();
        engine.close();
        engine = engine();
        connection = open(Caller.SELF);
    }

    DriverUnderTest driver() {
        return driver;
    }

    Connection connection() {
        return connection;
    }

    Domains domains() {
        return connection.domains();
    }

    Lifecycle lifecycle() {
        return connection.lifecycle();
    }

    Resources resources() {
        return connection.resources();
    }

    Devices devices() {
        return connection.devices();
    }

    Statistics statistics() {
        return connection.statistics();
    }

    boolean can(Ability ability) {
        return abilities().contains(ability);
    }

    Set<Ability> abilities() {
        return connection.abilities();
    }

    DomainIdentity define(String name) {
        return domains().define(driver.definition(name), 0);
    }

    /** Defines a domain and starts it. */
    DomainIdentity run(String name) {
        return lifecycle().start(define(name).uuid(), 0);
    }

    /** Waits until something is so. */
    void eventually(String what, BooleanSupplier so) {
        long deadline = System.nanoTime() + driver.patience().toNanos();
        while (!so.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline)
                    .as(what + ": still not so after " + driver.patience())
                    .isNegative();
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    boolean exists(UUID domain) {
        return domains().list(0).stream().anyMatch(one -> one.uuid().equals(domain));
    }

    /** Asserts that something is refused with this code, and gives what was said. */
    static String refused(ErrorCode code, ThrowingCallable act) {
        var refusal = catchThrowableOfType(PosadaException.class, act);
        assertThat(refusal).as("refusal with " + code).isNotNull();
        assertThat(refusal.code()).as(refusal.getMessage()).isEqualTo(code);
        return refusal.getMessage();
    }

    /** Asserts that a call the driver does not have is refused as libvirt's clients know it, naming the function. */
    static void unsupported(String api, ThrowingCallable act) {
        assertThat(refused(ErrorCode.NO_SUPPORT, act)).contains(api);
    }

    @Override
    public void close() {
        try {
            for (var domain : domains().list(0)) {
                if (domain.active()) {
                    lifecycle().destroy(domain.uuid(), 0);
                }
            }
            connection.close();
        } finally {
            engine.close();
            delete(root);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot clear " + folder, e);
        }
    }
}
