package dev.posada.xml;

import dev.posada.model.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The kinds of values the outline of a document names: what each accepts, and how it is written in canonical form.
 *
 * <p>A <em>firm</em> kind is one libvirt can read in no other way (a number, a switch, an address): its values are
 * checked whenever a definition is read. Those of the others are checked only when strict validation is asked for.
 */
enum Kind {
    /** Elements of other programs, kept as they are. */
    FOREIGN("elements of other programs", false),
    TEXT("text", false),
    LINE("one line of text, not empty", false),
    NAME("one line of text, not empty", false),
    FILE_NAME("a name without '/'", false),
    PATH("an absolute path", false),
    FILE("a path", false),
    DEVICE("a path or the name of a device", false),
    WORD("letters, digits, '_', '+' and '-'", false),
    FEATURE("letters, digits, '-', '_' and '.'", false),
    MACHINE("letters, digits, '_', '.' and '-'", false),
    VARIABLE("letters, digits and '_'", false),
    ZONE("the name of a time zone", false),
    ALIAS("letters, digits, '-', '_' and '.'", false),
    SERIAL("letters, digits, spaces, '_', '.', '+' and '-'", false),
    PRINTABLE("1 to 128 printable characters", false),
    VENDOR("at most 8 printable characters", false),
    PRODUCT("at most 16 printable characters", false),
    VENDOR_ID("at most 12 characters without comma", false),
    VENDOR_ID12("12 characters without comma", false),
    PROFILE_ID("at most 39 characters", false),
    SHMEM_NAME("a name without '/'", true),
    LOADPARM("1 to 8 letters, digits, dots and spaces", false),
    MODE("an octal file mode", true),
    DATE_TIME("a time as 2026-01-31T23:59:59", true),
    HOST("an internet address or a host name", false),
    IP("an internet address", true),
    IPV4("an internet address of version 4", false),
    TARGET("a name as vda, sdb or hdc", false),
    NAA("'naa.' and 16 hexadecimal digits", true),
    ARCH("an architecture as x86_64, aarch64 or riscv64", true),
    USB_VERSION("a version as 1.10", true),
    UNIT("a unit as KiB", true, ErrorCode.INVALID_ARG),

    YES_NO("'yes' or 'no'", true),
    ON_OFF("'on' or 'off'", true),
    HOST_PORT("a whole number from 0 to 65535", true, ErrorCode.INVALID_ARG),
    USHORT("a whole number from 0 to 65535", true),
    UINT("a whole number from 0 to 4294967295", true),
    ULONG("a whole number from 0", true),
    POSITIVE("a whole number from 1", true),
    INT("a whole number", true),
    LONG("a whole number", true),
    DELTA("a number of seconds", true),
    QUOTA("-1, or a number of microseconds", true),
    PORT("a port from -1 to 65535", true),
    HEX("a hexadecimal number", true),
    UINT8("a number from 0 to 255", true),
    /** The same, written in hexadecimal digits. */
    HEX8("a number from 0 to 255", true),
    UINT16("a number from 0 to 65535", true),
    UINT24("a number from 0 to 16777215", true),
    UINT32("a number from 0 to 4294967295", true),
    PCI_DOMAIN("a number from 0 to 0xffffffff", true),
    PCI_BUS("a number from 0 to 0xff", true),
    PCI_SLOT("a number from 0 to 0x1f", true),
    PCI_FUNCTION("a number from 0 to 7", true),
    USB_ID("a number from 0 to 0xffff", true),
    USB_CLASS("a number from 0 to 0xff", true),
    USB_ADDRESS("a number from 0 to 0xfff", true),
    USB_PORT("up to four numbers as 1.2", true),
    CSSID("a number from 0 to 0xfe", true),
    SSID("a number from 0 to 3", true),
    DEVNO("a number from 0 to 0xffff", true),
    ISA("a number from 0 to 0xffff", true),
    REG("a number from 0 to 0xffffffff", true),
    WWN("16 hexadecimal digits", true, ErrorCode.INTERNAL_ERROR),
    UUID("32 hexadecimal digits", true),
    MAC("six pairs of hexadecimal digits as 52:54:00:12:34:56", true),
    CPUS("a set of numbers as 0-3,^2,8", true, ErrorCode.INVALID_ARG),

    /** A size; the element's {@code unit} says in what. The canonical form is in KiB. */
    KIB("a size", true),
    /** A size; the canonical form is in MiB where it is whole, else in KiB. */
    MIB("a size", true),
    /** The same, with the unit written {@code M}. */
    MEGA("a size", true),
    /** A size; the canonical form is in bytes. */
    BYTES("a size", true);

    private static final List<String> ARCHITECTURES = List.of(
            "x86_64",
            "i686",
            "aarch64",
            "riscv64",
            "ppc64le",
            "ppc64",
            "s390x",
            "alpha",
            "armv6l",
            "armv7b",
            "armv7l",
            "cris",
            "ia64",
            "itanium",
            "lm32",
            "loongarch64",
            "m68k",
            "microblaze",
            "microblazeel",
            "mips",
            "mipsel",
            "mips64",
            "mips64el",
            "openrisc",
            "parisc",
            "parisc64",
            "ppc",
            "ppcemb",
            "riscv32",
            "s390",
            "sh4",
            "sh4eb",
            "sparc",
            "sparc64",
            "unicore32",
            "xtensa",
            "xtensaeb");

