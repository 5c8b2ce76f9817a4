package dev.posada.osinfo;

import java.util.List;
import java.util.Optional;

/**
 * What answers the questions of an installer: a style sheet that makes a file of settings.
 *
 * @param id its name in the database, a URI
 * @param profile what the result is for, as {@code jeos} or {@code desktop}
 * @param product what the file is, as the database calls it; may be empty
 * @param pathFormat {@code unix} or {@code dos}
 * @param expectedFilename the name that the installer looks for
 * @param injectionMethods how the file may reach the installer: {@code initrd}, {@code cdrom}, {@code disk}, …
 * @param preInstallDrivers whether it can name drivers for the installation itself
 * @param needsInternet whether it works only with a network
 * @param parameters what it can be told
 * @param styleSheet the text of the XSLT style sheet
 */
public record InstallScript(
        String id,
        String profile,
        String product,
        String pathFormat,
        String expectedFilename,
        List<String> injectionMethods,
        boolean preInstallDrivers,
        boolean needsInternet,
        List<Parameter> parameters,
        String styleSheet) {

    /**
     * One thing to be told to a script.
     *
     * @param name as {@code admin-password}
     * @param required whether the script has no use without
     * @param valueMap the datamap that its value passes through
     */
    public record Parameter(String name, boolean required, Optional<String> valueMap) {}

    /** Copies the lists. */
    public InstallScript {
        injectionMethods = List.copyOf(injectionMethods);
        parameters = List.copyOf(parameters);
    }

    /** Whether the script has no use without a parameter. One that is stated twice is as strict as the stricter. */
    public boolean requires(String name) {
        return parameters.stream()
                .anyMatch(parameter -> parameter.required() && parameter.name().equals(name));
    }
}
