package dev.posada.system;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;

/**
 * What is installed by tests of virt-install: an initrd whose first process says what it finds (the kernel's words, files
 * put into it, a disc in the drive), writes a boot sector to the first disk and powers off; and that boot sector, which
 * says {@code BOOTED FROM DISK} on the serial port and powers off.
 */
final class InstallerGuest {
    private static final String INIT = """
            #!/bin/busybox sh
            /bin/busybox --install -s /bin
            export PATH=/bin
            mkdir -p /proc /sys /dev /mnt
            mount -t proc proc /proc
            mount -t sysfs sysfs /sys
            mount -t devtmpfs dev /dev
            for module in MODULES; do [ -e /modules/$module.ko ] && insmod /modules/$module.ko; done
            echo "INSTALLER WITH $(cat /proc/cmdline)"
            [ -e /injected ] && echo "INJECTED $(cat /injected)"
            # A drive is found a moment after its driver is there.
            for second in 1 2 3 4 5; do [ -b /dev/sr0 ] && break; grep -q wants-disc /proc/cmdline && sleep 1; done
            if [ -b /dev/sr0 ] && mount -t iso9660 -o ro /dev/sr0 /mnt; then
              label=$(dd if=/dev/sr0 bs=1 skip=32808 count=32 2>/dev/null)
              echo "DISC" $label "HOLDS $(ls /mnt | tr '\\n' ' ')"
              [ -e /mnt/user-data ] && sed 's/^/USER-DATA /' /mnt/user-data
              umount /mnt
            fi
            [ -b /dev/vda ] && dd if=/boot-sector of=/dev/vda conv=fsync 2>/dev/null && echo "INSTALLED"
            poweroff -f
            """;

    /**
     * 16-bit code at 0000:7c00: waits, sends the text behind it to the first serial port, a character whenever the port
     * is ready, waits, then tells the power management of QEMU's boards (port 604h, as SeaBIOS sets it up) to switch off.
     */
    private static final String BOOT_SECTOR = "31c08ed8" // ds = 0
            + "b486b93d0031d2cd15" // 4 seconds by the BIOS, for a console to be opened
            + "be3a7cac84c0741288c4bafd03eca82074fb88e0baf803eeebe9" // send the text
            + "b486b90f0031d2cd15" // a second, for it to be read
            + "ba0406b80020eff4ebfd";

    private InstallerGuest() {}

    /** The sector that the installer writes. */
    static byte[] bootSector() {
        byte[] sector = new byte[512];
        byte[] code = HexFormat.of().parseHex(BOOT_SECTOR);
        byte[] text = "\r\nBOOTED FROM DISK\r\n".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(code, 0, sector, 0, code.length);
        System.arraycopy(text, 0, sector, code.length, text.length);
        sector[510] = 0x55;
        sector[511] = (byte) 0xaa;
        return sector;
    }

    /** Writes the initrd. */
    static Path initrd(Path file) throws IOException {
        var more = new LinkedHashMap<String, byte[]>();
        more.put("boot-sector", bootSector());
        return LinuxGuest.initrd(file, INIT, more);
    }

    /** A tree with a description, the kernel and the initrd. */
    static Path tree(Path folder) throws IOException {
        var images = Files.createDirectories(folder.resolve("images"));
        Files.copy(LinuxGuest.kernel(), images.resolve("vmlinuz"));
        initrd(images.resolve("initrd.img"));
        Files.writeString(folder.resolve(".treeinfo"), """
                [general]
                family = Test
                version = 1
                arch = x86_64
                [images-x86_64]
                kernel = images/vmlinuz
                initrd = images/initrd.img
                """);
        return folder;
    }

    /** A disc image that a PC starts from: the boot sector in the way of El Torito, or a skipped test. */
    static Path bootableDisc(Path folder) throws IOException {
        Programs.need("xorrisofs");
        var tree = Files.createDirectories(folder.resolve("disc"));
        var sector = new ByteArrayOutputStream();
        sector.write(bootSector());
        sector.write(new byte[2048 - 512]);
        Files.write(tree.resolve("boot.bin"), sector.toByteArray());
        var disc = folder.resolve("disc.iso");
        Programs.run(
                        "xorrisofs",
                        "-quiet",
                        "-o",
                        disc.toString(),
                        "-b",
                        "boot.bin",
                        "-no-emul-boot",
                        "-boot-load-size",
                        "4",
                        tree.toString())
                .succeeded();
        return disc;
    }
}
