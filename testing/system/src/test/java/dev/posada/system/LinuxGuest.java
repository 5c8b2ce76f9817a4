package dev.posada.system;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * A real Linux for tests: Debian's cloud kernel and an initrd with nothing but busybox, whose first process prints
 * {@code GUEST-UP} and then is a shell on the serial port. Boots in a few seconds without hardware help.
 */
final class LinuxGuest {
    /** What the cloud kernel keeps in modules and the tests need, in the order in which they load. */
    private static final List<String> MODULES = List.of(
            "acpi/button",
            "input/evdev",
            "virtio/virtio_ring",
            "virtio/virtio",
            "virtio/virtio_pci_legacy_dev",
            "virtio/virtio_pci_modern_dev",
            "virtio/virtio_pci",
            "virtio/virtio_balloon",
            "../net/core/failover",
            "net/net_failover",
            "net/virtio_net",
            "block/virtio_blk",
            "../net/core/failover",
            "net/net_failover",
            "net/virtio_net",
            "char/virtio_console",
            "scsi/scsi_common",
            "scsi/scsi_mod",
            "ata/libata",
            "ata/ata_piix",
            "cdrom/cdrom",
            "scsi/sr_mod",
            "../fs/isofs/isofs");

    private static final String INIT = """
            #!/bin/busybox sh
            /bin/busybox --install -s /bin
            export PATH=/bin
            mkdir -p /proc /sys /dev /run /mnt /root /tmp
            hostname inner
            mount -t proc proc /proc
            mount -t sysfs sysfs /sys
            mount -t devtmpfs dev /dev
            for module in MODULES; do [ -e /modules/$module.ko ] && insmod /modules/$module.ko; done
            # An installed system: the rest is on the first disk.
            case "$(cat /proc/cmdline)" in
              *root=/dev/vda*) mount -t ext4 /dev/vda /mnt && exec switch_root /mnt /sbin/init;;
            esac
            # Turns the power button into a clean power-off, as an installed system would.
            for event in /dev/input/event*; do
              if [ "$(cat /sys/class/input/${event##*/}/device/name)" = "Power Button" ]; then
                ( dd if="$event" bs=24 count=1 >/dev/null 2>&1; poweroff -f ) &
              fi
            done
            # name=NAME on the kernel's command line: an address by DHCP, under that name.
            for word in $(cat /proc/cmdline); do
              case $word in name=*) hostname ${word#name=}; dhcp=1;; esac
            done
            if [ -n "$dhcp" ]; then
              ip link set lo up
              ip link set eth0 up
              udhcpc -i eth0 -q -n -t 10 -T 5 -x hostname:$(hostname) -s /bin/lease || echo NO-LEASE
            fi
            if [ -x /bin/qemu-ga ]; then
              ip link set lo up
              [ -b /dev/vda ] && mke2fs /dev/vda >/dev/null && mount -t ext2 /dev/vda /mnt
              port=/dev/$(ls /dev | grep -m1 vport)
              [ -c "$port" ] && LD_LIBRARY_PATH=/lib qemu-ga -m virtio-serial -p "$port" -t /run -l /run/agent.log &
            fi
            # The kernel's command line may give the first card an address.
            for word in $(cat /proc/cmdline); do
              case $word in
                posada.ip=*) ip link set lo up; ip link set eth0 up; ip addr add "${word#*=}" dev eth0 ;;
              esac
            done
            echo GUEST-UP
            while :; do setsid cttyhack sh </dev/ttyS0 >/dev/ttyS0 2>&1; done
            """;

    /** What udhcpc calls with what it was given. */
    private static final String LEASE = """
            #!/bin/busybox sh
            [ "$1" = bound ] || exit 0
            ip address add $ip/$mask dev $interface
            [ -z "$router" ] || ip route add default via $router
            mkdir -p /etc
            : >/etc/resolv.conf
            [ -z "$domain" ] || echo "search $domain" >>/etc/resolv.conf
            for server in $dns; do echo "nameserver $server" >>/etc/resolv.conf; done
            echo "LEASE $ip"
            """;

    private LinuxGuest() {}

