package dev.posada.virsh;

import dev.posada.client.DomainJob;
import dev.posada.client.Flag;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code domjobinfo} and {@code domjobabort}. */
final class DomainJobs {
    private static final List<String> TYPES =
            List.of("None", "Bounded", "Unbounded", "Completed", "Failed", "Cancelled");
    private static final List<String> OPERATIONS = List.of(
            "Unknown",
            "Start",
            "Save",
            "Restore",
            "Incoming migration",
            "Outgoing migration",
            "Snapshot",
            "Snapshot revert",
            "Dump",
            "Backup",
            "Snapshot delete");
    private static final int LABEL_WIDTH = 17;
    private static final int VALUE_WIDTH = 12;
    private static final int WIDE_VALUE_WIDTH = 13;

    private DomainJobs() {}

    static Command info() {
        return Command.named("domjobinfo")
                .summary("show how far the daemon is with a domain's job")
                .description("Shows the figures of the job under way, or of the one completed last.")
                .options(
                        Domains.option().completing(Proposals.domains(Flag.List.ACTIVE)),
                        Option.flag("completed", "of the job completed last"),
                        Option.flag("keep-completed", "and do not forget them now"),
                        Option.flag("anystats", "also where it did not succeed"),
                        Option.flag("rawstats", "as the daemon sends them"))
                .action(DomainJobs::info);
    }

    private static void info(Call call) {
        call.requires("keep-completed", "completed");
        var flags = Arrays.stream(Flag.JobFigures.values())
                .filter(flag -> call.has(OptionNames.of(flag)))
                .toArray(Flag.JobFigures[]::new);
        var figures = figures(call, Domains.of(call).job(), flags);
        if (call.json()) {
            var object = new LinkedHashMap<String, Object>();
            object.put("type", name(TYPES, figures.typeNumber()));
            object.putAll(Parameters.json(figures.parameters()));
            call.printJson(object);
        } else if (call.has("rawstats")) {
            call.print("Job type: " + figures.typeNumber() + "\n\n");
            figures.parameters().forEach(each -> call.println(each.name() + ": " + Parameters.text(each)));
        } else {
            call.print(new Page(figures).text(call.has("anystats")));
        }
    }

    private static DomainJob.Figures figures(Call call, DomainJob job, Flag.JobFigures[] flags) {
        try {
            return job.figures(flags);
        } catch (PosadaException e) {
            if (e.code() != ErrorCode.NO_SUPPORT) {
                throw e;
            }
            if (flags.length > 0 || call.has("rawstats")) {
                throw new CommandException("Optional flags or --rawstats are not supported by the daemon");
            }
            return old(job.progress());
        }
    }

    /** The figures of daemons that have no others. */
    private static DomainJob.Figures old(DomainJob.Progress progress) {
        return new DomainJob.Figures(
                progress.typeNumber(),
                List.of(
                        TypedParameter.ofUnsigned("time_elapsed", progress.timeElapsed()),
                        TypedParameter.ofUnsigned("time_remaining", progress.timeRemaining()),
                        TypedParameter.ofUnsigned("data_total", progress.dataTotal()),
                        TypedParameter.ofUnsigned("data_processed", progress.dataProcessed()),
                        TypedParameter.ofUnsigned("data_remaining", progress.dataRemaining()),
                        TypedParameter.ofUnsigned("memory_total", progress.memoryTotal()),
                        TypedParameter.ofUnsigned("memory_processed", progress.memoryProcessed()),
                        TypedParameter.ofUnsigned("memory_remaining", progress.memoryRemaining()),
                        TypedParameter.ofUnsigned("disk_total", progress.fileTotal()),
                        TypedParameter.ofUnsigned("disk_processed", progress.fileProcessed()),
                        TypedParameter.ofUnsigned("disk_remaining", progress.fileRemaining())));
    }

    private static String name(List<String> names, int number) {
        return number >= 0 && number < names.size() ? names.get(number) : "unknown";
    }

    static Command abort() {
        return Command.named("domjobabort")
                .summary("end what the daemon is busy with for a domain")
                .options(
                        Domains.option().completing(Proposals.domains(Flag.List.ACTIVE)),
                        Option.flag("postcopy", "even a migration of which the guest runs at the other side"))
                .action(call -> {
                    var job = Domains.of(call).job();
                    if (call.has("postcopy")) {
                        job.interruptPostCopy();
                    } else {
                        job.abort();
                    }
                });
    }

