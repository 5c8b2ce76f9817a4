package dev.posada.install;

import java.io.IOException;
import java.nio.file.Path;

/** No tree: each file is named outright, by a path of this host or a URL. */
record DirectSource() implements TreeSource {
    @Override
    public String location() {
        return "";
    }

    @Override
    public boolean isThere() {
        return true;
    }

    @Override
    public boolean has(String path) {
        return true;
    }

    @Override
    public OpenFile open(String path) throws IOException {
        if (!WebTree.isWeb(path)) {
            Path file = Path.of(path.startsWith("file://") ? path.substring("file://".length()) : path);
            return new FolderTree(Path.of("/")).open(file.toAbsolutePath().toString());
        }
        var web = new WebTree(path);
        OpenFile file = web.open("");
        return new OpenFile(new ClosingStream(file.in(), web), file.sizeBytes());
    }

    /** A stream whose end is the end of its connection too. */
    private static final class ClosingStream extends java.io.FilterInputStream {
        private final WebTree web;

        ClosingStream(java.io.InputStream in, WebTree web) {
            super(in);
            this.web = web;
        }

        @Override
        public void close() throws IOException {
            super.close();
            web.close();
        }
    }

    @Override
    public void close() {
        // Each file has its own connection.
    }
}
