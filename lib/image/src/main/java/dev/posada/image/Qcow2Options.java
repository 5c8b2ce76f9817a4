package dev.posada.image;

import dev.posada.image.ImageException.Kind;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What can be chosen for a new qcow2 image, by the names and defaults of {@code qemu-img create -o}.
 *
 * @param version 2 or 3; QEMU's {@code compat} calls them 0.10 and 1.1
 * @param clusterBits log2 of the cluster size
 * @param refcountOrder log2 of the bits of a refcount
 * @param dataFile name of the external data file, relative to the image's folder
 */
record Qcow2Options(
        int version,
        int clusterBits,
        int refcountOrder,
        boolean lazyRefcounts,
        boolean extendedL2,
        Compression compression,
        Optional<String> dataFile,
        boolean rawDataFile,
        Preallocation preallocation) {

    private static final Set<String> KNOWN = Set.of(
            "compat",
            "cluster_size",
            "refcount_bits",
            "lazy_refcounts",
            "extended_l2",
            "compression_type",
            "data_file",
            "data_file_raw",
            "preallocation");
    private static final int DEFAULT_CLUSTER_BITS = 16;

    static Qcow2Options of(CreateRequest request) {
        Images.requireKnown(request, KNOWN);
        var given = request.options();
        int version = version(given.getOrDefault("compat", "1.1"));
        var compression = compression(given.getOrDefault("compression_type", "zlib"));
        var options = new Qcow2Options(
                version,
                clusterBits(given),
                refcountOrder(given),
                flag(given, "lazy_refcounts"),
                flag(given, "extended_l2"),
                compression,
                Optional.ofNullable(given.get("data_file")).filter(name -> !name.isEmpty()),
                flag(given, "data_file_raw"),
                preallocation(given, request.preallocation()));
        options.check(request.backing().isPresent());
        return options;
    }

    private static Preallocation preallocation(Map<String, String> given, Preallocation requested) {
        var name = given.get("preallocation");
        return name == null
                ? requested
                : Preallocation.named(name)
                        .orElseThrow(() -> invalid("preallocation", name, "off, metadata, falloc or full"));
    }

    static int version(String compat) {
        return switch (compat) {
            case "0.10", "v2" -> 2;
            case "1.1", "v3" -> 3;
            default -> throw invalid("compat", compat, "0.10 or 1.1");
        };
    }

    private static Compression compression(String name) {
        return switch (name) {
            case "zlib" -> Compression.ZLIB;
            case "zstd" -> Compression.ZSTD;
            default -> throw invalid("compression_type", name, "zlib or zstd");
        };
    }

    private static int clusterBits(Map<String, String> given) {
        var text = given.get("cluster_size");
        if (text == null) {
            // Subclusters of 4 KiB, as QEMU's documentation advises, need larger clusters than its default.
            return DEFAULT_CLUSTER_BITS;
        }
        long bytes = bytes(text);
        if (Long.bitCount(bytes) != 1
                || bytes < 1L << Qcow2Header.MIN_CLUSTER_BITS
                || bytes > 1L << Qcow2Header.MAX_CLUSTER_BITS) {
            throw invalid("cluster_size", text, "a power of two between 512 and 2M");
        }
        return Long.numberOfTrailingZeros(bytes);
    }

    private static long bytes(String text) {
        int shift = switch (text.isEmpty() ? ' ' : Character.toLowerCase(text.charAt(text.length() - 1))) {
            case 'k' -> 10;
            case 'm' -> 20;
            default -> 0;
        };
        var digits = shift == 0 ? text : text.substring(0, text.length() - 1);
        if (!digits.matches("[0-9]{1,9}")) {
            throw invalid("cluster_size", text, "a power of two between 512 and 2M");
        }
        return Long.parseLong(digits) << shift;
    }

    private static int refcountOrder(Map<String, String> given) {
        return refcountOrder(given.getOrDefault("refcount_bits", "16"));
    }

    static int refcountOrder(String text) {
        return switch (text) {
            case "1" -> 0;
            case "2" -> 1;
            case "4" -> 2;
            case "8" -> 3;
            case "16" -> 4;
            case "32" -> 5;
            case "64" -> 6;
            default -> throw invalid("refcount_bits", text, "1, 2, 4, 8, 16, 32 or 64");
        };
    }

    static boolean flag(Map<String, String> given, String name) {
        var text = given.getOrDefault(name, "off");
        return switch (text) {
            case "on", "yes", "true", "y" -> true;
            case "off", "no", "false", "n" -> false;
            default -> throw invalid(name, text, "on or off");
        };
    }

    private static ImageException invalid(String option, String value, String possible) {
        return new ImageException(Kind.INVALID, option + " cannot be \"" + value + "\"; possible: " + possible);
    }

    private void check(boolean backed) {
        refuse(version == 2 && refcountOrder != 4, "refcount_bits other than 16 need compat=1.1");
        refuse(version == 2 && lazyRefcounts, "lazy_refcounts need compat=1.1");
        refuse(version == 2 && extendedL2, "extended_l2 needs compat=1.1");
        refuse(version == 2 && compression == Compression.ZSTD, "compression_type=zstd needs compat=1.1");
        refuse(version == 2 && dataFile.isPresent(), "data_file needs compat=1.1");
        refuse(
                extendedL2 && clusterBits < Qcow2Header.MIN_SUBCLUSTER_CLUSTER_BITS,
                "extended_l2 needs a cluster_size of 16k at least");
        refuse(rawDataFile && dataFile.isEmpty(), "data_file_raw needs a data_file");
        refuse(rawDataFile && backed, "data_file_raw cannot be together with a backing file");
        refuse(
                backed && preallocation != Preallocation.OFF && !extendedL2,
                "preallocation of an image with a backing file needs extended_l2=on");
    }

    private static void refuse(boolean condition, String reason) {
        if (condition) {
            throw new ImageException(Kind.INVALID, reason);
        }
    }
}
