package org.maejava.data;

import com.google.common.collect.Sets;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.maejava.data.source.FashionMnist;
import org.maejava.data.source.Idx;
import org.maejava.data.source.ImageFolder;
import org.maejava.data.source.Nothing;
import org.maejava.proto.DataDescription;

/**
 * A data set as {@code --data} names it: training and evaluation half. A spec is one of
 *
 * <ul>
 *   <li>{@code fashion-mnist}, the bundled images;
 *   <li>a folder with {@code train/<class>/…} and {@code val/<class>/…}, as ImageNet is laid out;
 *   <li>a folder with MNIST's four IDX files ({@code train-images-idx3-ubyte} and so on, plain or
 *       {@code .gz});
 *   <li>a folder of {@code <class>/…}, without evaluation half;
 *   <li>a folder of images or a single image, unlabelled: enough to pre-train or reconstruct.
 * </ul>
 *
 * @param spec as given
 * @param training labelled if it has classes
 * @param evaluation empty if the spec has none
 */
public record DataSpec(String spec, Source training, Source evaluation) {

  private static final String POSSIBLE =
      "give "
          + FashionMnist.NAME
          + " (bundled), a folder with train/<class>/ and val/<class>/, a folder of <class>/, a"
          + " folder of images, a folder with MNIST's IDX files, or an image";

  /**
   * Finds the images of a spec; folders are listed, nothing is decoded.
   *
   * @throws DataException if there is no such place or no image in it
   */
  public static DataSpec open(String spec) {
    if (spec.equals(FashionMnist.NAME)) {
      return new DataSpec(spec, FashionMnist.training(), FashionMnist.evaluation());
    }
    var path = path(spec);
    if (Files.isRegularFile(path)) {
      return new DataSpec(spec, ImageFolder.ofFile(path), new Nothing("a single image"));
    }
    if (!Files.isDirectory(path)) {
      throw new DataException("there is no data \"" + spec + "\": " + POSSIBLE);
    }
    return openFolder(spec, path);
  }

  private static Path path(String spec) {
    try {
      return Path.of(spec);
    } catch (InvalidPathException e) {
      throw new DataException("there is no data \"" + spec + "\": " + POSSIBLE, e);
    }
  }

  private static DataSpec openFolder(String spec, Path folder) {
    var train = folder.resolve("train");
    var val = folder.resolve("val");
    if (Files.isDirectory(train)) {
      var evaluation =
          Files.isDirectory(val) ? ImageFolder.of(val) : new Nothing(folder + " has no folder val");
      return new DataSpec(spec, ImageFolder.of(train), evaluation);
    }
    if (Files.isDirectory(val)) {
      throw new DataException(
          "the folder "
              + folder
              + " has val but no train; give it one, or give "
              + val
              + " itself");
    }
    var idx = idx(folder, "train");
    if (idx.isPresent()) {
      var evaluation = idx(folder, "t10k").<Source>map(half -> half);
      return new DataSpec(
          spec,
          idx.get(),
          evaluation.orElseGet(() -> new Nothing(folder + " has no t10k-images-idx3-ubyte")));
    }
    return new DataSpec(
        spec, ImageFolder.of(folder), new Nothing(folder + " has no folders train and val"));
  }

  private static Optional<Idx> idx(Path folder, String half) {
    for (var ending : List.of("", ".gz")) {
      var images = folder.resolve(half + "-images-idx3-ubyte" + ending);
      var labels = folder.resolve(half + "-labels-idx1-ubyte" + ending);
      if (Files.isRegularFile(images)) {
        return Optional.of(Idx.read(images, labels));
      }
    }
    return Optional.empty();
  }

  /**
   * This data set, if images can be classified on it.
   *
   * @throws DataException with everything that is in the way: no labels, one class, no evaluation
   *     half, other classes there
   */
  public DataSpec requireLabelled() {
    var problems = new ArrayList<String>();
    if (training.classes().isEmpty()) {
      problems.add("its images have no labels: put them into one folder for each class");
    } else if (training.classes().size() == 1) {
      problems.add(
          "it has one class, "
              + training.classes().get(0)
              + "; there must be two at least, each a folder in train");
    }
    if (evaluation.size() == 0) {
      problems.add(
          "it has no evaluation images ("
              + evaluation.about()
              + "): put some into val, one folder for each class");
    } else if (!training.classes().equals(evaluation.classes())) {
      problems.add(classesDiffer());
    }
    if (!problems.isEmpty()) {
      throw new DataException(
          "the data \"" + spec + "\" cannot be used with labels: " + String.join("; ", problems));
    }
    return this;
  }

  private String classesDiffer() {
    Set<String> here = new LinkedHashSet<>(training.classes());
    Set<String> there = new LinkedHashSet<>(evaluation.classes());
    return "the classes of training and evaluation differ: only in training "
        + Sets.difference(here, there)
        + ", only in evaluation "
        + Sets.difference(there, here)
        + "; give both the same folders";
  }

  /** What a run's record says about the data. */
  public DataDescription describe() {
    return DataDescription.newBuilder()
        .setSpec(spec)
        .setAbout(training.about())
        .setTrainingImages(training.size())
        .setEvaluationImages(evaluation.size())
        .addAllClasses(training.classes())
        .setDigest(
            Hashing.sha256()
                .hashString(training.digest() + evaluation.digest(), StandardCharsets.US_ASCII)
                .toString())
        .build();
  }
}
