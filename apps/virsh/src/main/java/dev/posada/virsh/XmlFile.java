package dev.posada.virsh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;

/** Documents that the user names by their files. */
final class XmlFile {
    /** The longest document that is read. */
    private static final int MOST_BYTES = 10 * 1024 * 1024;

    private XmlFile() {}

    /**
     * The text of a file.
     *
     * @throws CommandException when it cannot be read or is longer than 10 MiB
     */
    static String read(Call call, String name) {
        var path = call.session().folder().resolve(name);
        try (var in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new CommandException("Failed to read file '" + name + "': Value too large for defined data type");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (FileSystemException e) {
            var reason = switch (e) {
                case java.nio.file.NoSuchFileException _ -> "No such file or directory";
                case java.nio.file.AccessDeniedException _ -> "Permission denied";
                default -> e.getReason() == null ? "Input/output error" : e.getReason();
            };
            throw new CommandException("Failed to open file '" + name + "': " + reason);
        } catch (IOException e) {
            throw new CommandException("Failed to read file '" + name + "': " + e.getMessage());
        }
    }
}
