package org.maejava.data.source;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.maejava.data.proto.TfBytesList;
import org.maejava.data.proto.TfExample;
import org.maejava.data.proto.TfFeature;
import org.maejava.data.proto.TfFeatures;
import org.maejava.data.proto.TfInt64List;

/** Writes one shard, image by image. */
public interface ShardWriter extends AutoCloseable {

  /** What can be written. */
  enum Format {
    /** {@code tf.train.Example} with TensorFlow Datasets' names: image, label, file_name. */
    TFRECORD,
    /** WebDataset: the image, and its label in a file that ends in .cls. */
    TAR;

    /** What files of it end in. */
    public String ending() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** A shard to a stream, which it closes. */
    public ShardWriter open(OutputStream out) {
      return this == TAR ? new Tar(out) : new Records(out);
    }
  }

  /**
   * Adds an image.
   *
   * @param number of the image in its half
   * @param name what it was called
   * @param ending of its format, without the dot
   * @param label or {@link Example#UNLABELLED}
   */
  void add(int number, String name, String ending, byte[] image, int label) throws IOException;

  @Override
  void close() throws IOException;

  /** A TFRecord shard. */
  final class Records implements ShardWriter {
    private final OutputStream out;

    private Records(OutputStream out) {
      this.out = out;
    }

    @Override
    public void add(int number, String name, String ending, byte[] image, int label)
        throws IOException {
      var features =
          TfFeatures.newBuilder()
              .putFeature("image", bytes(ByteString.copyFrom(image)))
              .putFeature("file_name", bytes(ByteString.copyFromUtf8(name)));
      if (label != Example.UNLABELLED) {
        var value = TfInt64List.newBuilder().addValue(label);
        features.putFeature("label", TfFeature.newBuilder().setInt64List(value).build());
      }
      out.write(
          TfRecordFile.framed(TfExample.newBuilder().setFeatures(features).build().toByteArray()));
    }

    private static TfFeature bytes(ByteString value) {
      return TfFeature.newBuilder().setBytesList(TfBytesList.newBuilder().addValue(value)).build();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /** A tar shard; its entries carry no time, so equal images make equal files. */
  final class Tar implements ShardWriter {
    private final TarArchiveOutputStream out;

    private Tar(OutputStream out) {
      this.out = new TarArchiveOutputStream(out);
    }

    @Override
    public void add(int number, String name, String ending, byte[] image, int label)
        throws IOException {
      var key = "%08d.".formatted(number);
      entry(key + ending, image);
      if (label != Example.UNLABELLED) {
        entry(key + "cls", Integer.toString(label).getBytes(US_ASCII));
      }
    }

    private void entry(String name, byte[] content) throws IOException {
      var entry = new TarArchiveEntry(name);
      entry.setModTime(0L);
      entry.setSize(content.length);
      out.putArchiveEntry(entry);
      out.write(content);
      out.closeArchiveEntry();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
