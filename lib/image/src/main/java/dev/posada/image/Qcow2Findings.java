package dev.posada.image;

import java.util.ArrayList;
import java.util.List;

/** What a check finds, as it goes. */
final class Qcow2Findings {
    private final List<String> messages = new ArrayList<>();
    private long corruptions;
    private long leaks;
    private long allocated;
    private long fragmented;
    private long compressed;
    private long usedEnd;

    /** Whether the refcounts are so wrong that they must be made anew. */
    private boolean rebuild;

    void corruption(String message) {
        corruptions++;
        note(message);
    }

    /** A corruption that lies in the structure of the refcounts. */
    void structure(String message) {
        rebuild = true;
        corruption(message);
    }

    void leak(String message) {
        leaks++;
        note(message);
    }

    private void note(String message) {
        if (messages.size() < CheckResult.MAX_MESSAGES) {
            messages.add(message);
        }
    }

    void clusters(long more, long moreFragmented, long moreCompressed) {
        allocated += more;
        fragmented += moreFragmented;
        compressed += moreCompressed;
    }

    void usedTo(long cluster) {
        usedEnd = Math.max(usedEnd, cluster);
    }

    long corruptions() {
        return corruptions;
    }

    long leaks() {
        return leaks;
    }

    boolean rebuild() {
        return rebuild;
    }

    List<String> messages() {
        return messages;
    }

    CheckResult result(Qcow2Image image) {
        return new CheckResult(
                Format.QCOW2,
                usedEnd << image.clusterBits(),
                image.clusters(image.header().layout().size()),
                allocated,
                fragmented,
                compressed,
                corruptions,
                leaks,
                0,
                0,
                messages);
    }
}
