package dev.posada.dockerhost;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A small Linux without a kernel, as a tar archive to import as an image: Debian's static busybox under the names of its
 * programs, users root and nobody, and a few empty folders. Made anew each time; two megabytes.
 */
public final class BusyboxArchive {
    private static final int BLOCK_BYTES = 512;
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    private final ByteArrayOutputStream archive = new ByteArrayOutputStream();

    private BusyboxArchive() {}

    /** Its bytes. */
    public static byte[] bytes() {
        try {
            return new BusyboxArchive().build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same to be read once. */
    public static ReadableByteChannel open() {
        return Channels.newChannel(new ByteArrayInputStream(bytes()));
    }

    private byte[] build() throws IOException {
        for (var folder : new String[] {"bin/", "sbin/", "etc/", "root/", "srv/", "dev/", "proc/", "sys/", "var/"}) {
            entry(folder, '5', 0755, "", new byte[0]);
        }
        entry("tmp/", '5', 01777, "", new byte[0]);
        entry("bin/busybox", '0', 0755, "", Files.readAllBytes(BUSYBOX));
        for (var program : programs()) {
            entry("bin/" + program, '2', 0777, "busybox", new byte[0]);
        }
        entry("etc/passwd", '0', 0644, "", text("root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n"));
        entry("etc/group", '0', 0644, "", text("root:x:0:\nnogroup:x:65534:\n"));
        archive.writeBytes(new byte[2 * BLOCK_BYTES]);
        return archive.toByteArray();
    }

    private static Iterable<String> programs() throws IOException {
        var process = new ProcessBuilder(BUSYBOX.toString(), "--list").start();
        process.getOutputStream().close();
        try (var output = process.getInputStream()) {
            return new String(output.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(name -> !name.isBlank() && !name.equals("busybox"))
                    .toList();
        }
    }

    /** The layout of POSIX's ustar: name at 0, mode 100, owner 108, group 116, size 124, time 136, sum 148, kind 156… */
    private void entry(String name, char kind, int mode, String target, byte[] content) {
        var head = new byte[BLOCK_BYTES];
        put(head, 0, name);
        octal(head, 100, 8, mode);
        octal(head, 108, 8, 0);
        octal(head, 116, 8, 0);
        octal(head, 124, 12, content.length);
        octal(head, 136, 12, 1_700_000_000L);
        Arrays.fill(head, 148, 156, (byte) ' ');
        head[156] = (byte) kind;
        put(head, 157, target);
        put(head, 257, "ustar");
        put(head, 263, "00");
        int sum = 0;
        for (byte each : head) {
            sum += each & 0xff;
        }
        put(head, 148, "%06o\0 ".formatted(sum));
        archive.writeBytes(head);
        archive.writeBytes(content);
        archive.writeBytes(new byte[(BLOCK_BYTES - content.length % BLOCK_BYTES) % BLOCK_BYTES]);
    }

    private static void octal(byte[] head, int offset, int width, long value) {
        put(head, offset, String.format("%0" + (width - 1) + "o", value));
    }

    private static void put(byte[] head, int offset, String value) {
        var bytes = text(value);
        System.arraycopy(bytes, 0, head, offset, bytes.length);
    }

    private static byte[] text(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }
}
