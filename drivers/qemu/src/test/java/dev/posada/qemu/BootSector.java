package dev.posada.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/** Guests of a few bytes, for tests that need one quickly: real-mode code in the first sector of a disk. */
enum BootSector {
    /** Writes {@code A} to the first serial port and halts. */
    HELLO("ba f803 b0 41 ee f4 eb fd"),
    /** Writes {@code A} for ever. */
    CHATTER("ba f803 b0 41 ee eb fd"),
    /** Sends back each character of the first serial port, one higher. */
    ECHO("ba fd03 ec a8 01 74 f8 ba f803 ec fe c0 ee eb f0"),
    /** Answers each character of the first serial port with a letter: A, then B, then C… */
    COUNTER("b1 40 ba fd03 ec a8 01 74 f8 ba f803 ec fe c1 88 c8 ee eb ed"),
    /** Tells the panic device of a panic and halts. */
    PANIC("ba 0505 b0 01 ee f4 eb fd"),
    /** Switches the machine off by its power management's port. */
    POWEROFF("ba 0406 b8 0020 ef f4 eb fd"),
    /** Has the keyboard controller reset the machine. */
    REBOOT("b0 fe e6 64 f4 eb fd"),
    /** Halts. */
    IDLE("f4 eb fd"),
    /** Computes for ever. */
    BUSY("eb fe");

    private static final int SECTOR_BYTES = 512;
    private static final int DISK_BYTES = 1 << 20;

    private final String code;

    BootSector(String code) {
        this.code = code;
    }

    /** Writes a disk of one MiB that begins with this guest, as NAME.img. */
    Path write(Path folder, String name) throws IOException {
        var disk = new byte[DISK_BYTES];
        var bytes = HexFormat.of().parseHex(code.replace(" ", ""));
        System.arraycopy(bytes, 0, disk, 0, bytes.length);
        disk[SECTOR_BYTES - 2] = 0x55;
        disk[SECTOR_BYTES - 1] = (byte) 0xaa;
        var file = folder.resolve(name + ".img");
        Files.write(file, Arrays.copyOf(disk, disk.length));
        return file;
    }
}
