package dev.posada.daemon;

/** Every key of {@code jvm.conf}; what they are set to is the driver's of Java programs to read. */
final class JvmKeys {
    private JvmKeys() {}

    /** All keys in the order of the file. */
    static KeyTable table() {
        return new KeyTable.Builder()
                .section("Programs")
                .text(
                        "user",
                        "\"nobody\"",
                        "Whom Java programs run as when their definition has no <inituser>: a name, or a number with +"
                                + " before it. Unset, nobody; only the system's daemon can choose. The folders on the way"
                                + " to jars and JDKs have to let this user pass.")
                .text("group", "\"nogroup\"", "The group they run in. Unset, the user's own.")
                .text(
                        "java_home",
                        "\"/usr/lib/jvm/default-java\"",
                        "The JDK of programs that name none. Unset, the newest of /usr/lib/jvm.")
                .number("max_files", "65536", "Most files a program may have open.")
                .number(
                        "max_processes",
                        "16384",
                        "Most threads and processes a program may have; held by its control group.")
                .text(
                        "discover",
                        "\"none\"",
                        "Which Java programs that others started show up as domains: \"none\", but for those that are"
                                + " adopted one by one, or \"all\".")
                .table(
                        "the driver of Java programs",
                        "Settings of the driver of Java programs. Each key stands here with what holds while it is not"
                                + " set, or an example; remove the # to set it. They are read when the driver is first"
                                + " used.");
    }
}
