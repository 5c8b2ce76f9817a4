package dev.posada.virsh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * A text in a temporary file, open in the user's editor: {@code $VISUAL}, {@code $EDITOR}, what the distribution calls the
 * sensible one, or vi. Closing removes the file.
 */
final class Editor implements AutoCloseable {
    /** As much as is taken back from an editor. */
    private static final long MOST_BYTES = 10L << 20;

    private static final String HARMLESS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-/_.:@";
    private static final Path SENSIBLE = Path.of("/usr/bin/sensible-editor");
    private static final int CANNOT_EXECUTE = 127;

    private final Call call;
    private final Path file;

    private Editor(Call call, Path file) {
        this.call = call;
        this.file = file;
    }

    /** Writes the text to a new file that nobody else can read. */
    static Editor of(Call call, String text) {
        var folder = environment("TMPDIR", "/tmp");
        try {
            var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
            var file = Files.createTempFile(Path.of(folder), "virsh", ".xml", owner);
            Files.writeString(file, text);
            return new Editor(call, file);
        } catch (IOException e) {
            throw new CommandException("failed to create temporary file: " + reason(e));
        }
    }

    /**
     * Has the user edit the file, as it is now.
     *
     * @return the text when the editor has ended
     * @throws CommandException when the editor could not be started, or ended with a complaint
     */
    String edit() {
        if (!isHarmless(file.toString())) {
            throw new CommandException(file
                    + ": temporary filename contains shell meta or other unacceptable characters (is $TMPDIR wrong?)");
        }
        var editor = environment("VISUAL", environment("EDITOR", Files.exists(SENSIBLE) ? "sensible-editor" : "vi"));
        run(isHarmless(editor) ? List.of(editor, file.toString()) : List.of("sh", "-c", editor + " " + file));
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new CommandException(
                        file + ": failed to read temporary file: Value too large for defined data type");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new CommandException(file + ": failed to read temporary file: " + reason(e));
        }
    }

    private void run(List<String> words) {
        int status = ForegroundProgram.run(call, words, CANNOT_EXECUTE);
        if (status != 0) {
            throw ForegroundProgram.failed(quoted(words), status);
        }
    }

    private static String quoted(List<String> words) {
        var out = new StringBuilder();
        for (var word : words) {
            out.append(out.isEmpty() ? "" : " ");
            out.append(isHarmless(word) ? word : "'" + word.replace("'", "'\\''") + "'");
        }
        return out.toString();
    }

    private static boolean isHarmless(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (HARMLESS.indexOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    private static String environment(String name, String otherwise) {
        var value = System.getenv(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    private static String reason(IOException e) {
        return e instanceof java.nio.file.FileSystemException failed && failed.getReason() != null
                ? failed.getReason()
                : String.valueOf(e.getMessage());
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // A leftover in the folder for temporary files: nothing a user could do about it now.
        }
    }
}