    /** The figures as a page for people. */
    private static final class Page {
        private final int type;
        private final Map<String, TypedParameter> parameters = new LinkedHashMap<>();
        private final StringBuilder out = new StringBuilder();

        Page(DomainJob.Figures figures) {
            type = figures.typeNumber();
            figures.parameters().forEach(each -> parameters.put(each.name(), each));
        }

        String text(boolean any) {
            line("Job type:", padded(name(TYPES, type), VALUE_WIDTH));
            boolean shown = type == DomainJob.Type.BOUNDED.number()
                    || type == DomainJob.Type.UNBOUNDED.number()
                    || type == DomainJob.Type.COMPLETED.number();
            if (type == DomainJob.Type.NONE.number() || (!shown && !any)) {
                return out.toString();
            }
            if (parameters.containsKey("operation")) {
                line("Operation:", padded(name(OPERATIONS, (int) value("operation")), VALUE_WIDTH));
            }
            count("Time elapsed:", value("time_elapsed"), VALUE_WIDTH, " ms");
            countIf("Time elapsed w/o network:", "time_elapsed_net", VALUE_WIDTH, " ms");
            if (type == DomainJob.Type.BOUNDED.number()) {
                count("Time remaining:", value("time_remaining"), VALUE_WIDTH, " ms");
            }
            progress("Data", "data");
            if (progress("Memory", "memory")) {
                sizeIf("Memory bandwidth:", "memory_bps", "/s");
                countIf("Dirty rate:", "memory_dirty_rate", VALUE_WIDTH, " pages/s");
                countIf("Page size:", "memory_page_size", VALUE_WIDTH, " bytes");
                countIf("Iteration:", "memory_iteration", VALUE_WIDTH, "");
                countIf("Postcopy requests:", "memory_postcopy_requests", VALUE_WIDTH, "");
            }
            if (progress("File", "disk")) {
                sizeIf("File bandwidth:", "disk_bps", "/s");
            }
            rest();
            return out.toString();
        }

        private void rest() {
            countIf("Constant pages:", "memory_constant", VALUE_WIDTH, "");
            countIf("Normal pages:", "memory_normal", VALUE_WIDTH, "");
            sizeIf("Normal data:", "memory_normal_bytes", "");
            boolean over = type == DomainJob.Type.COMPLETED.number();
            countIf(over ? "Total downtime:" : "Expected downtime:", "downtime", VALUE_WIDTH, " ms");
            countIf("Downtime w/o network:", "downtime_net", VALUE_WIDTH, " ms");
            countIf("Setup time:", "setup_time", VALUE_WIDTH, " ms");
            sizeIf("Compression cache:", "compression_cache", "");
            sizeIf("Compressed data:", "compression_bytes", "");
            countIf("Compressed pages:", "compression_pages", WIDE_VALUE_WIDTH, "");
            countIf("Compression cache misses:", "compression_cache_misses", WIDE_VALUE_WIDTH, "");
            countIf("Compression overflows:", "compression_overflow", WIDE_VALUE_WIDTH, "");
            countIf("Auto converge throttle:", "auto_converge_throttle", WIDE_VALUE_WIDTH, "");
            sizeIf("Temporary disk space use:", "disk_temp_used", "");
            sizeIf("Temporary disk space total:", "disk_temp_total", "");
            var message = parameters.get("errmsg");
            if (message != null) {
                line("Error message:", Parameters.text(message));
            }
        }

        private boolean progress(String label, String name) {
            if (value(name + "_total") == 0 && value(name + "_processed") == 0 && value(name + "_remaining") == 0) {
                return false;
            }
            for (var part : List.of("processed", "remaining", "total")) {
                line(label + " " + part + ":", PrettySize.of(value(name + "_" + part)));
            }
            return true;
        }

        private void countIf(String label, String name, int width, String unit) {
            if (parameters.containsKey(name)) {
                count(label, value(name), width, unit);
            }
        }

        private void sizeIf(String label, String name, String unit) {
            if (parameters.containsKey(name)) {
                line(label, PrettySize.of(value(name)) + unit);
            }
        }

        private void count(String label, long value, int width, String unit) {
            line(label, padded(Long.toUnsignedString(value), width) + unit);
        }

        private void line(String label, String value) {
            out.append(padded(label, LABEL_WIDTH)).append(' ').append(value).append('\n');
        }

        private long value(String name) {
            var parameter = parameters.get(name);
            return parameter != null && Parameters.json(parameter) instanceof Number number ? number.longValue() : 0;
        }

        private static String padded(String text, int width) {
            return text + " ".repeat(Math.max(0, width - text.length()));
        }
    }
}
