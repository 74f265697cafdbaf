package io.github.amlmaven.core.image.layer;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A layer's tar as a stream: folders first, then the files in the given order; owner, mode and time are fixed, so equal
 * files make equal bytes. A read fills the buffer as long as there is more, however small the files are.
 */
final class LayerTar extends InputStream {

    /** Part of an index's keys: changes whenever equal files shall give other bytes. */
    static final String VERSION = "1";

    private static final int RECORD = 512;
    private static final byte[] END = new byte[2 * RECORD];

    private final Iterator<String> folders;
    private final Iterator<LayerFile> files;
    private InputStream part = InputStream.nullInputStream();
    /** The file whose header was given out last and whose content is next. */
    private @Nullable LayerFile pending;

    private @Nullable LayerFile content;
    private long contentLeft;
    private boolean ended;

    LayerTar(List<LayerFile> files) {
        this.folders = folders(files).iterator();
        this.files = List.copyOf(files).iterator();
    }

    /** The tar's length in bytes. */
    static long size(List<LayerFile> files) throws IOException {
        long size = END.length;
        for (String folder : folders(files)) {
            size += TarHeader.of(folder + "/", 0, TarHeader.FOLDER).length;
        }
        for (LayerFile file : files) {
            size += header(file).length + file.size() + padding(file.size());
        }
        return size;
    }

    private static Set<String> folders(List<LayerFile> files) {
        Set<String> folders = new TreeSet<>();
        for (LayerFile file : files) {
            String name = name(file.target());
            int slash = name.lastIndexOf('/');
            // A folder that is known has its parents known.
            while (slash >= 0 && folders.add(name.substring(0, slash))) {
                slash = name.lastIndexOf('/', slash - 1);
            }
        }
        return folders;
    }

    private static String name(String target) {
        return target.startsWith("/") ? target.substring(1) : target;
    }

    private static byte[] header(LayerFile file) throws IOException {
        return TarHeader.of(
                name(file.target()), file.size(), file.executable() ? TarHeader.EXECUTABLE : TarHeader.FILE);
    }

    private static int padding(long size) {
        return (int) ((RECORD - size % RECORD) % RECORD);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /**
     * @throws IOException when a file cannot be read
     * @throws AmlException {@link ErrorCode#FILE_CHANGED} when one no longer has the size that it had
     */
    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        int filled = 0;
        while (filled < count) {
            int read = part.read(bytes, offset + filled, count - filled);
            if (read < 0) {
                if (!next()) {
                    break;
                }
                continue;
            }
            filled += read;
            if (content != null) {
                contentLeft -= read;
                if (contentLeft < 0) {
                    throw changed(content);
                }
            }
        }
        return filled == 0 && count > 0 ? -1 : filled;
    }

    private boolean next() throws IOException {
        part.close();
        if (content != null) {
            LayerFile done = content;
            content = null;
            if (contentLeft != 0) {
                throw changed(done);
            }
            part = new ByteArrayInputStream(new byte[padding(done.size())]);
            pending = null;
        } else if (pending != null) {
            content = pending;
            contentLeft = content.size();
            part = Files.newInputStream(content.file());
        } else if (folders.hasNext()) {
            part = new ByteArrayInputStream(TarHeader.of(folders.next() + "/", 0, TarHeader.FOLDER));
        } else if (files.hasNext()) {
            pending = files.next();
            part = new ByteArrayInputStream(header(pending));
        } else if (ended) {
            part = InputStream.nullInputStream();
            return false;
        } else {
            ended = true;
            part = new ByteArrayInputStream(END);
        }
        return true;
    }

    private static AmlException changed(LayerFile file) {
        return AmlException.of(
                        ErrorCode.FILE_CHANGED,
                        file.file() + " changes while it is read: it had " + file.size() + " bytes")
                .build();
    }

    @Override
    public void close() throws IOException {
        part.close();
    }
}
