package dev.posada.storage;

import dev.posada.model.ErrorCode;
import dev.posada.posix.ExitStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a device says it holds: the file system, volume group or table of partitions that blkid(8) finds on it. */
final class DeviceSignature {
    /** blkid's exit status for a device on which it knows nothing. */
    private static final ExitStatus NOTHING = new ExitStatus.Exited(2);

    private static final String TYPE = "TYPE=";
    private static final String TABLE = "PTTYPE=";

    private final HostTools tools;

    DeviceSignature(HostTools tools) {
        this.tools = tools;
    }

    /**
     * The word for what is on a device, as {@code ext4}, {@code LVM2_member} or {@code gpt}; nothing when blkid knows
     * nothing there.
     *
     * @throws dev.posada.model.PosadaException {@code STORAGE_PROBE_FAILED} when there is no such device
     */
    Optional<String> of(String device) {
        if (!Files.isReadable(Path.of(device))) {
            throw StorageErrors.of(
                    ErrorCode.STORAGE_PROBE_FAILED, "Failed to create filesystem probe for device " + device);
        }
        var what = "looking what is on device '" + device + "'";
        var result = tools.attempt(what, "util-linux", List.of("blkid", "-p", "-o", "export", "--", device));
        if (result.status().equals(NOTHING)) {
            return Optional.empty();
        }
        if (!result.success()) {
            // It found several things that do not go together, or could not read.
            return Optional.of("more than one thing");
        }
        var lines = result.output().lines().toList();
        return value(lines, TYPE).or(() -> value(lines, TABLE));
    }

    private static Optional<String> value(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()))
                .findFirst();
    }

    /**
     * Refuses a device that holds anything.
     *
     * @param expected what it is to hold in the end
     * @throws dev.posada.model.PosadaException {@code STORAGE_POOL_BUILT}
     */
    void requireBlank(String device, String expected) {
        of(device).ifPresent(found -> {
            throw StorageErrors.of(
                    ErrorCode.STORAGE_POOL_BUILT,
                    found.equals(expected)
                            ? "Device '" + device + "' already formatted using '" + expected + "'"
                            : "Format of device '" + device + "' does not match the expected format '" + expected
                                    + "', forced overwrite is necessary");
        });
    }

    /** Takes all signatures off a device, so that nobody takes it for what it was; refused while it is in use. */
    void clear(String device) {
        tools.change("clearing device '" + device + "'", "util-linux", List.of("wipefs", "--all", "--", device));
    }
}
