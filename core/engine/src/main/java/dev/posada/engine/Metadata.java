package dev.posada.engine;

import dev.posada.engine.JobSlot.Kind;
import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainEvent.Happening;
import dev.posada.model.DomainEvent.MetadataChange;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import java.util.Optional;
import java.util.UUID;

/** Titles, descriptions and what applications keep with a domain. */
final class Metadata {
    private static final String API = "virDomainSetMetadata";

    private final Hypervisor hypervisor;

    Metadata(Hypervisor hypervisor) {
        this.hypervisor = hypervisor;
    }

    String read(UUID uuid, int type, String uri, int flags) {
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL, "virDomainGetMetadata");
        var view = hypervisor.domain(uuid).view();
        var root = rootOf(view, Affect.of(flags, view, hypervisor));
        return parts().read(root, type, uri)
                .orElseThrow(() ->
                        hypervisor.error(ErrorCode.NO_DOMAIN_METADATA, "Requested metadata element is not present"));
    }

    private static Element rootOf(DomainView view, Affect affect) {
        return affect.live()
                ? view.live().orElseThrow().definition().root()
                : view.config().orElseThrow().definition().root();
    }

    void write(UUID uuid, int type, String metadata, String key, String uri, int flags) {
        hypervisor.checkFlags(flags, Flags.AFFECT_ALL, API);
        var element = parts().element(type, metadata, key, uri);
        var domain = hypervisor.domain(uuid);
        try (var _ = hypervisor.begin(domain, Kind.MODIFY, API)) {
            var affect = Affect.of(flags, domain.view(), hypervisor);
            Happening event = new MetadataChange(type, uri);
            if (affect.config()) {
                hypervisor.reconfigure(
                        domain,
                        definition -> changed(definition, type, metadata, element, uri),
                        affect.live() ? new Happening[0] : new Happening[] {event});
            }
            if (affect.live()) {
                domain.view()
                        .live()
                        .orElseThrow()
                        .instance()
                        .redefine(definition -> changed(definition, type, metadata, element, uri), event);
            }
        }
    }

    private MetadataParts parts() {
        return new MetadataParts(hypervisor.driver().origin(), API);
    }

    private static DomainDefinition changed(
            DomainDefinition definition, int type, String text, Optional<Element> element, String uri) {
        return LiveEdits.canonical(MetadataParts.changed(definition.root(), type, text, element, uri));
    }
}
