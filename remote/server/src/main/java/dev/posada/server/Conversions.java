package dev.posada.server;

import dev.posada.model.DomainIdentity;
import dev.posada.model.TypedParameter;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.TypedParam;
import dev.posada.protocol.WireParameters;
import dev.posada.xdr.Opaque;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The values of calls as they travel, and as the engine knows them. */
final class Conversions {
    /** A client understands text among typed parameters ({@code VIR_TYPED_PARAM_STRING_OKAY}). */
    static final int STRINGS_OKAY = 4;

    private Conversions() {}

    static DomainRef ref(DomainIdentity domain) {
        return new DomainRef(domain.name(), domain.uuid(), domain.id());
    }

    static List<DomainRef> refs(List<DomainIdentity> domains) {
        return domains.stream().map(Conversions::ref).toList();
    }

    static Optional<String> optional(@Nullable String text) {
        return Optional.ofNullable(text);
    }

    static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    static int flag(boolean value) {
        return value ? 1 : 0;
    }

    /** Parameters for a client that may not understand text among them. */
    static List<TypedParam> parameters(List<TypedParameter> parameters, int flags) {
        return (flags & STRINGS_OKAY) != 0
                ? WireParameters.encode(parameters)
                : WireParameters.encode(parameters.stream()
                        .filter(parameter -> !(parameter.value() instanceof TypedParameter.StringValue))
                        .toList());
    }

    /** A processor map: the lowest bit of the first byte is processor 0. */
    static BitSet processors(Opaque map) {
        return BitSet.valueOf(map.asBuffer());
    }

    /** The bytes a map of so many processors needs. */
    static int mapBytes(int processors) {
        return (processors + 7) / 8;
    }

    /** A processor map of exactly so many bytes; processors beyond it are cut off. */
    static Opaque map(BitSet processors, int lengthBytes) {
        return maps(List.of(processors), lengthBytes);
    }

    /** Processor maps of exactly so many bytes each, one behind the other. */
    static Opaque maps(List<BitSet> maps, int lengthBytes) {
        var bytes = new byte[maps.size() * lengthBytes];
        for (int i = 0; i < maps.size(); i++) {
            var known = maps.get(i).toByteArray();
            System.arraycopy(known, 0, bytes, i * lengthBytes, Math.min(known.length, lengthBytes));
        }
        return Opaque.copyOf(bytes);
    }
}
