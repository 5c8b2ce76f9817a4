package dev.posada.virsh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads files that a command names, in libvirt's words where that fails. */
final class TextFiles {
    /** The longest document that is read from a file. */
    static final int MOST_XML_BYTES = 10 << 20;

    private TextFiles() {}

    /** The text of a file that holds a document. */
    static String xml(Call call, String name) {
        return text(call, name, MOST_XML_BYTES);
    }

    /** The text of a file. */
    static String text(Call call, String name, int mostBytes) {
        // Bytes that are no UTF-8 reach the daemon as marks of replacement, which no parser there takes for anything
        // else.
        return new String(bytes(call, name, mostBytes), StandardCharsets.UTF_8);
    }

    /**
     * The bytes of a file.
     *
     * @throws CommandException when it cannot be read or has more than {@code mostBytes}
     */
    static byte[] bytes(Call call, String name, int mostBytes) {
        Path file = call.session().folder().resolve(name);
        if (Files.isDirectory(file)) {
            throw unread(name, "Is a directory");
        }
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(mostBytes + 1);
            if (bytes.length > mostBytes) {
                throw unread(name, "Value too large for defined data type");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw unopened(name, "No such file or directory");
        } catch (AccessDeniedException e) {
            throw unopened(name, "Permission denied");
        } catch (IOException e) {
            throw unread(name, "Input/output error");
        }
    }

    private static CommandException unopened(String name, String why) {
        return new CommandException("Failed to open file '" + name + "': " + why);
    }

    private static CommandException unread(String name, String why) {
        return new CommandException("Failed to read file '" + name + "': " + why);
    }
}
