package dev.posada.doctor;

import java.util.ArrayList;

/** The Java this runs on, and those that are there for others. */
final class JvmChecks implements Check {
    private static final int LEAST_FEATURE = 25;
    private static final String FOLDER = "/usr/lib/jvm";

    @Override
    public void look(Host host, Report report) {
        var running = Runtime.version();
        var what = "for a JDK of version " + LEAST_FEATURE + " or later";
        if (running.feature() >= LEAST_FEATURE) {
            report.pass(Topic.JVM, what, running + " at " + System.getProperty("java.home", ""));
        } else {
            report.fail(Topic.JVM, what, "this is " + running, "Install one, and name it in POSADA_JAVA_HOME.");
        }
        var others = new ArrayList<String>();
        for (var name : host.names(FOLDER)) {
            host.text(FOLDER + "/" + name + "/release")
                    .flatMap(release -> StorageChecks.setting(release, "JAVA_VERSION"))
                    .filter(version -> !others.contains(version))
                    .ifPresent(others::add);
        }
        var installed = "for JDKs in " + FOLDER;
        if (others.isEmpty()) {
            report.warn(Topic.JVM, installed, "none", "Install one for domains to run on: apt install default-jdk.");
        } else {
            report.pass(Topic.JVM, installed, String.join(", ", others));
        }
    }
}
