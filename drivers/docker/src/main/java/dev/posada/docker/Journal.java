package dev.posada.docker;

import dev.posada.model.Element;

/**
 * What is written down of an instance, to be found again by a later daemon.
 *
 * @param container id of its container; empty while there is none yet
 * @param started when its program was started, as the engine writes it; empty while it has not been
 * @param pid its first process, 0 while there is none
 * @param kept whether the container stays when the instance ends
 * @param complete whether the start was told as done
 */
record Journal(String container, String started, long pid, boolean kept, boolean complete) {
    private static final String NAME = "docker";

    Element element() {
        return Element.of(
                NAME,
                "container",
                container,
                "started",
                started,
                "pid",
                Long.toString(pid),
                "kept",
                kept ? "yes" : "no",
                "complete",
                complete ? "yes" : "no");
    }

    static Journal of(Element element) {
        long pid;
        try {
            pid = Long.parseLong(element.attribute("pid", "0"));
        } catch (NumberFormatException e) {
            pid = 0; // a torn file; the engine knows better
        }
        return new Journal(
                element.attribute("container", ""),
                element.attribute("started", ""),
                pid,
                element.has("kept", "yes"),
                element.has("complete", "yes"));
    }
}
