package org.maejava.data.segment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.maejava.data.image.UnreadableImageException;
import org.maejava.data.source.DataException;
import org.maejava.data.source.Example;
import org.maejava.data.source.ImageFolder;
import org.maejava.data.source.Source;
import org.maejava.storage.IoReason;
import org.maejava.storage.TextFile;
import org.maejava.words.Counted;

/**
 * Images and their label maps: {@code train/images}, {@code train/labels}, {@code val/images} and
 * {@code val/labels}; the map of {@code images/a/1.jpg} is {@code labels/a/1.png}. Class names are
 * the lines of {@code classes.txt}, if there is one.
 *
 * @param root the folder
 * @param training images to learn from
 * @param evaluation images to judge on
 * @param names of classes; empty if they are not known
 */
public record SegmentationFolder(Path root, Half training, Half evaluation, List<String> names) {

  private static final String NAMES = "classes.txt";
  private static final int NAMED = 5;

  /**
   * One half.
   *
   * @param images whatever their labels as a source
   * @param labels folder of the maps
   */
  public record Half(Source images, Path labels) {

    /** Where an image's map lies. */
    Path file(int index) {
      // Names begin with that of the images' folder.
      var name = images.get(index).name().replaceFirst("^[^/]*/", "");
      return labels.resolve(name.replaceFirst("\\.[^.]*$", "") + ".png");
    }

    /**
     * An image's map.
     *
     * @throws UnreadableImageException if it cannot be read, with the reason
     */
    public LabelMap map(int index) throws UnreadableImageException {
      try {
        return LabelMap.read(Example.Encoded.of(file(index)).read());
      } catch (UnreadableImageException e) {
        throw new UnreadableImageException(
            "label map %s: %s".formatted(file(index), e.reason()), e);
      }
    }
  }

  /**
   * Finds images and maps; nothing is decoded.
   *
   * @throws DataException with everything that is missing
   */
  public static SegmentationFolder open(Path root) {
    var problems = new ArrayList<String>();
    for (var half : List.of("train", "val")) {
      for (var part : List.of("images", "labels")) {
        if (!Files.isDirectory(root.resolve(half).resolve(part))) {
          problems.add("there is no folder %s/%s".formatted(half, part));
        }
      }
    }
    require(problems, root);
    var training = half(root.resolve("train"), problems);
    var evaluation = half(root.resolve("val"), problems);
    require(problems, root);
    return new SegmentationFolder(root, training, evaluation, names(root));
  }

  private static Half half(Path folder, List<String> problems) {
    var half = new Half(ImageFolder.of(folder.resolve("images")), folder.resolve("labels"));
    var without = new ArrayList<String>();
    for (int i = 0; i < half.images().size(); i++) {
      if (!Files.isRegularFile(half.file(i))) {
        without.add(half.images().get(i).name());
      }
    }
    if (!without.isEmpty()) {
      problems.add(
          "%d of %s in %s/images without a PNG of the same name in %s/labels: %s%s"
              .formatted(
                  without.size(),
                  Counted.of(half.images().size(), "image"),
                  folder.getFileName(),
                  folder.getFileName(),
                  String.join(", ", without.subList(0, Math.min(NAMED, without.size()))),
                  without.size() > NAMED ? ", …" : ""));
    }
    return half;
  }

  private static List<String> names(Path root) {
    var file = root.resolve(NAMES);
    if (!Files.isRegularFile(file)) {
      return List.of();
    }
    try {
      return TextFile.read(file).lines().toList();
    } catch (IOException e) {
      throw new DataException("%s cannot be read: %s".formatted(file, IoReason.of(e)));
    }
  }

  private static void require(List<String> problems, Path root) {
    if (!problems.isEmpty()) {
      throw new DataException(
          "%s cannot be used for segmentation: %s".formatted(root, String.join("; ", problems)));
    }
  }
}
