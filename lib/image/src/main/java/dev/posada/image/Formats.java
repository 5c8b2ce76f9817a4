package dev.posada.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.function.Predicate;

/** Which class does the work for a format. */
final class Formats {
    private Formats() {}

    static FormatSupport support(Format format) {
        return switch (format) {
            case RAW -> new RawFormat();
            case QCOW2 -> new Qcow2Format();
            case VDI -> new VdiFormat();
            case VMDK -> new VmdkFormat();
            case VPC -> new VpcFormat();
            case VHDX -> new VhdxFormat();
            case LUKS -> new LuksFormat();
            case QCOW -> new RecognisedFormat(format, starts("QFI\u00fb\0\0\0\1"));
            case QED -> new RecognisedFormat(format, starts("QED\0"));
            case PARALLELS ->
                new RecognisedFormat(format, starts("WithoutFreeSpace").or(starts("WithouFreSpacExt")));
            case DMG -> new RecognisedFormat(format, starts("koly"));
            case BOCHS -> new RecognisedFormat(format, starts("Bochs Virtual HD Image"));
            case CLOOP -> new RecognisedFormat(format, starts("#!/bin/sh\n#V2.0 Format\n"));
        };
    }

    private static Predicate<ByteBuffer> starts(String mark) {
        byte[] bytes = mark.getBytes(ISO_8859_1);
        return head -> {
            if (head.limit() < bytes.length) {
                return false;
            }
            for (int i = 0; i < bytes.length; i++) {
                if (head.get(i) != bytes[i]) {
                    return false;
                }
            }
            return true;
        };
    }
}
