package dev.posada.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.posada.image.ImageException.Kind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * VMware's format in one file, growing or stream-optimised, for reading; {@link VmdkHeader} has its layout. What is spread over
 * several files or based on another image is refused.
 */
final class VmdkFormat implements FormatSupport {
    private static final byte[] TEXT_MARK = "# Disk DescriptorFile".getBytes(ISO_8859_1);
    private static final int ESX_MAGIC = 0x434f5744;
    private static final String NO_PARENT = "ffffffff";
    private static final long DESCRIPTOR_BYTES_MAX = 1 << 20;

    @Override
    public boolean recognises(ByteBuffer head, ImageFile file) {
        if (head.limit() < TEXT_MARK.length) {
            return false;
        }
        byte[] beginning = new byte[TEXT_MARK.length];
        head.get(0, beginning);
        return head.getInt(0) == VmdkHeader.MAGIC || head.getInt(0) == ESX_MAGIC || Arrays.equals(beginning, TEXT_MARK);
    }

    @Override
    public ImageDescription describe(ImageFile file) {
        var header = VmdkHeader.read(file);
        var descriptor = descriptor(file, header);
        var extent = new LinkedHashMap<String, Object>();
        if (header.compressed()) {
            extent.put("compressed", true);
        }
        extent.put("virtual-size", header.diskBytes());
        extent.put("filename", file.path().toString());
        extent.put("cluster-size", (long) header.grainBytes());
        extent.put("format", "");
        var details = new LinkedHashMap<String, Object>();
        details.put("cid", number(descriptor, "CID"));
        details.put("parent-cid", number(descriptor, "parentCID"));
        details.put("create-type", value(descriptor, "createType").orElse("monolithicSparse"));
        details.put("extents", List.of(extent));
        return new ImageDescription(
                file.path(),
                Format.VMDK,
                header.diskBytes(),
                file.allocatedBytes(),
                OptionalLong.of(header.grainBytes()),
                value(descriptor, "parentFileNameHint").map(name -> new BackingReference(name, Optional.of("vmdk"))),
                false,
                false,
                false,
                List.of(),
                details);
    }

    private static long number(String descriptor, String key) {
        try {
            return Long.parseLong(value(descriptor, key).orElse("0"), 16);
        } catch (NumberFormatException odd) {
            return 0;
        }
    }

    private static String descriptor(ImageFile file, VmdkHeader header) {
        if (header.descriptorOffset() == 0) {
            return "";
        }
        if (header.descriptorBytes() > DESCRIPTOR_BYTES_MAX) {
            throw new ImageException(
                    Kind.CORRUPT, file + " has a descriptor of " + header.descriptorBytes() + " bytes");
        }
        var bytes = ByteBuffer.allocate((int) header.descriptorBytes());
        file.read(header.descriptorOffset(), bytes);
        var text = new String(bytes.array(), ISO_8859_1);
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    /** The value of a line {@code key=value} or {@code key="value"}. */
    private static Optional<String> value(String descriptor, String key) {
        var matcher = Pattern.compile("(?m)^" + key + "\\s*=\\s*\"?([^\"\\r\\n]*)\"?\\s*$")
                .matcher(descriptor);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    @Override
    public Disk open(ImageFile file, OpenContext context) {
        ReadOnlyFormats.require(Format.VMDK, file, context);
        var header = VmdkHeader.read(file);
        var descriptor = descriptor(file, header);
        var parent = value(descriptor, "parentCID").orElse(NO_PARENT);
        if (!parent.equals(NO_PARENT)) {
            throw new ImageException(
                    Kind.UNSUPPORTED, file + " is no image of its own but a difference to another one; merge it first");
        }
        return new ImportedDisk(
                file,
                Format.VMDK,
                header.diskBytes(),
                header.grainBytes(),
                new VmdkGrains(file, header, context.bounds()));
    }

    @Override
    public void create(ImageFile file, CreateRequest request) {
        throw ReadOnlyFormats.refuseToMake(request);
    }
}
