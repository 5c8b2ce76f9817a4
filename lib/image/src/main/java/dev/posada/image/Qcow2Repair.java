package dev.posada.image;

import dev.posada.image.CheckResult.Repair;

/**
 * Checks an image, and mends what can be mended: refcounts that differ from what refers to a cluster, and the marks in the tables
 * that say whether a refcount is one.
 */
final class Qcow2Repair {
    private final Qcow2Image image;

    Qcow2Repair(Qcow2Image image) {
        this.image = image;
    }

    /** Checks, changing what is allowed; afterwards checks again if anything was changed. */
    CheckResult check(Repair repair) {
        var first = inspect(Repair.NONE);
        long wrong = repair == Repair.LEAKS ? first.leaks() : first.leaks() + first.corruptions();
        if (repair == Repair.NONE || wrong == 0) {
            clearMarks(repair, first.corruptions());
            return first.result(image);
        }
        if (repair == Repair.ALL && first.rebuild()) {
            new Qcow2Rebuild(image).rebuild();
            image.reload();
        }
        inspect(repair);
        image.flush();
        if (repair == Repair.ALL) {
            mendMarks();
            image.flush();
        }
        // Tables of a damaged image may lie over each other: only what the file says now counts.
        image.reload();
        var second = inspect(Repair.NONE);
        clearMarks(repair, second.corruptions());
        return second.result(image)
                .withFixed(
                        first.corruptions() - second.corruptions(), first.leaks() - second.leaks(), first.messages());
    }

    /** Mends what a writer has left that was allowed to be lazy with refcounts and did not come to an end. */
    void repairAfterCrash() {
        var result = check(Repair.ALL);
        if (result.corruptions() > 0) {
            throw image.corrupt("it was not closed properly, and " + result.corruptions()
                    + " damages cannot be mended: " + result.messages().getFirst());
        }
    }

    private void clearMarks(Repair repair, long corruptions) {
        if (repair != Repair.NONE && corruptions == 0) {
            var features = image.header().features();
            long marks = repair == Repair.ALL ? Qcow2Header.DIRTY | Qcow2Header.CORRUPT : 0;
            image.replaceFeatures(features.withIncompatible(features.incompatible() & ~marks));
            image.store().flush();
        }
    }

    /** Goes through all; what the repair allows is put right in place. */
    private Qcow2Findings inspect(Repair repair) {
        var findings = new Qcow2Findings();
        var census = new Qcow2Census(image, findings);
        census.each((first, counts) -> compare(census, findings, repair, first, counts));
        checkMarks(census, findings);
        return findings;
    }

    private void compare(Qcow2Census census, Qcow2Findings findings, Repair repair, long first, int[] counts) {
        int perBlock = 1 << image.refcounts().blockBits();
        long fileClusters = image.clusters(image.store().length());
        for (int from = 0; from < counts.length; from += perBlock) {
            boolean counted = census.isCounted(first + from);
            int to = (int) Math.min((long) from + perBlock, counts.length);
            for (int i = from; i < to; i++) {
                long cluster = first + i;
                long found = counted ? image.refcounts().count(cluster) : 0;
                if (cluster >= fileClusters && counts[i] == 0) {
                    // Behind the end of the file, as a crash leaves it: QEMU does not look there, and nor do our
                    // figures.
                    if (found != 0 && repair != Repair.NONE) {
                        image.refcounts().set(cluster, 0);
                    }
                } else if (found != 0 || counts[i] != 0) {
                    findings.usedTo(cluster + 1);
                    compare(findings, repair, cluster, found, counts[i], counted);
                }
            }
            image.refcounts().relieve();
        }
    }

    private void compare(Qcow2Findings findings, Repair repair, long cluster, long found, int needed, boolean counted) {
        if (found == needed) {
            return;
        }
        if (found > needed || found < 0) {
            findings.leak("cluster " + cluster + " is counted " + Long.toUnsignedString(found) + " times, but used "
                    + needed + " times");
            if (repair != Repair.NONE) {
                image.refcounts().set(cluster, needed);
            }
            return;
        }
        var message = "cluster " + cluster + " is counted " + found + " times, but used " + needed + " times";
        if (!counted || needed > image.refcounts().width().max()) {
            findings.structure(message);
        } else {
            findings.corruption(message);
            if (repair == Repair.ALL) {
                image.refcounts().set(cluster, needed);
            }
        }
    }

    /** Looks whether each mark in the active tables says what the refcount says. */
    private void checkMarks(Qcow2Census census, Qcow2Findings findings) {
        if (findings.rebuild()) {
            return;
        }
        var tables = image.tables();
        var l1 = tables.l1();
        for (int i = 0; i < l1.length; i++) {
            long place = Qcow2Entry.offset(l1[i]);
            if (place != 0 && census.tables().indexOf(place) >= 0 && isMarkWrong(l1[i], place)) {
                findings.corruption("the mark of L1 entry " + i + " contradicts the refcount of its table");
            }
            image.refcounts().relieve();
        }
        for (int i = 0; i < census.tables().size(); i++) {
            if (census.active(i) > 0 && census.readable(i)) {
                var table = tables.cache().get(census.tables().place(i));
                for (int j = 0; j < image.header().l2Entries(); j++) {
                    if (isMarkWrong(tables.descriptor(table, j))) {
                        findings.corruption("the mark of entry " + j + " of the L2 table at " + table.offset()
                                + " contradicts the refcount of its cluster");
                    }
                }
                tables.cache().shrink();
                image.refcounts().relieve();
            }
        }
    }

    private boolean isMarkWrong(long entry) {
        boolean plain = !Qcow2Entry.isCompressed(entry) && !image.header().hasDataFile();
        long place = Qcow2Entry.offset(entry);
        return plain && place != 0 && isMarkWrong(entry, place);
    }

    private boolean isMarkWrong(long entry, long place) {
        return (image.refcounts().count(place >>> image.clusterBits()) == 1) != Qcow2Entry.isCopied(entry);
    }

    /** Puts the marks in the active tables right. */
    private void mendMarks() {
        var tables = image.tables();
        for (int i = 0; i < tables.l1().length; i++) {
            long place = Qcow2Entry.offset(tables.l1()[i]);
            if (place != 0 && isWithin(place) && isMarkWrong(tables.l1()[i], place)) {
                tables.turnMark(i);
            }
            image.refcounts().relieve();
        }
        var set = Qcow2TableSet.of(image, tables.l1());
        for (int i = 0; i < set.size(); i++) {
            if (isWithin(set.place(i))) {
                var table = tables.cache().get(set.place(i));
                for (int j = 0; j < image.header().l2Entries(); j++) {
                    long entry = tables.descriptor(table, j);
                    if (isMarkWrong(entry)) {
                        tables.put(table, j, entry ^ Qcow2Entry.COPIED);
                    }
                }
                image.relieve();
            }
        }
    }

    private boolean isWithin(long place) {
        return (place & image.clusterBytes() - 1) == 0 && place <= image.store().length() - image.clusterBytes();
    }
}
