package dev.posada.virsh;

import dev.posada.client.Domain;
import dev.posada.client.DomainBlocks.Copy;
import dev.posada.client.DomainBlocks.Rebase;
import dev.posada.model.Content;
import dev.posada.model.Element;
import dev.posada.model.TypedParameter;
import dev.posada.xml.Documents;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** {@code blockcopy}. */
final class CopyDisk {
    private static final long MIB = 1024 * 1024;

    private CopyDisk() {}

    static Command command() {
        return Command.named("blockcopy")
                .summary("copy a running domain's disk")
                .description("Copies a disk and then keeps the copy equal, until the job is ended:\n"
                        + "the guest stays with its image, or goes on with the copy.")
                .options(
                        Domains.option(),
                        BlockJobs.path(),
                        Option.text("dest", "the file or device to copy to"),
                        BlockJobs.bandwidth(),
                        Option.flag("shallow", "the image the guest writes to, not those below"),
                        Option.flag("reuse-external", "into an image that is there already"),
                        Option.alias("raw", "format=raw"),
                        Option.flag("blockdev", "it is a block device"),
                        Option.flag("wait", "until the copy is equal"),
                        Option.flag("verbose", "with --wait, show how far it is"),
                        Option.number("timeout", "as --wait, and give up after so many seconds"),
                        Option.flag("pivot", "as --wait, and then the guest goes on with the copy"),
                        Option.flag("finish", "as --wait, and then the guest stays with its image"),
                        Option.flag("async", "with --wait, do not wait for the end of a job given up"),
                        Option.text("xml", "the file that describes what to copy to"),
                        Option.text("format", "the format of the copy").completing(Completer.words("qcow2", "raw")),
                        Option.number("granularity", "the bytes of which a change is remembered, a power of two"),
                        Option.number("buf-size", "the most bytes under way"),
                        BlockJobs.bytes(),
                        Option.flag("transient-job", "forget the job when the domain ends"),
                        Option.flag("synchronous-writes", "what the guest writes is in both before it goes on"),
                        Option.flag("print-xml", "show what describes the copy and begin none"))
                .action(CopyDisk::run);
    }

    private static void run(Call call) {
        var path = call.required("path");
        var destination = call.text("dest");
        var xmlFile = call.text("xml");
        var format = call.text("format");
        call.exclusive("dest", "xml");
        call.exclusive("format", "xml");
        call.exclusive("blockdev", "xml");
        call.exclusive("pivot", "finish");
        boolean waiting = call.has("wait") || call.has("timeout") || call.has("pivot") || call.has("finish");
        BlockJobs.requireWaiting(call, waiting, "--finish");
        long bandwidth = BlockJobs.bandwidth(call);
        var granularity = call.unsigned("granularity");
        var buffer = call.number("buf-size", 0, Long.MAX_VALUE);
        var timeout = call.timeout();
        if (destination.isEmpty() && xmlFile.isEmpty()) {
            throw new CommandException("need either --dest or --xml");
        }
        var domain = Domains.of(call);
        var xml = xmlFile.map(file -> XmlFile.read(call, file))
                .orElseGet(() -> document(call, destination.orElse(""), format));
        if (call.has("print-xml")) {
            call.print(xml);
            return;
        }
        boolean byDocument = xmlFile.isPresent()
                || granularity.isPresent()
                || buffer.isPresent()
                || call.has("transient-job")
                || call.has("synchronous-writes")
                || (format.isPresent() && !format.get().equals("raw"));
        Runnable begin = byDocument
                ? () -> copy(call, domain, path, xml, settings(call, bandwidth, granularity, buffer))
                : () -> domain.blocks().rebase(path, destination.orElse(""), bandwidth, rebaseFlags(call));
        if (!waiting) {
            begin.run();
            call.extra("Block Copy started");
            return;
        }
        try (var wait = BlockJobWait.on(call, domain, path, "Block Copy")) {
            begin.run();
            switch (wait.await(timeout)) {
                case COMPLETED, READY -> ready(call, domain, path);
                case CANCELED -> throw BlockJobs.ended(call, "\nCopy aborted");
                case FAILED -> throw BlockJobs.ended(call, "\nCopy failed");
            }
        }
    }

    private static void ready(Call call, Domain domain, String path) {
        if (call.has("pivot")) {
            BlockJobs.pivot(call, domain, path);
            call.extra("\nSuccessfully pivoted");
        } else if (call.has("finish")) {
            BlockJobs.finish(call, domain, path);
            call.extra("\nSuccessfully copied");
        } else {
            call.extra("\nNow in mirroring phase");
        }
    }

    private static String document(Call call, String destination, Optional<String> format) {
        boolean block = call.has("blockdev");
        var content = new ArrayList<Content>();
        content.add(Element.of("source", block ? "dev" : "file", destination));
        format.ifPresent(name -> content.add(Element.of("driver", "type", name)));
        var type = Element.of("disk", "type", block ? "block" : "file").attributes();
        return Documents.format(new Element("disk", type, content, 0));
    }

    private static List<TypedParameter> settings(
            Call call, long bandwidth, Optional<Integer> granularity, Optional<Long> buffer) {
        var settings = new ArrayList<TypedParameter>();
        if (bandwidth > 0) {
            settings.add(TypedParameter.ofUnsigned("bandwidth", call.has("bytes") ? bandwidth : bandwidth * MIB));
        }
        granularity.ifPresent(value -> settings.add(TypedParameter.ofUnsigned("granularity", value.intValue())));
        buffer.ifPresent(value -> settings.add(TypedParameter.ofUnsigned("buf-size", value.longValue())));
        return settings;
    }

    private static void copy(Call call, Domain domain, String path, String xml, List<TypedParameter> settings) {
        var flags = EnumSet.noneOf(Copy.class);
        for (var flag : Copy.values()) {
            var option = switch (flag) {
                case SHALLOW -> "shallow";
                case REUSE_EXTERNAL -> "reuse-external";
                case TRANSIENT_JOB -> "transient-job";
                case SYNCHRONOUS_WRITES -> "synchronous-writes";
            };
            if (call.has(option)) {
                flags.add(flag);
            }
        }
        domain.blocks().copy(path, xml, settings, flags);
    }

    private static EnumSet<Rebase> rebaseFlags(Call call) {
        var flags = EnumSet.of(Rebase.COPY);
        if (call.has("shallow")) {
            flags.add(Rebase.SHALLOW);
        }
        if (call.has("reuse-external")) {
            flags.add(Rebase.REUSE_EXTERNAL);
        }
        if (call.has("blockdev")) {
            flags.add(Rebase.COPY_DEVICE);
        }
        if (call.has("bytes")) {
            flags.add(Rebase.BANDWIDTH_BYTES);
        }
        if (call.has("format")) {
            flags.add(Rebase.COPY_RAW);
        }
        return flags;
    }
}