    private static final long MAX_UINT = 0xFFFFFFFFL;

    /** The longest number that is read, in digits; longer ones overflow anyway. */
    private static final int MAX_DIGITS = 20;

    private final String description;
    private final boolean firm;
    private final ErrorCode wrong;

    Kind(String description, boolean firm) {
        this(description, firm, ErrorCode.XML_ERROR);
    }

    Kind(String description, boolean firm, ErrorCode wrong) {
        this.description = description;
        this.firm = firm;
        this.wrong = wrong;
    }

    /** All kinds by the word the outline uses: {@code PciSlot} for {@link #PCI_SLOT}. */
    static Map<String, Kind> byWord() {
        Map<String, Kind> kinds = new HashMap<>();
        for (var kind : values()) {
            var word = new StringBuilder();
            boolean capital = true;
            for (int i = 0; i < kind.name().length(); i++) {
                char c = kind.name().charAt(i);
                if (c != '_') {
                    word.append(capital ? c : Character.toLowerCase(c));
                }
                capital = c == '_';
            }
            kinds.put(word.toString(), kind);
        }
        return kinds;
    }

    /** What the kind accepts, for people. */
    String description() {
        return description;
    }

    /** Whether values are checked even when no strict validation is asked for. */
    boolean isFirm() {
        return firm;
    }

    /** Whether the element's {@code unit} attribute belongs to the value. */
    boolean isSize() {
        return this == KIB || this == MIB || this == MEGA || this == BYTES;
    }

    /** The error another value is, unless its place says otherwise. */
    ErrorCode wrong() {
        return wrong;
    }

    boolean accepts(String text) {
        return switch (this) {
            case FOREIGN, TEXT -> true;
            case LINE, NAME -> isLine(text);
            case FILE_NAME -> isLine(text) && text.indexOf('/') < 0;
            case FILE -> !text.isEmpty();
            case PATH -> isPath(text);
            case DEVICE -> isPath(text) || made(text, "_.-\\:/ ");
            case WORD -> made(text, "_+-");
            case FEATURE, ALIAS, MACHINE -> made(text, "-_.");
            case VARIABLE -> made(text, "_");
            case ARCH -> ARCHITECTURES.contains(text);
            case ZONE -> made(text, "_.+-/");
            case SERIAL -> made(text, "_.+- ");
            case PRINTABLE -> printable(text, 1, 128);
            case VENDOR -> printable(text, 0, 8);
            case PRODUCT -> printable(text, 0, 16);
            case VENDOR_ID -> text.length() <= 12 && text.indexOf(',') < 0;
            case VENDOR_ID12 -> text.length() == 12 && text.indexOf(',') < 0;
            case PROFILE_ID -> text.length() <= 39;
            case SHMEM_NAME -> text.indexOf('/') < 0;
            case LOADPARM -> text.length() <= 8 && made(text, ". ");
            case MODE -> text.length() <= 4 && digits(text, 8);
            case DATE_TIME -> text.length() >= 19 && made(text, "-:+.") && text.charAt(10) == 'T';
            case HOST -> made(text, ".-:");
            case IP -> Addresses.isIpv4(text) || Addresses.isIpv6(text);
            case IPV4 -> Addresses.isIpv4(text);
            case TARGET -> isTarget(text);
            case NAA -> text.length() == 20 && text.startsWith("naa.") && digits(text.substring(4), 16);
            case USB_VERSION -> made(text, ".");
            case UNIT -> MemorySize.factor(text).isPresent();
            case UUID -> Addresses.uuid(text).isPresent();
            case MAC -> Addresses.mac(text).isPresent();
            case CPUS -> CpuSet.parse(text).isPresent();
            default -> acceptsNumber(text);
        };
    }

