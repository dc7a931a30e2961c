package org.maejava.data.spec;

import com.google.common.collect.Sets;
import com.google.common.hash.Hashing;
import com.google.common.primitives.Ints;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.maejava.data.source.DataException;
import org.maejava.data.source.Example;
import org.maejava.data.source.FashionMnist;
import org.maejava.data.source.IndexCache;
import org.maejava.data.source.Source;
import org.maejava.proto.DataDescription;
import org.maejava.words.ShellWord;

/**
 * The images that {@code --data} names, in two halves: training and evaluation. {@link #help} lists
 * what can be named.
 *
 * @param spec as given
 * @param training labelled if it has classes
 * @param evaluation empty if the spec has none
 */
public record ImageSet(String spec, Source training, Source evaluation) {

  /**
   * Finds the images of a spec, with the user's cache of indices; nothing is decoded.
   *
   * @throws DataException if there is no such place or no image in it
   */
  public static ImageSet open(String spec) {
    return open(spec, IndexCache.ofUser());
  }

  /** What else a spec could mean that names the bundled images; empty: nothing. */
  public static Optional<String> otherMeaning(String spec) {
    var name = FashionMnist.NAME;
    boolean bundled = spec.equals(name) || spec.startsWith(name + "?");
    return bundled && Files.exists(Path.of(name))
        ? Optional.of("%s is the bundled images; the folder here is ./%s".formatted(name, name))
        : Optional.empty();
  }

  /** As {@link #open(String)}, with another cache. */
  public static ImageSet open(String spec, IndexCache cache) {
    return new SpecOpener(spec, cache).open();
  }

  /** What a spec may be, as text for users. */
  public static String help() {
    return ParsedSpec.help();
  }

  /**
   * This data set, if images can be classified on it.
   *
   * @throws DataException with everything that is in the way: no labels, one class, no evaluation
   *     half, other classes there
   */
  public ImageSet requireLabelled() {
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
              + "): put some into val, one folder for each class, or "
              + howToCut());
    } else {
      classesDiffer(training.classes(), evaluation.classes())
          .ifPresent(difference -> problems.add(difference + "; give both the same folders"));
    }
    for (var half : List.of(training, evaluation)) {
      var unlabelled = unlabelled(half);
      if (!unlabelled.isEmpty()) {
        problems.add(
            "%,d of %,d images have no class where others have one, such as %s (%s)"
                .formatted(unlabelled.size(), half.size(), unlabelled.get(0), half.about()));
      }
    }
    if (!problems.isEmpty()) {
      throw new DataException(
          "the data \"" + spec + "\" cannot be used with labels: " + String.join("; ", problems));
    }
    return this;
  }

  /**
   * The names of a half's images that have no class although others have one; those of which it is
   * known that they cannot be read are left out.
   */
  public static List<String> unlabelled(Source half) {
    if (half.classes().isEmpty()) {
      return List.of();
    }
    return IntStream.range(0, half.size())
        .filter(index -> half.label(index) == Example.UNLABELLED)
        .mapToObj(half::get)
        .filter(example -> !(example instanceof Example.Encoded encoded && encoded.isLost()))
        .map(Example::name)
        .toList();
  }

  /** Images of both halves. */
  public int size() {
    return training.size() + evaluation.size();
  }

  /** For who has no evaluation half: the spec that cuts one off. */
  public String howToCut() {
    return "cut off a tenth of each class with "
        + ShellWord.of(spec + (spec.contains("?") ? "&" : "?") + "val=0.1");
  }

  /** How the classes of two halves differ, as a clause; nothing if they do not. */
  public static Optional<String> classesDiffer(List<String> training, List<String> evaluation) {
    Set<String> here = new LinkedHashSet<>(training);
    Set<String> there = new LinkedHashSet<>(evaluation);
    return training.equals(evaluation)
        ? Optional.empty()
        : Optional.of(
            "the classes of training and evaluation differ: only in training "
                + Sets.difference(here, there)
                + ", only in evaluation "
                + Sets.difference(there, here));
  }

  /**
   * An image as who gave the spec would call it: its file, from where they are; half and name of an
   * image that is no file by itself.
   *
   * @param half {@code train} or {@code val}
   * @param name of an image of that half
   */
  public String shown(String half, String name) {
    return ParsedSpec.parse(spec).fileOf(name).map(Path::toString).orElse(half + "/" + name);
  }

  /** As {@link #shown(String, String)}, of an image whose half is not known. */
  public String shown(String name) {
    return ParsedSpec.parse(spec).fileOf(name).map(Path::toString).orElse(name);
  }

  /** What a run's record says about the data. */
  public DataDescription describe() {
    return DataDescription.newBuilder()
        .setSpec(spec)
        .setAbout(training.about())
        .setTrainingImages(training.size())
        .setEvaluationImages(evaluation.size())
        .addAllClasses(training.classes())
        .addAllTrainingPerClass(perClass(training))
        .addAllEvaluationPerClass(perClass(evaluation))
        .setDigest(
            Hashing.sha256()
                .hashString(training.digest() + evaluation.digest(), StandardCharsets.US_ASCII)
                .toString())
        .build();
  }

  private static List<Integer> perClass(Source source) {
    var counts = new int[source.classes().size()];
    for (int i = 0; i < source.size(); i++) {
      if (source.label(i) != Example.UNLABELLED) {
        counts[source.label(i)]++;
      }
    }
    return Ints.asList(counts);
  }
}
