package dev.posada.engine;

import java.nio.file.Path;

/**
 * Where a daemon keeps its things; each driver has a folder of its own name in each of them.
 *
 * @param etc definitions and the marks of what starts by itself
 * @param state lasting state of drivers
 * @param run what ends with the host's run: live state, sockets
 * @param cache what can be found out again
 * @param log logs, one per domain
 */
public record Directories(Path etc, Path state, Path run, Path cache, Path log) {
    /** All of it under one folder: {@code etc}, {@code lib}, {@code run}, {@code cache} and {@code log}. */
    public static Directories under(Path root) {
        return new Directories(
                root.resolve("etc"),
                root.resolve("lib"),
                root.resolve("run"),
                root.resolve("cache"),
                root.resolve("log"));
    }
}
