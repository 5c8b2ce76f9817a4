package dev.posada.qemu;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A Linux that is up in seconds: the host's cloud kernel, and a first file system of a shell and a few drivers made here.
 * It says {@value #READY} on its first serial port, obeys the power button, and gives a shell there.
 */
record LinuxGuest(Path kernel, Path initrd) {
    static final String READY = "posada-guest ready";

    private static final List<String> DRIVERS = List.of(
            "drivers/acpi/button.ko",
            "drivers/input/evdev.ko",
            "drivers/virtio/virtio_ring.ko",
            "drivers/virtio/virtio.ko",
            "drivers/virtio/virtio_pci_legacy_dev.ko",
            "drivers/virtio/virtio_pci_modern_dev.ko",
            "drivers/virtio/virtio_pci.ko",
            "drivers/virtio/virtio_balloon.ko",
            "drivers/char/virtio_console.ko");

    private static final String INIT = """
            #!/bin/sh
            export PATH=/bin
            busybox mount -t proc proc /proc
            busybox mount -t sysfs sys /sys
            busybox mount -t devtmpfs dev /dev
            for driver in DRIVERS; do busybox insmod /lib/$driver; done
            busybox stty -F /dev/ttyS0 -echo
            busybox acpid -f -l /dev/null &
            until busybox ls -l /proc/$!/fd | busybox grep -q input; do :; done
            echo "posada-guest ready"
            for word in $(busybox cat /proc/cmdline); do
              case $word in do=poweroff) busybox poweroff -f;; do=reboot) busybox reboot -f;; esac
            done
            while true; do busybox sh </dev/ttyS0 >/dev/ttyS0 2>&1; done
            """;

    /** The guest, when the host has a cloud kernel and a busybox that needs no libraries. */
    static Optional<LinuxGuest> make(Path folder) throws IOException {
        var busybox = Path.of("/usr/bin/busybox");
        try (var kernels = Files.newDirectoryStream(Path.of("/boot"), "vmlinuz-*-cloud-amd64")) {
            for (var kernel : kernels) {
                var version = kernel.getFileName().toString().substring("vmlinuz-".length());
                var modules = Path.of("/lib/modules", version, "kernel");
                if (Files.isReadable(kernel)
                        && Files.isExecutable(busybox)
                        && DRIVERS.stream().allMatch(driver -> Files.isReadable(modules.resolve(driver)))) {
                    return Optional.of(new LinuxGuest(kernel, archive(folder, busybox, modules)));
                }
            }
        }
        return Optional.empty();
    }

    private static Path archive(Path folder, Path busybox, Path modules) throws IOException {
        var archive = new Archive();
        for (var directory : List.of("bin", "lib", "proc", "sys", "dev", "etc", "etc/acpi", "etc/acpi/PWRF")) {
            archive.directory(directory);
        }
        archive.file("bin/busybox", Files.readAllBytes(busybox));
        archive.link("bin/sh", "busybox");
        var names = new StringBuilder();
        for (var driver : DRIVERS) {
            var name = Path.of(driver).getFileName().toString();
            archive.file("lib/" + name, Files.readAllBytes(modules.resolve(driver)));
            names.append(' ').append(name);
        }
        archive.file("init", INIT.replace("DRIVERS", names.toString().strip()).getBytes(StandardCharsets.UTF_8));
        archive.file("etc/acpi/PWRF/00000080", "#!/bin/sh\nbusybox poweroff -f\n".getBytes(StandardCharsets.UTF_8));
        var file = folder.resolve("initrd.img");
        Files.write(file, archive.end());
        return file;
    }

    /** Writes the "newc" form of cpio: a header of hexadecimal text, the name, the bytes, each filled up to four. */
    private static final class Archive {
        private static final int DIRECTORY = 0040755;
        private static final int FILE = 0100755;
        private static final int LINK = 0120777;

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private int entries;

        void directory(String name) {
            entry(name, DIRECTORY, new byte[0]);
        }

        void file(String name, byte[] bytes) {
            entry(name, FILE, bytes);
        }

        void link(String name, String target) {
            entry(name, LINK, target.getBytes(StandardCharsets.UTF_8));
        }

        byte[] end() {
            entry("TRAILER!!!", 0, new byte[0]);
            return out.toByteArray();
        }

        private void entry(String name, int mode, byte[] bytes) {
            var nameBytes = (name + "\0").getBytes(StandardCharsets.UTF_8);
            var numbers = new int[] {++entries, mode, 0, 0, 1, 0, bytes.length, 0, 0, 0, 0, nameBytes.length, 0};
            var header = new StringBuilder("070701");
            for (int number : numbers) {
                header.append(String.format(Locale.ROOT, "%08x", number));
            }
            out.writeBytes(header.toString().getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(nameBytes);
            fill();
            out.writeBytes(bytes);
            fill();
        }

        private void fill() {
            while (out.size() % 4 != 0) {
                out.write(0);
            }
        }
    }
}
