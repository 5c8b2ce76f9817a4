package dev.posada.generator;

import dev.posada.generator.InterfaceFile.Field;
import dev.posada.generator.InterfaceFile.Procedure;
import dev.posada.generator.InterfaceFile.Struct;
import dev.posada.generator.InterfaceFile.Traits;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes the whole wire layout as text, every limit resolved to its number.
 *
 * <p>The text is checked in beside the tests of {@code protocol}: an added line is an addition to the protocol, a
 * changed one breaks every peer there is and has to be defended in a review.
 */
final class LayoutText {

    private final Catalog catalog;
    private final StringBuilder text = new StringBuilder();

    private LayoutText(Catalog catalog) {
        this.catalog = catalog;
    }

    static String of(Catalog catalog) {
        var layout = new LayoutText(catalog);
        catalog.files().forEach(layout::write);
        return layout.text.toString();
    }

    private void write(InterfaceFile file) {
        file.program()
                .ifPresentOrElse(
                        program -> line(
                                "program",
                                file.name(),
                                "0x%08x".formatted(program.number()),
                                "version " + program.version()),
                        () -> line("shared", file.name()));
        line();
        file.enums().forEach(type -> {
            line("enum", type.name());
            type.constants().forEach(constant -> line("   ", constant.value() + " " + constant.name()));
            line();
        });
        file.unions().forEach(type -> {
            line("union", type.name());
            type.arms().forEach(arm -> line("   ", arm.discriminant() + " " + arm.name(), type(file, arm.type())));
            line();
        });
        for (Struct struct : Catalog.structs(file)) {
            line("struct", struct.name());
            for (Field field : struct.fields()) {
                line("   ", field.name(), type(file, field.type()));
            }
            line();
        }
        file.groups().forEach(group -> {
            line("group", group.name());
            group.procedures().forEach(procedure -> line("   ", procedure(procedure)));
            line();
        });
    }

    private static String procedure(Procedure procedure) {
        var line = new StringBuilder("%d %s %s"
                .formatted(procedure.number(), procedure.kind().name().toLowerCase(Locale.ROOT), procedure.name()));
        line.append(part("args", procedure.args()));
        line.append(part("ret", procedure.ret()));
        line.append(part("msg", procedure.msg()));
        Traits traits = procedure.traits();
        traits.apiName().ifPresent(api -> line.append(" api=").append(api));
        if (procedure.kind().isCall()) {
            line.append(traits.highPriority() ? " high" : " low");
            line.append(traits.readOnlyAllowed() ? " readonly" : " write");
            traits.refusedIf()
                    .ifPresent(condition -> line.append(" unless ")
                            .append(condition.field())
                            .append(condition.mask() ? "&" : "=")
                            .append(condition.value()));
            line.append(" origin=").append(traits.origin());
        }
        traits.event()
                .ifPresent(event -> line.append(" event=%s/%d".formatted(event.objectClass(), event.id()))
                        .append(event.withCallbackId() ? " callback" : ""));
        if (traits.descriptors() != InterfaceFile.Descriptors.NONE) {
            line.append(" fds=").append(traits.descriptors().name().toLowerCase(Locale.ROOT));
        }
        traits.sparseFlag().ifPresent(flag -> line.append(" sparse=").append(flag));
        return line.toString();
    }

    private static String part(String label, Optional<Struct> struct) {
        return " " + label + "=" + struct.map(Struct::name).orElse("-");
    }

    private String type(InterfaceFile file, WireType type) {
        return switch (type) {
            case WireType.Scalar scalar -> scalar.notation();
            case WireType.Text _ -> "string<" + Catalog.MAX_STRING_BYTES + ">";
            case WireType.Bytes(String limit) -> "opaque<" + catalog.limit(file, limit) + ">";
            case WireType.Octets(String limit, boolean fixed) ->
                (fixed ? "chars[%d]" : "chars<%d>").formatted(catalog.limit(file, limit));
            case WireType.Named(String name) -> name;
            case WireType.Maybe(WireType of) -> "optional " + type(file, of);
            case WireType.Many(WireType of, String limit) ->
                "array<%d> of %s".formatted(catalog.limit(file, limit), type(file, of));
        };
    }

    private void line(String... parts) {
        text.append(String.join(" ", parts)).append('\n');
    }
}
