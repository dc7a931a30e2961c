package org.maejava.eval.reliability;

import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Optional;
import org.maejava.data.source.Example;
import org.maejava.data.source.FewLabels;
import org.maejava.data.source.Source;
import org.maejava.data.spec.ImageSet;
import org.maejava.proto.RunRecord;

/** The labelled training images that a run did not learn from. */
public final class HeldOutLabels {

  private HeldOutLabels() {}

  /**
   * Those of a run with few labels: all the others.
   *
   * @param record of the run
   * @param data what it was trained on
   * @return empty if it learned from every label, or not from these data
   */
  public static Optional<Source> of(RunRecord record, ImageSet data) {
    var experiment = record.getExperiment();
    if (!experiment.getData().hasLabelledImages()) {
      return Optional.empty();
    }
    var training = data.training();
    int count = experiment.getData().getLabelledImages();
    if (count > training.size()) {
      return Optional.empty();
    }
    var learned = FewLabels.balanced(training, count, experiment.getTraining().getSeed());
    var digest = new ImageSet(data.spec(), learned, data.evaluation()).describe().getDigest();
    return digest.equals(record.getData().getDigest())
        ? Optional.of(without(training, learned)).filter(rest -> rest.size() > 0)
        : Optional.empty();
  }

  private static Source without(Source all, Source some) {
    var taken = new HashSet<Source.Origin>();
    for (int i = 0; i < some.size(); i++) {
      taken.add(some.origin(i));
    }
    var rest = new ArrayList<Integer>();
    for (int i = 0; i < all.size(); i++) {
      if (all.label(i) != Example.UNLABELLED && !taken.contains(all.origin(i))) {
        rest.add(i);
      }
    }
    return all.subset(Ints.toArray(rest));
  }
}
