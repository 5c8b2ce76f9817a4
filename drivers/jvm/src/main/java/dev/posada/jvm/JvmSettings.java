package dev.posada.jvm;

import dev.posada.driver.DriverContext;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code jvm.conf} says, with the defaults of what it leaves out.
 *
 * @param user whom programs run as when their definition does not say; of the system's daemon only
 * @param group which group they run in; the user's own when not given
 * @param javaHome the JDK of programs whose definition names none
 * @param openFilesMax most files a program may have open
 * @param processesMax most threads and processes of a program; needs a control group
 * @param discoversAll whether each JVM of the host shows up as a domain
 */
record JvmSettings(
        Optional<String> user,
        Optional<String> group,
        Optional<Path> javaHome,
        int openFilesMax,
        int processesMax,
        boolean discoversAll) {
    private static final int OPEN_FILES = 65_536;
    private static final int OPEN_FILES_MAX = 1 << 20;
    private static final int PROCESSES = 16_384;
    private static final int PROCESSES_MAX = 4 << 20;

    static JvmSettings of(DriverContext context) {
        return new JvmSettings(
                context.setting("user").filter(name -> !name.isEmpty()),
                context.setting("group").filter(name -> !name.isEmpty()),
                context.setting("java_home").filter(path -> !path.isEmpty()).map(Path::of),
                number(context, "max_files", OPEN_FILES, OPEN_FILES_MAX),
                number(context, "max_processes", PROCESSES, PROCESSES_MAX),
                discoversAll(context));
    }

    private static boolean discoversAll(DriverContext context) {
        var word = context.setting("discover").orElse("none");
        return switch (word) {
            case "all" -> true;
            case "none" -> false;
            default ->
                throw new PosadaException(
                        ErrorCode.CONF_SYNTAX,
                        Refusal.ORIGIN,
                        "jvm.conf: discover = " + Refusal.shown(word) + " is neither none nor all");
        };
    }

    private static int number(DriverContext context, String key, int otherwise, int largest) {
        var text = context.setting(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text.get());
            if (number >= 1 && number <= largest) {
                return number;
            }
        } catch (NumberFormatException notOne) {
            // As for one that is out of range.
        }
        throw new PosadaException(
                ErrorCode.CONF_SYNTAX,
                Refusal.ORIGIN,
                "jvm.conf: " + key + " = " + Refusal.shown(text.get()) + " is not a number from 1 to " + largest);
    }
}
