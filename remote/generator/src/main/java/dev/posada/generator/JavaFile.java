package dev.posada.generator;

/**
 * One generated source file.
 *
 * @param name the class name
 * @param text the whole file
 */
record JavaFile(String name, String text) {

    /** Puts package and imports above a class; an import no line needs is left out. */
    static JavaFile of(String name, String body) {
        var imports = new StringBuilder();
        String[] candidates = {
            "dev.posada.model.ErrorOrigin",
            "dev.posada.xdr.Opaque",
            "dev.posada.xdr.XdrReader",
            "dev.posada.xdr.XdrWriter",
            "java.util.ArrayList",
            "java.util.List",
            "java.util.Optional",
            "java.util.UUID",
            "org.jspecify.annotations.Nullable"
        };
        for (String candidate : candidates) {
            String simple = candidate.substring(candidate.lastIndexOf('.') + 1);
            if (body.matches("(?s).*\\b" + simple + "\\b.*")) {
                imports.append("import ").append(candidate).append(";\n");
            }
        }
        return new JavaFile(
                name,
                "// Made from the interface files by posada-generator; changes here are lost.\n"
                        + "package dev.posada.protocol;\n\n" + imports + "\n" + body);
    }
}
