package dev.posada.conformance;

import dev.posada.driver.DriverProvider;
import dev.posada.driver.HostDriver;
import dev.posada.engine.EngineSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What the suite has to know of a driver besides what the driver says itself. */
public interface DriverUnderTest {
    /** Makes the driver. */
    DriverProvider provider();

    /** The machine it runs on. */
    HostDriver host();

    /**
     * A small domain that starts quickly, does not end by itself, and has what the driver's abilities need: a screen, a
     * console, a balloon.
     *
     * @param name the domain's name; no uuid is given
     */
    String definition(String name);

    /** A definition of a type that no driver has. */
    default String foreignDefinition(String name) {
        return "<domain type='hyperv'><name>" + name
                + "</name><memory>65536</memory><os><type>hvm</type></os></domain>";
    }

    /** A domain that can be defined but not started on this host; nothing when there is no such thing. */
    default Optional<String> unstartableDefinition(String name) {
        return Optional.empty();
    }

    /** A domain whose guest shuts itself down soon after it was started; nothing when there is no such thing. */
    default Optional<String> endingDefinition(String name) {
        return Optional.empty();
    }

    /** Whether the guest of {@link #definition} does what {@code shutdown} asks of it. */
    default boolean guestObeysShutdown() {
        return false;
    }

    /** How long a change of state may take before the suite calls it missing. */
    default Duration patience() {
        return Duration.ofMinutes(2);
    }

    /** The settings of an engine whose things are all under one folder. */
    EngineSettings settings(Path root);
}
