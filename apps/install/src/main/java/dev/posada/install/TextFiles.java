package dev.posada.install;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small files that a command line names. */
final class TextFiles {
    /** The longest of them. */
    static final int MAX_BYTES = 4 * 1024 * 1024;

    private TextFiles() {}

    /** All of a file. */
    static String content(String file) {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new InstallException("'" + file + "' is longer than " + MAX_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new InstallException("cannot read '" + file + "': " + Reason.of(e), e);
        }
    }

    /** The first line of a file, as passwords and keys are kept. */
    static String firstLine(String file) {
        return content(file).lines().findFirst().orElse("");
    }
}
