package dev.posada.cli;

import dev.posada.image.CheckResult;
import dev.posada.image.CheckResult.Repair;
import dev.posada.image.Format;
import dev.posada.image.Images;
import dev.posada.image.OpenOptions;
import dev.posada.terminal.Console;
import dev.posada.terminal.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Looks whether an image is in order: exit status 0 if it is, 2 if it is damaged, 3 if it only wastes room. */
final class CheckVerb implements Verb {
    private static final int DAMAGED = 2;
    private static final int LEAKS = 3;
    private static final int NOT_SUPPORTED = 63;

    @Override
    public String synopsis() {
        return "[-f FORMAT] [--output=human|json] [-r leaks|all] [-q] [-U] FILE";
    }

    @Override
    public Options options() {
        return new Options().values("-f", "--output", "-r", "-T").flags("-q", "-U/--force-share");
    }

    @Override
    public int run(Words words, Console console) {
        var path = Words.path(words.rest(1, "FILE").getFirst());
        boolean json = words.json();
        var repair = switch (words.value("-r").orElse("")) {
            case "" -> Repair.NONE;
            case "leaks" -> Repair.LEAKS;
            case "all" -> Repair.ALL;
            default -> throw new UsageException("-r expects 'leaks' or 'all'");
        };
        var format = words.format("-f").orElseGet(() -> Images.probe(path));
        if (!Images.isCheckable(format)) {
            console.err().println("posada image: This image format does not support checks");
            return NOT_SUPPORTED;
        }
        var options = OpenOptions.READING.withFormat(format);
        var result = Images.check(path, words.has("-U") ? options.withoutLock() : options, repair);
        if (json) {
            console.out().println(Json.text(json(path, result)));
        } else if (!words.has("-q")) {
            print(result, console);
        }
        if (result.corruptions() > 0) {
            return DAMAGED;
        }
        return result.leaks() > 0 ? LEAKS : 0;
    }

    private static Map<String, Object> json(Path path, CheckResult result) {
        var map = new LinkedHashMap<String, Object>();
        if (result.format() == Format.QCOW2) {
            map.put("image-end-offset", result.imageEndBytes());
            map.put("total-clusters", result.totalClusters());
        }
        map.put("check-errors", 0);
        var counts = new LinkedHashMap<String, Long>();
        counts.put("corruptions", result.corruptions());
        counts.put("leaks", result.leaks());
        counts.put("corruptions-fixed", result.corruptionsFixed());
        counts.put("leaks-fixed", result.leaksFixed());
        if (result.format() == Format.QCOW2) {
            counts.put("allocated-clusters", result.allocatedClusters());
            counts.put("fragmented-clusters", result.fragmentedClusters());
            counts.put("compressed-clusters", result.compressedClusters());
        }
        counts.forEach((name, count) -> {
            if (count > 0) {
                map.put(name, count);
            }
        });
        map.put("filename", path.toString());
        map.put("format", result.format().label());
        return map;
    }

    private static void print(CheckResult result, Console console) {
        var out = console.out();
        result.messages().forEach(out::println);
        if (result.corruptionsFixed() + result.leaksFixed() > 0) {
            out.println("The following inconsistencies were found and repaired:\n\n    " + result.leaksFixed()
                    + " leaked clusters\n    " + result.corruptionsFixed() + " corruptions\n");
        }
        if (result.clean()) {
            out.println("No errors were found on the image.");
        }
        if (result.corruptions() > 0) {
            out.println("\n" + result.corruptions()
                    + " errors were found on the image.\n"
                    + "Data may be corrupted, or further writes to the image may corrupt it.");
        }
        if (result.leaks() > 0) {
            out.println("\n" + result.leaks() + " leaked clusters were found on the image.\n"
                    + "This means waste of disk space, but no harm to data.");
        }
        if (result.format() == Format.QCOW2 && result.allocatedClusters() > 0) {
            out.println(String.format(
                    Locale.ROOT,
                    "%d/%d = %s%% allocated, %s%% fragmented, %s%% compressed clusters",
                    result.allocatedClusters(),
                    result.totalClusters(),
                    share(result.allocatedClusters(), result.totalClusters()),
                    share(result.fragmentedClusters(), result.allocatedClusters()),
                    share(result.compressedClusters(), result.allocatedClusters())));
        }
        if (result.format() == Format.QCOW2 && result.imageEndBytes() > 0) {
            out.println("Image end offset: " + result.imageEndBytes());
        }
    }

    private static BigDecimal share(long part, long whole) {
        return new BigDecimal(whole == 0 ? 0 : part * 100.0 / whole).setScale(2, RoundingMode.HALF_EVEN);
    }
}
