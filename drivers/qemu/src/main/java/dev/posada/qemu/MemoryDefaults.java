package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;

/** Completes {@code <memory>}: with memory modules it is what the cells have and what the modules add. */
final class MemoryDefaults {
    private MemoryDefaults() {}

    static void complete(Draft draft) {
        var cells = draft.child("cpu").flatMap(cpu -> cpu.child("numa")).map(numa -> numa.children("cell"));
        if (cells.isEmpty() || !draft.has("memory")) {
            return;
        }
        long kib = cells.get().stream()
                        .mapToLong(cell -> Numbers.kib(cell, cell.attribute("memory", "0")))
                        .sum()
                + draft.devices("memory").stream()
                        .mapToLong(MemoryDefaults::sizeKib)
                        .sum();
        long before = draft.child("memory")
                .map(memory -> Numbers.kib(memory, memory.text()))
                .orElse(0L);
        if (before != kib) {
            draft.put(Element.text("memory", Long.toString(kib)).with("unit", "KiB"));
            boolean whole = draft.child("currentMemory")
                    .map(current -> Numbers.kib(current, current.text()) == before)
                    .orElse(true);
            if (whole) {
                draft.put(Element.text("currentMemory", Long.toString(kib)).with("unit", "KiB"));
            }
        }
    }

    /** A definition whose memory is what its cells and modules have. */
    static DomainDefinition ofCells(DomainDefinition definition) {
        var draft = new Draft(definition);
        complete(draft);
        return draft.finish();
    }

    /** What a module adds when it is plugged in, in KiB. */
    static long sizeKib(Element module) {
        return module.at("target", "size")
                .map(size -> Numbers.kib(size, size.text()))
                .orElse(0L);
    }
}
