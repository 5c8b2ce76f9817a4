package dev.posada.engine;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PoolDefinition;
import dev.posada.model.PosadaException;
import dev.posada.xml.Documents;
import dev.posada.xml.PoolXml;

/**
 * The record of a started pool as it stands in the run folder: {@code <started boot='…'><pool>…</pool></started>}.
 *
 * @param definition what was started
 * @param boot the run of the host it was started in
 */
record LivePoolRecord(PoolDefinition definition, String boot) {
    Element toElement() {
        return Element.of("started", "boot", boot).plus(definition.root());
    }

    /**
     * Reads a record.
     *
     * @throws PosadaException when it is none
     */
    static LivePoolRecord of(Element element) {
        var pool = element.child("pool")
                .orElseThrow(() -> new PosadaException(
                        ErrorCode.XML_ERROR, ErrorOrigin.STORAGE, "not the record of a started pool"));
        return new LivePoolRecord(PoolXml.parse(Documents.format(pool), false), element.attribute("boot", ""));
    }
}