    private boolean acceptsNumber(String text) {
        return switch (this) {
            case YES_NO -> text.equals("yes") || text.equals("no");
            case ON_OFF -> text.equals("on") || text.equals("off");
            case USHORT, HOST_PORT -> number(text, 0, 0xFFFF);
            case UINT -> number(text, 0, MAX_UINT);
            case POSITIVE -> number(text, 1, Long.MAX_VALUE);
            case ULONG, KIB, MIB, MEGA, BYTES -> isUnsignedLong(text);
            case INT -> number(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case LONG -> number(text, Long.MIN_VALUE, Long.MAX_VALUE);
            case DELTA -> number(text.startsWith("+") ? text.substring(1) : text, Long.MIN_VALUE, Long.MAX_VALUE);
            case QUOTA -> number(text, -1, 17_592_186_044_415L);
            case PORT -> number(text, -1, 65535);
            case HEX -> digits(bare(text), 16) && bare(text).length() <= 16;
            case UINT8, HEX8, PCI_BUS, USB_CLASS -> numberOrHex(text, 0xFF);
            case UINT16, USB_ID, DEVNO -> numberOrHex(text, 0xFFFF);
            case ISA -> digits(bare(text), 16) && bare(text).length() <= 4;
            case REG -> digits(bare(text), 16) && bare(text).length() <= 8;
            case UINT24 -> numberOrHex(text, 0xFFFFFF);
            case UINT32, PCI_DOMAIN -> numberOrHex(text, MAX_UINT);
            case PCI_SLOT -> numberOrHex(text, 0x1F);
            case PCI_FUNCTION -> numberOrHex(text, 7);
            case USB_ADDRESS -> numberOrHex(text, 0xFFF);
            case USB_PORT -> isUsbPort(text);
            case CSSID -> numberOrHex(text, 0xFE);
            case SSID -> numberOrHex(text, 3);
            case WWN -> bare(text).length() == 16 && digits(bare(text), 16);
            default -> throw new AssertionError(this);
        };
    }

    /** The canonical form of a value this kind accepts. */
    String normal(String text) {
        return switch (this) {
            case PCI_DOMAIN, USB_ID, DEVNO -> padded(text, 4);
            case PCI_BUS, PCI_SLOT, USB_CLASS, CSSID -> padded(text, 2);
            case PCI_FUNCTION, SSID, HEX8 -> padded(text, 1);
            case ISA -> padded("0x" + bare(text), 1);
            case REG -> padded("0x" + bare(text), 8);
            case UINT16 -> padded(text, 4);
            case UINT8, UINT24, USB_ADDRESS ->
                numberOf(text).map(String::valueOf).orElse(text);
            case UUID -> Addresses.uuid(text).orElse(text);
            case MAC -> Addresses.mac(text).orElse(text);
            case CPUS -> CpuSet.parse(text).map(CpuSet::toString).orElse(text);
            default -> text;
        };
    }

    private static boolean isLine(String text) {
        return !text.isEmpty() && text.indexOf('\n') < 0;
    }

    private static boolean isPath(String text) {
        return text.length() > 1
                && (text.charAt(0) == '/'
                        || (text.length() > 3 && Character.isLetter(text.charAt(0)) && text.startsWith(":\\", 1))
                        || (text.charAt(0) == '[' && text.indexOf("] ") > 1));
    }

    private static boolean isTarget(String text) {
        var name = text.startsWith("ioemu:") ? text.substring("ioemu:".length()) : text;
        int letters = DiskTarget.prefixLength(name);
        return letters > 0 && name.length() > letters && made(name, "_");
    }

    /** Whether text is not empty and made of ASCII letters, digits and some others. */
    static boolean made(String text, String others) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean common = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!common && others.indexOf(c) < 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static boolean printable(String text, int least, int most) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return text.length() >= least && text.length() <= most;
    }

    static boolean digits(String text, int radix) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 128 || Character.digit(text.charAt(i), radix) < 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static boolean number(String text, long least, long most) {
        var unsigned = text.startsWith("-") ? text.substring(1) : text;
        if (!digits(unsigned, 10) || unsigned.length() > MAX_DIGITS) {
            return false;
        }
        try {
            long value = Long.parseLong(text);
            return value >= least && value <= most;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** Whether text is a number in a range given in decimal digits, as {@code 10..255} has it. */
    static boolean inRange(String text, long least, long most) {
        return number(text, least, most);
    }

    private static boolean isUnsignedLong(String text) {
        if (!digits(text, 10) || text.length() > MAX_DIGITS) {
            return false;
        }
        try {
            Long.parseUnsignedLong(text);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static String bare(String text) {
        return text.startsWith("0x") || text.startsWith("0X") ? text.substring(2) : text;
    }

    private static boolean numberOrHex(String text, long most) {
        return numberOf(text).filter(value -> value <= most).isPresent();
    }

    /** The value of a number as C writes it: decimal, hexadecimal after {@code 0x}, octal after {@code 0}. */
    static Optional<Long> numberOf(String text) {
        var bare = bare(text);
        int radix = 10;
        if (bare.length() < text.length()) {
            radix = 16;
        } else if (text.length() > 1 && text.charAt(0) == '0') {
            radix = 8;
        }
        if (!digits(bare, radix) || bare.length() > 15) {
            return Optional.empty();
        }
        return Optional.of(Long.parseLong(bare, radix));
    }

    private static String padded(String text, int digits) {
        var hex = Long.toHexString(numberOf(text).orElse(0L));
        return "0x" + "0".repeat(Math.max(0, digits - hex.length())) + hex;
    }

    private static boolean isUsbPort(String text) {
        int numbers = 0;
        int from = 0;
        while (from <= text.length()) {
            int dot = text.indexOf('.', from);
            int to = dot < 0 ? text.length() : dot;
            if (!number(text.substring(from, to), 0, 255) || ++numbers > 4) {
                return false;
            }
            from = to + 1;
        }
        return true;
    }
}
