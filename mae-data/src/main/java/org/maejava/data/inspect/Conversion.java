package org.maejava.data.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;
import org.maejava.data.image.ImageHeader;
import org.maejava.data.image.RawPng;
import org.maejava.data.image.UnreadableImageException;
import org.maejava.data.source.DataException;
import org.maejava.data.source.Example;
import org.maejava.data.source.ShardWriter;
import org.maejava.data.source.Source;
import org.maejava.data.spec.ImageSet;
import org.maejava.proto.UnreadableImage;
import org.maejava.storage.FolderLock;
import org.maejava.storage.WholeFile;

/**
 * A data set as shards: {@code train-00000-of-00010.tfrecord} or {@code .tar}, {@code val-…}, and
 * the class names in {@code classes.txt}. Encoded images are copied byte by byte; raw ones become
 * PNG.
 *
 * <p>A shard is there whole or not at all, so a conversion that was stopped goes on where it was:
 * {@code conversion.txt} says what the shards are of, and shards that are there are left alone.
 */
public final class Conversion {

  private static final String IDENTITY = "conversion.txt";
  private static final String CLASSES = "classes.txt";

  private final ImageSet data;
  private final ShardWriter.Format format;
  private final int imagesPerShard;
  private final Path folder;
  private final IntConsumer progress;
  private final List<UnreadableImage> unreadable = new ArrayList<>();

  /**
   * A conversion; {@link #run} begins or continues it.
   *
   * @param imagesPerShard but for each half's last
   * @param folder to write to
   * @param progress told how many images are in shards
   */
  public Conversion(
      ImageSet data,
      ShardWriter.Format format,
      int imagesPerShard,
      Path folder,
      IntConsumer progress) {
    if (imagesPerShard < 1) {
      throw new IllegalArgumentException(
          imagesPerShard + " images in a shard; there must be at least one");
    }
    this.data = data;
    this.format = format;
    this.imagesPerShard = imagesPerShard;
    this.folder = folder;
    this.progress = progress;
  }

  /**
   * Writes the shards that are not there yet.
   *
   * @return the images that cannot be read or are not of a known format; they were left out
   * @throws DataException if the folder holds something else
   * @throws org.maejava.storage.FolderInUseException if another process writes there
   * @throws IOException naming the file that cannot be written
   */
  @SuppressWarnings("try") // the lock is held, not used
  public List<UnreadableImage> run() throws IOException {
    try (var lock = FolderLock.of(folder)) {
      return runAlone();
    }
  }

  private List<UnreadableImage> runAlone() throws IOException {
    begin();
    half("train", data.training(), 0);
    half("val", data.evaluation(), data.training().size());
    if (!data.training().classes().isEmpty()) {
      WholeFile.write(
          folder.resolve(CLASSES),
          (String.join("\n", data.training().classes()) + "\n").getBytes(UTF_8));
    }
    return List.copyOf(unreadable);
  }

  private void begin() throws IOException {
    var identity =
        "%s shards of %d images each\nof the data %s\n"
            .formatted(
                format.name().toLowerCase(Locale.ROOT),
                imagesPerShard,
                data.describe().getDigest());
    var file = folder.resolve(IDENTITY);
    if (Files.exists(file)) {
      if (!Files.readString(file).equals(identity)) {
        throw new DataException(
            "%s holds another conversion (%s); choose another folder, or remove it"
                .formatted(folder, Files.readString(file).strip().replace("\n", " ")));
      }
      return;
    }
    Files.createDirectories(folder);
    try (var entries = Files.list(folder)) {
      if (!entries.allMatch(Conversion::isPartial)) {
        throw new DataException(folder + " is not empty and holds no conversion to go on with");
      }
    }
    WholeFile.write(file, identity.getBytes(UTF_8));
  }

  /** What a killed process left of the file that it was writing, see {@link WholeFile}. */
  private static boolean isPartial(Path file) {
    var name = file.getFileName().toString();
    return name.startsWith(".") && name.endsWith(".partial");
  }

  private void half(String name, Source source, int before) throws IOException {
    int shards = (source.size() + imagesPerShard - 1) / imagesPerShard;
    for (int shard = 0; shard < shards; shard++) {
      var file =
          folder.resolve("%s-%05d-of-%05d.%s".formatted(name, shard, shards, format.ending()));
      int from = shard * imagesPerShard;
      int to = Math.min(source.size(), from + imagesPerShard);
      if (!Files.exists(file)) {
        write(file, source, from, to, before);
      }
      progress.accept(before + to);
    }
  }

  private void write(Path file, Source source, int from, int to, int before) throws IOException {
    WholeFile.write(
        file,
        out -> {
          try (var writer = format.open(out)) {
            for (int i = from; i < to; i++) {
              add(writer, i, source.get(i));
              progress.accept(before + i + 1);
            }
          }
        });
  }

  private void add(ShardWriter writer, int index, Example example) throws IOException {
    byte[] bytes;
    String ending;
    try {
      bytes =
          example instanceof Example.Raw raw
              ? RawPng.of(raw.image())
              : ((Example.Encoded) example).read();
      ending = ImageHeader.read(bytes).format().name().toLowerCase(Locale.ROOT);
    } catch (UnreadableImageException e) {
      unreadable.add(
          UnreadableImage.newBuilder().setName(example.name()).setReason(e.reason()).build());
      return;
    }
    writer.add(
        index, example.name(), ending.equals("jpeg") ? "jpg" : ending, bytes, example.label());
  }
}
