package org.maejava.data.source;

import com.google.common.base.Strings;
import com.google.common.collect.ImmutableList;
import com.google.common.io.ByteSource;
import com.google.common.io.Files;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.maejava.data.image.Image;
import org.maejava.storage.IoReason;

/**
 * Images and labels in the IDX format of MNIST and its relatives, plain or gzipped, held in memory:
 * images {@code [N, H, W]} or {@code [N, H, W, C]}, labels {@code [N]}, unsigned bytes.
 *
 * @see <a href="http://yann.lecun.com/exdb/mnist/">the format</a>
 */
public final class Idx implements Source {

  private final int[] shape;
  private final byte[] pixels;
  private final byte[] labels;
  private final ImmutableList<String> classes;
  private final String about;
  private final String digest;

  private Idx(
      int[] shape,
      byte[] pixels,
      byte[] labels,
      List<String> classes,
      String about,
      String digest) {
    this.shape = shape;
    this.pixels = pixels;
    this.labels = labels;
    this.classes = ImmutableList.copyOf(classes);
    this.about = about;
    this.digest = digest;
  }

  /** Files; the classes are called by their numbers. */
  public static Idx read(Path images, Path labels) {
    return read(
        Files.asByteSource(images.toFile()),
        Files.asByteSource(labels.toFile()),
        List.of(),
        "images of the IDX file " + images);
  }

  /**
   * Any two streams of bytes.
   *
   * @param classes names by label; if empty, the numbers from 0 to the highest label
   * @param about one sentence
   * @throws DataException if a file cannot be read or is not what it should be
   */
  static Idx read(ByteSource images, ByteSource labels, List<String> classes, String about) {
    var pixels = Array.read(images);
    var numbers = Array.read(labels);
    require(
        pixels.shape().length == 3 || (pixels.shape().length == 4 && channels(pixels.shape()) == 3),
        images,
        "holds an array of shape %s; images are [N, H, W] or [N, H, W, 3]",
        Arrays.toString(pixels.shape()));
    require(
        Arrays.stream(pixels.shape()).allMatch(side -> side > 0),
        images,
        "holds no images: its shape is %s",
        Arrays.toString(pixels.shape()));
    require(
        numbers.shape().length == 1 && numbers.shape()[0] == pixels.shape()[0],
        labels,
        "holds labels of shape %s for %s images",
        Arrays.toString(numbers.shape()),
        pixels.shape()[0]);

    int highest = 0;
    for (byte label : numbers.values()) {
      highest = Math.max(highest, label & 0xff);
    }
    require(
        classes.isEmpty() || highest < classes.size(),
        labels,
        "holds label %s; there are %s classes",
        highest,
        classes.size());
    var names =
        classes.isEmpty()
            ? IntStream.rangeClosed(0, highest).mapToObj(Integer::toString).toList()
            : classes;
    var digest = Digests.sha256().putBytes(pixels.values()).putBytes(numbers.values());
    return new Idx(
        pixels.shape(), pixels.values(), numbers.values(), names, about, digest.hash().toString());
  }

  @Override
  public int size() {
    return shape[0];
  }

  @Override
  public Example get(int index) {
    int length = shape[1] * shape[2] * channels(shape);
    var image = Arrays.copyOfRange(pixels, index * length, (index + 1) * length);
    return new Example.Raw(
        Integer.toString(index),
        label(index),
        new Image(shape[1], shape[2], channels(shape), image));
  }

  @Override
  public int label(int index) {
    return labels[index] & 0xff;
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public String about() {
    return about;
  }

  @Override
  public String digest() {
    return digest;
  }

  private static int channels(int[] shape) {
    return shape.length == 4 ? shape[3] : 1;
  }

  private static void require(boolean held, ByteSource file, String problem, Object... values) {
    if (!held) {
      throw new DataException(file + " " + Strings.lenientFormat(problem, values));
    }
  }

  /** One file: magic 0, 0, type, rank; the dimensions as big-endian ints; the values. */
  @SuppressWarnings("ArrayRecordComponent") // lives within read()
  private record Array(int[] shape, byte[] values) {
    private static final int UNSIGNED_BYTE = 0x08;

    /** So many bytes into one at most. */
    private static final long GZIP_PACKS = 1032;

    static Array read(ByteSource file) {
      try (var in = new DataInputStream(inflated(file.openBufferedStream()))) {
        int magic = in.readInt();
        int rank = magic & 0xff;
        require(
            magic >>> 8 == UNSIGNED_BYTE && rank >= 1 && rank <= 4,
            file,
            "begins with %s; an IDX file of bytes begins with 0000080N, N dimensions from 1 to 4",
            HexFormat.of().toHexDigits(magic));
        var shape = new int[rank];
        long length = 1;
        for (int i = 0; i < rank; i++) {
          shape[i] = in.readInt();
          length = shape[i] < 0 ? Long.MAX_VALUE : Math.min(length * shape[i], Integer.MAX_VALUE);
          require(
              length < Integer.MAX_VALUE - 8,
              file,
              "claims dimension %s of %s; at most 2 GiB can be held",
              i + 1,
              Integer.toUnsignedString(shape[i]));
        }
        long atMost = file.sizeIfKnown().transform(size -> size * GZIP_PACKS).or(length);
        HeldWhole.requireFits(file, Math.min(length, atMost));
        // Grows with the file: the size in the header may be wrong and is not allocated at once.
        var values = in.readNBytes((int) length);
        require(
            values.length == length && in.read() == -1,
            file,
            "has %s values where its shape %s has %s",
            values.length == length ? "more" : values.length,
            Arrays.toString(shape),
            length);
        return new Array(shape, values);
      } catch (EOFException e) {
        throw new DataException(file + " ends within its header or its compressed data", e);
      } catch (IOException e) {
        throw new DataException(file + " cannot be read: " + IoReason.of(e), e);
      }
    }

    private static InputStream inflated(InputStream in) throws IOException {
      var peek = new PushbackInputStream(in, 2);
      var magic = peek.readNBytes(2);
      peek.unread(magic);
      boolean gzip = magic.length == 2 && magic[0] == 0x1f && (magic[1] & 0xff) == 0x8b;
      return gzip ? new GZIPInputStream(peek, 1 << 16) : peek;
    }
  }
}
