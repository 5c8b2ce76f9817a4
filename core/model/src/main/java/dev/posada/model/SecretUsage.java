package dev.posada.model;

import java.util.Optional;

/** What a secret is for, as libvirt numbers it ({@code virSecretUsageType}). */
public enum SecretUsage {
    NONE(0, "none", "", ""),
    VOLUME(1, "volume", "volume", "volume usage specified, but volume path is missing"),
    CEPH(2, "ceph", "name", "Ceph usage specified, but name is missing"),
    ISCSI(3, "iscsi", "target", "iSCSI usage specified, but target is missing"),
    TLS(4, "tls", "name", "TLS usage specified, but name is missing"),
    VTPM(5, "vtpm", "name", "vTPM usage specified, but name is missing");

    private final int number;
    private final String word;
    private final String element;
    private final String missing;

    SecretUsage(int number, String word, String element, String missing) {
        this.number = number;
        this.word = word;
        this.element = element;
        this.missing = missing;
    }

    /** The number that travels on the wire. */
    public int number() {
        return number;
    }

    /** The word of documents, as {@code volume}. */
    public String word() {
        return word;
    }

    /** The element that names what it is for; empty for {@link #NONE}. */
    public String element() {
        return element;
    }

    /** What libvirt says when that element is not there. */
    public String missing() {
        return missing;
    }

    /** The usage of a word, or nothing. */
    public static Optional<SecretUsage> ofWord(String word) {
        for (var usage : values()) {
            if (usage.word.equals(word)) {
                return Optional.of(usage);
            }
        }
        return Optional.empty();
    }

    /** The usage of a number; {@link #NONE} for one we do not know, as newer peers may send. */
    public static SecretUsage of(int number) {
        for (var usage : values()) {
            if (usage.number == number) {
                return usage;
            }
        }
        return NONE;
    }
}
