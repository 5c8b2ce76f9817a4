package dev.posada.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How an engine is set up.
 *
 * @param directories where it keeps its things
 * @param privileged whether this is the system daemon, or one that acts as it
 * @param paths the paths of URIs it answers for shared drivers, the canonical one first: {@code system},
 *     {@code session} or both
 * @param defaultScheme the driver of an empty URI, as {@code qemu}
 * @param driverSettings each driver's configuration by scheme: keys with their values in order
 * @param defaultPool the folder of the pool a host has from its first day; empty for none
 * @param firstNetworks what becomes of the virtual networks a host has from its first day
 * @param version Posada's own, as major × 1,000,000 + minor × 1,000 + release
 * @param jobWait how long a change waits for the one before it on the same domain
 */
public record EngineSettings(
        Directories directories,
        boolean privileged,
        List<String> paths,
        String defaultScheme,
        Map<String, Map<String, List<String>>> driverSettings,
        Optional<Path> defaultPool,
        FirstNetworks firstNetworks,
        long version,
        Duration jobWait) {
    /** As long as libvirt's clients are used to. */
    public static final Duration DEFAULT_JOB_WAIT = Duration.ofSeconds(30);

    public EngineSettings {
        paths = List.copyOf(paths);
        driverSettings = Map.copyOf(driverSettings);
        if (paths.isEmpty()) {
            throw new IllegalArgumentException("an engine answers at least one URI path");
        }
    }

    /** Settings of a daemon with everything in one place and drivers as they come. */
    public static EngineSettings of(Directories directories, boolean privileged) {
        return new EngineSettings(
                directories,
                privileged,
                privileged ? List.of("system") : List.of("session"),
                "qemu",
                Map.of(),
                Optional.empty(),
                FirstNetworks.NONE,
                0,
                DEFAULT_JOB_WAIT);
    }

    /** These settings with other URI paths. */
    public EngineSettings withPaths(List<String> paths) {
        return with(draft -> draft.paths = paths);
    }

    /** These settings with other driver configurations. */
    public EngineSettings withDriverSettings(Map<String, Map<String, List<String>>> driverSettings) {
        return with(draft -> draft.driverSettings = driverSettings);
    }

    /** These settings with another patience for jobs. */
    public EngineSettings withJobWait(Duration jobWait) {
        return with(draft -> draft.jobWait = jobWait);
    }

    /** These settings with a pool that is there from the first day. */
    public EngineSettings withDefaultPool(Path folder) {
        return with(draft -> draft.defaultPool = Optional.of(folder));
    }

    /** These settings with something else becoming of the networks a host has from its first day. */
    public EngineSettings withFirstNetworks(FirstNetworks firstNetworks) {
        return with(draft -> draft.firstNetworks = firstNetworks);
    }

    /** These settings with another default driver. */
    public EngineSettings withDefaultScheme(String defaultScheme) {
        return with(draft -> draft.defaultScheme = defaultScheme);
    }

    /** These settings with Posada's own version. */
    public EngineSettings withVersion(long version) {
        return with(draft -> draft.version = version);
    }

    private EngineSettings with(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.settings();
    }

    /** Settings while one of them is changed. */
    private static final class Draft {
        private final EngineSettings before;
        private List<String> paths;
        private String defaultScheme;
        private Map<String, Map<String, List<String>>> driverSettings;
        private Optional<Path> defaultPool;
        private FirstNetworks firstNetworks;
        private long version;
        private Duration jobWait;

        Draft(EngineSettings before) {
            this.before = before;
            paths = before.paths;
            defaultScheme = before.defaultScheme;
            driverSettings = before.driverSettings;
            defaultPool = before.defaultPool;
            firstNetworks = before.firstNetworks;
            version = before.version;
            jobWait = before.jobWait;
        }

        EngineSettings settings() {
            return new EngineSettings(
                    before.directories,
                    before.privileged,
                    paths,
                    defaultScheme,
                    driverSettings,
                    defaultPool,
                    firstNetworks,
                    version,
                    jobWait);
        }
    }
}
