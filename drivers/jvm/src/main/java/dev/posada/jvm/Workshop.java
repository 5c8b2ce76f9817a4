package dev.posada.jvm;

import dev.posada.driver.DriverContext;
import dev.posada.posix.Poller;
import dev.posada.process.Children;
import dev.posada.process.RunLog;
import dev.posada.process.Tools;
import java.time.InstantSource;

/**
 * What all instances of one driver share.
 *
 * @param context the driver's folders and host
 * @param settings what {@code jvm.conf} says
 * @param jdks the host's JDKs
 * @param poller waits for pipes and ends of processes
 * @param children starts programs and notices their ends
 * @param tools runs what a start needs done before it
 * @param clock for logs
 */
record Workshop(
        DriverContext context,
        JvmSettings settings,
        Jdks jdks,
        Poller poller,
        Children children,
        Tools tools,
        InstantSource clock) {
    /** The host's processor. */
    String architecture() {
        return context.host().nodeInfo().model();
    }

    RunLog log(String domain) {
        return new RunLog(context.logDirectory(), domain, clock);
    }
}
