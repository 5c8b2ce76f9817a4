package dev.posada.virsh;

/** Where to connect when nobody said. */
final class DefaultUri {
    private DefaultUri() {}

    static String text() {
        var chosen = System.getenv("LIBVIRT_DEFAULT_URI");
        return chosen == null || chosen.isEmpty() ? "qemu:///system" : chosen;
    }
}
