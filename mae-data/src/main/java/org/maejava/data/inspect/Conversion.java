package org.maejava.data.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Splitter;
import com.google.common.primitives.Ints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
import org.maejava.words.Counted;

/**
 * A data set as shards: {@code train-00000-of-00010.tfrecord} or {@code .tar}, {@code val-…}, and
 * the class names in {@code classes.txt}. Encoded images are copied byte by byte; raw ones become
 * PNG.
 *
 * <p>A shard is there whole or not at all, so a conversion that was stopped goes on where it was:
 * {@code conversion.txt} says what the shards are of, and shards that are there are left alone.
 * What had to be left out of them is told again: {@code left-out.tsv} keeps it.
 */
public final class Conversion {

  private static final String IDENTITY = "conversion.txt";
  private static final String CLASSES = "classes.txt";
  private static final String LEFT_OUT = "left-out.tsv";

  private final ImageSet data;
  private final ShardWriter.Format format;
  private final int imagesPerShard;
  private final Path folder;
  private final IntConsumer progress;
  private final Map<Integer, UnreadableImage> unreadable = new TreeMap<>();

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
    requireAll(List.of());
    return List.copyOf(unreadable.values());
  }

  /** What was converted there, as far as people can tell it from what is asked for. */
  private static String otherwise(String there, String asked) {
    var lines = there.strip().lines().toList();
    boolean otherShards = lines.isEmpty() || !asked.startsWith(lines.get(0) + "\n");
    return otherShards
        ? String.join("", lines.subList(0, Math.min(1, lines.size())))
        : "of other images";
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
                .formatted(folder, otherwise(Files.readString(file), identity)));
      }
      readLeftOut();
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
    var files = files(name, source);
    for (int shard = 0; shard < files.size(); shard++) {
      int from = shard * imagesPerShard;
      int to = Math.min(source.size(), from + imagesPerShard);
      if (!Files.exists(files.get(shard))) {
        write(files.get(shard), source, from, to, before);
      }
      progress.accept(before + to);
    }
    requireAll(files);
  }

  private List<Path> files(String half, Source source) {
    int shards = (source.size() + imagesPerShard - 1) / imagesPerShard;
    return IntStream.range(0, shards)
        .mapToObj(shard -> "%s-%05d-of-%05d.%s".formatted(half, shard, shards, format.ending()))
        .map(folder::resolve)
        .toList();
  }

  /** Others may have removed what was written, which a missing folder would hide: it is made. */
  private void requireAll(List<Path> files) throws IOException {
    var gone =
        Stream.concat(Stream.of(folder.resolve(IDENTITY)), files.stream())
            .filter(file -> !Files.exists(file))
            .map(file -> file.getFileName().toString())
            .toList();
    if (!gone.isEmpty()) {
      throw new IOException(
          "%s lost what was written there while it was converted to: %s, such as %s; the same command writes them again"
              .formatted(folder, Counted.of(gone.size(), "file"), gone.get(0)));
    }
  }

  private void write(Path file, Source source, int from, int to, int before) throws IOException {
    requireAll(List.of());
    WholeFile.write(
        file,
        out -> {
          var told = Map.copyOf(unreadable);
          unreadable.keySet().removeIf(number -> from <= number - before && number - before < to);
          try (var writer = format.open(out)) {
            for (int i = from; i < to; i++) {
              add(writer, i, before + i, source.get(i));
              progress.accept(before + i + 1);
            }
          }
          if (!unreadable.equals(told)) {
            keepLeftOut(); // before the shard is there, which will not be looked at again
          }
        });
  }

  private void keepLeftOut() throws IOException {
    var lines = new StringBuilder();
    unreadable.forEach(
        (number, image) ->
            lines.append(
                Stream.of(number.toString(), image.getName(), image.getReason())
                    .map(word -> word.replaceAll("[\t\r\n]", " "))
                    .collect(Collectors.joining("\t", "", "\n"))));
    WholeFile.write(folder.resolve(LEFT_OUT), lines.toString().getBytes(UTF_8));
  }

  private void readLeftOut() throws IOException {
    var file = folder.resolve(LEFT_OUT);
    if (Files.exists(file)) {
      for (var line : Files.readAllLines(file)) {
        var words = Splitter.on('\t').limit(3).splitToList(line);
        var number = Ints.tryParse(words.get(0));
        if (number == null || words.size() != 3) {
          throw new IOException(file + " is damaged: a line of it is \"" + line + "\"");
        }
        unreadable.put(
            number,
            UnreadableImage.newBuilder().setName(words.get(1)).setReason(words.get(2)).build());
      }
    }
  }

  private void add(ShardWriter writer, int index, int number, Example example) throws IOException {
    byte[] bytes;
    String ending;
    try {
      bytes =
          example instanceof Example.Raw raw
              ? RawPng.of(raw.image())
              : ((Example.Encoded) example).read();
      ending = ImageHeader.read(bytes).format().name().toLowerCase(Locale.ROOT);
    } catch (UnreadableImageException e) {
      unreadable.put(
          number,
          UnreadableImage.newBuilder().setName(example.name()).setReason(e.reason()).build());
      return;
    }
    writer.add(
        index, example.name(), ending.equals("jpeg") ? "jpg" : ending, bytes, example.label());
  }
}
