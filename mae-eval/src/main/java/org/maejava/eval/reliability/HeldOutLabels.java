package org.maejava.eval.reliability;

import com.google.common.primitives.Ints;
import java.util.HashSet;
import java.util.Optional;
import java.util.stream.IntStream;
import org.maejava.data.source.DataException;
import org.maejava.data.source.Example;
import org.maejava.data.source.FewLabels;
import org.maejava.data.source.Source;
import org.maejava.data.spec.ImageSet;
import org.maejava.proto.RunRecord;
import org.maejava.words.Counted;

/**
 * Labelled images for a temperature.
 *
 * @param images to fit it on
 * @param about what is known of them, for the end of a sentence
 */
public record HeldOutLabels(Source images, String about) {

  private static final String UNSEEN = "that the classifier did not learn from";

  /**
   * The labelled training images that a run did not learn from: of a run with few labels all the
   * others.
   *
   * @param record of the run
   * @param data what it was trained on
   * @return empty if it learned from every label, or not from these data
   */
  public static Optional<HeldOutLabels> of(RunRecord record, ImageSet data) {
    return learned(record, data)
        .map(learned -> without(data.training(), learned))
        .filter(rest -> rest.size() > 0)
        .map(rest -> new HeldOutLabels(rest, UNSEEN));
  }

  /**
   * The labelled images of other data, without those that the run learned from, where that can be
   * found out; images are the same if their bytes are.
   *
   * @param other whose training half is taken
   * @param judged images that the classifier is judged on
   * @param record of the run, if there is one
   * @param data that are judged on, which may be those it was trained on
   * @throws DataException if images are among them that it is judged on, or it learned from all
   */
  public static HeldOutLabels given(
      ImageSet other, Source judged, Optional<RunRecord> record, ImageSet data) {
    var labelled = FewLabels.all(other.training());
    if (labelled.size() == 0) {
      throw new DataException("--fit-on \"%s\" has no labelled images".formatted(other.spec()));
    }
    var contents = Contents.of(labelled);
    var common = contents.alsoIn(Contents.of(judged));
    if (common.length > 0) {
      throw new DataException(
          "%s of --fit-on \"%s\" %s judged on too, such as %s: a temperature is fitted on others, or it flatters itself"
              .formatted(
                  Counted.of(common.length, "image"),
                  other.spec(),
                  common.length == 1 ? "is" : "are",
                  labelled.get(common[0]).name()));
    }
    var learned = record.flatMap(of -> learned(of, data).or(() -> learned(of)));
    if (learned.isEmpty()) {
      return new HeldOutLabels(
          labelled,
          "given by --fit-on; what the classifier learned from is not here as it was, so whether it did from these was not checked");
    }
    var seen = contents.alsoIn(Contents.of(learned.get()));
    if (seen.length == labelled.size()) {
      throw new DataException(
          "the classifier learned from every labelled image of --fit-on \"%s\" (%,d): give others"
              .formatted(other.spec(), seen.length));
    }
    var left = new HashSet<>(Ints.asList(seen));
    return new HeldOutLabels(
        labelled.subset(
            IntStream.range(0, labelled.size()).filter(i -> !left.contains(i)).toArray()),
        seen.length == 0
            ? UNSEEN
            : UNSEEN
                + "; %,d others of --fit-on it learned from are left out".formatted(seen.length));
  }

  /** What a run learned from, where its data can be opened again as they were. */
  private static Optional<Source> learned(RunRecord record) {
    try {
      return learned(record, ImageSet.open(record.getData().getSpec()));
    } catch (DataException e) {
      return Optional.empty();
    }
  }

  /** The images of these data that a run learned from; empty if it was trained on others. */
  private static Optional<Source> learned(RunRecord record, ImageSet data) {
    var experiment = record.getExperiment();
    var learned = data.training();
    if (experiment.getData().hasLabelledImages()) {
      int count = experiment.getData().getLabelledImages();
      if (count > FewLabels.all(learned).size()) {
        return Optional.empty();
      }
      learned = FewLabels.balanced(learned, count, experiment.getTraining().getSeed());
    }
    var digest = new ImageSet(data.spec(), learned, data.evaluation()).describe().getDigest();
    return digest.equals(record.getData().getDigest()) ? Optional.of(learned) : Optional.empty();
  }

  private static Source without(Source all, Source some) {
    var taken = new HashSet<Source.Origin>();
    for (int i = 0; i < some.size(); i++) {
      taken.add(some.origin(i));
    }
    return all.subset(
        IntStream.range(0, all.size())
            .filter(i -> all.label(i) != Example.UNLABELLED && !taken.contains(all.origin(i)))
            .toArray());
  }
}
