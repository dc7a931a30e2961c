package org.maejava.data.source;

import com.google.common.io.ByteSource;
import java.io.IOException;
import java.nio.file.Path;
import org.maejava.data.image.Decoder;
import org.maejava.data.image.Image;
import org.maejava.data.image.UnreadableImageException;
import org.maejava.storage.IoReason;

/** One image of a {@link Source} with its label, before anything was decoded. */
public sealed interface Example {

  /** The label of an image that has none. */
  int UNLABELLED = -1;

  /** What messages call it: its path from the source's folder on, or its number. */
  String name();

  /** A name without the folder that all of a source lie in, which may be renamed. */
  static String withoutFolder(String name) {
    return name.substring(name.indexOf('/') + 1);
  }

  /** Index into {@link Source#classes()}, or {@link #UNLABELLED}. */
  int label();

  /**
   * The whole image as a decoder gives it.
   *
   * @throws UnreadableImageException if it cannot be read or decoded, with the reason
   */
  Image decoded(Decoder decoder) throws UnreadableImageException;

  /**
   * A compressed image, JPEG or PNG say.
   *
   * @param name path, from the source's folder on
   * @param label class index
   * @param bytes the whole file; {@link #read} reads it
   */
  record Encoded(String name, int label, ByteSource bytes) implements Example {

    /** A file beyond this is refused unread: 256 MiB, or an eighth of a small heap. */
    public static final long MAX_BYTES = Math.min(1L << 28, Runtime.getRuntime().maxMemory() / 8);

    /** A file by itself, without a label. Nothing is opened. */
    public static Encoded of(Path file) {
      return new Encoded(file.toString(), UNLABELLED, Folders.bytes(file));
    }

    /**
     * The whole file, which is not kept.
     *
     * @throws UnreadableImageException if it cannot be read or is larger than {@link #MAX_BYTES}
     */
    public byte[] read() throws UnreadableImageException {
      try {
        var size = bytes.sizeIfKnown();
        if (size.isPresent() && size.get() > MAX_BYTES) {
          throw new UnreadableImageException(
              "the file has " + size.get() + " bytes; at most " + MAX_BYTES + " are read");
        }
        return bytes.read();
      } catch (IOException e) {
        throw new UnreadableImageException("the file cannot be read: " + IoReason.of(e), e);
      }
    }

    /** Whether it is known beforehand that nothing can be read, of a damaged shard's images. */
    public boolean isLost() {
      return bytes instanceof LostImage;
    }

    @Override
    public Image decoded(Decoder decoder) throws UnreadableImageException {
      return decoder.decode(read());
    }
  }

  /**
   * An image that is held in memory as it is.
   *
   * @param name its number in the file
   * @param label class index
   * @param image the pixels
   */
  record Raw(String name, int label, Image image) implements Example {

    @Override
    public Image decoded(Decoder decoder) {
      return decoder.convert(image);
    }
  }
}
