package dev.posada.engine;

import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.SecretDefinition;
import dev.posada.model.SecretValue;
import dev.posada.xml.SecretXml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Secrets on disk, as libvirt has them: {@code UUID.xml} for what is known of one, {@code UUID.base64} for its value, both
 * for the owner alone. Each change is lasting when the call returns. Nothing in here tells a value in a message.
 */
final class SecretFiles {
    private static final System.Logger LOG = System.getLogger("posada.engine");
    private static final String DEFINITION = ".xml";
    private static final String VALUE = ".base64";

    /** The longest value in base64, with room for line breaks somebody put in. */
    private static final long VALUE_FILE_MAX_BYTES = 128 * 1024;

    private static final long DEFINITION_FILE_MAX_BYTES = 1024 * 1024;

    private static final int EIO = 5;

    private final DurableDirectory folder;

    SecretFiles(Path folder) {
        this.folder = new DurableDirectory(folder);
    }

    void keep(SecretDefinition definition) {
        put(definition.uuid(), DEFINITION, SecretXml.format(definition));
    }

    void keep(UUID secret, SecretValue value) {
        put(secret, VALUE, value.base64());
    }

    /** Forgets a secret: its value first, which matters most. One that was never kept is no matter. */
    void remove(UUID secret) {
        try {
            boolean value = Files.deleteIfExists(folder.file(secret + VALUE));
            boolean definition = Files.deleteIfExists(folder.file(secret + DEFINITION));
            if (value || definition) {
                folder.flush();
            }
        } catch (IOException e) {
            throw failure("remove", secret, e);
        }
    }

    private void put(UUID secret, String ending, String content) {
        try {
            folder.make();
            folder.replace(secret + ending, content);
        } catch (IOException e) {
            throw failure("keep", secret, e);
        }
    }

    /** All that was kept, at most so many; what cannot be read is reported and left where it is. */
    List<Secret> load(int most) {
        var names = folder.folder().toFile().list();
        var secrets = new ArrayList<Secret>();
        if (names == null) {
            return secrets;
        }
        for (var name : names) {
            if (name.endsWith(DurableDirectory.UNFINISHED)) {
                discard(name);
            } else if (name.endsWith(DEFINITION) && secrets.size() < most) {
                read(name).ifPresent(secrets::add);
            }
        }
        return secrets;
    }

    private void discard(String name) {
        try {
            Files.deleteIfExists(folder.file(name));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot remove " + folder.file(name) + ": " + e.getMessage());
        }
    }

    private Optional<Secret> read(String name) {
        try {
            var definition = SecretXml.parse(bounded(name, DEFINITION_FILE_MAX_BYTES), false);
            if (!name.equals(definition.uuid() + DEFINITION)) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "the secret in " + folder.file(name)
                                + " is left out: it is named after another uuid than its own");
                return Optional.empty();
            }
            return Optional.of(new Secret(definition, value(definition.uuid())));
        } catch (IOException | PosadaException e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "cannot read the secret in " + folder.file(name) + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<SecretValue> value(UUID secret) throws IOException {
        try {
            var text = bounded(secret + VALUE, VALUE_FILE_MAX_BYTES);
            return Optional.of(SecretValue.of(Base64.getMimeDecoder().decode(text)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IllegalArgumentException _) {
            // The decoder's own words would repeat what it could not read.
            throw new IOException("its value is not base64");
        }
    }

    private String bounded(String name, long most) throws IOException {
        var file = folder.file(name);
        if (Files.size(file) > most) {
            throw new IOException(file + " is longer than " + most + " bytes");
        }
        return Files.readString(file);
    }

    private static PosadaException failure(String what, UUID secret, IOException cause) {
        return PosadaException.system(
                ErrorOrigin.SECRET, EIO, "cannot " + what + " secret '" + secret + "': " + cause.getMessage(), cause);
    }
}
