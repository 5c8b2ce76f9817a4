package dev.posada.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Where a host's lasting identity comes from: what the settings say, its firmware, its machine id, and where there is
 * none of these a number made once and kept.
 */
final class HostUuid {
    private static final System.Logger LOG = System.getLogger("posada.host");
    private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern MACHINE_ID = Pattern.compile("[0-9a-f]{32}");

    /** A placeholder many boards were shipped with; hosts with it would all look the same. */
    private static final String PLACEHOLDER = "03000200-0400-0500-0006-000700080009";

    private HostUuid() {}

    /** The identity; {@code kept} is the file a made-up one is kept in. */
    static UUID find(HostFiles files, HostSettings settings, Path kept) {
        if (settings.uuid().isPresent()) {
            return settings.uuid().get();
        }
        Optional<UUID> found = switch (settings.uuidSource()) {
            case FIRMWARE -> firmware(files).or(() -> derived(files));
            case MACHINE_ID -> machineId(files).map(HostUuid::plain);
        };
        return found.orElseGet(() -> keptIn(kept));
    }

    private static Optional<UUID> firmware(HostFiles files) {
        return files.value("sys/class/dmi/id/product_uuid")
                .map(text -> text.toLowerCase(Locale.ROOT))
                .filter(HostUuid::sane)
                .map(UUID::fromString);
    }

    /** Whether it tells one host from another: boards come with all zeros, all fs and the like. */
    static boolean sane(String uuid) {
        return SHAPE.matcher(uuid).matches()
                && !uuid.equals(PLACEHOLDER)
                && uuid.replace("-", "").chars().distinct().count() > 1;
    }

    private static Optional<String> machineId(HostFiles files) {
        return files.value("etc/machine-id")
                .or(() -> files.value("var/lib/dbus/machine-id"))
                .filter(id -> MACHINE_ID.matcher(id).matches());
    }

    private static UUID plain(String machineId) {
        var digits = new StringBuilder(machineId);
        for (int hyphen : new int[] {20, 16, 12, 8}) {
            digits.insert(hyphen, '-');
        }
        return UUID.fromString(digits.toString());
    }

    /** The machine id itself is meant to stay on the host (machine-id(5)), so only a digest of it is shown. */
    private static Optional<UUID> derived(HostFiles files) {
        return machineId(files).map(id -> {
            try {
                var digest = MessageDigest.getInstance("SHA-256")
                        .digest(("posada host " + id).getBytes(StandardCharsets.US_ASCII));
                var bits = ByteBuffer.wrap(digest);
                long high = (bits.getLong() & ~0xF000L) | 0x4000L;
                long low = (bits.getLong() & ~0xC000_0000_0000_0000L) | 0x8000_0000_0000_0000L;
                return new UUID(high, low);
            } catch (NoSuchAlgorithmException impossible) {
                throw new AssertionError("every Java platform has SHA-256", impossible);
            }
        });
    }

    private static UUID keptIn(Path file) {
        try {
            var text = Files.exists(file) ? Files.readString(file).strip().toLowerCase(Locale.ROOT) : "";
            if (sane(text)) {
                return UUID.fromString(text);
            }
            var made = UUID.randomUUID();
            keep(file, made + "\n");
            return made;
        } catch (IOException unwritable) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the host's uuid cannot be kept in {0} ({1}); it lasts until the daemon ends."
                            + " Set host_uuid in the settings to give it a lasting one",
                    file,
                    unwritable);
            return UUID.randomUUID();
        }
    }

    private static void keep(Path file, String text) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        var part = file.resolveSibling(file.getFileName() + ".part");
        try (var channel = FileChannel.open(
                part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
