package dev.posada.docker;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import java.util.List;

/** The interfaces of a container in our own networks, plugged in when its program is there and out when it ends. */
final class ContainerLinks {
    private final Machinery machinery;
    private final LiveState state;

    ContainerLinks(Machinery machinery, LiveState state) {
        this.machinery = machinery;
        this.state = state;
    }

    private List<Element> ours() {
        return state.definition().devices("interface").stream()
                .filter(nic -> !nic.has("type", "internal"))
                .toList();
    }

    /** Plugs all of them into the namespace of a process. */
    void plug(long pid) {
        if (!ours().isEmpty()) {
            throw Refusal.of(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "domain '" + state.definition().name() + "': interfaces in our networks of " + machinery.home()
                            + " cannot be plugged into process " + pid);
        }
    }

    /** Takes on those of a process that runs already. */
    void adopt(long pid) {}

    /** Takes all of them out. */
    void unplug() {}
}
