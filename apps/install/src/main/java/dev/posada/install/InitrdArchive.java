package dev.posada.install;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.SequencedMap;
import java.util.zip.GZIPOutputStream;

/**
 * Adds files to an initial file system. The kernel unpacks one archive after the other over the same root, so another one
 * at the end adds its files, however the first was compressed.
 *
 * <p>Layout: a gzip stream of a cpio archive in the "new ASCII" format. An entry is a header of 110 characters (magic,
 * then 13 numbers of 8 hexadecimal digits: inode, mode, uid, gid, links, time, size, four device numbers, length of the
 * name, checksum), the name with a null, and the data, both padded to 4 bytes; the last is called {@code TRAILER!!!}.
 */
final class InitrdArchive {
    private static final int FILE_MODE = 0100644;
    private static final int RUNNABLE_MODE = 0100755;
    private static final int FOLDER_MODE = 0040755;
    private static final int ALIGNMENT = 4;
    private static final long MAX_FILE_BYTES = 0xffff_ffffL;

    private final OutputStream out;
    private long written;
    private int inode;

    private InitrdArchive(OutputStream out) {
        this.out = out;
    }

    /**
     * Appends files.
     *
     * @param initrd the initial file system to add to
     * @param files by the names that they get, at the top
     */
    static void append(Path initrd, SequencedMap<String, Path> files) {
        if (files.isEmpty()) {
            return;
        }
        try (OutputStream out = new GZIPOutputStream(
                new BufferedOutputStream(Files.newOutputStream(initrd, StandardOpenOption.APPEND)))) {
            var archive = new InitrdArchive(out);
            archive.header(".", FOLDER_MODE, 0);
            for (Map.Entry<String, Path> file : files.entrySet()) {
                archive.file(file.getKey(), file.getValue());
            }
            archive.header("TRAILER!!!", 0, 0);
        } catch (IOException e) {
            throw new InstallException("Failed to inject files into initrd: " + Reason.of(e), e);
        }
    }

    private void file(String name, Path file) throws IOException {
        long size = Files.size(file);
        if (size > MAX_FILE_BYTES) {
            throw new IOException(file + " is too long for an initial file system: 4 GiB is the end");
        }
        header(name, Files.isExecutable(file) ? RUNNABLE_MODE : FILE_MODE, size);
        long copied = Files.copy(file, out);
        if (copied != size) {
            throw new IOException(file + " changed while it was read");
        }
        written += copied;
        pad();
    }

    private void header(String name, int mode, long size) throws IOException {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        var header = new StringBuilder("070701");
        long[] fields = {++inode, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, bytes.length + 1, 0};
        for (long field : fields) {
            String digits = Long.toHexString(field);
            header.append("0".repeat(8 - digits.length())).append(digits);
        }
        put(header.toString().getBytes(StandardCharsets.US_ASCII));
        put(bytes);
        put(new byte[1]);
        pad();
    }

    private void put(byte[] bytes) throws IOException {
        out.write(bytes);
        written += bytes.length;
    }

    private void pad() throws IOException {
        put(new byte[(int) ((ALIGNMENT - written % ALIGNMENT) % ALIGNMENT)]);
    }
}
