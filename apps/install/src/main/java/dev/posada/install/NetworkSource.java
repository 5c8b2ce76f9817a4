package dev.posada.install;

import dev.posada.model.Element;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;

/** The source of a disk that is reached over the network, as an address and as elements. */
final class NetworkSource {
    private NetworkSource() {}

    /** The address of what a disk's source describes. */
    static String url(Draft disk) {
        var source = disk.part("source");
        var host = source.all("host").stream().findFirst();
        return url(name -> source.get("@" + name), name -> host.flatMap(each -> each.get("@" + name)));
    }

    /** The address of what the source of a disk in a document describes. */
    static String url(Element source) {
        var host = source.child("host");
        return url(source::attribute, name -> host.flatMap(each -> each.attribute(name)));
    }

    private static String url(Function<String, Optional<String>> source, Function<String, Optional<String>> host) {
        var url = new StringBuilder(source.apply("protocol").orElse("unknown"));
        host.apply("transport").ifPresent(transport -> url.append('+').append(transport));
        url.append("://");
        host.apply("name").ifPresent(name -> {
            url.append(name);
            host.apply("port").ifPresent(port -> url.append(':').append(port));
        });
        source.apply("name")
                .or(() -> host.apply("socket"))
                .ifPresent(path -> url.append(path.startsWith("/") ? "" : "/").append(path));
        return url.toString();
    }

    /** Writes what an address says into a disk's source. */
    static void read(Draft source, String url) {
        int colon = url.indexOf("://");
        var scheme = url.substring(0, colon).toLowerCase(java.util.Locale.ROOT);
        var transport = "";
        int plus = scheme.lastIndexOf('+');
        if (plus > 0) {
            transport = scheme.substring(plus + 1);
            scheme = scheme.substring(0, plus);
        }
        var rest = url.substring(colon + 3);
        int fragment = rest.indexOf('#');
        rest = fragment < 0 ? rest : rest.substring(0, fragment);
        int question = rest.indexOf('?');
        var query = question < 0 ? "" : rest.substring(question + 1);
        rest = question < 0 ? rest : rest.substring(0, question);
        int slash = rest.indexOf('/');
        var authority = slash < 0 ? rest : rest.substring(0, slash);
        var path = decoded(slash < 0 ? "" : rest.substring(slash));
        authority = decoded(authority.substring(authority.indexOf('@') + 1));
        var name = authority;
        var port = "";
        int end = authority.indexOf(':', Math.max(authority.indexOf(']'), 0));
        if (end >= 0) {
            name = authority.substring(0, end);
            port = authority.substring(end + 1);
        }
        name = name.replace("[", "").replace("]", "");
        source.set("@protocol", scheme);
        boolean reached = !name.isEmpty() || !port.isEmpty() || !transport.isEmpty();
        if (reached) {
            var host = source.all("host").stream().findFirst().orElseGet(() -> source.add("host"));
            set(host, "@transport", transport);
            set(host, "@name", name);
            set(host, "@port", port);
        }
        if (!path.isEmpty()) {
            var first = source.all("host").stream().findFirst();
            if (first.filter(host -> host.has("@transport")).isPresent()) {
                first.get().set("@socket", path);
            } else {
                source.set("@name", path.startsWith("/") ? path.substring(1) : path);
            }
        }
        set(source, "@query", query);
    }

    /** Writes where a volume of a pool in the network is into a disk's source. */
    static void read(Draft disk, Element pool, String volume, Optional<String> target) {
        var source = disk.part("source");
        boolean direct = pool.has("type", "iscsi-direct");
        source.set("@protocol", direct ? "iscsi" : pool.attribute("type", ""));
        var origin = pool.child("source");
        origin.flatMap(each -> each.child("auth")).ifPresent(auth -> {
            disk.put("auth/@username", auth.attribute("username"));
            disk.put("auth/secret/@type", auth.attribute("type"));
            disk.put("auth/secret/@uuid", auth.child("secret").flatMap(secret -> secret.attribute("uuid")));
        });
        for (var host :
                origin.stream().flatMap(each -> each.children("host").stream()).toList()) {
            var added = source.add("host");
            host.attribute("name").ifPresent(name -> added.set("@name", name));
            host.attribute("port").ifPresent(port -> added.set("@port", port));
        }
        if (direct) {
            int at = target.orElse("").indexOf("-iscsi-");
            source.put("@name", target.filter(_ -> at >= 0).map(path -> path.substring(at + "-iscsi-".length())));
            return;
        }
        var path =
                new StringBuilder(origin.flatMap(each -> each.childText("name")).orElse(""));
        if (!path.isEmpty()) {
            origin.flatMap(each -> each.child("dir"))
                    .flatMap(dir -> dir.attribute("path"))
                    .ifPresent(path::append);
            path.append(path.charAt(path.length() - 1) == '/' ? "" : "/");
        }
        source.set("@name", path.append(volume).toString());
    }

    private static void set(Draft draft, String path, String value) {
        if (!value.isEmpty()) {
            draft.set(path, value);
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
