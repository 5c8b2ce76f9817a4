package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;

/**
 * What a running instance of the system's daemon is told to be besides its definition: the partition of the host it
 * belongs to, and whom it runs as. Pure.
 */
final class LiveLabels {
    private LiveLabels() {}

    /**
     * The definition with both, where the user did not say otherwise.
     *
     * @param label owner and group as {@code +64055:+64055}
     */
    static DomainDefinition of(DomainDefinition live, String label) {
        var draft = new Draft(live);
        if (draft.child("resource").isEmpty()) {
            draft.put(Element.of("resource").plus(Element.text("partition", "/machine")));
        }
        var placed = draft.finish();
        boolean said = placed.root().children("seclabel").stream()
                .anyMatch(one -> one.attribute("model").isEmpty() || one.has("model", "dac"));
        return said
                ? placed
                : new DomainDefinition(Draft.withBehind(
                        placed.root(),
                        "devices",
                        Element.of("seclabel", "type", "dynamic", "model", "dac", "relabel", "yes")
                                .plus(Element.text("label", label))
                                .plus(Element.text("imagelabel", label))));
    }
}
