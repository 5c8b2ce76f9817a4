package dev.posada.host;

import dev.posada.model.Element;
import java.util.List;
import java.util.Optional;

/** One kind of device: where the kernel lists them, and what is to be told of each. */
interface DeviceKind {
    /** The devices of this kind. */
    List<SysNode> nodes();

    /** What is to be told of a device; nothing when it is none after all. */
    Optional<Described> describe(SysNode node);

    /**
     * What is known of a device but for what all devices have.
     *
     * @param name unique among all
     * @param devnode its node below {@code /dev}, as a path
     * @param links other paths of that node
     * @param capability the {@code capability} element
     */
    record Described(String name, Optional<String> devnode, List<String> links, Element capability) {
        public Described {
            links = List.copyOf(links);
        }

        static Described of(String name, Element capability) {
            return new Described(name, Optional.empty(), List.of(), capability);
        }
    }

    /** A name as libvirt makes them: whatever is no letter or digit becomes an underscore. */
    static String name(String... parts) {
        var name = new StringBuilder(String.join("_", parts));
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!plain) {
                name.setCharAt(i, '_');
            }
        }
        return name.toString();
    }
}
