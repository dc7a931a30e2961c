package org.maejava.optim;

import java.util.List;
import java.util.function.Predicate;
import org.maejava.model.VitNames;
import org.maejava.nn.Params.Param;
import org.maejava.proto.ClassificationTask;
import org.maejava.proto.TrainingConfig;

/**
 * Which parameters are trained, and how: read off names and ranks alone. What is not in the plan is
 * frozen.
 *
 * @param entries in the graph's order
 */
public record ParamPlan(List<Entry> entries) {

  /**
   * One trained parameter.
   *
   * @param param what is trained
   * @param rateScale multiplies the schedule's rate
   * @param weightDecay of this parameter
   */
  public record Entry(Param param, double rateScale, double weightDecay) {}

  public ParamPlan {
    entries = List.copyOf(entries);
  }

  /**
   * Pre-training: everything but the position tables and a target's basis. Biases and norms are not
   * decayed; the class token and the mask token are, as published.
   */
  public static ParamPlan pretraining(List<Param> params, TrainingConfig training) {
    return new ParamPlan(
        params.stream()
            .filter(param -> !VitNames.isPositionTable(param.name()))
            .filter(param -> !VitNames.isTarget(param.name()))
            .map(param -> new Entry(param, 1, isVector(param) ? 0 : training.getWeightDecay()))
            .toList());
  }

  /**
   * Classification: all parameters (positions included) or the last blocks, each layer's rate
   * scaled by layer_decay^(layers above it). Biases, norms, class token and positions are not
   * decayed.
   */
  public static ParamPlan classification(
      List<Param> params, ClassificationTask task, int depth, TrainingConfig training) {
    Predicate<Param> trained =
        task.hasAll()
            ? param -> true
            : param -> VitNames.isInLastBlocks(param.name(), depth, task.getLastBlocks());
    return new ParamPlan(
        params.stream()
            .filter(param -> !VitNames.isStatistic(param.name()))
            .filter(trained)
            .map(param -> classificationEntry(param, depth, training))
            .toList());
  }

  /** A linear model: everything, the bias not decayed. */
  public static ParamPlan linear(List<Param> params, TrainingConfig training) {
    return new ParamPlan(
        params.stream()
            .map(param -> new Entry(param, 1, isVector(param) ? 0 : training.getWeightDecay()))
            .toList());
  }

  private static Entry classificationEntry(Param param, int depth, TrainingConfig training) {
    int layersAbove = depth + 1 - VitNames.layer(param.name(), depth);
    boolean noDecay =
        isVector(param)
            || param.name().equals("cls_token")
            || VitNames.isPositionTable(param.name());
    return new Entry(
        param,
        Math.pow(training.getLayerDecay(), layersAbove),
        noDecay ? 0 : training.getWeightDecay());
  }

  private static boolean isVector(Param param) {
    return param.shape().size() <= 1;
  }

  /** Values that are trained. */
  public long size() {
    return entries.stream().mapToLong(entry -> entry.param().size()).sum();
  }
}
