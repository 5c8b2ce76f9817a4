package dev.posada.daemon;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** The settings files of drivers: {@code NAME.conf} and its keys. */
final class DriverKeys {
    private DriverKeys() {}

    /** All of them by name. */
    static SequencedMap<String, KeyTable> tables() {
        var tables = new LinkedHashMap<String, KeyTable>();
        tables.put("qemu", QemuKeys.table());
        tables.put("docker", DockerKeys.table());
        tables.put("network", NetworkKeys.table());
        tables.put("jvm", JvmKeys.table());
        return tables;
    }
}
