package dev.posada.xml;

import java.util.Optional;

/** Identifiers and addresses as libvirt reads and writes them. */
final class Addresses {
    private static final int MAC_BYTES = 6;

    private Addresses() {}

    /** A uuid in its usual form, from one written with hyphens and spaces anywhere; nothing when it is none. */
    static Optional<String> uuid(String text) {
        var digits = new StringBuilder(36);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '-' || Characters.isSpace(c)) {
                continue;
            }
            if (c > 'f' || Character.digit(c, 16) < 0 || digits.length() == 32) {
                return Optional.empty();
            }
            digits.append(Character.toLowerCase(c));
        }
        if (digits.length() < 32) {
            return Optional.empty();
        }
        return Optional.of(digits.insert(20, '-')
                .insert(16, '-')
                .insert(12, '-')
                .insert(8, '-')
                .toString());
    }

    /** A hardware address in its usual form, from one whose pairs may lack their first digit; nothing when it is none. */
    static Optional<String> mac(String text) {
        var mac = new StringBuilder(17);
        int from = 0;
        for (int i = 0; i < MAC_BYTES; i++) {
            int colon = text.indexOf(':', from);
            boolean last = i == MAC_BYTES - 1;
            if (last != colon < 0) {
                return Optional.empty();
            }
            var pair = text.substring(from, last ? text.length() : colon);
            if (pair.length() > 2 || !Kind.digits(pair, 16)) {
                return Optional.empty();
            }
            mac.append(pair.length() == 1 ? "0" : "");
            for (int k = 0; k < pair.length(); k++) {
                mac.append(Character.toLowerCase(pair.charAt(k)));
            }
            mac.append(last ? "" : ":");
            from = colon + 1;
        }
        return Optional.of(mac.toString());
    }

    /** Whether a hardware address in its usual form names a group of stations rather than one. */
    static boolean isMulticast(String mac) {
        return (Character.digit(mac.charAt(1), 16) & 1) != 0;
    }

    static boolean isIpv4(String text) {
        int from = 0;
        for (int i = 0; i < 4; i++) {
            int dot = text.indexOf('.', from);
            boolean last = i == 3;
            if (last != dot < 0) {
                return false;
            }
            var part = text.substring(from, last ? text.length() : dot);
            if (part.length() > 3 || !Kind.digits(part, 10) || Integer.parseInt(part) > 255) {
                return false;
            }
            if (part.length() > 1 && part.charAt(0) == '0') {
                return false;
            }
            from = dot + 1;
        }
        return true;
    }

    /** Whether text is an address of version 6: eight groups, one run of which {@code ::} may stand for. */
    static boolean isIpv6(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            return false;
        }
        if (gap < 0) {
            return groups(text) == 8;
        }
        int before = gap == 0 ? 0 : groups(text.substring(0, gap));
        var tail = text.substring(gap + 2);
        int after = tail.isEmpty() ? 0 : groups(tail);
        return before >= 0 && after >= 0 && before + after < 8;
    }

    /** How many groups of 16 bits a part of an address has, with an address of version 4 at its end as two; -1 if bad. */
    private static int groups(String text) {
        int groups = 0;
        int from = 0;
        while (from <= text.length()) {
            int colon = text.indexOf(':', from);
            var group = text.substring(from, colon < 0 ? text.length() : colon);
            if (colon < 0 && isIpv4(group)) {
                return groups + 2;
            }
            if (group.length() > 4 || !Kind.digits(group, 16)) {
                return -1;
            }
            groups++;
            if (colon < 0) {
                break;
            }
            from = colon + 1;
        }
        return groups;
    }
}
