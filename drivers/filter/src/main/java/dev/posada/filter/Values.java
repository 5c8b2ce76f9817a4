package dev.posada.filter;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.util.regex.Pattern;

/**
 * The values that stand in rules, checked before they become part of a script: a variable's value comes from whoever may
 * define a domain, and a script can say anything.
 */
final class Values {
    private static final Pattern MAC = Pattern.compile("[0-9A-Fa-f]{1,2}(:[0-9A-Fa-f]{1,2}){5}");
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:]{2,39}|[0-9A-Fa-f:]{2,30}[0-9.]{7,15}");
    private static final Pattern NUMBER = Pattern.compile("0[xX][0-9A-Fa-f]{1,8}|[0-9]{1,10}");

    private Values() {}

    static String mac(String text) {
        return checked(MAC, text, "a MAC address");
    }

    static String ipv4(String text) {
        checked(IPV4, text, "an IPv4 address");
        for (var part : text.split("\\.", -1)) {
            if (Integer.parseInt(part) > 255) {
                throw wrong(text, "an IPv4 address");
            }
        }
        return text;
    }

    static String ipv6(String text) {
        if (!text.contains(":")) {
            throw wrong(text, "an IPv6 address");
        }
        return checked(IPV6, text, "an IPv6 address");
    }

    /** A number from 0, decimal or hexadecimal. */
    static long number(String text, long most) {
        checked(NUMBER, text, "a number");
        long value = Long.decode(
                text.startsWith("0") && !text.startsWith("0x") && !text.startsWith("0X")
                        ? text.replaceFirst("^0+(?=.)", "")
                        : text);
        if (value > most) {
            throw wrong(text, "a number up to " + most);
        }
        return value;
    }

    /** A mask of IPv4: its length or its bits, as bits. */
    static String mask4(String text) {
        if (text.contains(".")) {
            return ipv4(text);
        }
        long length = number(text, 32);
        long bits = length == 0 ? 0 : 0xFFFF_FFFFL << (32 - length) & 0xFFFF_FFFFL;
        return (bits >> 24) + "." + (bits >> 16 & 255) + "." + (bits >> 8 & 255) + "." + (bits & 255);
    }

    /** A mask of IPv6: its length or its bits, as bits. */
    static String mask6(String text) {
        if (text.contains(":")) {
            return ipv6(text);
        }
        long length = number(text, 128);
        var groups = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            long bits = Math.clamp(length - 16L * i, 0, 16);
            groups.append(i == 0 ? "" : ":").append(Long.toHexString(0xFFFFL << (16 - bits) & 0xFFFFL));
        }
        return groups.toString();
    }

    private static String checked(Pattern pattern, String text, String what) {
        if (!pattern.matcher(text).matches()) {
            throw wrong(text, what);
        }
        return text;
    }

    static PosadaException wrong(String text, String what) {
        var shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
        return new PosadaException(
                ErrorCode.INVALID_ARG,
                ErrorOrigin.NWFILTER,
                "a filter's rule has '" + shown.replaceAll("\\p{Cntrl}", "?") + "' where " + what + " is needed");
    }
}
