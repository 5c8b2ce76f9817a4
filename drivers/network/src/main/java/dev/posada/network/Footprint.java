package dev.posada.network;

import dev.posada.posix.CurrentProcess;
import dev.posada.process.ProcessIdentity;
import java.util.Optional;

/**
 * What is about to be made for a network, written down before it is made: a daemon that is killed half-way is tidied up after
 * by the next.
 *
 * @param bridge the bridge that is made
 * @param mac its MAC address: one of that name with another address is somebody else's
 * @param started whether the start came to its end
 * @param daemon which process is starting it
 */
record Footprint(String bridge, String mac, boolean started, String daemon) {
    private static final String STARTED = "started";
    private static final String STARTING = "starting";
    private static final int FIELDS = 4;

    static Footprint of(NetworkPlan plan, boolean started) {
        return new Footprint(plan.bridge(), plan.mac().orElse(""), started, self());
    }

    static Optional<Footprint> read(NetworkFiles files) {
        return StateFiles.read(files.footprint()).flatMap(text -> {
            var fields = text.strip().split(" ", FIELDS);
            return fields.length == FIELDS
                    ? Optional.of(new Footprint(fields[0], fields[1], fields[2].equals(STARTED), fields[3]))
                    : Optional.empty();
        });
    }

    void write(NetworkFiles files) {
        StateFiles.write(
                files.footprint(), bridge + " " + mac + " " + (started ? STARTED : STARTING) + " " + daemon + "\n");
    }

    /** Whether a daemon that is no more was killed while it made this. */
    boolean abandoned() {
        return !started
                && ProcessIdentity.parse(daemon).filter(ProcessIdentity::exists).isEmpty();
    }

    private static String self() {
        return ProcessIdentity.of(CurrentProcess.pid())
                .map(ProcessIdentity::text)
                .orElse("unknown");
    }
}
