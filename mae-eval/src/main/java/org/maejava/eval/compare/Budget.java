package org.maejava.eval.compare;

import java.util.List;
import org.maejava.data.source.DataException;
import org.maejava.data.source.Example;
import org.maejava.data.source.FewLabels;
import org.maejava.data.source.Source;
import org.maejava.data.source.Splits;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.proto.ComparisonPlan;
import org.maejava.eval.proto.LabelBudget;
import org.maejava.eval.recipe.Recipes;
import org.maejava.proto.Experiment;

/**
 * How many labels candidates are given: a column of a comparison. For one seed a smaller budget's
 * labels are among a larger one's.
 *
 * @param plan as it was asked for
 */
public record Budget(LabelBudget plan) {

  /** All labels. */
  public static final Budget ALL = new Budget(LabelBudget.getDefaultInstance());

  /** Those of a comparison: all labels, where it says nothing. */
  public static List<Budget> of(ComparisonPlan plan) {
    return plan.getLabelsCount() == 0
        ? List.of(ALL)
        : plan.getLabelsList().stream().map(Budget::new).toList();
  }

  /**
   * A recipe as it is with so many labels.
   *
   * @param experiment complete
   * @param name for messages
   */
  public Experiment recipe(Experiment experiment, String name) {
    var change = Recipes.inProportion(plan.getChange(), () -> experiment);
    return Recipes.change(experiment, name, List.of(Recipes.text(change)));
  }

  /** As tables show it. */
  public String name() {
    return switch (plan.getAmountCase()) {
      case ALL, AMOUNT_NOT_SET -> "all labels";
      case SHARE -> "%s %% of the labels".formatted(number(100 * plan.getShare()));
      case PER_CLASS -> "%d of each class".formatted(plan.getPerClass());
      case TOTAL -> "%d labels".formatted(plan.getTotal());
    };
  }

  private static String number(double value) {
    return Double.toString(Math.round(value * 1000) / 1000.0).replaceFirst("\\.0$", "");
  }

  /**
   * The images of a cell: so many labelled ones, drawn by the seed, and the whole evaluation half.
   *
   * @throws DataException if there are fewer
   */
  public ImageSet draw(ImageSet data, long seed) {
    var training = data.training();
    var drawn =
        switch (plan.getAmountCase()) {
          case ALL, AMOUNT_NOT_SET -> FewLabels.all(training);
          case SHARE -> FewLabels.share(training, plan.getShare(), seed);
          case PER_CLASS -> FewLabels.perClass(training, plan.getPerClass(), seed);
          case TOTAL -> FewLabels.balanced(training, plan.getTotal(), seed);
        };
    return new ImageSet(data.spec(), drawn, data.evaluation());
  }

  /**
   * The images of a trial: the cell's labels cut in two by class, the larger part to learn from,
   * the other to judge on. The evaluation half is not among them.
   *
   * @param share that is held out, of each class, at least one
   * @throws DataException naming the classes that would have none left
   */
  public static ImageSet heldOut(ImageSet cell, double share, long seed) {
    var split = Splits.byFraction(cell.training(), share, seed);
    return new ImageSet(cell.spec(), split.rest(), split.cut());
  }

  /** How many of a half's images have a label. */
  static int labelled(Source half) {
    int count = 0;
    for (int i = 0; i < half.size(); i++) {
      count += half.label(i) == Example.UNLABELLED ? 0 : 1;
    }
    return count;
  }
}
