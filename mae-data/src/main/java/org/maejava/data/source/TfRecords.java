package org.maejava.data.source;

import com.google.common.io.ByteSource;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.maejava.data.proto.TfExample;
import org.maejava.data.proto.TfFeature;

/**
 * TFRecord shards of {@code tf.train.Example} with encoded images, under the feature names of the
 * ImageNet scripts ({@code image/encoded}, {@code image/class/synset} or {@code image/class/label},
 * {@code image/filename}) or of TensorFlow Datasets ({@code image}, {@code label}, {@code
 * file_name}).
 *
 * <p>A synset, where there is one, names the class; ImageNet's numbers, which begin at 1, do not
 * matter then.
 */
public final class TfRecords {

  private static final List<String> IMAGES = List.of("image/encoded", "image", "jpg", "png");
  private static final List<String> CLASSES =
      List.of("image/class/synset", "image/class/label", "label", "cls");
  private static final List<String> NAMES = List.of("image/filename", "file_name", "__key__");

  private TfRecords() {}

  /**
   * The examples of shards, which are looked through once.
   *
   * @param known class names by label, or none
   * @param first the number of the first class, where classes are numbers
   */
  public static Source of(List<Path> shards, List<String> known, int first, IndexCache cache) {
    var plain = Unpacked.of(shards, cache);
    var index = ShardScan.of("TFRecord", plain, TfRecords::scan, cache);
    return ShardSource.of(
        ShardSource.about(index, "TFRecord", shards), plain, index, known, first, RecordImage::new);
  }

  private static void scan(Path shard, ShardScan.Found found) throws IOException {
    try (var file = FileChannel.open(shard, StandardOpenOption.READ)) {
      long offset = 0;
      while (offset < file.size()) {
        var place = shard.getFileName() + "@" + offset;
        long length;
        try {
          length = TfRecordFile.length(file, offset);
        } catch (IOException e) {
          long next = TfRecordFile.next(file, offset + 1);
          found.addLost(
              place,
              offset,
              next - offset,
              (next < file.size() ? "the record is damaged: " : "the rest of the shard is lost: ")
                  + e.getMessage());
          offset = next;
          continue;
        }
        try {
          var example = parse(TfRecordFile.data(file, offset, length));
          found.add(
              text(example, NAMES).filter(name -> !name.isEmpty()).orElse(place),
              offset,
              length,
              WrittenClass.of(text(example, CLASSES).orElse("")));
        } catch (IOException e) {
          found.addDamaged(place, offset, "the record is damaged: " + e.getMessage());
        }
        offset += TfRecordFile.HEADER + length + TfRecordFile.FOOTER;
      }
    }
  }

  private static Map<String, TfFeature> parse(ByteBuffer data) throws IOException {
    try {
      var features = TfExample.parseFrom(data).getFeatures().getFeatureMap();
      if (IMAGES.stream().noneMatch(features::containsKey)) {
        throw new IOException(
            "it has no image, which is called one of %s; it has %s"
                .formatted(IMAGES, features.keySet()));
      }
      return features;
    } catch (InvalidProtocolBufferException e) {
      throw new IOException("it is not a tf.train.Example: " + e.getMessage(), e);
    }
  }

  /** The first of these features that is there, as text. */
  private static Optional<String> text(Map<String, TfFeature> features, List<String> names) {
    for (var name : names) {
      var feature = features.getOrDefault(name, TfFeature.getDefaultInstance());
      if (feature.getInt64List().getValueCount() > 0) {
        return Optional.of(Long.toString(feature.getInt64List().getValue(0)));
      }
      if (feature.getBytesList().getValueCount() > 0) {
        return Optional.of(feature.getBytesList().getValue(0).toStringUtf8());
      }
    }
    return Optional.empty();
  }

  /** The image of one record, its checksum compared again. */
  private static final class RecordImage extends ByteSource {
    private final Path shard;
    private final long offset;
    private final long length;

    RecordImage(Path shard, long offset, long length) {
      this.shard = shard;
      this.offset = offset;
      this.length = length;
    }

    @Override
    public InputStream openStream() throws IOException {
      return image().newInput();
    }

    @Override
    public byte[] read() throws IOException {
      return image().toByteArray();
    }

    private ByteString image() throws IOException {
      try (var file = FileChannel.open(shard, StandardOpenOption.READ)) {
        var features = parse(TfRecordFile.data(file, offset, length));
        for (var name : IMAGES) {
          var values = features.getOrDefault(name, TfFeature.getDefaultInstance()).getBytesList();
          if (values.getValueCount() > 0) {
            return values.getValue(0);
          }
        }
        throw new IOException("its image is empty");
      }
    }
  }
}
