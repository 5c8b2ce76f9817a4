package dev.posada.cli;

import dev.posada.image.CreateRequest;
import dev.posada.image.Format;
import dev.posada.image.Preallocation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What stands behind {@code -o}: {@code name=value,name=value}; a comma in a value is written twice. */
final class FormatOptions {
    private final Map<String, String> all = new LinkedHashMap<>();

    /** @param texts the values of all {@code -o}; a later one wins */
    FormatOptions(List<String> texts) {
        for (var text : texts) {
            for (var part : split(text)) {
                int equals = part.indexOf('=');
                if (equals < 0) {
                    // QEMU takes a name alone as switched on.
                    all.put(part, "on");
                } else {
                    all.put(part.substring(0, equals), part.substring(equals + 1));
                }
            }
        }
    }

    private static List<String> split(String text) {
        var parts = new ArrayList<String>();
        var part = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != ',') {
                part.append(c);
            } else if (i + 1 < text.length() && text.charAt(i + 1) == ',') {
                part.append(',');
                i++;
            } else {
                parts.add(part.toString());
                part.setLength(0);
            }
        }
        if (!part.isEmpty()) {
            parts.add(part.toString());
        }
        return parts;
    }

    /** Takes an option out. */
    Optional<String> take(String name) {
        return Optional.ofNullable(all.remove(name));
    }

    /** Takes the size out. */
    OptionalLong takeSize() {
        var text = take("size");
        return text.isPresent() ? OptionalLong.of(Sizes.parse(text.get(), "image size")) : OptionalLong.empty();
    }

    /** What is left. */
    Map<String, String> rest() {
        return all;
    }

    /** The request for an image of the options that are left; a file that is there is replaced, as qemu-img does. */
    CreateRequest request(Format format, long size, Optional<String> backing, Optional<Format> backingFormat) {
        var base = backing.or(() -> take("backing_file"));
        var named = take("backing_fmt");
        var baseFormat = backingFormat.or(() -> named.map(label ->
                Format.named(label).orElseThrow(() -> new UsageException("Unknown file format '" + label + "'"))));
        if (base.isPresent() && baseFormat.isEmpty()) {
            throw new UsageException("backing file specified without backing format: say it with -F");
        }
        var preallocation = take("preallocation")
                .map(label -> Preallocation.named(label)
                        .orElseThrow(() -> new UsageException(
                                "preallocation is off, metadata, falloc or full, not '" + label + "'")));
        return new CreateRequest(format, size, base, baseFormat, all, preallocation.orElse(Preallocation.OFF), true);
    }
}
