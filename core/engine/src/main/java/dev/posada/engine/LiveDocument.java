package dev.posada.engine;

import dev.posada.model.Content;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainStatus;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Optional;

/**
 * The record of an instance as it stands in the run folder:
 *
 * <pre>{@code
 * <instance id='3' status='RUNNING_BOOTED' intent='run' autodestroy='no'>
 *   <journal>what the driver wrote down</journal>
 *   <disks>volumes and images below, as clients are shown them</disks>
 *   <nics>ports of networks, as clients are shown them</nics>
 *   <domain>the live definition</domain>
 * </instance>
 * }</pre>
 *
 * @param definition the live definition
 * @param id the instance's number
 * @param status as last reported
 * @param ending whether the daemon had set out to end it
 * @param autodestroy whether it was to end with the connection that started it
 * @param journal the driver's record, once it has written one
 * @param shown what clients are shown of it
 */
record LiveDocument(
        DomainDefinition definition,
        int id,
        DomainStatus status,
        boolean ending,
        boolean autodestroy,
        Optional<Element> journal,
        Shown shown) {

    Element toElement() {
        var content = new ArrayList<Content>();
        journal.ifPresent(entry -> content.add(Element.of("journal").plus(entry)));
        content.addAll(shown.toElements());
        content.add(definition.root());
        return Element.of(
                        "instance",
                        "id",
                        Integer.toString(id),
                        "status",
                        status.name(),
                        "intent",
                        ending ? "destroy" : "run",
                        "autodestroy",
                        autodestroy ? "yes" : "no")
                .withContent(content);
    }

    /**
     * Reads a record.
     *
     * @throws PosadaException {@code XML_ERROR} when it is none
     */
    static LiveDocument of(Element element) {
        try {
            var definition = new DomainDefinition(element.child("domain").orElseThrow());
            Objects.requireNonNull(definition.uuid());
            return new LiveDocument(
                    definition,
                    Integer.parseInt(element.attribute("id", "")),
                    DomainStatus.valueOf(element.attribute("status", "")),
                    element.has("intent", "destroy"),
                    element.has("autodestroy", "yes"),
                    element.child("journal")
                            .flatMap(journal -> journal.children().stream().findFirst()),
                    Shown.of(element));
        } catch (RuntimeException e) {
            // Every way in which a part can be missing or wrong ends here: the record is none.
            throw new PosadaException(ErrorCode.XML_ERROR, ErrorOrigin.XML, "not the record of an instance", e);
        }
    }
}
