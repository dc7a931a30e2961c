package org.maejava.eval.picture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.maejava.config.Experiments;
import org.maejava.config.InvalidExperimentException;
import org.maejava.proto.BlockMasking;
import org.maejava.proto.Experiment;
import org.maejava.proto.GridMasking;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.RandomMasking;

/** Ways to hide patches that a model's pictures are drawn with, beside its own. */
final class Maskings {

  private static final List<Double> RATIOS = List.of(0.5, 0.75, 0.9);

  private Maskings() {}

  /** How patches are chosen, in words. */
  static String name(ModelConfig model) {
    return model
        .getMaskingCase()
        .name()
        .toLowerCase(Locale.ROOT)
        .replace("_masking", "")
        .replace('_', ' ');
  }

  /**
   * The recipe's own masking, the same kind with other ratios, then other kinds with its ratio: by
   * ratio, since one network serves all kinds of one. What this grid of patches cannot have is left
   * out.
   */
  static Map<Double, List<ModelConfig>> of(Experiment experiment) {
    var own = experiment.getModel();
    var all = new ArrayList<ModelConfig>();
    all.add(own);
    var random = RandomMasking.getDefaultInstance();
    for (double ratio : RATIOS) {
      all.add(own.toBuilder().setRandomMasking(random).setMaskRatio(ratio).build());
    }
    all.add(own.toBuilder().setRandomMasking(random).build());
    all.add(own.toBuilder().setBlockMasking(BlockMasking.getDefaultInstance()).build());
    all.add(own.toBuilder().setGridMasking(GridMasking.getDefaultInstance()).build());
    var byRatio = new LinkedHashMap<Double, List<ModelConfig>>();
    all.stream()
        .distinct()
        .filter(model -> isPossible(experiment.toBuilder().setModel(model).build()))
        .forEach(
            model ->
                byRatio
                    .computeIfAbsent(model.getMaskRatio(), ratio -> new ArrayList<>())
                    .add(model));
    return byRatio;
  }

  private static boolean isPossible(Experiment experiment) {
    try {
      Experiments.checked(experiment, "masking");
      return true;
    } catch (InvalidExperimentException e) {
      return false;
    }
  }
}
