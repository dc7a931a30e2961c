package org.maejava.data.source;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.maejava.data.image.Image;
import org.maejava.storage.IoReason;
import org.maejava.words.Counted;

/**
 * CIFAR-10 and CIFAR-100 in their binary version (Krizhevsky, 2009), held in memory: 32×32×3,
 * planes of red, green and blue behind one label byte, or two for CIFAR-100 (coarse, then fine).
 */
public final class Cifar implements Source {

  private static final int SIDE = 32;
  private static final int PLANE = SIDE * SIDE;

  private final byte[] records;
  private final int labelBytes;
  private final int labelAt;
  private final ImmutableList<String> classes;
  private final String about;

  private Cifar(byte[] records, int labelBytes, int labelAt, List<String> classes, String about) {
    this.records = records;
    this.labelBytes = labelBytes;
    this.labelAt = labelAt;
    this.classes = ImmutableList.copyOf(classes);
    this.about = about;
  }

  /** Whether a folder holds the files of either. */
  public static boolean isIn(Path folder) {
    return Files.isRegularFile(folder.resolve("data_batch_1.bin")) || isHundred(folder);
  }

  /** Whether it is CIFAR-100, whose classes are in groups. */
  public static boolean hasSuperclasses(Path folder) {
    return isHundred(folder);
  }

  private static boolean isHundred(Path folder) {
    return Files.isRegularFile(folder.resolve("train.bin"));
  }

  /**
   * The training images of the folder.
   *
   * @param coarse of CIFAR-100, the 20 superclasses
   */
  public static Cifar training(Path folder, boolean coarse) {
    return isHundred(folder)
        ? hundred(folder, "train.bin", coarse)
        : ten(
            folder,
            "data_batch_1.bin",
            "data_batch_2.bin",
            "data_batch_3.bin",
            "data_batch_4.bin",
            "data_batch_5.bin");
  }

  /** The test images, as {@link #training}. */
  public static Cifar evaluation(Path folder, boolean coarse) {
    return isHundred(folder) ? hundred(folder, "test.bin", coarse) : ten(folder, "test_batch.bin");
  }

  private static Cifar ten(Path folder, String... files) {
    var all = Arrays.stream(files).map(folder::resolve).toList();
    var missing = all.stream().filter(file -> !Files.isRegularFile(file)).toList();
    if (!missing.isEmpty()) {
      throw new DataException("CIFAR-10 in %s lacks %s".formatted(folder, missing));
    }
    return new Cifar(
            read(all, 1),
            1,
            0,
            names(folder.resolve("batches.meta.txt"), 10),
            "CIFAR-10 images of "
                + Counted.of(all.size(), "file")
                + " in the folder "
                + folder
                + ".")
        .checked(folder);
  }

  private static Cifar hundred(Path folder, String file, boolean coarse) {
    return new Cifar(
            read(List.of(folder.resolve(file)), 2),
            2,
            coarse ? 0 : 1,
            names(
                folder.resolve(coarse ? "coarse_label_names.txt" : "fine_label_names.txt"),
                coarse ? 20 : 100),
            "CIFAR-100 images of " + folder.resolve(file) + ".")
        .checked(folder);
  }

  private static byte[] read(List<Path> files, int labelBytes) {
    int record = labelBytes + 3 * PLANE;
    HeldWhole.requireFits(
        files.size() == 1 ? files.get(0) : files.get(0) + " with those that follow",
        files.stream().mapToLong(file -> file.toFile().length()).sum());
    var parts = new ArrayList<byte[]>();
    for (var file : files) {
      try {
        var bytes = Files.readAllBytes(file);
        if (bytes.length == 0 || bytes.length % record != 0) {
          throw new DataException(
              "%s has %,d bytes; a CIFAR file has a multiple of %,d, one record for each image"
                  .formatted(file, bytes.length, record));
        }
        parts.add(bytes);
      } catch (IOException e) {
        throw new DataException(file + " cannot be read: " + IoReason.of(e), e);
      }
    }
    return Bytes.concat(parts.toArray(byte[][]::new));
  }

  private static List<String> names(Path file, int count) {
    if (!Files.isRegularFile(file)) {
      return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }
    return TextFiles.lines(file).stream().limit(count).toList();
  }

  private Cifar checked(Path folder) {
    for (int i = 0; i < size(); i++) {
      if (label(i) >= classes.size()) {
        throw new DataException(
            "%s: image %,d has the label %d; there are names for %s"
                .formatted(folder, i, label(i), Counted.of(classes.size(), "class")));
      }
    }
    return this;
  }

  private int recordSize() {
    return labelBytes + 3 * PLANE;
  }

  @Override
  public int size() {
    return records.length / recordSize();
  }

  @Override
  public Example get(int index) {
    int at = index * recordSize() + labelBytes;
    var pixels = new byte[3 * PLANE];
    for (int channel = 0; channel < 3; channel++) {
      for (int i = 0; i < PLANE; i++) {
        pixels[3 * i + channel] = records[at + channel * PLANE + i];
      }
    }
    return new Example.Raw(Integer.toString(index), label(index), new Image(SIDE, SIDE, 3, pixels));
  }

  @Override
  public int label(int index) {
    return records[index * recordSize() + labelAt] & 0xff;
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
    return Digests.sha256().putBytes(records).putInt(labelAt).hash().toString();
  }
}
