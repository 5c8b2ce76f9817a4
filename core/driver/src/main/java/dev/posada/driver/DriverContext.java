package dev.posada.driver;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a driver is given to live in: folders of its own and the settings of its file.
 *
 * @param privileged whether this is the system daemon (or one that acts as it), not a session's
 * @param uri the canonical URI of connections to the driver, as {@code qemu:///system}
 * @param stateDirectory lasting state ({@code lib}): nvram, channel targets, save images
 * @param runDirectory state that ends with the host's run: monitors, pid files
 * @param cacheDirectory what can be found out again: probed capabilities
 * @param logDirectory one log per domain
 * @param settings the driver's configuration file ({@code qemu.conf}), each key with its values in order
 * @param host what the host is
 */
public record DriverContext(
        boolean privileged,
        String uri,
        Path stateDirectory,
        Path runDirectory,
        Path cacheDirectory,
        Path logDirectory,
        Map<String, List<String>> settings,
        HostDriver host) {
    public DriverContext {
        settings = Map.copyOf(settings);
    }

    /** The first value of a setting, or nothing. */
    public Optional<String> setting(String key) {
        return Optional.ofNullable(settings.get(key))
                .filter(values -> !values.isEmpty())
                .map(List::getFirst);
    }
}