    /** The kernel, or a skipped test. */
    static Path kernel() throws IOException {
        for (var folder : new Path[] {Path.of("/boot"), Checkout.root().resolve("build/demo")}) {
            var found = newestKernel(folder);
            if (found.isPresent()) {
                return found.get();
            }
        }
        assumeTrue(false, "no vmlinuz-*-cloud-amd64 in /boot (package linux-image-cloud-amd64)");
        throw new IllegalStateException();
    }

    /** The kernel's own drivers: beside /boot in the root it is installed or unpacked in. */
    private static Path drivers() throws IOException {
        var kernel = kernel();
        var version = kernel.getFileName().toString().substring("vmlinuz-".length());
        return kernel.getParent().resolveSibling("lib/modules").resolve(version).resolve("kernel/drivers");
    }

    private static Optional<Path> newestKernel(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.walk(folder, 3)) {
            return files.filter(file -> file.getFileName().toString().matches("vmlinuz-.*cloud-amd64"))
                    .filter(Files::isReadable)
                    .max(Path::compareTo);
        }
    }

    /** Writes the initrd into a folder, or skips the test where busybox is missing. */
    static Path initrd(Path folder) throws IOException {
        return initrd(folder.resolve("initrd.gz"), new LinkedHashMap<>());
    }

    /**
     * As {@link #initrd}, with QEMU's guest agent in it, which listens on the first channel's port; a file system is
     * made on the first disk and mounted. Skips the test where the agent is missing.
     */
    static Path initrdWithAgent(Path folder) throws IOException {
        var agent = Path.of("/usr/sbin/qemu-ga");
        assumeTrue(Files.isExecutable(agent), "qemu-ga is not installed (package qemu-guest-agent)");
        var files = new LinkedHashMap<String, byte[]>();
        files.put("bin/qemu-ga", Files.readAllBytes(agent));
        for (var word : Programs.run("ldd", agent.toString()).out().split("\\s+", -1)) {
            if (word.startsWith("/")) {
                var library = Path.of(word);
                var folderInside = word.startsWith("/lib64/") ? "lib64/" : "lib/";
                files.put(folderInside + library.getFileName(), Files.readAllBytes(library));
            }
        }
        // What the agent runs to end the guest; a poweroff that asks nobody is enough here.
        files.put("sbin/shutdown", "#!/bin/sh\nexec poweroff -f\n".getBytes(StandardCharsets.UTF_8));
        files.put("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n".getBytes(StandardCharsets.UTF_8));
        files.put(
                "etc/os-release",
                "NAME='Test'\nID=test\nVERSION_ID=1\nPRETTY_NAME='Test 1'\n".getBytes(StandardCharsets.UTF_8));
        return initrd(folder.resolve("initrd-agent.gz"), files);
    }

    private static Path busybox() {
        var busybox = Stream.of("/bin/busybox", "/usr/bin/busybox")
                .map(Path::of)
                .filter(Files::exists)
                .findFirst();
        assumeTrue(busybox.isPresent(), "busybox is not installed (package busybox-static)");
        return busybox.get();
    }

    private static Path initrd(Path file, SequencedMap<String, byte[]> more) throws IOException {
        return initrd(file, INIT, more);
    }

    /**
     * Writes an initrd of another first process.
     *
     * @param init a script for busybox, in which {@code MODULES} stands for the names of the drivers in /modules
     * @param more further files, by their paths
     */
    static Path initrd(Path file, String init, SequencedMap<String, byte[]> more) throws IOException {
        var busybox = busybox();
        var archive = new ByteArrayOutputStream();
        entry(archive, "bin", 0040755, new byte[0]);
        entry(archive, "bin/busybox", 0100755, Files.readAllBytes(busybox));
        entry(archive, "modules", 0040755, new byte[0]);
        var names = new ArrayList<String>();
        for (var module : MODULES) {
            var name = module.substring(module.lastIndexOf('/') + 1);
            names.add(name);
            var driver = drivers().resolve(module + ".ko");
            if (Files.exists(driver)) {
                entry(archive, "modules/" + name + ".ko", 0100644, Files.readAllBytes(driver));
            }
        }
        entry(
                archive,
                "init",
                0100755,
                init.replace("MODULES", String.join(" ", names)).getBytes(StandardCharsets.UTF_8));
        entry(archive, "bin/lease", 0100755, LEASE.getBytes(StandardCharsets.UTF_8));
        for (var folder : List.of("lib", "lib64", "etc", "sbin")) {
            entry(archive, folder, 0040755, new byte[0]);
        }
        for (var added : more.entrySet()) {
            entry(archive, added.getKey(), 0100755, added.getValue());
        }
        entry(archive, "TRAILER!!!", 0, new byte[0]);
        try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
            archive.writeTo(out);
        }
        return file;
    }

    /** A definition that boots the guest with its console on the first serial port. */
    static String xml(String name, Path folder, String kind, String extraDevices) throws IOException {
        return xml(name, folder, kind, "", extraDevices);
    }

    /** As {@link #xml(String, Path, String, String)}, for a guest that asks for an address under its own name. */
    static String networked(String name, Path folder, String devices) throws IOException {
        return xml(name, folder, "qemu", "name=" + name, devices);
    }

    /** As {@link #xml(String, Path, String, String)}, for a guest that shows on its screen what its kernel says. */
    static String withScreen(String name, Path folder, String devices) throws IOException {
        return xml(name, folder, "qemu", "loglevel=7 console=tty0 console=ttyS0", devices);
    }

    /** {@code no_timer_check}: on a busy host an emulated timer comes so late that the kernel gives it up, and hangs. */
    private static String xml(String name, Path folder, String kind, String words, String extraDevices)
            throws IOException {
        return """
                <domain type='%s'>
                  <name>%s</name>
                  <memory unit='MiB'>192</memory>
                  <vcpu>1</vcpu>
                  <os>
                    <type arch='x86_64'>hvm</type>
                    <kernel>%s</kernel>
                    <initrd>%s</initrd>
                    <cmdline>console=ttyS0 no_timer_check panic=1 quiet rdinit=/init %s</cmdline>
                  </os>
                  <features><acpi/></features>
                  <devices>
                    <serial type='pty'/>
                    <console type='pty'/>
                    %s
                  </devices>
                </domain>
                """.formatted(kind, name, kernel(), initrd(folder), words, extraDevices);
    }

    /**
     * Makes a raw disk of 16 MiB with a Linux on it that is booted with {@code root=/dev/vda}: it adds a line to the file
     * {@code /boots}, says {@code BOOT n FROM DISK} and what tells it from others, {@code I AM uuid mac}, and powers off.
     */
    static Path installedDisk(Path folder) throws IOException {
        Programs.need("mke2fs");
        var tree = folder.resolve("tree");
        for (var inside : List.of("bin", "sbin", "proc", "sys", "dev")) {
            Files.createDirectories(tree.resolve(inside));
        }
        Files.copy(busybox(), tree.resolve("bin/busybox"), StandardCopyOption.COPY_ATTRIBUTES);
        var init = Files.writeString(tree.resolve("sbin/init"), """
                #!/bin/busybox sh
                busybox() { /bin/busybox "$@"; }
                busybox mount -t proc proc /proc
                busybox mount -o remount,rw /
                echo boot >>/boots
                busybox sync
                busybox mount -t devtmpfs dev /dev
                echo "BOOT $(busybox wc -l </boots) FROM DISK" >/dev/ttyS0
                busybox mount -t sysfs sysfs /sys
                uuid=$(busybox cat /sys/class/dmi/id/product_uuid)
                echo "I AM $uuid $(busybox cat /sys/class/net/eth0/address)" >/dev/ttyS0
                busybox poweroff -f
                """);
        Files.setPosixFilePermissions(init, PosixFilePermissions.fromString("rwxr-xr-x"));
        var disk = folder.resolve("installed.raw");
        Programs.run("mke2fs", "-q", "-t", "ext4", "-d", tree.toString(), disk.toString(), "16M")
                .succeeded();
        return disk;
    }

    /** One file in the "new ASCII" cpio format: a header of 110 hexadecimal characters, name and data padded to 4. */
    private static void entry(ByteArrayOutputStream archive, String name, int mode, byte[] data) throws IOException {
        var header = new StringBuilder("070701");
        int[] fields = {archive.size() + 1, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length() + 1, 0};
        for (int field : fields) {
            header.append("%08X".formatted(field));
        }
        archive.write(header.append(name).append('\0').toString().getBytes(StandardCharsets.US_ASCII));
        pad(archive);
        archive.write(data);
        pad(archive);
    }

    private static void pad(ByteArrayOutputStream archive) {
        while (archive.size() % 4 != 0) {
            archive.write(0);
        }
    }
}
