package dev.posada.cli;

import dev.posada.image.BackingReference;
import dev.posada.image.Bounds;
import dev.posada.image.ImageDescription;
import dev.posada.image.Images;
import dev.posada.image.SnapshotEntry;
import dev.posada.terminal.Console;
import dev.posada.terminal.Json;
import java.nio.file.Path;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Prints what an image says about itself. */
final class InfoVerb implements Verb {
    @Override
    public String synopsis() {
        return "[-f FORMAT] [--output=human|json] [--backing-chain] [-U] FILE";
    }

    @Override
    public Options options() {
        return new Options().values("-f", "--output").flags("--backing-chain", "-U/--force-share");
    }

    @Override
    public int run(Words words, Console console) {
        var path = Words.path(words.rest(1, "FILE").getFirst());
        boolean json = words.json();
        var format = words.format("-f");
        if (words.has("--backing-chain")) {
            var chain = Images.describeChain(path, format, Bounds.DEFAULT);
            if (json) {
                console.out()
                        .println(Json.text(chain.stream().map(InfoVerb::json).toList()));
            } else {
                var before = "";
                for (var image : chain) {
                    console.out().print(before);
                    print(image, console);
                    before = "\n";
                }
            }
            return 0;
        }
        var image = Images.describe(path, format);
        if (json) {
            console.out().println(Json.text(json(image)));
        } else {
            print(image, console);
        }
        return 0;
    }

    private static Map<String, Object> json(ImageDescription image) {
        var map = new LinkedHashMap<String, Object>();
        map.put("virtual-size", image.virtualBytes());
        map.put("filename", image.path().toString());
        image.clusterBytes().ifPresent(bytes -> map.put("cluster-size", bytes));
        map.put("format", image.format().label());
        map.put("actual-size", image.actualBytes());
        if (image.encrypted()) {
            map.put("encrypted", true);
        }
        image.backing().ifPresent(below -> {
            map.put("backing-filename", below.name());
            map.put("full-backing-filename", fullName(image.path(), below));
            below.format().ifPresent(format -> map.put("backing-filename-format", format));
        });
        if (!image.snapshots().isEmpty()) {
            var snapshots = new ArrayList<Map<String, Object>>();
            image.snapshots().forEach(snapshot -> snapshots.add(json(snapshot)));
            map.put("snapshots", snapshots);
        }
        if (!image.details().isEmpty()) {
            map.put("format-specific", Map.of("type", image.format().label(), "data", image.details()));
        }
        map.put("dirty-flag", image.dirty());
        return map;
    }

    private static Map<String, Object> json(SnapshotEntry snapshot) {
        var map = new LinkedHashMap<String, Object>();
        snapshot.instructionCount().ifPresent(count -> map.put("icount", count));
        map.put("vm-clock-nsec", snapshot.vmClock().toNanosPart());
        map.put("name", snapshot.name());
        map.put("date-sec", snapshot.date().getEpochSecond());
        map.put("date-nsec", snapshot.date().get(ChronoField.NANO_OF_SECOND));
        map.put("vm-clock-sec", snapshot.vmClock().toSeconds());
        map.put("id", snapshot.id());
        map.put("vm-state-size", snapshot.vmStateBytes());
        return map;
    }

    /** The name as QEMU completes it: beside the image's own name, which may be relative itself. */
    private static String fullName(Path image, BackingReference below) {
        var folder = image.getParent();
        if (folder == null || below.name().startsWith("/") || below.name().contains(":")) {
            return below.name();
        }
        return folder.getNameCount() == 0 ? "/" + below.name() : folder + "/" + below.name();
    }

    private static void print(ImageDescription image, Console console) {
        var out = console.out();
        out.println("image: " + image.path());
        out.println("file format: " + image.format().label());
        out.println("virtual size: " + Sizes.text(image.virtualBytes()) + " (" + image.virtualBytes() + " bytes)");
        out.println("disk size: " + Sizes.text(image.actualBytes()));
        if (image.encrypted()) {
            out.println("encrypted: yes");
        }
        image.clusterBytes().ifPresent(bytes -> out.println("cluster_size: " + bytes));
        if (image.dirty()) {
            out.println("cleanly shut down: no");
        }
        image.backing().ifPresent(below -> {
            var full = fullName(image.path(), below);
            out.println("backing file: " + below.name()
                    + (full.equals(below.name()) ? "" : " (actual path: " + full + ")"));
            below.format().ifPresent(format -> out.println("backing file format: " + format));
        });
        if (!image.snapshots().isEmpty()) {
            SnapshotTable.print(image.snapshots(), out);
        }
        if (!image.details().isEmpty()) {
            out.println("Format specific information:");
            out.print(details(image.details(), "    "));
        }
    }

    private static String details(Map<?, ?> map, String indent) {
        var text = new StringBuilder();
        map.forEach((key, value) -> detail(key.toString().replace('-', ' '), value, indent, text));
        return text.toString();
    }

    // Not a switch over types: for its first use the JVM makes a class, which takes longer than all the rest here.
    private static void detail(String name, Object value, String indent, StringBuilder text) {
        text.append(indent).append(name).append(':');
        if (value instanceof Map<?, ?> map) {
            text.append('\n').append(details(map, indent + "    "));
        } else if (value instanceof List<?> list) {
            text.append('\n');
            for (int i = 0; i < list.size(); i++) {
                detail("[" + i + "]", list.get(i), indent + "    ", text);
            }
        } else {
            text.append(' ').append(value).append('\n');
        }
    }
}
