package dev.posada.host;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The kernel's merging of equal pages, under libvirt's names: {@code shm_} and the name of the file. */
final class MemoryMerging {
    private static final String FOLDER = "sys/kernel/mm/ksm/";
    private static final String PREFIX = "shm_";

    /** What can be set; these are plain numbers, the others count. */
    private static final List<String> SETTINGS = List.of("pages_to_scan", "sleep_millisecs", "merge_across_nodes");

    private static final List<String> FIGURES = List.of(
            "pages_to_scan",
            "sleep_millisecs",
            "pages_shared",
            "pages_sharing",
            "pages_unshared",
            "pages_volatile",
            "full_scans",
            "merge_across_nodes");

    private final Path root;
    private final HostFiles files;

    MemoryMerging(Path root, HostFiles files) {
        this.root = root;
        this.files = files;
    }

    List<TypedParameter> parameters() {
        var parameters = new ArrayList<TypedParameter>();
        for (var name : FIGURES) {
            figure(name)
                    .ifPresent(value -> parameters.add(
                            SETTINGS.contains(name)
                                    ? TypedParameter.ofUnsigned(PREFIX + name, (int) (long) value)
                                    : TypedParameter.ofUnsigned(PREFIX + name, (long) value)));
        }
        return parameters;
    }

    private Optional<Long> figure(String name) {
        try {
            return files.value(FOLDER + name).map(Long::parseUnsignedLong);
        } catch (NumberFormatException notOne) {
            return Optional.empty();
        }
    }

    void set(List<TypedParameter> parameters) {
        for (var parameter : parameters) {
            settable(parameter); // all or none
        }
        for (var parameter : parameters) {
            var file = root.resolve(FOLDER + parameter.name().substring(PREFIX.length()));
            try {
                Files.writeString(file, Integer.toUnsignedString(settable(parameter)));
            } catch (IOException e) {
                throw new PosadaException(
                        ErrorCode.OPERATION_FAILED,
                        ErrorOrigin.NONE,
                        "cannot set " + parameter.name() + ": the kernel refuses it in " + file,
                        e);
            }
        }
    }

    private static int settable(TypedParameter parameter) {
        boolean known = parameter.name().startsWith(PREFIX)
                && SETTINGS.contains(parameter.name().substring(PREFIX.length()));
        if (known && parameter.value() instanceof TypedParameter.UintValue(int value)) {
            return value;
        }
        throw new PosadaException(
                ErrorCode.ARGUMENT_UNSUPPORTED, ErrorOrigin.NONE, "parameter '" + parameter.name() + "' not supported");
    }
}
