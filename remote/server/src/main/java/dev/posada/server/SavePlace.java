package dev.posada.server;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import dev.posada.protocol.TypedParam;
import dev.posada.protocol.WireParameters;
import java.util.List;
import java.util.Optional;

/**
 * What the parameters of saving and restoring say.
 *
 * @param file {@code file}
 * @param document {@code dxml}
 */
record SavePlace(String file, Optional<String> document) {
    /**
     * Reads the parameters.
     *
     * @throws PosadaException {@code INVALID_ARG} for one that is not known, or when there is no file
     */
    static SavePlace of(List<TypedParam> parameters, ErrorOrigin origin) {
        var file = Optional.<String>empty();
        var document = Optional.<String>empty();
        for (var parameter : WireParameters.decode(parameters)) {
            if (!(parameter.value() instanceof TypedParameter.StringValue(String text))) {
                throw wrong(origin, "invalid type of parameter '" + parameter.name() + "', expected string");
            }
            switch (parameter.name()) {
                case "file" -> file = Optional.of(text);
                case "dxml" -> document = Optional.of(text);
                default -> throw wrong(origin, "parameter '" + parameter.name() + "' not supported");
            }
        }
        return new SavePlace(file.orElseThrow(() -> wrong(origin, "missing file parameter")), document);
    }

    private static PosadaException wrong(ErrorOrigin origin, String problem) {
        return new PosadaException(ErrorCode.INVALID_ARG, origin, problem);
    }
}
