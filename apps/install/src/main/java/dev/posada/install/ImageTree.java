package dev.posada.install;

import dev.posada.iso.IsoEntry;
import dev.posada.iso.IsoException;
import dev.posada.iso.IsoImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The files on an image of a disc. */
final class ImageTree implements TreeSource {
    private final Path file;
    private Optional<IsoImage> image = Optional.empty();

    ImageTree(Path file) {
        this.file = file;
    }

    @Override
    public String location() {
        return file.toString();
    }

    @Override
    public boolean isThere() {
        return Files.exists(file);
    }

    /** The image; opened when it is first needed. */
    IsoImage image() {
        try {
            IsoImage open = image.orElseGet(() -> IsoImage.open(file));
            image = Optional.of(open);
            return open;
        } catch (IsoException e) {
            throw new InstallException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public boolean has(String path) {
        return entry(path).isPresent();
    }

    private Optional<IsoEntry> entry(String path) {
        try {
            return image().find(path).filter(IsoEntry::isFile);
        } catch (IsoException damaged) {
            return Optional.empty();
        }
    }

    @Override
    public OpenFile open(String path) throws IOException {
        IsoEntry entry = entry(path).orElseThrow(() -> new IOException("there is no file '" + path + "' on " + file));
        return new OpenFile(image().read(entry), entry.sizeBytes());
    }

    @Override
    public void close() {
        image.ifPresent(IsoImage::close);
        image = Optional.empty();
    }
}
